"""Everything that arrived, in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from local.insights.envelopes import METRIC_KIND, SPAN_KINDS, Envelope, Kept, instant
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
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY,
    records INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    stage TEXT NOT NULL,
    stage_before TEXT NOT NULL,
    told_at TEXT NOT NULL,
    base_model TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS metrics (
    name TEXT NOT NULL,
    series TEXT NOT NULL,
    at TEXT NOT NULL,
    value REAL NOT NULL,
    samples INTEGER NOT NULL,
    low REAL,
    high REAL
);
CREATE INDEX IF NOT EXISTS by_series ON metrics (name, series, at);
"""
_HEARD_OF = """
INSERT INTO runs (run_id, records, first_seen, last_seen, stage, stage_before, told_at, base_model)
VALUES (:run_id, :records, :at, :at, :stage, :stage_before, :told_at, :base_model)
ON CONFLICT (run_id) DO UPDATE SET
    records = records + excluded.records,
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen),
    stage = iif(excluded.told_at >= told_at, excluded.stage, stage),
    stage_before = iif(excluded.told_at >= told_at, excluded.stage_before, stage_before),
    told_at = max(told_at, excluded.told_at),
    base_model = iif(excluded.base_model = '', base_model, excluded.base_model)
"""
_RUNS = "SELECT run_id, records, first_seen, last_seen, stage, stage_before, base_model FROM runs"
_SPANS = """
SELECT raw FROM envelopes
WHERE operation_id IN (SELECT operation_id FROM envelopes WHERE run_id = ? AND operation_id != '')
AND kind IN (?, ?) ORDER BY at, id
"""

CHANGING = ("training_step", "attempt")  #: properties


class RunSummary(NamedTuple):
    """One run in the list of runs."""

    run_id: str
    records: int
    first_seen: str  #: UTC, ISO 8601
    last_seen: str  #: UTC, ISO 8601
    stage: str  #: empty if no delivery has told it
    stage_before: str  #: the one that the last delivery found
    base_model: str  #: empty if no record has told it


class Series(NamedTuple):
    """The values of one metric under one set of attributes, from one instance of the app."""

    name: str
    key: str  #: JSON: the attributes and the instance
    received: int
    last_seen: str  #: UTC, ISO 8601


class Measured(NamedTuple):
    """One value of a metric."""

    value: float
    samples: int
    low: float | None
    high: float | None


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
        rows = self._database.execute(f"{_RUNS} ORDER BY last_seen DESC")
        return [RunSummary._make(row) for row in rows]

    def run(self, run_id: str) -> RunSummary | None:
        """One run; None if it was never heard of."""
        row = self._database.execute(f"{_RUNS} WHERE run_id = ?", (run_id,)).fetchone()
        return row and RunSummary._make(row)

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

    def series(self) -> list[Series]:
        """Every series of every metric, by name, the most recently heard of first."""
        rows = self._database.execute(
            "SELECT name, series, count(*), max(at) FROM metrics WHERE name NOT LIKE '\\_%' ESCAPE '\\'"
            " GROUP BY name, series ORDER BY name, max(at) DESC"
        )
        return [Series._make(row) for row in rows]

    def last_values(self, series: Series, limit: int) -> list[Measured]:
        """The last values of a series, oldest first."""
        rows = self._database.execute(
            "SELECT value, samples, low, high FROM metrics WHERE name = ? AND series = ?"
            " ORDER BY at DESC, rowid DESC LIMIT ?",
            (series.name, series.key, limit),
        ).fetchall()
        return [Measured._make(row) for row in reversed(rows)]

    def envelopes(self) -> Iterator[str]:
        """Every envelope as it arrived, by its own time."""
        return (raw for (raw,) in self._database.execute("SELECT raw FROM envelopes ORDER BY at, id"))

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
        at, run_id, record = instant(envelope.time), envelope.property("run_id"), envelope.property("record")
        self._database.execute(
            "INSERT INTO envelopes (kind, at, operation_id, run_id, record, raw) VALUES (?, ?, ?, ?, ?, ?)",
            (envelope.data.kind, at, envelope.tag("ai.operation.id"), run_id, record, raw),
        )
        key = _series_key(envelope)
        self._database.executemany(
            "INSERT INTO metrics (name, series, at, value, samples, low, high) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(m.name, key, at, m.value, m.count or 1, m.min, m.max) for m in envelope.data.base.metrics or ()],
        )
        # a gauge is sent again and again, long after its run was last heard of
        if run_id and envelope.data.kind != METRIC_KIND:
            self._database.execute(_HEARD_OF, _heard(envelope, at))


def _series_key(envelope: Envelope) -> str:
    """What tells the series of a metric's envelope from its others: all but what changes from value to value."""
    told = envelope.data.base.properties or {}
    attributes = {key: str(value) for key, value in told.items() if key not in CHANGING}
    return json.dumps(attributes | {"instance": envelope.tag("ai.cloud.roleInstance")}, sort_keys=True)


def _heard(envelope: Envelope, at: str) -> dict[str, str | int]:
    """What an envelope tells of its run."""
    stage = envelope.property("stage_after")
    return {
        "run_id": envelope.property("run_id"),
        "records": int(envelope.property("record") != ""),
        "at": at,
        "stage": stage,
        "stage_before": envelope.property("stage_before"),
        "told_at": at if stage else "",
        "base_model": envelope.property("base_model"),
    }
