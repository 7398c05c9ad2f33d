"""What a person may decide about a run, and what comes of it."""

from typing import Literal, cast

from shared.core import stages
from shared.core.stages import Stage

type Decision = Literal["approve", "refuse", "resume", "cancel"]


class DecisionRefused(Exception):
    """The run's stage does not allow the decision. The message says which ones it allows."""


def choices(stage: Stage) -> tuple[Decision, ...]:
    """What may be decided at a stage. While files or a job are being made nothing is: they might exist already."""
    match stage:
        case stages.Held():
            return ("approve", "refuse")
        case stages.Parked():
            return ("resume", "cancel")
        case stages.Uploading() | stages.Submitting() | stages.Closed():
            return ()
        case stages.Rejected() | stages.Failed() | stages.Cancelled() | stages.Expired():
            return ()
        case _:
            return ("cancel",)


def decided(stage: Stage, decision: Decision, by: str) -> Stage:
    """The stage that the decision leads to. Raises `DecisionRefused`."""
    if decision not in choices(stage):
        allowed = ", ".join(choices(stage)) or "nothing"
        raise DecisionRefused(f"a run that is {stage.state!r} allows {allowed}; found {decision!r}")
    match stage:
        case stages.Held() if decision == "approve":
            return stages.Prepared(plan=stage.plan.model_copy(update={"approved_by": by}))
        case stages.Held():
            return stages.Cancelled(reason=f"refused by {by}", before=stage)
        case stages.Parked() if decision == "resume":
            return _afresh(stage.before)
        case stages.Parked():
            return _cancelled(stage.before, by)
        case _:
            return _cancelled(stage, by)


def _cancelled(stage: Stage, by: str) -> Stage:
    """A job that trains is cancelled by the service, which says when it is over; everything else ends at once."""
    match stage:
        case stages.Training():
            return stage.model_copy(update={"cancel": True, "looks": 0})
        case stages.Paused(plan=plan, files=files, job_id=job_id, cursor=cursor, latest=latest):
            return stages.Training(plan=plan, files=files, job_id=job_id, cursor=cursor, latest=latest, cancel=True)
        case _:
            before = cast("stages.Working", stage)  # `choices` let nothing else through
            return stages.Cancelled(reason=f"cancelled by {by}", before=before)


def _afresh(stage: stages.Working) -> stages.Working:
    """The stage with its looks and posts forgotten: the person who resumed has mended the cause."""
    match stage:
        case stages.Submitting():
            return stage.model_copy(update={"looks": 0, "posts": 1})
        case stages.Waiting():
            return stage.model_copy(update={"looks": 0})
        case _:
            return stage
