"""What a run has come to know, whatever its stage is now."""

from dataclasses import dataclass
from datetime import datetime

from shared.core import stages
from shared.core.gate import Verdict
from shared.core.stages import Deployment, Job, Outcome, Plan, Stage, Working
from shared.core.training import Checkpoint, Point


@dataclass(frozen=True)
class Reached:
    """The run's knowledge. `None` where it ended before that, or is not there yet."""

    stage: Working  #: the last at which work was done
    plan: Plan | None
    job_id: str | None
    job: Job | None
    latest: Point | None
    verdict: Verdict | None
    deployment: Deployment | None
    expires_at: datetime | None

    @property
    def chosen(self) -> Checkpoint | None:
        """The checkpoint that the gate chose."""
        return self.verdict.chosen if self.verdict else None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The one that the gate chose, else the last."""
        return self.chosen or (self.job.checkpoints[-1] if self.job and self.job.checkpoints else None)


def reached(stage: Stage) -> Reached:
    last = working(stage)
    job: Job | None = getattr(last, "job", None)
    return Reached(
        stage=last,
        plan=getattr(last, "plan", None),
        job_id=job.id if job else getattr(last, "job_id", None),
        job=job,
        latest=getattr(last, "latest", None),
        verdict=getattr(last, "verdict", None) or getattr(end(stage), "verdict", None),
        deployment=getattr(last, "deployment", None),
        expires_at=getattr(last, "expires_at", None),
    )


def working(stage: Stage) -> Working:
    """The stage itself, or the last one before the run was parked or ended."""
    match stage:
        case stages.Closed():
            return stage.outcome.before
        case stages.Parked() | stages.Rejected() | stages.Failed() | stages.Cancelled() | stages.Expired():
            return stage.before
        case _:
            return stage


def end(stage: Stage) -> Outcome | None:
    """What the run came to; `None` while it lives."""
    match stage:
        case stages.Closed():
            return stage.outcome
        case stages.Rejected() | stages.Failed() | stages.Cancelled() | stages.Expired():
            return stage
        case _:
            return None
