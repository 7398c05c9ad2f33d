"""The laptop's Azure: stand-ins that speak Azure's protocols on loopback. Never deployed.

Nothing in here knows the app, and the app knows nothing in here: they meet only on the wire.
"""
