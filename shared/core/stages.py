"""The stages of a run. A stage is a class that holds what is known once it is reached.

    received -> scanning* -> prepared -> uploading -> uploaded* -> ready -> submitting* -> training* -> trained
    -> accepted -> deploying* -> serving* -> expired

    * waits on Foundry: `watch` (for `submitting`: `submit`) looks again until it moves on. `scanning` waits on the
      malware scanner, where there is one: `prepare` looks again.

`prepared` may become `held` (over budget: a person decides), `training` may become `paused`. Any stage may become
`parked` (the outside world refused for hours: a person resumes), `rejected`, `failed` or `cancelled`. Every end is
closed once what was temporary is gone. Between `serving` and its end the answers gate will stand: its stages,
`evaluating` and what it decides, come between `serving` and `expired`.

Everything that decides where a run may go next lives here (`next_step`) and in `steps.py` (who leads where).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from shared.core.cost import Estimate
from shared.core.gate import Verdict
from shared.core.recipe import Method, Recipe
from shared.core.training import Checkpoint, Cursor, Point
from shared.core.values import Value


class Step(StrEnum):
    """The work that moves a run on; also the name of the step's queue."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    WATCH = "watch"
    ASSESS = "assess"
    DEPLOY = "deploy"
    CLOSE = "close"
    NOTIFY = "notify"  #: moves nothing: it tells what an earlier step wrote into the run


class PreparedFile(Value):
    """A file in Azure's format: JSONL, UTF-8, one example a line."""

    blob: str  #: its name in the runs container
    rows: int
    bytes: int
    sha256: str


class Plan(Value):
    """What is to be trained on what, fixed before any money is spent."""

    recipe: Recipe
    model: str  #: with its version, as the job names it
    method: Method
    inputs: dict[str, str]  #: sha256 of each dropped blob as it was read, by name
    training: PreparedFile
    validation: PreparedFile | None
    test: PreparedFile | None  #: never shown to the trainer
    corrected: str | None = None  #: the blob of the whole dataset, repaired; `None` if nothing was wrong, or too much
    estimate: Estimate
    approved_by: str | None = None  #: who let it exceed the budget


class UploadedFiles(Value):
    """Foundry's file ids."""

    training: str
    validation: str | None


class Job(Value):
    """A fine-tuning job that succeeded."""

    id: str
    model: str  #: the tuned model's name
    result_file: str | None
    tokens_billed: int | None
    hours_billed: float | None = None  #: of reinforcement
    queued_seconds: float | None
    trained_seconds: float | None
    checkpoints: tuple[Checkpoint, ...]


class Deployment(Value):
    """A named endpoint that serves a tuned model."""

    name: str
    model: str


class Waiting(Value):
    """A stage that ends when a service is ready: Foundry, mostly."""

    next_step: ClassVar[Step] = Step.WATCH
    looks: int = 0  #: taken so far that found it unfinished

    def once_more(self, **changes: object) -> Self:
        return self.model_copy(update={"looks": self.looks + 1, **changes})


class Received(Value):
    state: Literal["received"] = "received"
    next_step: ClassVar[Step] = Step.PREPARE


class Scanning(Waiting):
    """Not a byte is read before the scanner has let every dropped blob through."""

    state: Literal["scanning"] = "scanning"
    next_step: ClassVar[Step] = Step.PREPARE


class Prepared(Value):
    state: Literal["prepared"] = "prepared"
    next_step: ClassVar[Step] = Step.SUBMIT
    plan: Plan


class Held(Value):
    """Dearer than the recipe lets through unasked. A person approves or refuses."""

    state: Literal["held"] = "held"
    next_step: ClassVar[None] = None
    plan: Plan


class Uploading(Value):
    """The intent to upload, written down before the first file is sent."""

    state: Literal["uploading"] = "uploading"
    next_step: ClassVar[Step] = Step.SUBMIT
    plan: Plan


class Uploaded(Waiting):
    state: Literal["uploaded"] = "uploaded"
    plan: Plan
    files: UploadedFiles


class Ready(Value):
    """The service has taken the files; nothing stands between them and a job."""

    state: Literal["ready"] = "ready"
    next_step: ClassVar[Step] = Step.SUBMIT
    plan: Plan
    files: UploadedFiles


class Submitting(Waiting):
    """The intent to create the job, written down before each POST: whoever finds a run here looks before it posts."""

    state: Literal["submitting"] = "submitting"
    next_step: ClassVar[Step] = Step.SUBMIT
    plan: Plan
    files: UploadedFiles
    posts: int = 1  #: how often the POST was or may have been sent
    refusal: str | None = None  #: what the service last said to it


class Training(Waiting):
    state: Literal["training"] = "training"
    plan: Plan
    files: UploadedFiles
    job_id: str
    cursor: Cursor = Cursor()
    latest: Point | None = None
    cancel: bool = False  #: a person asked for it


class Paused(Waiting):
    """The service paused the job: at its cost cap, for a person, or while spot capacity is away."""

    state: Literal["paused"] = "paused"
    plan: Plan
    files: UploadedFiles
    job_id: str
    cursor: Cursor
    latest: Point | None


class Trained(Value):
    state: Literal["trained"] = "trained"
    next_step: ClassVar[Step] = Step.ASSESS
    plan: Plan
    files: UploadedFiles
    job: Job
    cursor: Cursor


class Accepted(Value):
    """The training gate passed; `verdict` names the checkpoint to serve."""

    state: Literal["accepted"] = "accepted"
    next_step: ClassVar[Step] = Step.DEPLOY
    plan: Plan
    files: UploadedFiles
    job: Job
    verdict: Verdict
    tries: int = 1  #: a deployment that never answers is made anew once


class Deploying(Waiting):
    state: Literal["deploying"] = "deploying"
    plan: Plan
    files: UploadedFiles
    job: Job
    verdict: Verdict
    deployment: Deployment
    tries: int


class Serving(Waiting):
    """The deployment answered a request; the platform removes it at `expires_at`."""

    state: Literal["serving"] = "serving"
    plan: Plan
    files: UploadedFiles
    job: Job
    verdict: Verdict
    deployment: Deployment
    made_at: datetime  #: by the service's clock, as is the end
    expires_at: datetime
    reminded: bool = False


type Working = Annotated[
    Received
    | Scanning
    | Prepared
    | Held
    | Uploading
    | Uploaded
    | Ready
    | Submitting
    | Training
    | Paused
    | Trained
    | Accepted
    | Deploying
    | Serving,
    Field(discriminator="state"),
]


class Parked(Value):
    """A step was refused by the outside world for hours. A person mends it and resumes, or cancels."""

    state: Literal["parked"] = "parked"
    next_step: ClassVar[None] = None
    step: Step
    reason: str
    before: Working


class _End(Value):
    next_step: ClassVar[Step] = Step.CLOSE
    before: Working


class Rejected(_End):
    """Not fit to go on: the scanner, the recipe, the dataset, the budget or the training gate said no."""

    state: Literal["rejected"] = "rejected"
    by: Literal["malware scan", "recipe", "dataset", "budget", "training gate"]
    reasons: tuple[str, ...]
    verdict: Verdict | None = None  #: of the training gate, where that was asked


class Failed(_End):
    """A step gave up."""

    state: Literal["failed"] = "failed"
    step: Step
    reason: str


class Cancelled(_End):
    state: Literal["cancelled"] = "cancelled"
    reason: str


class Expired(_End):
    """The deployment's time was up. The model is kept and can be deployed again."""

    state: Literal["expired"] = "expired"


type Outcome = Annotated[Rejected | Failed | Cancelled | Expired, Field(discriminator="state")]


class Closed(Value):
    """The end: nothing temporary is left."""

    state: Literal["closed"] = "closed"
    next_step: ClassVar[None] = None
    outcome: Outcome


type Stage = Working | Parked | Outcome | Closed
