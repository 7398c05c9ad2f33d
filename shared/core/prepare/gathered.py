"""Rows that wait for others of their group, on disk: a group is put together when every row has been read.

They are kept in a temporary SQLite database, which SQLite itself puts on disk, and removes when it is closed.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.json import Decoder, encode

from shared.core.prepare.faults import Fault

TABLE = """
CREATE TABLE rows (
    number INTEGER PRIMARY KEY, family TEXT, name TEXT, line INTEGER, form TEXT, row BLOB, stored BLOB, fixes BLOB
);
CREATE INDEX families ON rows (family, number);
"""
INSERT = "INSERT INTO rows (family, name, line, form, row, stored, fixes) VALUES (?, ?, ?, ?, ?, ?, ?)"
FAMILIES = "SELECT family FROM rows GROUP BY family ORDER BY MIN(number)"
ROWS = "SELECT name, line, form, row, stored, fixes FROM rows WHERE family = ? ORDER BY number"

_decode_fixes = Decoder(tuple[Fault, ...]).decode


class Waiting(NamedTuple):
    """A row that waits."""

    name: str  #: of its file
    line: int
    form: str  #: the name of its format
    row: bytes  #: as its format decodes it
    stored: bytes  #: as it stands in the file
    fixes: tuple[Fault, ...]  #: what was repaired


class Gathered:
    """The rows of one part of a dataset that wait for each other."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(TABLE)

    def add(self, family: str, waiting: Waiting) -> None:
        """Let a row wait for the others of its family."""
        self._database.execute(INSERT, (family, *waiting[:-1], encode(waiting.fixes)))

    def families(self) -> Iterator[list[Waiting]]:
        """Each family's rows in the order of the file, the family that began first before the others."""
        for (family,) in self._database.execute(FAMILIES):
            yield [
                Waiting(name, line, form, row, stored, _decode_fixes(fixes))
                for name, line, form, row, stored, fixes in self._database.execute(ROWS, (family,))
            ]

    def close(self) -> None:
        """Forget all rows."""
        self._database.close()
