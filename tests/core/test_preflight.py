from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.core.preflight import Offer, objection

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OFFER = Offer(
    name="gpt-4.1-nano",
    version="2025-04-14",
    lifecycle="Deprecating",
    training_ends=NOW + timedelta(days=1),
    inference_ends=NOW - timedelta(days=1),
)


@pytest.mark.parametrize(
    "changes",
    [{}, {"training_ends": None}, {"lifecycle": "Deprecated"}, {"inference_ends": None}],
)
def test_a_model_that_is_offered_can_be_trained_and_served(changes: dict[str, Any]) -> None:
    assert objection("gpt-4.1-nano", OFFER.model_copy(update=changes), NOW) is None


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (None, "the Foundry account does not offer 'gpt-4.1-nano'; choose another model in the recipe"),
        (
            OFFER.model_copy(update={"training_ends": NOW}),
            "training of 'gpt-4.1-nano' was retired on 2026-11-24; choose another model",
        ),
    ],
)
def test_an_objection_says_what_is_missing(offer: Offer | None, words: str) -> None:
    assert objection("gpt-4.1-nano", offer, NOW) == words
