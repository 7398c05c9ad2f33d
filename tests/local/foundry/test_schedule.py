import pytest

from local.foundry.schedule import MOST_STEPS, auto_batch, auto_epochs, schedule
from tests.local.foundry.examples import plan


def test_every_step_of_a_usual_job_is_computed_and_every_tenth_told() -> None:
    steps = schedule(plan(epochs=3, steps=900))
    assert [step.number for step in steps] == list(range(1, 901))
    assert [step.number for step in steps if step.ends_epoch] == [300, 600, 900]
    assert [step.number for step in steps if step.told] == list(range(10, 901, 10))


def test_a_short_job_tells_of_each_step() -> None:
    assert all(step.told for step in schedule(plan(epochs=2, steps=20)))


def test_a_long_job_is_thinned_out_but_keeps_its_ends() -> None:
    steps = schedule(plan(epochs=3, steps=90_003))
    assert len(steps) <= MOST_STEPS + 3
    assert [step.number for step in steps if step.ends_epoch] == [30_001, 60_002, 90_003]


@pytest.mark.parametrize(("examples", "epochs"), [(10, 10), (300, 3), (50_000, 1)])
def test_auto_epochs_depend_on_the_examples(examples: int, epochs: int) -> None:
    assert auto_epochs(examples) == epochs


@pytest.mark.parametrize(("examples", "batch"), [(10, 1), (1000, 2), (1_000_000, 256)])
def test_auto_batch_is_a_five_hundredth_of_the_examples(examples: int, batch: int) -> None:
    assert auto_batch(examples) == batch
