"""On the local stack: real public datasets are dropped, and end as their index says."""

import pytest

from local.stack.running import Stack
from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.test_corpus import ACCEPTED, REFUSED, SOUND_BUT_FEW
from tests.end_to_end.stack import effects, run_that_reached, states

pytestmark = [pytest.mark.stack, needs_corpus]


@pytest.fixture(scope="module")
def dropped(stack: Stack) -> Stack:
    """All of them at once, as a busy day would bring them. Blobs of no bytes raise no event that counts."""
    folder = corpus()
    assert folder
    for name in (*ACCEPTED, *SOUND_BUT_FEW, *REFUSED):
        if content := (folder / name).read_bytes():
            stack.drop(content, f"support/{name.replace('/', '~')}")
    return stack


def blob(name: str) -> str:
    return f"support/{name.replace('/', '~')}"


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_sound_dataset_becomes_exactly_one_job(dropped: Stack, name: str) -> None:
    run = run_that_reached(dropped, blob(name), "training", "closed", "parked")
    assert "training" in states(run), run["stage"]
    assert len(effects(dropped, run)[0]) == 1


@pytest.mark.parametrize("name", SOUND_BUT_FEW)
def test_a_sound_dataset_of_too_few_rows_is_refused_for_that_alone(dropped: Stack, name: str) -> None:
    run = run_that_reached(dropped, blob(name), "closed")
    outcome = run["stage"]["outcome"]
    assert outcome["by"] == "dataset"
    assert "at least 10" in " ".join(outcome["reasons"])
    assert effects(dropped, run) == ([], [])


@pytest.mark.parametrize("name", [name for name, words in REFUSED.items() if "is empty" not in words])
def test_what_cannot_be_trained_on_is_refused_with_the_reason(dropped: Stack, name: str) -> None:
    run = run_that_reached(dropped, blob(name), "closed")
    outcome = run["stage"]["outcome"]
    assert outcome["by"] == "dataset"
    assert outcome["reasons"]
    assert effects(dropped, run) == ([], [])
