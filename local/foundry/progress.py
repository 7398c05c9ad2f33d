"""What happens to jobs as time passes. Everything here is due at a moment, and done in the order of those moments."""

import uuid
from typing import Literal

from msgspec.structs import replace

from local.foundry.files import Files
from local.foundry.models import Limits
from local.foundry.records import Checkpoint, Curve, Event, Job, JobError, JobStatus, Point
from local.foundry.results import event_data, message, results_file
from local.foundry.store import Store

# Virtual seconds, all ours: Azure publishes none, and its queues may last hours.
VALIDATION, QUEUE, PAUSING, RESUMING, POSTPROCESSING = 60, 600, 120, 120, 300
CHECKPOINTS = 3  # those of the last epochs (azure-ai-docs, fine-tuning pages, Oct 2026)
_HOLDS_A_SLOT: tuple[JobStatus, ...] = ("running", "pausing")
_WAITS_FOR_A_SLOT: tuple[JobStatus, ...] = ("queued", "resuming")


class Progress:
    """Moves jobs on. Every method wants a transaction around it."""

    def __init__(self, store: Store, files: Files, limits: Limits) -> None:
        self._store, self._files, self._limits = store, files, limits

    def advance(self, now: float) -> None:
        """Do all that is due."""
        while turn := self._next(now):
            at, job = turn
            self._turn(job, at)
        for job in self._jobs():
            if job.status == "running":
                self._tell(job, now)

    def stop(self, job: Job, status: JobStatus, at: float, error: JobError | None = None) -> Job:
        """Take a job out of the training, for good or for a while."""
        stopped = replace(
            job,
            status=status,
            trained=elapsed(job, at),
            running_since=None,
            due_at=at,
            error=error,
            finished_at=at if status in ("failed", "cancelled") else None,
        )
        self._store.jobs.put(stopped)
        self._free_slot(job, at)
        return stopped

    def write(self, job: Job, at: float, text: str, level: Literal["info", "error"] = "info") -> None:
        """Add a line to a job's history."""
        event = Event(id=f"ftevent-{uuid.uuid4().hex}", job=job.id, created_at=at, message=text, level=level)
        self._store.events.add(event)

    def fail(self, job: Job, error: JobError, at: float) -> None:
        """End a job for a reason."""
        self.stop(job, "failed", at, error)
        self.write(job, at, error.message, "error")

    def checkpoint(self, job: Job, point: Point, at: float) -> Job:
        """Keep the model as of a point; the oldest goes when there are more than three."""
        kept = [known for known in job.checkpoints if known.step != point.step]
        made = Checkpoint(f"ftchkpt-{uuid.uuid4().hex}", point.step, at, point.metrics)
        return replace(job, checkpoints=tuple([*kept, made][-CHECKPOINTS:]))

    def curve(self, job: Job) -> Curve:
        """A job's measurements; none before they have been computed."""
        return self._store.curves.get(job.id) or Curve(id=job.id, points=())

    def _jobs(self) -> list[Job]:
        return [job for job in self._store.jobs.all() if not job.is_over]

    def _next(self, now: float) -> tuple[float, Job] | None:
        jobs = self._jobs()
        turns = [(due, job) for job in jobs if (due := self._due(job, jobs)) is not None and due <= now]
        return min(turns, key=lambda turn: turn[0], default=None)

    def _due(self, job: Job, jobs: list[Job]) -> float | None:
        if job.status in _WAITS_FOR_A_SLOT:
            busy = sum(other.slot == job.slot and other.status in _HOLDS_A_SLOT for other in jobs)
            if job.curve_at is None or busy >= self._limits.running[job.slot]:
                return None
            return max(job.due_at, job.curve_at)
        if job.status == "running":
            return (job.running_since or 0) + job.duration - job.trained + POSTPROCESSING
        return job.due_at if job.status in ("pending", "pausing") else None

    def _turn(self, job: Job, at: float) -> None:
        match job.status:
            case "pending":
                self._validated(job, at)
            case "queued" | "resuming":
                self._start(job, at)
            case "running":
                self._finish(self._tell(job, at), at)
            case _:
                self._pause(job, at)

    def _validated(self, job: Job, at: float) -> None:
        if job.fault:
            self.fail(job, job.fault, at)
            return
        self._store.jobs.put(replace(job, status="queued", due_at=at + QUEUE))
        self.write(job, at, "Job enqueued. Waiting for jobs ahead to complete.")

    def _start(self, job: Job, at: float) -> None:
        if not self.curve(job).points:
            self.fail(job, JobError("internalFailure", "The job failed due to an internal error."), at)
            return
        self._store.jobs.put(replace(job, status="running", running_since=at))
        self.write(job, at, "Job started." if job.status == "queued" else "Job resumed.")

    def _tell(self, job: Job, now: float) -> Job:
        """Tell of the points that have been reached since the last time."""
        told = job
        curve = self.curve(job).points
        for point in curve[job.reported :]:
            at = (job.running_since or 0) + job.duration * point.step / job.plan.steps - job.trained
            if at > now:
                break
            told = self._reach(told, point, at)
        if told.reported == len(curve) > job.reported:
            self.write(job, (job.running_since or 0) + job.duration - job.trained, "Postprocessing started.")
        if told is not job:
            self._store.jobs.put(told)
        return told

    def _reach(self, job: Job, point: Point, at: float) -> Job:
        if point.told:
            id_ = f"ftevent-{uuid.uuid4().hex}"
            self._store.events.add(
                Event(id=id_, job=job.id, created_at=at, message=message(point), data=event_data(point))
            )
        reached = replace(job, reported=job.reported + 1)
        return self.checkpoint(reached, point, at) if point.ends_epoch else reached

    def _finish(self, job: Job, at: float) -> None:
        points = self.curve(job).points
        content = results_file(job.plan.method, points)
        result = self._files.add_result("results.csv", content, at)
        self._store.jobs.put(
            replace(
                job,
                status="succeeded",
                finished_at=at,
                trained=job.duration,
                running_since=None,
                result_file=result,
                learnt=_has_learnt(points),
            )
        )
        self._free_slot(job, at)
        for text in self._last_words(job, result):
            self.write(job, at, text)

    def _last_words(self, job: Job, result: str) -> list[str]:
        """As recorded, oldest first; reinforcement is billed by the hour (cost pages, 2026)."""
        billed = f"Training tokens billed: {job.tokens * job.plan.epochs}"
        if job.plan.method == "reinforcement":
            billed = f"Training hours billed: {job.duration / 3600:.3f}"
        return ["Job succeeded.", "Model Evaluation Passed.", f"Completed results file: {result}", billed]

    def _pause(self, job: Job, at: float) -> None:
        """A paused job has a checkpoint that can be deployed (azure-ai-docs, Oct 2026)."""
        last = self.curve(job).points[job.reported - 1]
        self._store.jobs.put(replace(self.checkpoint(job, last, at), status="paused"))
        self.write(job, at, "Job paused.")
        self._free_slot(job, at)

    def _free_slot(self, job: Job, at: float) -> None:
        """Nobody starts in a place before it was free."""
        for other in self._jobs():
            if other.status in _WAITS_FOR_A_SLOT and other.slot == job.slot and other.id != job.id:
                self._store.jobs.put(replace(other, due_at=max(other.due_at, at)))


def elapsed(job: Job, at: float) -> float:
    """Seconds that a job has trained."""
    running = 0.0 if job.running_since is None else at - job.running_since
    return min(job.duration, job.trained + running)


def _has_learnt(points: tuple[Point, ...]) -> bool:
    """Whether the loss has ended below where it began, on unseen examples if there were any; a reward cannot be bad."""
    first, last = points[0].metrics, points[-1].metrics
    if "train_loss" not in first:
        return True
    return last.get("full_valid_loss", last["train_loss"]) < first["train_loss"]
