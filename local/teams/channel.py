"""The cards of the channel, in SQLite."""

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any, TypedDict

from local.teams.messages import Card, title_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cards (
    id INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    title TEXT NOT NULL,
    size INTEGER NOT NULL,
    card TEXT NOT NULL
)
"""


class Posted(TypedDict):
    """A card in the channel, as `/cards.json` lists it."""

    id: int
    received_at: str  #: UTC, ISO 8601
    title: str
    size: int  #: bytes of the message that brought it
    card: Any


class Channel:
    """The channel of one folder. Calls may come from any one thread at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "cards.sqlite", autocommit=True, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(_SCHEMA)

    def post(self, card: Card, size: int, at: dt.datetime) -> None:
        """Keep a card; it survives this process."""
        row = (at.isoformat(timespec="milliseconds"), title_of(card), size, json.dumps(card))
        self._database.execute("INSERT INTO cards (received_at, title, size, card) VALUES (?, ?, ?, ?)", row)

    def cards(self, after: int = 0) -> list[Posted]:
        """The cards with an id above `after`, newest first."""
        rows = self._database.execute(
            "SELECT id, received_at, title, size, card FROM cards WHERE id > ? ORDER BY id DESC", (after,)
        )
        return [
            Posted(id=id_, received_at=at, title=title, size=size, card=json.loads(card))
            for id_, at, title, size, card in rows
        ]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
