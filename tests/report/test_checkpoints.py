from dataclasses import replace

import pytest

from shared.core.gate import judge
from shared.core.recipe import Method, TrainingGate
from shared.core.training import Checkpoint, Metrics
from shared.report.checkpoints import Table, table
from shared.report.reached import reached
from tests.report.examples import ACCEPTED, PLAN, RECEIVED, TRAINED

METRICS = Metrics(
    train_loss=0.5,
    full_valid_loss=0.6,
    full_valid_mean_token_accuracy=0.7,
    train_mean_reward=0.3,
    full_valid_mean_reward=0.4,
)
CHECKPOINT = Checkpoint(id="ftchkpt-1", model="m", step=30, metrics=METRICS)


def tabled(method: Method, gate: TrainingGate) -> tuple[Table, Table]:
    """Before and after the gate judged."""
    plan = PLAN.model_copy(update={"method": method, "recipe": PLAN.recipe.model_copy(update={"training_gate": gate})})
    job = TRAINED.job.model_copy(update={"checkpoints": (CHECKPOINT,)})
    before = table(reached(TRAINED.model_copy(update={"plan": plan, "job": job})))
    verdict = judge(gate, method, [CHECKPOINT], [])
    after = table(reached(ACCEPTED.model_copy(update={"plan": plan, "job": job, "verdict": verdict})))
    assert before is not None
    assert after is not None
    return before, after


@pytest.mark.parametrize(
    ("method", "titles", "before", "after"),
    [
        (
            "sft",
            ("Training loss", "Validation loss", "Token accuracy", "Overfit ratio"),
            ("0.500", "0.600", "0.700", ""),
            ("0.500", "0.600", "0.700", "1.200"),
        ),
        (
            "dpo",
            ("Training loss", "Validation loss", "Overfit ratio"),
            ("0.500", "0.600", ""),
            ("0.500", "0.600", "1.200"),
        ),
        (
            "rft",
            ("Training reward", "Validation reward", "Reward gain"),
            ("0.300", "0.400", ""),
            ("0.300", "0.400", "0.000"),
        ),
    ],
)
def test_each_method_has_figures_of_its_own(
    method: Method, titles: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    unjudged, judged = tabled(method, TrainingGate())
    assert unjudged.titles == judged.titles == titles
    assert [(row.figures, row.says, row.chosen) for row in unjudged.rows] == [(before, "", False)]
    assert [(row.figures, row.says, row.chosen) for row in judged.rows] == [(after, "passed", True)]


OVERFIT = "an overfit ratio of at most 1.5"
ACCURACY = "a validation token accuracy of at least 0.5"
GAIN = "a validation reward that gained at least 0 since it was first measured"
LOWEST, HIGHEST = "lowest validation loss", "highest validation reward"


@pytest.mark.parametrize(
    ("method", "gate", "asked", "best"),
    [
        ("sft", TrainingGate(), f"{OVERFIT}, and {ACCURACY}", LOWEST),
        (
            "sft",
            TrainingGate(max_validation_loss=2),
            f"{OVERFIT}, and {ACCURACY}, and a validation loss of at most 2",
            LOWEST,
        ),
        ("dpo", TrainingGate(), f"{OVERFIT}, and a validation loss of at most 0.693", LOWEST),
        ("rft", TrainingGate(), GAIN, HIGHEST),
        (
            "rft",
            TrainingGate(min_validation_reward=0.25),
            f"{GAIN}, and a validation reward of at least 0.25",
            HIGHEST,
        ),
    ],
)
def test_what_the_gate_asks_for_is_told(method: Method, gate: TrainingGate, asked: str, best: str) -> None:
    told = f"The gate asks for {asked}. Of those that pass, the {best} is chosen."
    assert [one.asked for one in tabled(method, gate)] == [told, told]


def test_there_is_no_table_before_there_are_checkpoints() -> None:
    assert table(reached(RECEIVED)) is None
    bare = TRAINED.model_copy(update={"job": TRAINED.job.model_copy(update={"checkpoints": ()})})
    assert table(reached(bare)) is None
    assert table(replace(reached(TRAINED), plan=None)) is None
