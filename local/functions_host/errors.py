"""The one way this host turns an app away."""


class AppRefused(Exception):
    """The app cannot run as it is; the message says what is wrong and where."""
