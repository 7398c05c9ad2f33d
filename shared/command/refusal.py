"""Why the command does not run."""


class Refused(Exception):
    """What was asked for cannot be done. The message is for the person at the terminal."""
