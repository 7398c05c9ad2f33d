"""All stand-ins together, started and stopped as one, with the app among them as the platform would run it."""
