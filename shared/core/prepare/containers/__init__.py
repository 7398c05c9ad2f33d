"""From the bytes of a file to its rows: what it is stored as is told by its content, never by its name."""

from collections.abc import Iterable

from shared.core.prepare.containers.opened import Companions, Opened
from shared.core.prepare.containers.opener import Opener
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.containers.scratch import Scratch

__all__ = ["Block", "Companions", "Opened", "Record", "Scratch", "open_rows"]


def open_rows(name: str, chunks: Iterable[bytes], scratch: Scratch | None = None) -> Opened:
    """The rows of a file. Raises `Unreadable` if it holds none that we can read.

    Without `scratch`, files that must lie on a disk to be read are refused: Parquet, Arrow, Excel and zip.
    """
    return Opener(scratch).open(name, chunks)
