"""What telemetry is told: structured records, never with dataset text or secrets.

Each record is one structured log line (`Properties` in Application Insights), and carries the labels of the work that
wrote it. A crash between posting and saving posts again, under the same id: the service's own for the thing
(`event_id`, `training_step`, `checkpoint_id`), or the run's `revision`.

docs/telemetry.md lists every record and field.
"""

from datetime import datetime
from typing import Literal

from shared.core.training import Metrics
from shared.core.values import Value


class Labels(Value):
    """What every log line, span and metric of a piece of work carries."""

    run_id: str
    family: str
    stage: str  #: the one that the work found
    step: str
    attempt: int


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
    usd_actual: float | None = None  #: what was billed, at the catalogue's price

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


class StageRecord(Value):
    """A stage that a run came to, and how long it was in the one before. What is not known yet is left out."""

    record: Literal["stage"] = "stage"
    run_id: str
    revision: int
    stage_entered: str
    entered_at: datetime
    stage_left: str | None
    stage_seconds: float | None  #: in the stage that was left
    waits_for_person: bool
    drop: str
    recipe: str
    base_model: str | None = None
    method: str | None = None
    job_id: str | None = None
    deployment: str | None = None
    expires_at: datetime | None = None
    rejected_by: str | None = None

    @property
    def summary(self) -> str:
        return f"{self.run_id} is {self.stage_entered}"


class PlanRecord(Value):
    """What is to be trained, and what it will cost. `None` where nobody can know it beforehand."""

    record: Literal["plan"] = "plan"
    run_id: str
    base_model: str
    method: str
    training_rows: int
    tokens_estimated: int  #: of the training file
    epochs: int
    usd_estimated: float | None
    usd_at_most: float | None

    @property
    def summary(self) -> str:
        return f"plan: {self.training_rows} rows, {self.method}, {self.base_model}"


class GateRecord(Value):
    """What the training gate decided, with the figures of the checkpoint it chose, or of the last it judged."""

    record: Literal["gate"] = "gate"
    run_id: str
    job_id: str
    gate_outcome: str
    checkpoints: int
    chosen_step: int | None
    validation_loss: float | None
    validation_token_accuracy: float | None
    overfit_ratio: float | None
    loss_gain: float | None  #: the first validation loss that was measured, less the checkpoint's
    reward_gain: float | None

    @property
    def summary(self) -> str:
        return f"training gate: {self.gate_outcome}"


class LateRunRecord(Value):
    """A run whose order must be taken for lost: the sweep gave it again."""

    record: Literal["late_run"] = "late_run"
    run_id: str
    idle_seconds: float  #: since the run was last saved

    @property
    def summary(self) -> str:
        return f"no progress for {self.idle_seconds:.0f} s: ordered again"


class WaitingRecord(Value):
    """A run that waits for a person, told by each sweep."""

    record: Literal["waiting"] = "waiting"
    run_id: str
    drop: str
    waiting_seconds: float

    @property
    def summary(self) -> str:
        return f"waits for a person since {self.waiting_seconds:.0f} s"


class SweepRecord(Value):
    """What the sweep found."""

    record: Literal["sweep"] = "sweep"
    runs_active: int
    runs_late: int
    oldest_age_seconds: float  #: of the active run that began first; 0 if none is active
    catalogue_age_days: int | None  #: `None` while the catalogue cannot be read
    active: dict[str, int]  #: runs by stage

    @property
    def summary(self) -> str:
        return f"swept: {self.runs_active} active runs, {self.runs_late} late"


class UnannouncedRecord(Value):
    """Uploads whose event never came: the sweep began their runs."""

    record: Literal["unannounced"] = "unannounced"
    uploads: int

    @property
    def summary(self) -> str:
        return f"{self.uploads} uploads had not been announced"


type Record = (
    Delivery
    | EventRecord
    | PointRecord
    | CheckpointRecord
    | JobRecord
    | RowsRecord
    | NoticeRecord
    | StageRecord
    | PlanRecord
    | GateRecord
    | LateRunRecord
    | WaitingRecord
    | SweepRecord
    | UnannouncedRecord
)
