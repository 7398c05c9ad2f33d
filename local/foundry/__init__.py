"""Stand-in for Azure AI Foundry and for the part of ARM that deploys its models.

One resource: whatever account, project, group or subscription a request names, it means the same files, jobs and
deployments. What it answers follows the handbook page on Foundry of 2026-11-22; what that page calls unconfirmed
is so here.
"""
