"""Fine-tuning jobs: what callers ask for. What time does to them is in `progress`."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from local.foundry.datasets import Dataset, read_dataset
from local.foundry.errors import Refused, invalid
from local.foundry.files import Files
from local.foundry.job_answers import (
    checkpoint_model,
    echoed,
    echoed_method,
    show_checkpoint,
    show_event,
    show_job,
)
from local.foundry.job_rules import (
    Hyperparameters,
    JobRequest,
    check_model,
    check_pausable,
    check_request,
    read_request,
    read_training_type,
)
from local.foundry.lessons import Lessons, keep_lessons
from local.foundry.models import OPENAI, Catalogue, Model
from local.foundry.paging import page
from local.foundry.progress import PAUSING, RESUMING, VALIDATION, Progress, elapsed
from local.foundry.records import Effect, Job, JobError, Plan
from local.foundry.schedule import auto_batch, auto_epochs
from local.foundry.store import Store

SHORTEST, TOKENS_AN_HOUR = 3600.0, 2_500_000  # virtual seconds; ours (two small jobs took 58 min, recorded)
PAGE = 20
DEFAULT_BETA = 0.1  # microsoft/azure-skills, Aug 2026


class Options(NamedTuple):
    """What whoever starts the stand-in may choose about jobs."""

    job_hours: float | None = None  #: virtual hours that each takes; None: by its tokens, at least one
    suffix_limit: int = 40
    quotas: int = 1  #: how many times as large as Azure's


class Start(NamedTuple):
    """What a job starts from."""

    answered: str  #: the model's name as the job answers it
    model: Model


class Jobs:
    """The resource's jobs. `create` takes transactions itself; every other method wants one around it."""

    def __init__(self, store: Store, files: Files, progress: Progress, catalogue: Catalogue, options: Options) -> None:
        self._store, self._files, self._progress = store, files, progress
        self._catalogue, self._options = catalogue, options

    def create(self, body: bytes, now: Callable[[], float]) -> Job:
        """Make a job. Data are read outside of any transaction: they may be large."""
        request = read_request(body)
        check_request(request, self._options.suffix_limit)
        training_type = read_training_type(request)
        with self._store.transaction():
            self._progress.advance(now())
            start = self._start(request)
            check_model(start.model, request.chosen().type, training_type, self._catalogue.as_of)
            self._check_files(request, now())
            self._check_room()
        training, validation = self._read(request)
        job = self._draft(request, training_type, start, (training, validation))
        keep_lessons(self._store.lessons(job.id), Lessons(training.lessons, validation.lessons))
        with self._store.transaction():
            self._check_room()
            at = now()
            made = replace(job, created_at=at, due_at=at + VALIDATION)
            self._store.jobs.put(made)
            self._store.effects.put(Effect(id=job.id, at=at, kind="jobs_created", subject=job.training_file))
        return made

    def get(self, job_id: str) -> Job:
        """Raises `Refused` if there is none."""
        job = self._store.jobs.get(job_id)
        if job is None:
            raise Refused(404, "notFound", f"no fine-tuning job {job_id!r}")
        return job

    def untrained(self) -> list[Job]:
        """The jobs whose curves have still to be computed."""
        jobs = self._store.jobs.all()
        return [job for job in jobs if job.curve_at is None and job.fault is None and not job.is_over]

    def list(self, query: Mapping[str, str]) -> dict[str, object]:
        """The newest first."""
        return page([show_job(job) for job in reversed(self._store.jobs.all())], query, PAGE)

    def events(self, job_id: str, query: Mapping[str, str]) -> dict[str, object]:
        """The newest first."""
        events = self._store.events.of(self.get(job_id).id)
        return page([show_event(event) for event in reversed(events)], query, PAGE)

    def checkpoints(self, job_id: str, query: Mapping[str, str]) -> dict[str, object]:
        """The newest first; they appear while training goes on (docs, Oct 2026)."""
        job = self.get(job_id)
        return page([show_checkpoint(job, checkpoint) for checkpoint in reversed(job.checkpoints)], query, PAGE)

    def cancel(self, job_id: str, now: float) -> Job:
        """End a job that has not ended."""
        job = self.get(job_id)
        if job.is_over:
            raise _wrong_state(job, "cancelled")
        self._progress.write(job, now, "Job cancelled.")
        return self._progress.stop(job, "cancelled", now)

    def pause(self, job_id: str, now: float) -> Job:
        """Only a running job that has done a step, of a model that allows it (docs, Oct 2026)."""
        job = self.get(job_id)
        check_pausable(self._catalogue.base_of(job))
        if job.status != "running" or job.reported == 0 or elapsed(job, now) >= job.duration:
            raise _wrong_state(job, "paused")
        pausing = replace(self._progress.stop(job, "pausing", now), due_at=now + PAUSING)
        self._store.jobs.put(pausing)
        return pausing

    def resume(self, job_id: str, now: float) -> Job:
        """Only a paused job."""
        job = self.get(job_id)
        if job.status != "paused":
            raise _wrong_state(job, "resumed")
        resuming = replace(job, status="resuming", due_at=now + RESUMING)
        self._store.jobs.put(resuming)
        return resuming

    def find_model(self, name: str) -> Job | None:
        """The job whose model has this name: its own, a checkpoint's, or a checkpoint's id."""
        for job in self._store.jobs.all():
            names = {n for known in job.checkpoints for n in (known.id, checkpoint_model(job, known))}
            if job.status == "succeeded" and name in {job.tuned_model, *names}:
                return job
            if job.status == "paused" and name in names:
                return job
        return None

    def _start(self, request: JobRequest) -> Start:
        model = self._catalogue.find(request.model)
        if model:
            return Start(model.id, model)
        earlier = self.find_model(request.model)
        if earlier is None:
            raise invalid(f"The specified base model does not exist: {request.model!r}", "model")
        base = self._catalogue.base_of(earlier)
        if base.format != OPENAI:
            raise invalid(f"a fine-tuned model of {base.id!r} cannot be trained on", "model")
        return Start(request.model, base)

    def _check_files(self, request: JobRequest, now: float) -> None:
        self._files.training_file(request.training_file, "training_file", now)
        if request.validation_file:
            self._files.training_file(request.validation_file, "validation_file", now)

    def _check_room(self) -> None:
        jobs = self._store.jobs.all()
        limits = self._catalogue.limits
        if len(jobs) >= limits.jobs:
            raise Refused(400, "quotaExceeded", f"the resource has {len(jobs)} jobs; at most {limits.jobs}")
        waiting = sum(job.status in ("pending", "queued") for job in jobs)
        if waiting >= limits.queued:
            raise Refused(429, "tooManyRequests", f"{waiting} jobs are queued; at most {limits.queued}")

    def _read(self, request: JobRequest) -> tuple[Dataset, Dataset]:
        method = request.chosen()
        grader = method.reinforcement.grader if method.reinforcement else None
        training = read_dataset(self._store.content(request.training_file), method.type, grader)
        least = self._catalogue.limits.examples
        if training.examples < least:
            message = f"Training file has {training.examples} example(s), but must have at least {least} examples"
            raise invalid(message, "training_file")
        if request.validation_file is None:
            return training, Dataset(0, 0, (), images=False, lessons=())
        return training, read_dataset(self._store.content(request.validation_file), method.type, grader)

    def _draft(self, request: JobRequest, training_type: str, start: Start, data: tuple[Dataset, Dataset]) -> Job:
        method, training = request.chosen(), data[0]
        shown = echoed(method.hyperparameters, start.model)
        plan = _plan(request, training.examples, shown, start.model)
        most = self._catalogue.limits.job_tokens
        if training.tokens * plan.epochs > most:
            raise invalid(f"tokens x epochs are {training.tokens * plan.epochs}; at most {most} are allowed")
        return Job(
            id=f"ftjob-{uuid.uuid4().hex}",
            created_at=0,
            model=start.answered,
            base=start.model.id,
            training_file=request.training_file,
            validation_file=request.validation_file,
            suffix=request.suffix,
            training_type=training_type,
            method=echoed_method(method, shown),
            hyperparameters=shown,
            plan=plan,
            tokens=training.tokens,
            fault=_fault(data, start.model),
            duration=self._duration(training.tokens * plan.epochs),
            due_at=0,
        )

    def _duration(self, tokens: int) -> float:
        if self._options.job_hours is not None:
            return self._options.job_hours * 3600
        return max(SHORTEST, tokens / TOKENS_AN_HOUR * 3600)


def _plan(request: JobRequest, examples: int, shown: Mapping[str, float], model: Model) -> Plan:
    given: Hyperparameters = request.chosen().hyperparameters
    epochs = auto_epochs(examples) if given.n_epochs == "auto" else given.n_epochs
    batch = auto_batch(examples) if given.batch_size == "auto" else given.batch_size
    beta = shown.get("beta", DEFAULT_BETA)
    return Plan(
        method=request.chosen().type,
        epochs=epochs,
        batch_size=batch,
        rate=model.rate * shown["learning_rate_multiplier"],
        beta=beta if beta > 0 else DEFAULT_BETA,
        seed=secrets.randbelow(2**31) if request.seed is None else request.seed,
        steps=epochs * -(-examples // batch),
    )


def _fault(data: tuple[Dataset, Dataset], model: Model) -> JobError | None:
    for param, dataset in zip(("training_file", "validation_file"), data, strict=True):
        if dataset.faults:
            lines = "; ".join(dataset.faults)
            return JobError("jsonlValidationFailed", f"The {param} is not valid: {lines}", param)
        if dataset.images and not model.vision:
            return JobError("jsonlValidationFailed", f"{model.id} does not learn from images", param)
    return None


def _wrong_state(job: Job, participle: str) -> Refused:
    return Refused(400, "unexpectedEntityState", f"job {job.id!r} is {job.status!r} and cannot be {participle}")
