"""The training gate: which checkpoint, if any, is worth deploying, judged by its training metrics alone."""

import math
from collections.abc import Sequence
from statistics import median
from typing import Literal

from shared.core.recipe import TrainingGate
from shared.core.training import Checkpoint, Point
from shared.core.values import Value

type Outcome = Literal["passed", "failed", "inconclusive", "could not run"]

WINDOW_SHARE = 0.1  #: of all steps: one batch's training loss is noise, the median of a window is not
SMALLEST_WINDOW = 5  #: steps


class Judgement(Value):
    """One checkpoint against the gate."""

    checkpoint: Checkpoint
    train_loss: float | None  #: median of the window that ends at the checkpoint
    validation_loss: float | None
    validation_token_accuracy: float | None
    overfit_ratio: float | None  #: validation loss over training loss
    faults: tuple[str, ...]
    missing: tuple[str, ...]  #: figures the gate asks for and the service did not report


class Verdict(Value):
    """What the gate says of a job."""

    outcome: Outcome
    reasons: tuple[str, ...]
    chosen: Checkpoint | None  #: the best checkpoint that passed
    judgements: tuple[Judgement, ...]


def judge(gate: TrainingGate, checkpoints: Sequence[Checkpoint], points: Sequence[Point]) -> Verdict:
    """Judge every checkpoint; the one with the lowest validation loss among those that pass is chosen.

    Only `passed` leads to a deployment. `inconclusive`: a figure the gate asks for is missing, for want of a
    validation file, say. `could not run`: the job left no checkpoint to judge.
    """
    judgements = tuple(_judged(gate, checkpoint, points) for checkpoint in checkpoints)
    if not judgements:
        return Verdict(outcome="could not run", reasons=("the job left no checkpoint",), chosen=None, judgements=())
    passed = [one for one in judgements if not one.faults and not one.missing]
    if passed:
        best = min(passed, key=lambda one: (one.validation_loss or 0.0, one.checkpoint.step))
        return Verdict(outcome="passed", reasons=(_praise(best),), chosen=best.checkpoint, judgements=judgements)
    conclusive = any(one.faults for one in judgements)
    reasons = tuple(_line(one) for one in judgements)
    return Verdict(
        outcome="failed" if conclusive else "inconclusive", reasons=reasons, chosen=None, judgements=judgements
    )


def _judged(gate: TrainingGate, checkpoint: Checkpoint, points: Sequence[Point]) -> Judgement:
    train = _train_loss(checkpoint, points)
    loss, accuracy = checkpoint.metrics.validation_loss, checkpoint.metrics.validation_token_accuracy
    figures = {"training loss": train, "validation loss": loss, "validation token accuracy": accuracy}
    unsound = [
        f"{name} is {figure}" for name, figure in figures.items() if figure is not None and not _is_sound(figure)
    ]
    ratio = None if unsound or loss is None or train is None else _ratio(loss, train)
    return Judgement(
        checkpoint=checkpoint,
        train_loss=train,
        validation_loss=loss,
        validation_token_accuracy=accuracy,
        overfit_ratio=ratio,
        faults=tuple(unsound or _faults(gate, loss, accuracy, ratio)),
        missing=tuple(name for name, figure in figures.items() if figure is None),
    )


def _is_sound(figure: float) -> bool:
    """A training that diverged reports NaN or infinity; they pass every comparison that asks for a fault."""
    return math.isfinite(figure) and figure >= 0


def _ratio(loss: float, train: float) -> float:
    """How much worse on unseen examples; infinite for a training file that was learnt by heart."""
    return loss / train if train > 0 else math.inf


def _train_loss(checkpoint: Checkpoint, points: Sequence[Point]) -> float | None:
    last = max((point.step for point in points), default=checkpoint.step)
    window = max(SMALLEST_WINDOW, round(last * WINDOW_SHARE))
    losses = [
        point.metrics.train_loss
        for point in points
        if checkpoint.step - window < point.step <= checkpoint.step and point.metrics.train_loss is not None
    ]
    if not losses:
        return checkpoint.metrics.train_loss
    return median(losses) if all(map(math.isfinite, losses)) else math.nan


def _faults(gate: TrainingGate, loss: float | None, accuracy: float | None, ratio: float | None) -> list[str]:
    faults: list[str] = []
    if ratio is not None and ratio > gate.max_overfit_ratio:
        faults.append(f"overfit ratio {ratio:.2f}, above {gate.max_overfit_ratio:g}")
    if accuracy is not None and accuracy < gate.min_validation_token_accuracy:
        faults.append(f"validation token accuracy {accuracy:.3f}, below {gate.min_validation_token_accuracy:g}")
    if loss is not None and gate.max_validation_loss is not None and loss > gate.max_validation_loss:
        faults.append(f"validation loss {loss:.3f}, above {gate.max_validation_loss:g}")
    return faults


def _line(one: Judgement) -> str:
    what = "; ".join(one.faults) or f"no {', no '.join(one.missing)} was reported"
    return f"step {one.checkpoint.step}: {what}"


def _praise(best: Judgement) -> str:
    figures = f"validation loss {best.validation_loss:.3f}, token accuracy {best.validation_token_accuracy:.3f}"
    return f"step {best.checkpoint.step}: {figures}, overfit ratio {best.overfit_ratio:.2f}"
