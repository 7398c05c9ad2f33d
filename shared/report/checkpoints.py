"""The checkpoints of a job, and what the training gate says of each."""

from dataclasses import dataclass

from shared.core.gate import Judgement
from shared.core.training import Checkpoint
from shared.report.reached import Reached


@dataclass(frozen=True)
class Judged:
    """One checkpoint. `train_loss` is the gate's median over a window where it judged, else the step's own."""

    id: str
    step: int
    train_loss: float | None
    validation_loss: float | None
    accuracy: float | None
    overfit_ratio: float | None
    says: str  #: in words; empty where there is no judgement
    passed: bool
    chosen: bool


def judged(known: Reached) -> list[Judged]:
    """By step. Those the gate judged, else those the job left."""
    if known.verdict:
        return [_judged(one, known.verdict.chosen) for one in known.verdict.judgements]
    return [_unjudged(one) for one in (known.job.checkpoints if known.job else ())]


def _judged(one: Judgement, chosen: Checkpoint | None) -> Judged:
    missing = f"no {', no '.join(one.missing)} was reported" if one.missing else ""
    faults = "; ".join(part for part in (*one.faults, missing) if part)
    return Judged(
        id=one.checkpoint.id,
        step=one.checkpoint.step,
        train_loss=one.train_loss,
        validation_loss=one.validation_loss,
        accuracy=one.validation_token_accuracy,
        overfit_ratio=one.overfit_ratio,
        says=faults or "passed",
        passed=not faults,
        chosen=one.checkpoint == chosen,
    )


def _unjudged(one: Checkpoint) -> Judged:
    return Judged(
        id=one.id,
        step=one.step,
        train_loss=one.metrics.train_loss,
        validation_loss=one.metrics.validation_loss,
        accuracy=one.metrics.validation_token_accuracy,
        overfit_ratio=None,
        says="",
        passed=False,
        chosen=False,
    )
