"""Where a run stands: the one sentence that people should read first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.core import stages
from shared.core.run import Run
from shared.core.stages import Outcome, Stage, Working
from shared.report import words
from shared.report.reached import end

type Mood = Literal["busy", "good", "attention", "bad", "neutral"]


@dataclass(frozen=True)
class Situation:
    """A stage in words. `lines` are reasons, in the words of whoever gave them."""

    stage: str
    mood: Mood
    sentence: str
    lines: tuple[str, ...]


MOODS: dict[type[Working | stages.Parked | Outcome], Mood] = {
    stages.Held: "attention",
    stages.Paused: "attention",
    stages.Parked: "bad",
    stages.Serving: "good",
    stages.Rejected: "bad",
    stages.Failed: "bad",
    stages.Cancelled: "neutral",
    stages.Expired: "neutral",
}
"""Every other stage is busy."""

SENTENCES: dict[type[Working | Outcome], str] = {
    stages.Received: "The dataset is being read, checked and split.",
    stages.Scanning: "The dataset waits for its malware scan. Nothing of it is read before.",
    stages.Prepared: "The dataset is ready. Its cost is held against the budget next.",
    stages.Held: "The cost is above what the recipe lets through unasked, or cannot be known. Approve or refuse it.",
    stages.Uploading: "The files are on their way to Foundry.",
    stages.Uploaded: "Foundry is processing the files.",
    stages.Ready: "The files are ready. The fine-tuning job is created next.",
    stages.Submitting: "The fine-tuning job is being created.",
    stages.Training: "The job is with the training service, in its queue or in training.",
    stages.Paused: "The training service paused the job. It may go on by itself, or be resumed in the Foundry portal.",
    stages.Trained: "The model is trained. The training gate judges its checkpoints next.",
    stages.Accepted: "A checkpoint passed the training gate. It is deployed next.",
    stages.Deploying: "The deployment is being made. It counts once it has answered a request.",
    stages.Cancelled: "The run was ended before its time.",
    stages.Expired: "The deployment's time is up. The model is kept and can be deployed again.",
}

REJECTIONS = {
    "malware scan": "Malware was found in what was dropped. Nothing of it was read.",
    "recipe": "The recipe cannot be followed.",
    "dataset": "The dataset cannot be trained on.",
    "budget": "The estimate is above the recipe's budget.",
    "training gate": "No checkpoint passed the training gate.",
}


def situation(stage: Stage) -> Situation:
    known = end(stage) or stage
    if isinstance(known, stages.Closed):  # its outcome is known: this tells the type checker
        raise TypeError(known)
    return Situation(known.state, MOODS.get(type(known), "busy"), _sentence(known), _lines(known))


def _sentence(stage: Working | stages.Parked | Outcome) -> str:
    match stage:
        case stages.Submitting() if stage.refusal:
            text = "The fine-tuning job was refused. It is asked for again, once it is sure that none was made."
        case stages.Training() if stage.cancel:
            text = "The job is to be cancelled. The training service has not confirmed it yet."
        case stages.Serving():
            until = words.moment(stage.expires_at)
            text = f"The deployment answers requests until {until}; then the platform removes it."
        case stages.Parked():
            text = f"The step {stage.step} could not be done. Nothing is lost: mend the cause, then resume the run."
        case stages.Rejected():
            text = REJECTIONS[stage.by]
        case stages.Failed():
            text = f"The step {stage.step} gave up."
        case _:
            text = SENTENCES[type(stage)]
    return text


def _lines(stage: Working | stages.Parked | Outcome) -> tuple[str, ...]:
    match stage:
        case stages.Rejected():
            return stage.reasons
        case stages.Failed() | stages.Cancelled() | stages.Parked():
            return (stage.reason,)
        case stages.Submitting():
            return (stage.refusal,) if stage.refusal else ()
        case _:
            return ()


def is_over(run: Run) -> bool:
    return end(run.stage) is not None


def is_asking(run: Run) -> bool:
    """Whether it waits for a person."""
    return isinstance(run.stage, stages.Held | stages.Paused | stages.Parked)


def is_moving(run: Run) -> bool:
    """Whether its page is worth looking at again by itself."""
    return run.stage.next_step is not None and not is_asking(run) and not isinstance(run.stage, stages.Serving)


def next_look(run: Run, now: datetime) -> str | None:
    """When a run that waits on Foundry is looked at again; `None` if that is now, or never."""
    order = run.next_order(run.updated_at)
    at = run.updated_at + order.after if order else now
    return words.since(at, now) if at > now else None
