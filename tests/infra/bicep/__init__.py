"""What a deployment of `infra/` would make: Bicep read by tree-sitter, and evaluated, with stand-ins for Azure.

It knows what our files use, and refuses what it does not know; the real compiler runs in the delivery workflows.
"""
