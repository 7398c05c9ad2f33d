"""What telemetry is told: structured records, each with the run's id, never with dataset text or secrets.

Each record is one structured log line (`customDimensions` in Application Insights). Records about a job carry the
service's own id for the thing (`event_id`, `training_step`, `checkpoint_id`): a crash between posting and saving
posts again, under the same id.
"""

from datetime import datetime
from typing import Literal

from shared.core.stages import Job
from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Metrics, Point
from shared.core.values import Value


class Delivery(Value):
    """One delivery of one command, and what it came to."""

    record: Literal["delivery"] = "delivery"
    run_id: str
    revision: int
    step: str
    attempt: int
    stage_before: str
    stage_after: str
    seconds: float
    outcome: Literal["advanced", "waiting", "stale", "retry", "ended", "told", "untold"]
    reason: str | None = None

    @property
    def summary(self) -> str:
        what = f"{self.stage_before} -> {self.stage_after}" if self.outcome == "advanced" else self.outcome
        return f"{self.step} {self.run_id}: {what}" + (f": {self.reason}" if self.reason else "")


class EventRecord(Value):
    """A line of the job's own log."""

    record: Literal["job_event"] = "job_event"
    run_id: str
    job_id: str
    event_id: str
    event_level: str
    event_at: datetime
    text: str

    @property
    def summary(self) -> str:
        return self.text


class PointRecord(Metrics):
    """The metrics of one training step."""

    record: Literal["training_point"] = "training_point"
    run_id: str
    job_id: str
    training_step: int
    point_at: datetime

    @property
    def summary(self) -> str:
        return f"step {self.training_step} of {self.job_id}"


class CheckpointRecord(Metrics):
    """A checkpoint that appeared."""

    record: Literal["checkpoint"] = "checkpoint"
    run_id: str
    job_id: str
    checkpoint_id: str
    checkpoint_model: str
    training_step: int

    @property
    def summary(self) -> str:
        return f"checkpoint {self.checkpoint_id} at step {self.training_step}"


class JobRecord(Value):
    """A job that ended: how long it waited and trained, what it cost in tokens."""

    record: Literal["job"] = "job"
    run_id: str
    job_id: str
    status: str
    queued_seconds: float | None
    trained_seconds: float | None
    tokens_billed: int | None
    hours_billed: float | None = None

    @property
    def summary(self) -> str:
        return f"job {self.job_id} {self.status}"


class RowsRecord(Value):
    """The row accounting of a prepared drop."""

    record: Literal["rows"] = "rows"
    run_id: str
    base_model: str
    verdict: str
    rows_read: int
    rows_kept: int
    rows_fixed: int
    rows_rejected: int
    rows_duplicates: int
    rows_ties: int
    rows_filtered: int
    rows_test: int

    @property
    def summary(self) -> str:
        return f"dataset {self.verdict}: {self.rows_read} rows read, {self.rows_rejected} rejected"


class NoticeRecord(Value):
    """A notice that reached the channel."""

    record: Literal["notice"] = "notice"
    run_id: str
    notice: str
    title: str

    @property
    def summary(self) -> str:
        return f"told: {self.title}"


type Record = Delivery | EventRecord | PointRecord | CheckpointRecord | JobRecord | RowsRecord | NoticeRecord


def news(run_id: str, job_id: str, cursor: Cursor, view: JobView) -> list[Record]:
    """What a look at a job shows that the cursor has not seen: its log, its metric points, its checkpoints."""
    fresh = [checkpoint for checkpoint in view.checkpoints if checkpoint.step > cursor.checkpoint_step]
    return [
        *(_line(run_id, job_id, event) for event in view.events),
        *(_point(run_id, job_id, event.at, event.point) for event in view.events if event.point),
        *(_checkpoint(run_id, job_id, checkpoint) for checkpoint in fresh),
    ]


def _line(run_id: str, job_id: str, event: JobEvent) -> EventRecord:
    return EventRecord(
        run_id=run_id, job_id=job_id, event_id=event.id, event_level=event.level, event_at=event.at, text=event.message
    )


def _point(run_id: str, job_id: str, at: datetime, point: Point) -> PointRecord:
    return PointRecord(
        run_id=run_id, job_id=job_id, training_step=point.step, point_at=at, **point.metrics.model_dump()
    )


def _checkpoint(run_id: str, job_id: str, checkpoint: Checkpoint) -> CheckpointRecord:
    return CheckpointRecord(
        run_id=run_id,
        job_id=job_id,
        checkpoint_id=checkpoint.id,
        checkpoint_model=checkpoint.model,
        training_step=checkpoint.step,
        **checkpoint.metrics.model_dump(),
    )


def record_of_job(run_id: str, job: Job, status: JobStatus) -> JobRecord:
    return JobRecord(
        run_id=run_id,
        job_id=job.id,
        status=status,
        queued_seconds=job.queued_seconds,
        trained_seconds=job.trained_seconds,
        tokens_billed=job.tokens_billed,
        hours_billed=job.hours_billed,
    )
