"""The training gate: which checkpoint, if any, is worth deploying, judged by its training metrics alone.

What it asks for depends on the method, for each reports figures of its own: losses and token accuracy (sft), losses
(dpo), or rewards (rft).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Literal

from shared.core.recipe import Method, TrainingGate
from shared.core.training import Checkpoint, Point
from shared.core.values import Value

type Outcome = Literal["passed", "failed", "inconclusive", "could not run"]

WINDOW_SHARE = 0.1  #: of all steps: one batch's training loss is noise, the median of a window is not
SMALLEST_WINDOW = 5  #: steps
NO_PREFERENCE = 0.693  #: ln 2, dpo's loss before any training, whatever beta is (Rafailov et al. 2023, eq. 7)


class Judgement(Value):
    """One checkpoint against the gate."""

    checkpoint: Checkpoint
    train_loss: float | None  #: median of the window that ends at the checkpoint
    validation_loss: float | None
    validation_token_accuracy: float | None
    overfit_ratio: float | None  #: validation loss over training loss
    train_reward: float | None = None  #: median of the window, likewise
    validation_reward: float | None = None
    reward_gain: float | None = None  #: validation reward, less the first that was measured
    faults: tuple[str, ...]
    missing: tuple[str, ...]  #: figures the gate asks for and the service did not report


class Verdict(Value):
    """What the gate says of a job."""

    outcome: Outcome
    reasons: tuple[str, ...]
    chosen: Checkpoint | None  #: the best checkpoint that passed
    judgements: tuple[Judgement, ...]


def judge(gate: TrainingGate, method: Method, checkpoints: Sequence[Checkpoint], points: Sequence[Point]) -> Verdict:
    """Judge every checkpoint; of those that pass, the one with the lowest loss or the highest reward is chosen.

    Losses and rewards are those of the validation file. Only `passed` leads to a deployment. `inconclusive`: a figure
    the gate asks for is missing, for want of a validation file, say. `could not run`: the job left no checkpoint.
    """
    if method == "rft":
        first = _first_reward([*points, *checkpoints])
        judgements = tuple(_by_reward(gate, checkpoint, points, first) for checkpoint in checkpoints)
    else:
        judgements = tuple(_by_loss(gate, method, checkpoint, points) for checkpoint in checkpoints)
    if not judgements:
        return Verdict(outcome="could not run", reasons=("the job left no checkpoint",), chosen=None, judgements=())
    passed = [one for one in judgements if not one.faults and not one.missing]
    if passed:
        best = max(passed, key=lambda one: (_worth(one), -one.checkpoint.step))
        return Verdict(outcome="passed", reasons=(_praise(best),), chosen=best.checkpoint, judgements=judgements)
    conclusive = any(one.faults for one in judgements)
    reasons = tuple(_line(one) for one in judgements)
    return Verdict(
        outcome="failed" if conclusive else "inconclusive", reasons=reasons, chosen=None, judgements=judgements
    )


def _by_loss(gate: TrainingGate, method: Method, checkpoint: Checkpoint, points: Sequence[Point]) -> Judgement:
    train = _over_window("train_loss", checkpoint, points)
    loss, accuracy = checkpoint.metrics.validation_loss, checkpoint.metrics.validation_token_accuracy
    figures = {"training loss": train, "validation loss": loss}
    if method == "sft":
        figures["validation token accuracy"] = accuracy
    unsound = _unsound(figures, lowest=0)
    ratio = None if unsound or loss is None or train is None else _ratio(loss, train)
    limit = gate.max_validation_loss
    if limit is None and method == "dpo":
        limit = NO_PREFERENCE
    asked = [
        _above("overfit ratio", ratio, gate.max_overfit_ratio, digits=2),
        _below(
            "validation token accuracy", figures.get("validation token accuracy"), gate.min_validation_token_accuracy
        ),
        _above("validation loss", loss, limit),
    ]
    return Judgement(
        checkpoint=checkpoint,
        train_loss=train,
        validation_loss=loss,
        validation_token_accuracy=accuracy,
        overfit_ratio=ratio,
        faults=tuple(unsound or filter(None, asked)),
        missing=_missing(figures),
    )


def _by_reward(gate: TrainingGate, checkpoint: Checkpoint, points: Sequence[Point], first: float | None) -> Judgement:
    reward = checkpoint.metrics.full_valid_mean_reward
    gain = None if reward is None or first is None else reward - first
    figures = {"validation reward": reward}
    unsound = _unsound(figures, lowest=-math.inf)
    asked = [
        _below("validation reward", reward, gate.min_validation_reward),
        _below("reward gain", gain, gate.min_reward_gain),
    ]
    return Judgement(
        checkpoint=checkpoint,
        train_loss=None,
        validation_loss=None,
        validation_token_accuracy=None,
        overfit_ratio=None,
        train_reward=_over_window("train_mean_reward", checkpoint, points),
        validation_reward=reward,
        reward_gain=gain,
        faults=tuple(unsound or filter(None, asked)),
        missing=_missing(figures),
    )


def _first_reward(measured: Iterable[Point | Checkpoint]) -> float | None:
    rewards = ((one.step, one.metrics.full_valid_mean_reward) for one in measured)
    return min(((step, reward) for step, reward in rewards if reward is not None), default=(0, None))[1]


def _unsound(figures: Mapping[str, float | None], lowest: float) -> list[str]:
    """A training that diverged reports NaN or infinity; they pass every comparison that asks for a fault."""
    return [
        f"{name} is {figure}"
        for name, figure in figures.items()
        if figure is not None and not (math.isfinite(figure) and figure >= lowest)
    ]


def _missing(figures: Mapping[str, float | None]) -> tuple[str, ...]:
    return tuple(name for name, figure in figures.items() if figure is None)


def _ratio(loss: float, train: float) -> float:
    """How much worse on unseen examples; infinite for a training file that was learnt by heart."""
    return loss / train if train > 0 else math.inf


def _over_window(
    name: Literal["train_loss", "train_mean_reward"], checkpoint: Checkpoint, points: Sequence[Point]
) -> float | None:
    last = max((point.step for point in points), default=checkpoint.step)
    window = max(SMALLEST_WINDOW, round(last * WINDOW_SHARE))
    near = (point for point in points if checkpoint.step - window < point.step <= checkpoint.step)
    figures: list[float] = [figure for point in near if (figure := getattr(point.metrics, name)) is not None]
    if not figures:
        return getattr(checkpoint.metrics, name)
    return median(figures) if all(map(math.isfinite, figures)) else math.nan


def _above(name: str, figure: float | None, limit: float | None, digits: int = 3) -> str | None:
    if figure is None or limit is None or figure <= limit:
        return None
    return f"{name} {figure:.{digits}f}, above {limit:g}"


def _below(name: str, figure: float | None, limit: float | None) -> str | None:
    if figure is None or limit is None or figure >= limit:
        return None
    return f"{name} {figure:.3f}, below {limit:g}"


def _worth(one: Judgement) -> float:
    return -(one.validation_loss or 0.0) if one.validation_reward is None else one.validation_reward


def _line(one: Judgement) -> str:
    what = "; ".join(one.faults) or f"no {', no '.join(one.missing)} was reported"
    return f"step {one.checkpoint.step}: {what}"


def _praise(best: Judgement) -> str:
    figures = (
        ("validation loss", best.validation_loss, 3),
        ("token accuracy", best.validation_token_accuracy, 3),
        ("overfit ratio", best.overfit_ratio, 2),
        ("validation reward", best.validation_reward, 3),
        ("reward gain", best.reward_gain, 3),
    )
    told = (f"{name} {figure:.{digits}f}" for name, figure, digits in figures if figure is not None)
    return f"step {best.checkpoint.step}: {', '.join(told)}"
