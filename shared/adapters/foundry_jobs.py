"""Foundry's words for files and jobs, and how we read them. Nothing here talks to anyone.

Sources: SPEC (azure-v1-v1-generated.yaml, 2d621d46), REST-PREV (2025-04-01-preview authoring), and answers recorded in
microsoft-foundry/fine-tuning, Jan 2026. Fields may be null or absent, and `-1` means `auto`.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
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

METRIC_NAMES = {  #: events and checkpoints say `valid_...`, the results file `validation_...` (fine-tuning-rest, 2026)
    "train_loss": ("train_loss",),
    "train_mean_token_accuracy": ("train_mean_token_accuracy",),
    "valid_loss": ("valid_loss", "validation_loss"),
    "valid_mean_token_accuracy": ("valid_mean_token_accuracy", "validation_mean_token_accuracy"),
    "full_valid_loss": ("full_valid_loss", "full_validation_loss"),
    "full_valid_mean_token_accuracy": ("full_valid_mean_token_accuracy", "full_validation_mean_token_accuracy"),
}
STARTED = re.compile(r"^Job started\b")  #: recorded, Jan 2026
BILLED = re.compile(r"^Training tokens billed: (\d+)")  #: recorded, Jan 2026


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
        tokens_billed=_tokens_billed(newest_first),
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


def _tokens_billed(newest_first: Iterable[WireEvent]) -> int | None:
    found = (BILLED.match(event.message or "") for event in newest_first)
    return next((int(match.group(1)) for match in found if match), None)


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


def _point(figures: Mapping[str, object]) -> Point | None:
    step, metrics = _number(figures.get("step")), _metrics(figures)
    return Point(step=int(step), metrics=metrics) if step is not None and metrics != Metrics() else None


def _metrics(figures: Mapping[str, object]) -> Metrics:
    found = {
        ours: next((figures[name] for name in names if _number(figures.get(name)) is not None), None)
        for ours, names in METRIC_NAMES.items()
    }
    return Metrics.model_validate({ours: _number(figure) for ours, figure in found.items()})


def _number(value: object) -> float | None:
    """A finite number, or `None`: a loss that is not a number must never pass for one."""
    try:
        number = float(cast("str", value))
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
