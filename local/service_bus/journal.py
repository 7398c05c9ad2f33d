"""The broker's memory on disk: what queues changed goes into SQLite, and a restart reads it back.

Everything that changed in one turn of the event loop is one transaction. What is added and removed within a
turn never gets here.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.service_bus.message import Content, Message, State
from local.service_bus.queue import Changes, Queue

type Row = tuple[object, ...]

FILE_NAME = "service_bus.sqlite3"

# A write-ahead log with `synchronous=NORMAL` survives the end of the process at any point, which is what
# is promised; `FULL` would add the power failure, and takes a third of the throughput. The exclusive lock
# keeps a second broker away from the same file.
_SETUP = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS messages(
    queue TEXT, sequence_number INTEGER, state INTEGER, enqueued REAL, expires REAL, failures INTEGER,
    lock BLOB, locked_until REAL, reason TEXT, description TEXT,
    header BLOB, annotations BLOB, bare BLOB, PRIMARY KEY(queue, sequence_number));
CREATE TABLE IF NOT EXISTS seen(
    queue TEXT, message_id TEXT, until REAL, PRIMARY KEY(queue, message_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters(queue TEXT PRIMARY KEY, last INTEGER) WITHOUT ROWID;
"""
_INSERT = f"INSERT INTO messages VALUES({', '.join('?' * 13)})"
_UPDATE = """UPDATE messages SET state = ?, failures = ?, lock = ?, locked_until = ?
    WHERE queue = ? AND sequence_number = ?"""
_REMOVE = "DELETE FROM messages WHERE queue = ? AND sequence_number = ?"
_SELECT = """SELECT sequence_number, state, enqueued, expires, failures, lock, locked_until,
    reason, description, header, annotations, bare
    FROM messages WHERE queue = ? ORDER BY sequence_number"""
_REMEMBER = "REPLACE INTO seen VALUES(?, ?, ?)"
_FORGET = "DELETE FROM seen WHERE queue = ? AND message_id = ?"
_COUNT = "REPLACE INTO counters VALUES(?, ?)"


class Journal:
    """The file in `folder`. Raises `sqlite3.OperationalError` if another broker has it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / FILE_NAME, timeout=0)
        try:
            self._database.executescript(_SETUP)
        except sqlite3.Error:
            self._database.close()
            raise

    def load(self, queues: Iterable[Queue]) -> None:
        """Fill new queues with what was saved of them. Rows of other queues stay for when they are back."""
        for queue in queues:
            self._load(queue)

    def save(self, queues: Iterable[Queue]) -> None:
        """Write what has changed since the last time, all of it or, if that fails, nothing."""
        changed = [queue for queue in queues if queue.changes]
        if not changed:
            return
        with self._database:
            for queue in changed:
                self._save(queue)
        for queue in changed:
            queue.changes = Changes()

    def close(self) -> None:
        """Close the file; what was not saved is lost."""
        self._database.close()

    def _load(self, queue: Queue) -> None:
        key = (_key(queue),)
        counters = self._database.execute("SELECT last FROM counters WHERE queue = ?", key).fetchall()
        seen = self._database.execute("SELECT message_id, until FROM seen WHERE queue = ?", key)
        messages = [_message(row) for row in self._database.execute(_SELECT, key)]
        queue.restore(counters[0][0] if counters else 0, messages, dict(seen.fetchall()))

    def _save(self, queue: Queue) -> None:
        key, changes, messages = _key(queue), queue.changes, queue.messages
        self._database.executemany(_REMOVE, [(key, number) for number in changes.removed])
        self._database.executemany(_INSERT, [(key, *_row(messages[number])) for number in changes.added])
        updated = [(*_state(messages[number]), key, number) for number in changes.updated]
        self._database.executemany(_UPDATE, updated)
        remembered = [(key, i, queue.seen[i]) for i in changes.message_ids if i in queue.seen]
        self._database.executemany(_REMEMBER, remembered)
        forgotten = [(key, i) for i in changes.message_ids if i not in queue.seen]
        self._database.executemany(_FORGET, forgotten)
        if changes.numbered:
            self._database.execute(_COUNT, (key, queue.last_sequence_number))


def _key(queue: Queue) -> str:
    """Names of queues are not case-sensitive."""
    return queue.name.lower()


def _state(message: Message) -> Row:
    return message.state, message.failures, message.lock, message.locked_until


def _row(message: Message) -> Row:
    content = message.content
    return (
        message.sequence_number,
        message.state,
        message.enqueued,
        message.expires,
        message.failures,
        message.lock,
        message.locked_until,
        message.dead_letter_reason,
        message.dead_letter_description,
        content.header,
        content.annotations,
        content.bare,
    )


def _message(row: tuple[Any, ...]) -> Message:
    number, state, enqueued, expires, failures, lock, until, reason, description, *content = row
    return Message(
        number,
        State(state),
        enqueued,
        Content(*content),
        expires,
        failures,
        lock,
        until,
        reason,
        description,
    )
