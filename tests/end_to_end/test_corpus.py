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


OF_OTHER_MODELS = {
    "Unakar__Logic-RL/kk_3ppl_test.parquet": "'rft' is not offered",
    "aws-samples__amazon-bedrock-samples/bedrock_rft_validation.jsonl": "'rft' is not offered",
    "fw-ai__cookbook/food_reasoning.prefix.jsonl": "takes no images",
    "microsoft-foundry__fine-tuning/clause_matching_validation.prefix.jsonl": "'rft' is not offered",
    "microsoft-foundry__fine-tuning/medmcq_validation.prefix.jsonl": "'rft' is not offered",
    "microsoft-foundry__fine-tuning/rft_train_tool.jsonl": "'rft' is not offered",
    "microsoft-foundry__fine-tuning/rft_valid_tool.jsonl": "'rft' is not offered",
    "microsoft-foundry__foundry-samples/rft_training_set.jsonl": "'rft' is not offered",
}
"""Sound datasets that the default recipe's model cannot be tuned with, and what is said of that."""


@pytest.mark.parametrize("name", OF_OTHER_MODELS)
def test_a_sound_dataset_for_another_model_is_refused_by_its_recipe(dropped: Stack, name: str) -> None:
    run = run_that_reached(dropped, blob(name), "closed")
    outcome = run["stage"]["outcome"]
    assert outcome["by"] == "recipe"
    assert OF_OTHER_MODELS[name] in " ".join(outcome["reasons"])
    assert effects(dropped, run) == ([], [])


@pytest.mark.parametrize("name", sorted(ACCEPTED.keys() - OF_OTHER_MODELS.keys()))
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
