"""What a container is read into: records, one a row, each with its place in the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from shared.core.prepare import json_text
from shared.core.prepare.faults import Fault

# The longest real line we know of has 163 kB; an image inside a row takes up to 13 MB.
MAX_ROW_BYTES = 32 * 1024 * 1024
HEAD_BYTES = 64 * 1024  #: enough of a file to tell what it is stored as
KEPT_OF_TOO_LONG = 64 * 1024  #: bytes of a longer row that are kept, to show what it was


class Record(NamedTuple):
    """One row as it stands in its file."""

    line: int  #: where it begins, from 1, counted in physical lines
    text: bytes  #: as stored, without the line end
    cells: dict[str, str] | None = None  #: of a table's row, by column
    fault: Fault | None = None  #: why it could not be read
    column: int = 1  #: where it begins in its line
    cut: bool = False  #: whether `text` is only the beginning
    member: str = ""  #: the file inside an archive that it stands in, if there are several


class Block(NamedTuple):
    """Complete lines of JSON lines, to be taken apart at once."""

    line: int  #: of the first of them, from 1, counted in physical lines
    text: bytes  #: ends in a newline, unless the file ends without
    member: str = ""  #: the file inside an archive that they stand in, if there are several


@dataclass(frozen=True)
class Container:
    """A way to store rows in a file."""

    name: str  #: as reports call it
    endings: tuple[str, ...]  #: of file names
    claims: Callable[[bytes], bool]  #: by the first bytes of the file
    read: Callable[[Iterator[bytes]], Iterator[Block | Record]]  #: raises `Unreadable`


def first_line_is_a_row(head: bytes) -> bool:
    """Whether the first line is complete JSON, and more lines follow."""
    first, _, others = head.lstrip().partition(b"\n")
    return bool(others.strip()) and json_text.explain(first) is None
