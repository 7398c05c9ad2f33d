"""Why a table cannot be read, as its reader tells it: that process knows nothing of the app, and starts at once."""


class UnreadableTable(Exception):
    """The reason in the words of a fault; `{}` stands in it for the name of a column."""

    def __init__(self, reason: str, expected: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.expected = expected
        self.name = name
