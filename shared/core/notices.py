"""What people are told, and when: one notice for each stage they should hear of."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.core import stages
from shared.core.cost import Estimate
from shared.core.recipe import METHOD_NAMES
from shared.core.stages import Stage
from shared.core.values import Value

MOST_LINES = 8  #: a card is no log: the report has the rest

REJECTED = {
    "malware scan": "was refused: malware was found in it",
    "recipe": "was rejected: its recipe cannot be followed",
    "dataset": "was rejected: it cannot be trained on",
    "budget": "was rejected: it would cost too much",
    "training gate": "did not pass the training gate",
}

type Mood = Literal["good", "attention", "bad", "neutral"]


class Message(Value):
    """What is to be told."""

    kind: str
    mood: Mood
    title: str
    facts: dict[str, str] = Field(default_factory=dict)
    lines: tuple[str, ...] = ()


class Notice(Value):
    """A message in a run's outbox. The revision that wrote it is its id within the run, and orders notices."""

    revision: int
    at: datetime
    message: Message


def message_for(drop: str, before: Stage, after: Stage) -> Message | None:
    """What to tell of a move, or `None` where nobody needs to hear of it."""
    if after.state == before.state:
        return _reminder(drop, before, after)
    return _progress(drop, before, after) or _question(drop, after) or _end(drop, after)


def _progress(drop: str, before: Stage, after: Stage) -> Message | None:
    match after:
        case stages.Prepared() if not isinstance(before, stages.Held):
            facts = {**_plan(after.plan), **_corrected(after.plan)}
            return Message(kind="received", mood="neutral", title=f"{drop} was received and checked", facts=facts)
        case stages.Training() if isinstance(before, stages.Submitting):
            facts = {"Job": after.job_id, **_plan(after.plan), **_cost(after.plan.estimate)}
            return Message(kind="submitted", mood="neutral", title=f"{drop} is in training", facts=facts)
        case stages.Trained():
            return Message(kind="trained", mood="good", title=f"{drop} is trained", facts=_job(after.job))
        case stages.Accepted() if after.tries == 1:
            title = f"{drop} passed the training gate"
            return Message(kind="gate", mood="good", title=title, lines=_cut(after.verdict.reasons))
        case stages.Serving():
            why = "A Developer-tier deployment: no hosting fee, no availability promise, removed by the platform then."
            return Message(
                kind="served", mood="good", title=f"{drop} is served", facts=_deployment(after), lines=(why,)
            )
        case _:
            return None


def _reminder(drop: str, before: Stage, after: Stage) -> Message | None:
    if not (isinstance(before, stages.Serving) and isinstance(after, stages.Serving)):
        return None
    if before.reminded or not after.reminded:
        return None
    why = "The platform removes the deployment then. The model is kept and can be deployed again."
    title = f"{drop} will soon no longer be served"
    return Message(kind="expiring", mood="attention", title=title, facts=_deployment(after), lines=(why,))


def _question(drop: str, after: Stage) -> Message | None:
    match after:
        case stages.Held():
            why = (
                "The cost is above what the recipe lets through unasked, or cannot be known beforehand. "
                "Approve or refuse it on the run's page."
            )
            facts = _cost(after.plan.estimate)
            return Message(kind="held", mood="attention", title=f"{drop} waits for approval", facts=facts, lines=(why,))
        case stages.Paused():
            why = "The training service paused the job. It may go on by itself, or be resumed in the Foundry portal."
            facts = {"Job": after.job_id}
            return Message(
                kind="paused", mood="attention", title=f"{drop}: training is paused", facts=facts, lines=(why,)
            )
        case stages.Parked():
            why = "Nothing is lost. Mend the cause, then resume the run on its page."
            title = f"{drop} is stuck at {after.step}"
            return Message(kind="parked", mood="bad", title=title, lines=_cut((after.reason, why)))
        case _:
            return None


def _end(drop: str, after: Stage) -> Message | None:
    match after:
        case stages.Rejected():
            title = f"{drop} {REJECTED[after.by]}"
            return Message(kind="rejected", mood="bad", title=title, lines=_cut(after.reasons))
        case stages.Failed():
            title = f"{drop} failed at {after.step}"
            return Message(kind="failed", mood="bad", title=title, lines=_cut((after.reason,)))
        case stages.Cancelled():
            title = f"{drop} was cancelled"
            return Message(kind="cancelled", mood="neutral", title=title, lines=_cut((after.reason,)))
        case stages.Expired():
            title = f"{drop} is no longer served"
            why = "The deployment's time is up. The model is kept and can be deployed again."
            return Message(kind="expired", mood="neutral", title=title, lines=(why,))
        case _:
            return None


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    split = [line for text in lines for line in text.splitlines()]
    rest = len(split) - MOST_LINES
    return tuple(split) if rest <= 0 else (*split[:MOST_LINES], f"and {rest} more: see the run's page")


def _plan(plan: stages.Plan) -> dict[str, str]:
    held = {"Validation": plan.validation, "Test": plan.test}
    return {
        "Model": plan.model,
        "Method": METHOD_NAMES[plan.method],
        "Training examples": f"{plan.training.rows:,}",
        **{f"{name} examples": f"{part.rows:,}" for name, part in held.items() if part},
        "Training tokens": f"about {plan.estimate.tokens:,}",
    }


def _corrected(plan: stages.Plan) -> dict[str, str]:
    """What was wrong with the dataset was repaired: whoever keeps it may want it so."""
    return {"Repaired dataset": f"{plan.corrected}, on the run's page"} if plan.corrected else {}


def _cost(estimate: Estimate) -> dict[str, str]:
    if estimate.usd_at_most is not None:
        return {"Cost": f"{_hourly(estimate)}; the service pauses the job at ${estimate.usd_at_most:,.2f}"}
    epochs = f"{estimate.epochs} epochs" + (" assumed" if estimate.epochs_assumed else "")
    usd = "no price known" if estimate.usd is None else f"${estimate.usd:,.2f}"
    return {"Estimated cost": f"{usd} ({epochs})"}


def _hourly(estimate: Estimate) -> str:
    price = estimate.usd_per_hour
    return "by the hour, no price known" if price is None else f"${price:,.2f} an hour, hours not known beforehand"


def _job(job: stages.Job) -> dict[str, str]:
    facts = {"Model": job.model, "Checkpoints": f"{len(job.checkpoints)}"}
    if job.queued_seconds is not None:
        facts["In the queue"] = _duration(job.queued_seconds)
    if job.trained_seconds is not None:
        facts["In training"] = _duration(job.trained_seconds)
    if job.tokens_billed is not None:
        facts["Tokens billed"] = f"{job.tokens_billed:,}"
    if job.hours_billed is not None:
        facts["Hours billed"] = f"{job.hours_billed:,.2f}"
    return facts


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004  # an hour


def _deployment(stage: stages.Serving) -> dict[str, str]:
    return {
        "Deployment": stage.deployment.name,
        "Model": stage.deployment.model,
        "Until": f"{stage.expires_at:%Y-%m-%d %H:%M} UTC",
    }
