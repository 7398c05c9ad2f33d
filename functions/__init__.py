"""What wakes the app: triggers, and no thinking."""
