"""Everything that arrived, in SQLite."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from local.insights.envelopes import SPAN_KINDS, Envelope, Kept, instant
from local.insights.records import Record, to_record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS envelopes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    record TEXT NOT NULL,
    raw TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_run ON envelopes (run_id, record, at);
CREATE INDEX IF NOT EXISTS by_operation ON envelopes (operation_id, kind);
CREATE TABLE IF NOT EXISTS metrics (
    envelope INTEGER NOT NULL REFERENCES envelopes,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    value REAL NOT NULL,
    samples INTEGER NOT NULL,
    low REAL,
    high REAL
);
CREATE INDEX IF NOT EXISTS by_name ON metrics (name, at);
"""
_LAST_PROPERTY = """
SELECT json_extract(raw, '$.data.baseData.properties.' || :key) AS value FROM envelopes
WHERE run_id = :run_id AND value IS NOT NULL AND value != '' ORDER BY at DESC, id DESC LIMIT 1
"""
_SPANS = """
SELECT raw FROM envelopes
WHERE operation_id IN (SELECT operation_id FROM envelopes WHERE run_id = ? AND operation_id != '')
AND kind IN (?, ?) ORDER BY at, id
"""


class RunSummary(NamedTuple):
    """One run in the list of runs."""

    run_id: str
    records: int
    first_seen: str  #: UTC, ISO 8601
    last_seen: str  #: UTC, ISO 8601
    stage: str  #: empty if no delivery has told it
    stage_before: str  #: the one that the last delivery found
    base_model: str  #: empty if no record has told it


class Measured(NamedTuple):
    """One value of a metric."""

    at: str  #: UTC, ISO 8601
    value: float
    samples: int
    low: float | None
    high: float | None
    attributes: dict[str, Any]


class Telemetry:
    """The telemetry of one folder. Calls may come from any one thread at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "telemetry.sqlite", check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_SCHEMA)

    def keep(self, accepted: Iterable[Kept]) -> None:
        """Keep all of them or, if the process dies, none."""
        with self._database:
            for envelope, raw in accepted:
                self._insert(envelope, raw)

    def runs(self) -> list[RunSummary]:
        """Every run that was heard of, the most recently heard of first."""
        rows = self._database.execute(
            "SELECT run_id, count(nullif(record, '')), min(at), max(at) FROM envelopes"
            " WHERE run_id != '' GROUP BY run_id ORDER BY max(at) DESC"
        ).fetchall()
        return [
            RunSummary(
                run_id,
                records,
                first,
                last,
                self.last_property(run_id, "stage_after"),
                self.last_property(run_id, "stage_before"),
                self.last_property(run_id, "base_model"),
            )
            for run_id, records, first, last in rows
        ]

    def last_property(self, run_id: str, key: str) -> str:
        """The last value of a property that any record of a run carries; empty if none does."""
        row = self._database.execute(_LAST_PROPERTY, {"key": key, "run_id": run_id}).fetchone()
        return str(row[0]) if row else ""

    def records(self, run_id: str = "", record: str = "") -> list[Record]:
        """The app's own records, oldest first; of one run or one kind where that is given."""
        rows = self._database.execute(
            "SELECT raw FROM envelopes WHERE record != '' AND (run_id = :run_id OR :run_id = '')"
            " AND (record = :record OR :record = '') ORDER BY at, id",
            {"run_id": run_id, "record": record},
        )
        return [to_record(Envelope.model_validate_json(raw)) for (raw,) in rows]

    def spans(self, run_id: str) -> list[Envelope]:
        """The spans of every operation in which the run was spoken of, oldest first."""
        rows = self._database.execute(_SPANS, (run_id, *SPAN_KINDS))
        return [Envelope.model_validate_json(raw) for (raw,) in rows]

    def metric_names(self) -> list[tuple[str, int]]:
        """Every metric and how many values of it were received."""
        return self._database.execute(
            "SELECT name, count(*) FROM metrics WHERE name NOT LIKE '\\_%' ESCAPE '\\' GROUP BY name ORDER BY name"
        ).fetchall()

    def last_values(self, name: str, limit: int) -> list[Measured]:
        """The last values of a metric, oldest first."""
        rows = self._database.execute(
            "SELECT metrics.at, value, samples, low, high, json_extract(raw, '$.data.baseData.properties')"
            " FROM metrics JOIN envelopes ON envelopes.id = envelope"
            " WHERE name = ? ORDER BY metrics.at DESC, metrics.rowid DESC LIMIT ?",
            (name, limit),
        ).fetchall()
        return [
            Measured(at, value, samples, low, high, json.loads(properties or "{}"))
            for at, value, samples, low, high, properties in reversed(rows)
        ]

    def count_containing(self, text: str) -> int:
        """How many envelopes contain a text, anywhere and in exactly these letters."""
        written = json.dumps(text, ensure_ascii=False)[1:-1]
        (count,) = self._database.execute(
            "SELECT count(*) FROM envelopes WHERE instr(raw, ?) > 0", (written,)
        ).fetchone()
        return count

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _insert(self, envelope: Envelope, raw: str) -> None:
        at = instant(envelope.time)
        kept = self._database.execute(
            "INSERT INTO envelopes (kind, at, operation_id, run_id, record, raw) VALUES (?, ?, ?, ?, ?, ?)",
            (
                envelope.data.kind,
                at,
                envelope.tag("ai.operation.id"),
                envelope.property("run_id"),
                envelope.property("record"),
                raw,
            ),
        ).lastrowid
        self._database.executemany(
            "INSERT INTO metrics (envelope, name, at, value, samples, low, high) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(kept, m.name, at, m.value, m.count or 1, m.min, m.max) for m in envelope.data.base.metrics or ()],
        )
