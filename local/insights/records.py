"""The app's records: log lines with the property `record`, whose values are all text."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from local.insights.envelopes import Envelope, instant


class Record(NamedTuple):
    """One record of the app."""

    at: str  #: UTC, ISO 8601 with microseconds
    record: str  #: delivery, job_event, training_point, checkpoint, notice …
    run_id: str
    operation_id: str
    message: str
    properties: dict[str, str]


class Distinct(NamedTuple):
    """Records without their repeats."""

    records: list[Record]
    duplicates: int


class Point(NamedTuple):
    """What a training job reported at one step."""

    step: int
    values: dict[str, float]  #: by metric name; what was not reported is not there


class Curve(NamedTuple):
    """All points of one training job, by step."""

    job_id: str
    points: list[Point]
    duplicates: int


def to_record(envelope: Envelope) -> Record:
    """A record from the envelope that carries it."""
    return Record(
        at=instant(envelope.time),
        record=envelope.property("record"),
        run_id=envelope.property("run_id"),
        operation_id=envelope.tag("ai.operation.id"),
        message=envelope.data.base.message or "",
        properties={key: str(value) for key, value in (envelope.data.base.properties or {}).items()},
    )


def of_kind(records: Iterable[Record], kind: str) -> list[Record]:
    """The records of one kind."""
    return [record for record in records if record.record == kind]


def distinct(records: Iterable[Record], keys: Sequence[str]) -> Distinct:
    """Records that agree in all keys are one; what a later one adds or corrects counts.

    A record that lacks a key is its own.
    """
    seen: dict[tuple[str | int, ...], Record] = {}
    duplicates = 0
    for number, record in enumerate(records):
        values = tuple(record.properties.get(key, "") for key in keys)
        identity = values if all(values) else (number,)
        known = seen.get(identity)
        duplicates += known is not None
        seen[identity] = record if known is None else _merged(known, record)
    return Distinct(list(seen.values()), duplicates)


def curves(records: Iterable[Record]) -> list[Curve]:
    """The training curves of a run's records, one a job, in the order the jobs appeared."""
    jobs: dict[str, list[Record]] = {}
    for record in of_kind(records, "training_point"):
        if record.properties.get("training_step", "").isdecimal():
            jobs.setdefault(record.properties.get("job_id", ""), []).append(record)
    return [_curve(job_id, points) for job_id, points in jobs.items()]


def number(text: str) -> float | None:
    """The number that a property holds; None if it holds none, or NaN or an infinity."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _curve(job_id: str, records: list[Record]) -> Curve:
    # a job without an id is still one job: the step alone tells its points apart
    kept = distinct(records, ("run_id", "job_id", "training_step") if job_id else ("training_step",))
    return Curve(job_id, sorted(map(_point, kept.records), key=lambda point: point.step), kept.duplicates)


def _point(record: Record) -> Point:
    found = {key: number(text) for key, text in record.properties.items() if key.endswith(("_loss", "_accuracy"))}
    step = int(record.properties["training_step"])
    return Point(step, {key: value for key, value in found.items() if value is not None})


def _merged(earlier: Record, later: Record) -> Record:
    return earlier._replace(properties=earlier.properties | later.properties)
