"""Records on disk. What a transaction wrote outlives `kill -9` once the transaction is over."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from local.foundry.clock import Anchor
from local.foundry.records import Curve, Deployment, Effect, Event, File, Job, Record


class Table[R: Record]:
    """Records of one kind, in the order in which they were first put."""

    def __init__(self, database: sqlite3.Connection, name: str, kind: type[R]) -> None:
        self._database, self._name, self._kind = database, name, kind
        database.execute(
            f"CREATE TABLE IF NOT EXISTS {name}"
            " (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, body BLOB NOT NULL)"
        )

    def put(self, record: R) -> None:
        """Add a record, or replace the one of its id."""
        self._database.execute(
            f"INSERT INTO {self._name}(id, body) VALUES(?, ?)"  # the name is one of ours, below
            " ON CONFLICT(id) DO UPDATE SET body = excluded.body",
            (record.id, msgspec.json.encode(record)),
        )

    def get(self, id_: str) -> R | None:
        found = self._query("WHERE id = ?", id_)
        return found[0] if found else None

    def all(self) -> list[R]:
        return self._query("ORDER BY number")

    def remove(self, id_: str) -> None:
        self._database.execute(f"DELETE FROM {self._name} WHERE id = ?", (id_,))  # noqa: S608  # see put

    def _query(self, condition: str, *values: object) -> list[R]:
        rows = self._database.execute(f"SELECT body FROM {self._name} {condition}", values)  # noqa: S608  # see put
        return [msgspec.json.decode(body, type=self._kind) for (body,) in rows]


class Events:
    """The jobs' histories."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(
            "CREATE TABLE IF NOT EXISTS events"
            " (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, job TEXT NOT NULL, body BLOB NOT NULL)"
        )
        database.execute("CREATE INDEX IF NOT EXISTS events_of_a_job ON events(job, number)")

    def add(self, event: Event) -> None:
        self._database.execute(
            "INSERT INTO events(id, job, body) VALUES(?, ?, ?)",
            (event.id, event.job, msgspec.json.encode(event)),
        )

    def of(self, job_id: str) -> list[Event]:
        """All of a job's, the oldest first."""
        rows = self._database.execute("SELECT body FROM events WHERE job = ? ORDER BY number", (job_id,))
        return [msgspec.json.decode(body, type=Event) for (body,) in rows]


class Store:
    """The database and the folders beside it. One transaction at a time; reading needs one as well."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "foundry.sqlite", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._lock = threading.Lock()
        self._folder = folder
        self.files = Table(self._database, "files", File)
        self.jobs = Table(self._database, "jobs", Job)
        self.curves = Table(self._database, "curves", Curve)
        self.deployments = Table(self._database, "deployments", Deployment)
        self.effects = Table(self._database, "effects", Effect)
        self.events = Events(self._database)
        self._database.execute("CREATE TABLE IF NOT EXISTS anchor (body BLOB NOT NULL)")

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that happens inside is kept together or, if it raises, not at all."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def close(self) -> None:
        """The end of it for this process."""
        self._database.close()

    def content(self, file_id: str) -> Path:
        """Where a file's content lies."""
        return self._place("files", file_id)

    def lessons(self, job_id: str) -> Path:
        """Where the examples lie that a job learns from, kept when its files are deleted."""
        return self._place("lessons", f"{job_id}.json")

    def anchor(self) -> Anchor | None:
        """The clock's last anchor."""
        row = self._database.execute("SELECT body FROM anchor").fetchone()
        return msgspec.json.decode(row[0], type=Anchor) if row else None

    def keep_anchor(self, anchor: Anchor) -> None:
        self._database.execute("DELETE FROM anchor")
        self._database.execute("INSERT INTO anchor(body) VALUES(?)", (msgspec.json.encode(anchor),))

    def _place(self, folder: str, name: str) -> Path:
        (self._folder / folder).mkdir(exist_ok=True)
        return self._folder / folder / name
