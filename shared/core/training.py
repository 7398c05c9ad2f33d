"""A fine-tuning job as we see it: normalised status, events, metric points, checkpoints."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from shared.core.values import Value


class JobStatus(StrEnum):
    """What the service's many words come down to. A word nobody listed counts as running."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Metrics(Value):
    """Losses in nats a token (of dpo: in nats a pair), accuracies 0 to 1, rewards as the grader gives them.

    `None` where the service reported nothing: each method has figures of its own.
    """

    train_loss: float | None = None
    train_mean_token_accuracy: float | None = None
    valid_loss: float | None = None
    valid_mean_token_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_mean_token_accuracy: float | None = None
    train_mean_reward: float | None = None
    full_valid_mean_reward: float | None = None
    mean_unresponsive_rewards: float | None = None
    completion_tokens_mean: float | None = None
    reasoning_tokens_mean: float | None = None
    valid_reasoning_tokens_mean: float | None = None
    train_sample_parse_error_count: float | None = None
    train_other_error_count: float | None = None
    others: dict[str, float] = Field(default_factory=dict[str, float])  #: under names that nobody published

    @property
    def validation_loss(self) -> float | None:
        """Over the whole validation file where there is one figure for it, else over the last batch."""
        return self.valid_loss if self.full_valid_loss is None else self.full_valid_loss

    @property
    def validation_token_accuracy(self) -> float | None:
        whole = self.full_valid_mean_token_accuracy
        return self.valid_mean_token_accuracy if whole is None else whole


class Point(Value):
    """The metrics of one training step."""

    step: int
    metrics: Metrics


class JobEvent(Value):
    """One line of the job's log, as the service wrote it; with its point when it carries metrics."""

    id: str
    at: datetime
    level: str
    message: str
    point: Point | None = None


class Checkpoint(Value):
    """A model that can be deployed, as it was after a step."""

    id: str
    model: str  #: the name under which it is deployed
    step: int
    metrics: Metrics


class Cursor(Value):
    """How far a job's events and checkpoints have been posted to telemetry."""

    event_id: str | None = None
    checkpoint_step: int = 0


class JobView(Value):
    """One look at a job."""

    status: JobStatus
    status_word: str  #: the service's own
    reason: str | None = None  #: the service's own words, for a job that failed
    model: str | None = None
    result_file: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    tokens_billed: int | None = None
    hours_billed: float | None = None
    events: tuple[JobEvent, ...] = ()  #: those after the cursor, oldest first
    checkpoints: tuple[Checkpoint, ...] = ()  #: all, by step

    @property
    def queued_seconds(self) -> float | None:
        return (self.started_at - self.created_at).total_seconds() if self.started_at else None

    @property
    def trained_seconds(self) -> float | None:
        return (self.finished_at - self.started_at).total_seconds() if self.started_at and self.finished_at else None

    def after(self, cursor: Cursor) -> Cursor:
        """The cursor once everything in this look was posted."""
        return Cursor(
            event_id=self.events[-1].id if self.events else cursor.event_id,
            checkpoint_step=max([cursor.checkpoint_step, *(checkpoint.step for checkpoint in self.checkpoints)]),
        )
