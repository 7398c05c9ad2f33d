"""Foundry's words for files and jobs, and how we read them. Nothing here talks to anyone.

Sources: SPEC (azure-v1-v1-generated.yaml, 2d621d46), REST-PREV (2025-04-01-preview authoring), and answers recorded in
microsoft-foundry/fine-tuning, Jan 2026. Fields may be null or absent, and `-1` means `auto`.
"""

import csv
import io
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from pydantic import BaseModel, ConfigDict

from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Metrics, Point

JOB_STATUSES = {
    "created": JobStatus.QUEUED,
    "pending": JobStatus.QUEUED,
    "validating_files": JobStatus.QUEUED,
    "queued": JobStatus.QUEUED,
    "notrunning": JobStatus.QUEUED,
    "running": JobStatus.RUNNING,
    "pausing": JobStatus.RUNNING,
    "resuming": JobStatus.RUNNING,
    "canceling": JobStatus.RUNNING,
    "cancelling": JobStatus.RUNNING,
    "paused": JobStatus.PAUSED,
    "succeeded": JobStatus.SUCCEEDED,
    "failed": JobStatus.FAILED,
    "canceled": JobStatus.CANCELLED,
    "cancelled": JobStatus.CANCELLED,
}
OVER = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
CANCELLING = ("canceling", "cancelling")

FILE_STATUSES = {  #: whether a job may use the file; `None`: it never will
    "uploaded": False,
    "pending": False,
    "running": False,
    "notrunning": False,
    "processed": True,
    "error": None,
    "deleting": None,
    "deleted": None,
}
GONE = ("deleting", "deleted")

# Events and checkpoints say `valid_...`, the results file `validation_...` (fine-tuning-rest, 2026). Rewards have two
# families of names: the events' (reinforcement-fine-tuning, Mar 2026), which are nested, and that of the results file
# and the checkpoints (microsoft/azure-skills, training-curves, Aug 2026). The names of dpo are not published.
METRIC_NAMES = {
    "train_loss": ("train_loss",),
    "train_mean_token_accuracy": ("train_mean_token_accuracy",),
    "valid_loss": ("valid_loss", "validation_loss"),
    "valid_mean_token_accuracy": ("valid_mean_token_accuracy", "validation_mean_token_accuracy"),
    "full_valid_loss": ("full_valid_loss", "full_validation_loss"),
    "full_valid_mean_token_accuracy": ("full_valid_mean_token_accuracy", "full_validation_mean_token_accuracy"),
    "train_mean_reward": ("train_mean_reward", "scores.train_reward_mean"),
    "full_valid_mean_reward": ("full_valid_mean_reward", "scores.valid_reward_mean"),
    "mean_unresponsive_rewards": ("mean_unresponsive_rewards",),
    "completion_tokens_mean": ("completion_tokens_mean",),
    "reasoning_tokens_mean": ("reasoning_tokens_mean", "usage.samples.train_reasoning_tokens_mean"),
    "valid_reasoning_tokens_mean": ("usage.samples.valid_reasoning_tokens_mean",),
    "train_sample_parse_error_count": ("train_sample_parse_error_count",),
    "train_other_error_count": ("train_other_error_count",),
}
PUBLISHED = {"step", *(name for names in METRIC_NAMES.values() for name in names)}
MOST_OTHERS = 40  #: figures of a point under names that are not in the table
STARTED = re.compile(r"^Job started\b")  #: recorded, Jan 2026
BILLED = re.compile(r"^Training (tokens|hours) billed: ([0-9]+(?:\.[0-9]+)?)")  #: recorded, Jan 2026


class Wire(BaseModel):
    """What the service sent, as far as we use it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WireError(Wire):
    code: str | None = None
    message: str | None = None


class _Stated(Wire):
    status: str | None = None

    @property
    def word(self) -> str:
        """The status as the tables spell it: the service's use of capitals is not settled."""
        return (self.status or "").lower()


class WireFile(_Stated):
    id: str
    filename: str | None = None
    created_at: float | None = None
    status_details: str | None = None
    error: WireError | None = None


class WireJob(_Stated):
    id: str
    created_at: float
    finished_at: float | None = None
    fine_tuned_model: str | None = None
    result_files: list[str] | None = None
    error: WireError | None = None
    suffix: str | None = None
    training_file: str | None = None


class WireEvent(Wire):
    id: str
    created_at: float
    level: str | None = None
    message: str | None = None
    data: dict[str, object] | None = None


class WireCheckpoint(Wire):
    id: str
    step_number: int
    fine_tuned_model_checkpoint: str | None = None
    metrics: dict[str, object] | None = None


class WirePage[T: BaseModel](Wire):
    data: list[T]
    has_more: bool | None = None


def job_status(word: str) -> JobStatus | None:
    """`None` for a word that is not in the table: the job is taken to be running."""
    return JOB_STATUSES.get(word)


def job_view(
    job: WireJob, newest_first: Sequence[WireEvent], cursor: Cursor, checkpoints: Iterable[WireCheckpoint]
) -> JobView:
    """The job as steps see it. Events older than the cursor, if given, tell when it started and what it cost."""
    billed = _billed(newest_first)
    started = next((event.created_at for event in newest_first if STARTED.match(event.message or "")), None)
    return JobView(
        status=job_status(job.word) or JobStatus.RUNNING,
        status_word=job.status or "",
        reason=_reason(job, newest_first),
        model=job.fine_tuned_model or None,
        result_file=next(iter(job.result_files or ()), None),
        created_at=_instant(job.created_at),
        started_at=_instant(started) if started else None,
        finished_at=_instant(job.finished_at) if job.finished_at and job.finished_at > 0 else None,
        tokens_billed=None if (tokens := billed.get("tokens")) is None else round(tokens),
        hours_billed=billed.get("hours"),
        events=tuple(_event(event) for event in reversed(until_cursor(newest_first, cursor))),
        checkpoints=tuple(sorted((_checkpoint(one) for one in checkpoints), key=lambda one: one.step)),
    )


def until_cursor(newest_first: Iterable[WireEvent], cursor: Cursor) -> list[WireEvent]:
    """The events that are newer than the cursor's; all, where its event is not among them."""
    fresh: list[WireEvent] = []
    for event in newest_first:
        if event.id == cursor.event_id:
            break
        fresh.append(event)
    return fresh


def points_of(results: bytes) -> list[Point]:
    """The points of a results file. A row without a step is no point, a cell without a finite number no figure.

    A file that is no CSV at all has no points: the gate then finds nothing to decide on.
    """
    rows = csv.DictReader(io.StringIO(results.decode("utf-8-sig", "replace"), newline=""))
    try:
        points = [_point(cast("Mapping[str, object]", row)) for row in rows]
    except csv.Error:
        return []
    return sorted((point for point in points if point), key=lambda point: point.step)


def _reason(job: WireJob, newest_first: Iterable[WireEvent]) -> str | None:
    """The job's own error; where that is empty, the last error in its log."""
    if job_status(job.word) is not JobStatus.FAILED:
        return None
    if job.error and (job.error.code or job.error.message):
        return ": ".join(part for part in (job.error.code, job.error.message) if part)
    return next((event.message for event in newest_first if event.level == "error" and event.message), None)


def _billed(newest_first: Iterable[WireEvent]) -> dict[str, float]:
    """What the log says was billed, by its unit."""
    found = (BILLED.match(event.message or "") for event in newest_first)
    return {match[1]: float(match[2]) for match in found if match}


def _event(event: WireEvent) -> JobEvent:
    return JobEvent(
        id=event.id,
        at=_instant(event.created_at),
        level=event.level or "info",
        message=event.message or "",
        point=_point(event.data or {}),
    )


def _checkpoint(one: WireCheckpoint) -> Checkpoint:
    """The name to deploy is `<model>` for the last and `<model>:ckpt-step-<n>` for earlier ones.

    The documentation gives the id (`ftchkpt-...`) as name instead; which of the two ARM takes is unconfirmed.
    """
    model = one.fine_tuned_model_checkpoint or one.id
    return Checkpoint(id=one.id, model=model, step=one.step_number, metrics=_metrics(one.metrics or {}))


def _point(given: Mapping[str, object]) -> Point | None:
    step, metrics = _number(given.get("step")), _metrics(given)
    return Point(step=int(step), metrics=metrics) if step is not None and metrics != Metrics() else None


def _metrics(given: Mapping[str, object]) -> Metrics:
    figures = {name: number for name, value in _flat(given) if (number := _number(value)) is not None}
    found = {
        ours: next((figures[name] for name in names if name in figures), None) for ours, names in METRIC_NAMES.items()
    }
    others = itertools.islice(
        ((name, figure) for name, figure in figures.items() if name not in PUBLISHED), MOST_OTHERS
    )
    return Metrics.model_validate({**found, "others": dict(others)})


def _flat(given: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Nested figures under dotted names."""
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _flat(cast("Mapping[str, object]", value), f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _number(value: object) -> float | None:
    """A finite number, or `None`: a loss that is not a number must never pass for one."""
    try:
        number = float(cast("str", value))
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
