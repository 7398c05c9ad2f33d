"""The ports in memory. They keep the ports' promises, and break where the real world breaks.

Every call passes a `Fuse` before and after its effect: a test can let the process die there, or let something else
happen there. What cannot be repeated in the real world cannot be repeated here: each POST makes another job.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files as package_files

from shared.adapters.scratch_files import ScratchFiles
from shared.core.catalogue import parse_catalogue
from shared.core.drop import Blob
from shared.core.errors import DropChanged, PermanentError, RunConflict
from shared.core.notices import Notice
from shared.core.preflight import Offer
from shared.core.records import Labels, Record
from shared.core.run import Command, Order, Run, parse_run
from shared.core.scan import Scan
from shared.core.stages import UploadedFiles
from shared.core.training import Checkpoint, Cursor, JobEvent, JobStatus, JobView, Metrics, Point
from shared.ports import JobRequest, Services

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CHUNK = 64 * 1024
CATALOGUE = parse_catalogue(package_files("shared.core").joinpath("catalogue.yaml").read_text())


class Crash(BaseException):
    """The process died: nothing catches this, nothing runs after it."""


class Fuse:
    """Counts calls to the outside world; something happens at some of them."""

    def __init__(self, crash_at: Iterable[int] = (), meanwhile: dict[int, Callable[[], None]] | None = None) -> None:
        self.calls = 0
        self.crash_at = set(crash_at)
        self.meanwhile = meanwhile or {}

    def __call__(self) -> None:
        self.calls += 1
        if act := self.meanwhile.pop(self.calls, None):
            act()
        if self.calls in self.crash_at:
            raise Crash


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


class FakeRuns:
    def __init__(self, fuse: Fuse, clock: Callable[[], datetime] = lambda: NOON) -> None:
        self.fuse, self.clock = fuse, clock
        self.touched: dict[str, datetime] = {}
        self.documents: dict[str, tuple[str, int]] = {}
        self.markers: set[str] = set()
        self.told: set[tuple[str, int]] = set()

    def create(self, run: Run) -> Run:
        self.fuse()
        self.markers.add(run.id)
        self.touched[run.id] = self.clock()
        self.fuse()
        self.documents.setdefault(run.id, (run.model_dump_json(), 1))
        self.fuse()
        return self.load(run.id)[0]

    def load(self, run_id: str) -> tuple[Run, str]:
        body, version = self.documents[run_id]
        return parse_run(run_id, body), str(version)

    def save(self, run: Run, if_match: str) -> str:
        self.fuse()
        _, version = self.documents[run.id]
        if str(version) != if_match:
            raise RunConflict(f"run {run.id!r} changed before revision {run.revision}")
        self.documents[run.id] = (run.model_dump_json(), version + 1)
        self.fuse()
        return str(version + 1)

    def exists(self, run_id: str) -> bool:
        return run_id in self.documents

    def live(self) -> Iterator[tuple[str, datetime]]:
        for run_id in sorted(self.markers):
            yield run_id, self.touched.get(run_id, NOON)

    def touch(self, run_id: str) -> None:
        self.fuse()
        self.markers.add(run_id)
        self.touched[run_id] = self.clock()
        self.fuse()

    def retire(self, run_id: str) -> None:
        self.fuse()
        self.markers.discard(run_id)
        self.fuse()

    def latest(self, most: int) -> list[Run]:
        runs = [self.load(run_id)[0] for run_id in self.documents]
        return sorted(runs, key=lambda run: run.updated_at, reverse=True)[:most]

    def was_told(self, run_id: str, revision: int) -> bool:
        return (run_id, revision) in self.told

    def mark_told(self, run_id: str, revision: int) -> None:
        self.fuse()
        self.told.add((run_id, revision))
        self.fuse()


class FakeBus:
    """Queues with duplicate detection and a clock that jumps to the next message."""

    def __init__(self, fuse: Fuse, clock: Clock) -> None:
        self.fuse, self.clock = fuse, clock
        self.queue: list[tuple[datetime, int, Command]] = []
        self.settles: list[tuple[str, str, str]] = []
        self.seen: set[str] = set()
        self.sent = 0
        self.forgets = False  #: past the window of duplicate detection

    def send(self, order: Order) -> None:
        self.fuse()
        if self.forgets or order.command.message_id not in self.seen:
            self.seen.add(order.command.message_id)
            self.sent += 1
            heapq.heappush(self.queue, (self.clock() + order.after, self.sent, order.command))
        self.fuse()

    def settle(self, container: str, folder: str, fingerprint: str, after: timedelta) -> None:
        del after
        self.fuse()
        self.settles.append((container, folder, fingerprint))
        self.fuse()

    def next(self) -> Command:
        """The message that is due first, at the time it is due."""
        due, _, command = heapq.heappop(self.queue)
        self.clock.time = max(self.clock.time, due)
        return command


class FakeDatasets:
    def __init__(self, fuse: Fuse, clock: Clock) -> None:
        self.fuse, self.clock = fuse, clock
        self.contents: dict[str, tuple[Blob, bytes, datetime]] = {}
        self.recipes: dict[str, str] = {}
        self.uploads = 0

    def upload(self, name: str, content: bytes) -> Blob:
        self.uploads += 1
        blob = Blob(name=name, etag=f"0x{self.uploads}", size=len(content))
        self.contents[name] = (blob, content, self.clock())
        return blob

    def blobs(self, container: str, folder: str | None = None) -> Iterator[tuple[Blob, datetime]]:
        del container
        self.fuse()
        for name, (blob, _, changed) in sorted(self.contents.items()):
            if folder is None or name.startswith(f"{folder}/"):
                yield blob, changed

    def head(self, container: str, name: str) -> Blob | None:
        del container
        self.fuse()
        return self.contents[name][0] if name in self.contents else None

    def read(self, container: str, blob: Blob) -> Iterator[bytes]:
        del container
        self.fuse()
        if blob.name not in self.contents:
            raise DropChanged(f"{blob.name!r} was removed")
        now, content, _ = self.contents[blob.name]
        if now.etag != blob.etag:
            raise DropChanged(f"{blob.name!r} was uploaded again")
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]

    def recipe(self, name: str) -> str | None:
        self.fuse()
        return self.recipes.get(name)

    def beside_recipes(self, path: str) -> str | None:
        self.fuse()
        return self.recipes.get(path)

    def add_recipe(self, name: str, text: str) -> bool:
        self.fuse()
        if name in self.recipes:
            return False
        self.recipes[name] = text
        return True


class FakeScanner:
    """Finds everything clean but what it was told to find otherwise."""

    def __init__(self, datasets: FakeDatasets) -> None:
        self.datasets = datasets
        self.says: dict[str, Scan] = {}

    def scan(self, container: str, blob: Blob) -> Scan:
        now = self.datasets.head(container, blob.name)
        if now is None or now.etag != blob.etag:
            raise DropChanged(f"{blob.name!r} was uploaded again or removed")
        return self.says.get(blob.name, Scan(outcome="clean", said="no threats"))


class FakeWriter:
    def __init__(self, commit: Callable[[bytes], None]) -> None:
        self.parts: list[bytes] = []
        self._commit = commit

    def write(self, data: bytes) -> None:
        self.parts.append(bytes(data))

    def commit(self) -> None:
        self._commit(b"".join(self.parts))


class FakeRunFiles:
    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse
        self.contents: dict[tuple[str, str], bytes] = {}

    def writer(self, run_id: str, name: str) -> FakeWriter:
        return FakeWriter(lambda data: self.put(run_id, name, data))

    def put(self, run_id: str, name: str, data: bytes) -> None:
        self.fuse()
        self.contents[run_id, name] = data
        self.fuse()

    def read(self, run_id: str, name: str) -> Iterator[bytes] | None:
        content = self.contents.get((run_id, name))
        return None if content is None else iter([content])


def points(steps: int = 30, loss: float = 0.9) -> list[Point]:
    """A curve that falls, and validates well."""
    return [
        Point(
            step=step,
            metrics=Metrics(
                train_loss=loss + 1 / step,
                train_mean_token_accuracy=0.7,
                full_valid_loss=loss + 0.1 if step % 10 == 0 else None,
                full_valid_mean_token_accuracy=0.7 if step % 10 == 0 else None,
            ),
        )
        for step in range(1, steps + 1)
    ]


@dataclass
class FakeJob:
    id: str
    request: JobRequest
    looks: int = 0
    cancelled: bool = False


@dataclass
class FakeTrainer:
    """Jobs that finish after a few looks. A POST that is repeated makes another job, as in Foundry."""

    fuse: Fuse
    looks_until_done: int = 4
    ends_as: JobStatus = JobStatus.SUCCEEDED
    curve: list[Point] = field(default_factory=points)
    files: dict[str, str] = field(default_factory=dict)  #: id: name
    uploads: int = 0
    jobs: list[FakeJob] = field(default_factory=list)
    refusals: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    lost_answers: Counter[str] = field(default_factory=Counter)

    def _refuse(self, call: str) -> None:
        if self.refusals[call]:
            raise self.refusals[call].pop(0)

    def _lose(self, call: str) -> None:
        """The work was done, but its answer never came."""
        from shared.core.errors import TransientError  # noqa: PLC0415

        if self.lost_answers[call] > 0:
            self.lost_answers[call] -= 1
            raise TransientError("the connection was lost before the answer came")

    def find_files(self, prefix: str) -> dict[str, str]:
        self.fuse()
        self._refuse("find_files")
        return {name: file_id for file_id, name in reversed(self.files.items()) if name.startswith(prefix)}

    def upload(self, name: str, content: Iterable[bytes], size: int) -> str:
        self.fuse()
        self._refuse("upload")
        assert sum(map(len, content)) == size
        self.uploads += 1
        file_id = f"file-{self.uploads}"
        self.files[file_id] = name
        self.fuse()
        self._lose("upload")
        return file_id

    def files_ready(self, ids: Sequence[str]) -> bool:
        self.fuse()
        self._refuse("files_ready")
        assert all(file_id in self.files for file_id in ids)
        return True

    def remove_files(self, prefix: str) -> None:
        self.fuse()
        self.files = {file_id: name for file_id, name in self.files.items() if not name.startswith(prefix)}
        self.fuse()

    def find_job(self, suffix: str, files: UploadedFiles) -> str | None:
        self.fuse()
        self._refuse("find_job")
        return next((job.id for job in self.jobs if job.request.suffix == suffix or job.request.files == files), None)

    def create_job(self, request: JobRequest) -> str:
        self.fuse()
        self._refuse("create_job")
        assert request.files.training in self.files
        job = FakeJob(id=f"ftjob-{len(self.jobs) + 1}", request=request)
        self.jobs.append(job)
        self.fuse()
        self._lose("create_job")
        return job.id

    def look(self, job_id: str, cursor: Cursor) -> JobView:
        self.fuse()
        self._refuse("look")
        job = next(job for job in self.jobs if job.id == job_id)
        job.looks += 1
        done = job.looks >= self.looks_until_done or job.cancelled
        status = JobStatus.RUNNING
        if done:
            status = JobStatus.CANCELLED if job.cancelled else self.ends_as
        share = 1.0 if done else job.looks / self.looks_until_done
        seen = self.curve[: int(len(self.curve) * share)]
        model = f"{job.request.model}.ft-{job.id}" if done and status is JobStatus.SUCCEEDED else None
        return JobView(
            status=status,
            status_word=status,
            reason="the training data is not to our liking" if status is JobStatus.FAILED else None,
            model=model,
            result_file="file-results" if model else None,
            created_at=NOON,
            started_at=NOON + timedelta(minutes=5),
            finished_at=NOON + timedelta(hours=2) if done else None,
            tokens_billed=12_000 if done else None,
            events=tuple(_event(point) for point in seen if cursor.event_id is None or point.step > _step(cursor)),
            checkpoints=tuple(_checkpoint(job, point, self.curve[-1]) for point in seen if point.step % 10 == 0),
        )

    def cancel(self, job_id: str) -> None:
        self.fuse()
        next(job for job in self.jobs if job.id == job_id).cancelled = True
        self.fuse()

    def results(self, file_id: str) -> bytes | None:
        self.fuse()
        return file_id.encode()

    def points(self, results: bytes) -> list[Point]:
        assert results
        return self.curve


def _step(cursor: Cursor) -> int:
    number = (cursor.event_id or "ftevent-0").removeprefix("ftevent-")
    return int(number) if number.isdecimal() else cursor.checkpoint_step or 0  # an id that the service gave


def _event(point: Point) -> JobEvent:
    text = f"Step {point.step}: training loss={point.metrics.train_loss}"
    return JobEvent(id=f"ftevent-{point.step}", at=NOON, level="info", message=text, point=point)


def _checkpoint(job: FakeJob, point: Point, last: Point) -> Checkpoint:
    model = f"{job.request.model}.ft-{job.id}"
    name = model if point == last else f"{model}:ckpt-step-{point.step}"
    return Checkpoint(id=f"ftchkpt-{point.step}", model=name, step=point.step, metrics=point.metrics)


@dataclass
class FakeDeployment:
    model: str
    looks: int = 0


@dataclass
class FakeDeployer:
    fuse: Fuse
    clock: Clock
    looks_until_ready: int = 2
    offers: bool = True
    deployments: dict[str, FakeDeployment] = field(default_factory=dict)
    made: int = 0
    refusals: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))

    def offer(self, model: str, version: str) -> Offer | None:
        self.fuse()
        if not self.offers:
            return None
        return Offer(
            name=model,
            version=version,
            lifecycle="Deprecating",
            training_ends=None,
            inference_ends=None,
        )

    def start(self, name: str, model: str, tier: str, capacity: int) -> None:
        del tier, capacity
        self.fuse()
        if self.refusals["start"]:
            raise self.refusals["start"].pop(0)
        there = self.deployments.get(name)
        if there is not None and there.model != model:
            raise PermanentError(f"{name!r} serves {there.model!r}")
        if there is None:
            self.made += 1
            self.deployments[name] = FakeDeployment(model)
        self.fuse()

    def created_at(self, name: str) -> datetime | None:
        self.fuse()
        return NOON if name in self.deployments else None

    def answers(self, name: str) -> bool:
        self.fuse()
        self.deployments[name].looks += 1
        return self.deployments[name].looks >= self.looks_until_ready

    def exists(self, name: str) -> bool:
        self.fuse()
        if self.clock() >= NOON + timedelta(hours=24):
            self.deployments.pop(name, None)
        return name in self.deployments

    def remove(self, name: str) -> None:
        self.fuse()
        self.deployments.pop(name, None)
        self.fuse()


class FakeChannel:
    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse
        self.told: list[tuple[str, str]] = []
        self.refusals: list[Exception] = []

    def tell(self, run: Run, notice: Notice) -> None:
        self.fuse()
        if self.refusals:
            raise self.refusals.pop(0)
        self.told.append((run.id, notice.message.kind))
        self.fuse()

    def kinds(self) -> list[str]:
        return [kind for _, kind in self.told]


class FakeTelemetry:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.spans: list[Labels] = []

    def record(self, record: Record) -> None:
        self.records.append(record)

    @contextmanager
    def span(self, work: Labels) -> Iterator[None]:
        self.spans.append(work)
        yield

    def of(self, kind: str) -> list[Record]:
        return [record for record in self.records if record.record == kind]


class World:
    """All fakes together; what survives when a process dies."""

    def __init__(self, fuse: Fuse | None = None) -> None:
        self.fuse = fuse or Fuse()
        self.clock = Clock()
        self.runs = FakeRuns(self.fuse, self.clock)
        self.bus = FakeBus(self.fuse, self.clock)
        self.datasets = FakeDatasets(self.fuse, self.clock)
        self.scanner = FakeScanner(self.datasets)
        self.files = FakeRunFiles(self.fuse)
        self.trainer = FakeTrainer(self.fuse)
        self.deployer = FakeDeployer(self.fuse, self.clock)
        self.channel = FakeChannel(self.fuse)
        self.telemetry = FakeTelemetry()

    @property
    def services(self) -> Services:
        return Services(
            runs=self.runs,
            bus=self.bus,
            datasets=self.datasets,
            scanner=self.scanner,
            files=self.files,
            trainer=self.trainer,
            deployer=self.deployer,
            channel=self.channel,
            telemetry=self.telemetry,
            catalogue=lambda: CATALOGUE,
            scratch=ScratchFiles,
            now=self.clock,
            settling=timedelta(seconds=30),
            account="account/project",
        )
