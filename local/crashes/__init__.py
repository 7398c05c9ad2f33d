"""Proof by violence: instances of the app and the broker are killed at random moments while runs are under way."""
