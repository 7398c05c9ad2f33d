"""What files need that cannot be read from their beginning to their end: room to lie in whole, and their readers."""

from collections.abc import Iterable, Iterator
from typing import IO, Literal, Protocol

from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule

type TableKind = Literal["parquet", "arrow", "arrow_stream", "sheet"]

IS_TABLE = Rule(2, "content", "error", "write the table again, or save it as CSV or JSON lines")


class Scratch(Protocol):
    """Room beside the memory. What lies there is gone when the preparation ends."""

    def keep(self, chunks: Iterable[bytes]) -> IO[bytes]:
        """The bytes as a file to search in."""
        ...

    def rows(self, kind: TableKind, file: IO[bytes], notes: list[Fault]) -> Iterator[bytes]:
        """The rows of a table as JSON lines, in any pieces: row n is line n.

        Rows of a sheet are lists of texts, the first of them the names of the columns; blank if they are empty.

        The reader is kept apart and may use little memory and time, for such files can be made to harm it. Notes are
        added while it reads. Raises `Unreadable`.
        """
        ...
