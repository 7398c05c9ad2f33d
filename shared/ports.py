"""What the steps need from the world; `shared.adapters` provides it.

Every method that changes something may be called again for the same run and then changes nothing more, except the
two that cost money or quota (`Trainer.upload`, `Trainer.create_job`): those are looked up first and never repeated
blindly. Adapters raise `TransientError` where trying again may help, and `PermanentError` where it cannot.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from shared.core.catalogue import Catalogue
from shared.core.drop import Blob
from shared.core.notices import Notice
from shared.core.preflight import Offer
from shared.core.prepare.containers import Scratch
from shared.core.records import Labels, Record
from shared.core.run import Order, Run
from shared.core.scan import Scan
from shared.core.stages import UploadedFiles
from shared.core.training import Cursor, JobView, Point


class Runs(Protocol):
    """Runs as documents, the marker of each live run, and receipts of what was told."""

    def create(self, run: Run) -> Run:
        """Store a new run and its marker, or return the one already there."""
        ...

    def load(self, run_id: str) -> tuple[Run, str]:
        """The run, and the ETag to save it with. Raises `KeyError` if there is none."""
        ...

    def save(self, run: Run, if_match: str) -> str:
        """The new ETag. Raises `RunConflict` if the run was saved since it was loaded."""
        ...

    def exists(self, run_id: str) -> bool: ...

    def live(self) -> Iterator[tuple[str, datetime]]:
        """The ids of runs that have a marker, and when it was last touched."""
        ...

    def touch(self, run_id: str) -> None:
        """Touch the marker: the run does not move, but its order was given again."""
        ...

    def retire(self, run_id: str) -> None:
        """Remove the marker of a run that is over."""
        ...

    def latest(self, most: int) -> list[Run]:
        """The runs last changed, newest first."""
        ...

    def was_told(self, run_id: str, revision: int) -> bool: ...

    def mark_told(self, run_id: str, revision: int) -> None: ...


class Bus(Protocol):
    """Commands in queues, one a step."""

    def send(self, order: Order) -> None:
        """Deliver the command after the order's delay. Drops a command whose message id it has seen lately."""
        ...

    def settle(self, container: str, folder: str, fingerprint: str, after: timedelta) -> None:
        """Announce to intake, after a delay, that a folder looked like this."""
        ...


class Datasets(Protocol):
    """The container that people drop into, and the recipes beside it. Nothing that is there is changed."""

    def blobs(self, container: str, folder: str | None = None) -> Iterator[tuple[Blob, datetime]]:
        """Every blob of the container, or of one folder, with the time it was last changed."""
        ...

    def head(self, container: str, name: str) -> Blob | None:
        """The blob as it is now; `None` if it is gone."""
        ...

    def read(self, container: str, blob: Blob) -> Iterator[bytes]:
        """The bytes of exactly this version. Raises `DropChanged` if it was replaced or removed."""
        ...

    def recipe(self, name: str) -> str | None:
        """The text of `recipes/<name>.yaml`, or `None`."""
        ...

    def beside_recipes(self, path: str) -> str | None:
        """The text of another file of the recipes container, or `None`."""
        ...

    def add_recipe(self, name: str, text: str) -> bool:
        """Put `recipes/<name>.yaml` where there is none. Whether it was put."""
        ...


class Scanner(Protocol):
    """Whoever looks for malware in what was dropped."""

    def scan(self, container: str, blob: Blob) -> Scan:
        """What is known of exactly this version. Raises `DropChanged` if it was replaced or removed."""
        ...


class Writer(Protocol):
    """A file being written. Nothing is visible until `commit`; the same bytes again change nothing."""

    def write(self, data: bytes) -> None: ...

    def commit(self) -> None: ...


class RunFiles(Protocol):
    """The files of a run, beside its document: prepared files, report, results, lineage."""

    def writer(self, run_id: str, name: str) -> Writer: ...

    def put(self, run_id: str, name: str, data: bytes) -> None:
        """Store a small file, replacing what was there."""
        ...

    def read(self, run_id: str, name: str) -> Iterator[bytes] | None:
        """The bytes, in chunks; `None` if there is no such file."""
        ...


@dataclass(frozen=True)
class JobRequest:
    """All that a fine-tuning job is made from. The suffix carries the run's id."""

    suffix: str
    model: str
    method: str
    training_type: str
    files: UploadedFiles
    hyperparameters: dict[str, str | int | float]  #: those that are not left to the service
    seed: int | None
    metadata: dict[str, str]
    grader: dict[str, object] | None = None  #: of rft, as the service spells it
    response_format: dict[str, object] | None = None  #: likewise


class Trainer(Protocol):
    """Files and fine-tuning jobs in Foundry."""

    def find_files(self, prefix: str) -> dict[str, str]:
        """Ids of the files whose names begin so, by name, the oldest of each name."""
        ...

    def upload(self, name: str, content: Iterable[bytes], size: int) -> str:
        """Upload a training file; its id. Not repeatable: look first."""
        ...

    def files_ready(self, ids: Sequence[str]) -> bool:
        """Whether all were processed. Raises `TrainingFailed` with the service's words if one was refused."""
        ...

    def remove_files(self, prefix: str) -> None:
        """Delete every file whose name begins so. None there is success."""
        ...

    def find_job(self, suffix: str, files: UploadedFiles) -> str | None:
        """The id of the job that carries the suffix or trains on the file; `None` if no listing shows one."""
        ...

    def create_job(self, request: JobRequest) -> str:
        """Create a job; its id. Not repeatable: look first. `TransientError` may hide a job that was made."""
        ...

    def look(self, job_id: str, cursor: Cursor) -> JobView:
        """The job as it is now, with the events after the cursor."""
        ...

    def cancel(self, job_id: str) -> None:
        """Ask for the job's end. A job that is over already is success."""
        ...

    def results(self, file_id: str) -> bytes | None:
        """The result file as the service wrote it (CSV); `None` while there is none."""
        ...

    def points(self, results: bytes) -> list[Point]:
        """The metric points of a result file, by step."""
        ...


class Deployer(Protocol):
    """Deployments of tuned models."""

    def offer(self, model: str, version: str) -> Offer | None:
        """What the account offers of a base model; `None` if it does not list it."""
        ...

    def start(self, name: str, model: str, tier: str, capacity: int) -> None:
        """Order the deployment, or find it ordered. Raises `PermanentError` if the name serves another model."""
        ...

    def created_at(self, name: str) -> datetime | None:
        """When a deployment that is provisioned was made; `None` while it is not. `PermanentError` if it failed."""
        ...

    def answers(self, name: str) -> bool:
        """Whether it answers a real request: provisioned is not yet ready."""
        ...

    def exists(self, name: str) -> bool: ...

    def remove(self, name: str) -> None:
        """Delete it. None there is success."""
        ...


class Channel(Protocol):
    """The people who are told."""

    def tell(self, run: Run, notice: Notice) -> None:
        """Send the notice. Being called again tells again, with the same notice id."""
        ...


class Telemetry(Protocol):
    """What operations staff watch."""

    def record(self, record: Record) -> None: ...

    def span(self, work: Labels) -> AbstractContextManager[None]:
        """One span; every log line, span and metric inside it carries the labels of the work."""
        ...


class DeadLetter(NamedTuple):
    """A message that a queue gave up, as people are told of it: never its content."""

    queue: str
    number: int  #: its sequence number
    message_id: str
    reason: str
    at: datetime | None  #: UTC, when the message had come into its queue


class DeadLetters(Protocol):
    """What the queues gave up; no step's business, but the operator's."""

    def waiting(self, queue: str) -> list[DeadLetter]:
        """All dead letters of a queue, the oldest first; none is touched."""
        ...

    def give_back(self, queue: str, most: int) -> Iterator[DeadLetter]:
        """Move dead letters back into their queue, and yield each once it is there.

        Killed in between, a message may be in both places: given back again, the repeat is dropped or does no harm.
        """
        ...


@dataclass(frozen=True)
class Services:
    """Everything a step may ask for."""

    runs: Runs
    bus: Bus
    datasets: Datasets
    scanner: Scanner
    files: RunFiles
    trainer: Trainer
    deployer: Deployer
    channel: Channel
    telemetry: Telemetry
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]  #: UTC
    scratch: Callable[[], AbstractContextManager[Scratch]]  #: room on a disk, for as long as the block lasts
    settling: timedelta  #: how long a folder must be quiet before its set begins
    account: str  #: the Foundry account and project, for messages and records
