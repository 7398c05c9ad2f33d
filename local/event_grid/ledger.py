"""What was noticed and what of it was sent, in SQLite.

An event is kept before it is sent and marked afterwards. A process killed in between sends the same
event again, with the same id; it never loses one.
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from local.event_grid.versions import Identity

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    etag TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, etag)
)
"""


class Event(NamedTuple):
    """One event on its way to the queue."""

    sequence: int
    identity: Identity
    id: str
    body: str  #: JSON, one event


class Ledger:
    """The ledger of one folder, for the one process that watches."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "events.sqlite", autocommit=True)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(_SCHEMA)

    def known(self) -> set[Identity]:
        """Every blob version that has its event, sent or not."""
        return {Identity(*row) for row in self._database.execute("SELECT name, etag FROM events")}

    def next_sequence(self) -> int:
        """The number of the next event, from 1."""
        (last,) = self._database.execute("SELECT coalesce(max(sequence), 0) FROM events").fetchone()
        return last + 1

    def keep(self, event: Event) -> None:
        """Keep an event that has to be sent."""
        row = (event.sequence, *event.identity, event.id, event.body)
        self._database.execute("INSERT INTO events (sequence, name, etag, id, body) VALUES (?, ?, ?, ?, ?)", row)

    def pending(self) -> list[Event]:
        """What has still to be sent, in the order it was noticed."""
        rows = self._database.execute(
            "SELECT sequence, name, etag, id, body FROM events WHERE NOT sent ORDER BY sequence"
        )
        return [Event(sequence, Identity(name, etag), id_, body) for sequence, name, etag, id_, body in rows]

    def mark_sent(self, event: Event) -> None:
        """Remember that the queue has taken an event."""
        self._database.execute("UPDATE events SET sent = 1 WHERE sequence = ?", (event.sequence,))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
