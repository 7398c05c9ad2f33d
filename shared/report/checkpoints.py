"""The checkpoints of a job, and what the training gate says of each."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.core.gate import NO_PREFERENCE, Judgement
from shared.core.recipe import Method, TrainingGate
from shared.core.training import Checkpoint, Metrics
from shared.report import words
from shared.report.reached import Reached


@dataclass(frozen=True)
class Column:
    """A figure of each checkpoint: as the gate took it, or, before it judged, as it was reported."""

    title: str
    of_judgement: Callable[[Judgement], float | None]
    of_metrics: Callable[[Metrics], float | None]


LOSSES = (
    Column("Training loss", lambda one: one.train_loss, lambda metrics: metrics.train_loss),
    Column("Validation loss", lambda one: one.validation_loss, lambda metrics: metrics.validation_loss),
)
ACCURACY = Column(
    "Token accuracy", lambda one: one.validation_token_accuracy, lambda metrics: metrics.validation_token_accuracy
)
OVERFIT = Column("Overfit ratio", lambda one: one.overfit_ratio, lambda _: None)
REWARDS = (
    Column("Training reward", lambda one: one.train_reward, lambda metrics: metrics.train_mean_reward),
    Column("Validation reward", lambda one: one.validation_reward, lambda metrics: metrics.full_valid_mean_reward),
    Column("Reward gain", lambda one: one.reward_gain, lambda _: None),
)
COLUMNS: dict[Method, tuple[Column, ...]] = {
    "sft": (*LOSSES, ACCURACY, OVERFIT),
    "dpo": (*LOSSES, OVERFIT),
    "rft": REWARDS,
}


@dataclass(frozen=True)
class Judged:
    """One checkpoint."""

    id: str
    step: int
    figures: tuple[str, ...]  #: one a column; empty where there is none
    says: str  #: in words; empty where there is no judgement
    chosen: bool


@dataclass(frozen=True)
class Table:
    """The checkpoints by step, and what the gate asks of them."""

    titles: tuple[str, ...]
    rows: tuple[Judged, ...]
    asked: str


def table(known: Reached) -> Table | None:
    """Those the gate judged, else those the job left; `None` where there are none."""
    if known.plan is None:
        return None
    columns = COLUMNS[known.plan.method]
    if known.verdict:
        rows = tuple(_judged(one, known.verdict.chosen, columns) for one in known.verdict.judgements)
    else:
        rows = tuple(_unjudged(one, columns) for one in (known.job.checkpoints if known.job else ()))
    asked = _asked(known.plan.recipe.training_gate, known.plan.method)
    return Table(tuple(column.title for column in columns), rows, asked) if rows else None


def _judged(one: Judgement, chosen: Checkpoint | None, columns: tuple[Column, ...]) -> Judged:
    missing = f"no {', no '.join(one.missing)} was reported" if one.missing else ""
    faults = "; ".join(part for part in (*one.faults, missing) if part)
    return Judged(
        id=one.checkpoint.id,
        step=one.checkpoint.step,
        figures=tuple(words.figure(column.of_judgement(one)) for column in columns),
        says=faults or "passed",
        chosen=one.checkpoint == chosen,
    )


def _unjudged(one: Checkpoint, columns: tuple[Column, ...]) -> Judged:
    figures = tuple(words.figure(column.of_metrics(one.metrics)) for column in columns)
    return Judged(id=one.id, step=one.step, figures=figures, says="", chosen=False)


def _asked(gate: TrainingGate, method: Method) -> str:
    """What the gate asks for, as a sentence or two."""
    least_reward, most_loss = gate.min_validation_reward, gate.max_validation_loss
    if method == "dpo" and most_loss is None:
        most_loss = NO_PREFERENCE
    overfit = f"an overfit ratio of at most {gate.max_overfit_ratio:g}"
    loss = None if most_loss is None else f"a validation loss of at most {most_loss:g}"
    asked = {
        "sft": (overfit, f"a validation token accuracy of at least {gate.min_validation_token_accuracy:g}", loss),
        "dpo": (overfit, loss),
        "rft": (
            f"a validation reward that gained at least {gate.min_reward_gain:g} since it was first measured",
            None if least_reward is None else f"a validation reward of at least {least_reward:g}",
        ),
    }[method]
    best = "highest validation reward" if method == "rft" else "lowest validation loss"
    return f"The gate asks for {', and '.join(filter(None, asked))}. Of those that pass, the {best} is chosen."
