"""What the stand-in remembers. Times are unix seconds of its own clock."""

from typing import Any, Literal, get_args

import msgspec

type JobStatus = Literal[
    "pending", "queued", "running", "pausing", "paused", "resuming", "succeeded", "failed", "cancelled"
]
TERMINAL: frozenset[JobStatus] = frozenset({"succeeded", "failed", "cancelled"})


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Anything kept under an id."""

    id: str


class File(Record, frozen=True, kw_only=True):
    """An uploaded file or a result; its content lies on disk under its id."""

    filename: str
    purpose: str
    bytes: int
    created_at: float
    running_at: float  #: when the import begins
    ready_at: float  #: when the import ends
    fault: str | None = None  #: why the import ends in an error


class JobError(msgspec.Struct, frozen=True):
    """Why a job failed."""

    code: str
    message: str
    param: str | None = None


class Point(msgspec.Struct, frozen=True):
    """What training measured at one step, under the names of a results file."""

    step: int
    metrics: dict[str, float]
    ends_epoch: bool = False
    told: bool = False  #: whether an event tells of it


class Checkpoint(msgspec.Struct, frozen=True):
    """A model as of a step."""

    id: str
    step: int
    created_at: float
    metrics: dict[str, float]


class Plan(msgspec.Struct, frozen=True):
    """The numbers that training really uses, where the request may have said auto."""

    method: str
    epochs: int
    batch_size: int
    rate: float  #: step of the stand-in's own optimiser
    beta: float  #: preference only
    seed: int
    steps: int


class Job(Record, frozen=True, kw_only=True):
    """A fine-tuning job. `duration` and `trained` count seconds of training, waiting left out."""

    created_at: float
    model: str  #: as answered: a snapshot or an earlier fine-tune
    base: str  #: the snapshot beneath
    training_file: str
    validation_file: str | None
    suffix: str | None
    training_type: str
    method: dict[str, Any]  #: as answered
    hyperparameters: dict[str, float | str]  #: as answered
    plan: Plan
    tokens: int  #: of one epoch
    fault: JobError | None  #: what validation is going to find
    duration: float
    status: JobStatus = "pending"
    due_at: float  #: when the status may change by itself, where it does
    trained: float = 0.0  #: up to `running_since`
    running_since: float | None = None
    finished_at: float | None = None
    curve_at: float | None = None  #: when the curve had been computed
    reported: int = 0  #: points of the curve that have been told
    learnt: bool = False
    checkpoints: tuple[Checkpoint, ...] = ()
    result_file: str | None = None
    error: JobError | None = None

    @property
    def slot(self) -> str:
        """Which of Azure's limits for running jobs it counts against."""
        return self.training_type if self.training_type == "developerTier" else "other"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in TERMINAL

    @property
    def tuned_model(self) -> str:
        """The name of its model: `<base>.ft-<guid>[-<suffix>]` (recorded, foundry notebooks, Jan 2026)."""
        guid = self.id.removeprefix("ftjob-")
        return f"{self.base}.ft-{guid}" + (f"-{self.suffix}" if self.suffix else "")


class Curve(Record, frozen=True, kw_only=True):
    """All that a job's training measured; the id is the job's."""

    points: tuple[Point, ...]


class Event(Record, frozen=True, kw_only=True):
    """A line of a job's history."""

    job: str
    created_at: float
    message: str
    level: Literal["info", "warn", "error"] = "info"
    data: dict[str, Any] | None = None


class Deployment(Record, frozen=True, kw_only=True):
    """A model that is served, or is going to be; the id is its name."""

    resource_id: str
    model_format: str
    model_name: str  #: as given
    model_version: str
    serves: str  #: the model that answers: a catalogue id or a job's id
    tuned: bool
    sku: str
    usage_name: str
    capacity: int  #: thousands of tokens a minute
    upgrade: str
    rai_policy: str | None
    tags: dict[str, str] | None
    created_at: float
    changed_at: float
    used_at: float
    deleted_at: float | None = None


type EffectKind = Literal[
    "files_created",
    "files_deleted",
    "jobs_created",
    "deployments_created",
    "deployments_deleted",
    "deployments_expired",
]
EFFECTS: tuple[EffectKind, ...] = get_args(EffectKind.__value__)


class Effect(Record, frozen=True, kw_only=True):
    """Something done, kept for ever: what tests count."""

    at: float
    kind: EffectKind
    subject: str
