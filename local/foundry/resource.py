"""The resource as a whole: its parts put together, and everything that happens to it in one place."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from msgspec.structs import replace

from local.foundry.chat import ChatRequest, complete, memory, plain_answer, question
from local.foundry.clock import Clock, resume
from local.foundry.deployments import Deployments, is_ready, state_of
from local.foundry.errors import Refused
from local.foundry.files import Files
from local.foundry.jobs import Jobs, Options
from local.foundry.models import catalogue
from local.foundry.progress import Progress
from local.foundry.records import Curve, Deployment, Job, JobError
from local.foundry.store import Store
from local.foundry.trainer import Points, Trainer


class Resource:
    """Files, jobs and deployments on one clock, kept in a store."""

    def __init__(self, store: Store, speed: float, options: Options) -> None:
        self.catalogue = catalogue().with_quotas(options.quotas)
        self.store = store
        anchor = resume(self.store.anchor(), time.time(), speed)
        self.store.keep_anchor(anchor)
        self.clock = Clock(anchor)
        self.files = Files(self.store, self.catalogue.limits)
        self.progress = Progress(self.store, self.files, self.catalogue.limits)
        self.jobs = Jobs(self.store, self.files, self.progress, self.catalogue, options)
        self.deployments = Deployments(self.store, self.jobs, self.catalogue)
        self._trainer = Trainer(self.store.lessons, self._trained)

    @contextmanager
    def now(self) -> Generator[float]:
        """The present moment, with all done that was due before it, in a transaction."""
        with self.store.transaction():
            moment = self.clock.now()
            self.progress.advance(moment)
            self.deployments.prune(moment)
            yield moment

    def train_what_waits(self) -> None:
        """Take up the computing that an end of the process has interrupted."""
        with self.now():
            waiting = self.jobs.untrained()
        for job in waiting:
            self._trainer.submit(job.id, job.plan)

    def create_job(self, body: bytes) -> Job:
        """Make a job and begin to compute its curve."""
        job = self.jobs.create(body, self.clock.now)
        if job.fault is None:
            self._trainer.submit(job.id, job.plan)
        return job

    def force(self, job_id: str, outcome: str, error: JobError) -> Job:
        """Do to a job what Azure may do on its own: fail it, take its spot capacity away, or give that back."""
        with self.now() as now:
            job = self.jobs.get(job_id)
            if job.is_over or (outcome == "paused" and job.status != "running"):
                raise Refused(409, "conflict", f"job {job_id!r} is {job.status!r} and cannot become {outcome!r}")
            if outcome == "failed":
                self.progress.fail(job, error, now)
            elif outcome == "paused":
                self.progress.stop(job, "paused", now)
            else:
                self.jobs.resume(job_id, now)
            return self.jobs.get(job_id)

    def chat(self, request: ChatRequest) -> dict[str, object]:
        """The answer of a deployment. Raises `Refused` while it is not there or not ready."""
        with self.now() as now:
            deployment = self._ready(request.model, now)
            self.deployments.used(deployment, now)
            job = self.store.jobs.get(deployment.serves)
            chain = self._chain(job) if job else []
        if job and job.learnt:
            recalled = memory(tuple(map(self.store.lessons, chain))).recall(question(request))
            return complete(request, deployment.model_name, recalled, now)
        return complete(request, deployment.serves, plain_answer(deployment.serves), now)

    def _ready(self, name: str, now: float) -> Deployment:
        deployment = self.store.deployments.get(name)
        if deployment is None or state_of(deployment, now) in ("Accepted", "Creating"):
            raise Refused(
                404,
                "DeploymentNotFound",
                "The API deployment for this resource does not exist. If you created the deployment within the last"
                " 5 minutes, please wait a moment and try again.",
            )
        if not is_ready(deployment, now):
            raise Refused(404, "DeploymentNotReady", f"The deployment {name!r} is not ready yet.")
        base = self.catalogue.find(deployment.serves)
        if base and base.is_retired(self.catalogue.as_of):
            raise Refused(410, "ModelRetired", f"The model {base.id!r} is retired since {base.retires}.")
        return deployment

    def _chain(self, job: Job) -> list[str]:
        """A job and those whose models it goes on from, the newest first."""
        earlier = self.jobs.find_model(job.model)
        return [job.id, *(self._chain(earlier) if earlier else [])]

    def _trained(self, job_id: str, points: Points) -> None:
        with self.now() as moment:
            self.store.curves.put(Curve(id=job_id, points=points))
            self.store.jobs.put(replace(self.jobs.get(job_id), curve_at=moment))
