from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.catalogue import resolve
from shared.core.cost import Estimate, estimate, within
from shared.core.recipe import Budget, Method, Recipe
from tests.fakes import CATALOGUE


def cost_of(tokens: int, method: Method = "sft", **wishes: Any) -> Estimate:
    recipe = Recipe.model_validate(wishes)
    model, _ = resolve(recipe, "recipes/support.yaml", CATALOGUE)
    return estimate(tokens, model, recipe, method, CATALOGUE)


@pytest.mark.parametrize(
    ("tokens", "wishes", "usd"),
    [
        (1_000_000, {"hyperparameters": {"n_epochs": 1}}, 1.5),
        (1_000_000, {"hyperparameters": {"n_epochs": 4}}, 6.0),
        (1_000_000, {"hyperparameters": {"n_epochs": 1}, "training_type": "developer"}, 0.75),
        (1_000_000, {"hyperparameters": {"n_epochs": 1}, "training_type": "standard"}, 1.65),
        (1_000_000, {"hyperparameters": {"n_epochs": 1}, "model": "gpt-4.1"}, 25.0),
        (1_234_567, {"hyperparameters": {"n_epochs": 2}}, 3.7037),
        (2_000_000_000, {"hyperparameters": {"n_epochs": 1}}, 3000.0),
        (0, {}, 0.0),
    ],
)
def test_a_job_costs_tokens_times_epochs_times_price(tokens: int, wishes: dict[str, Any], usd: float) -> None:
    assert cost_of(tokens, **wishes).usd == usd


def test_epochs_that_the_service_chooses_are_assumed_and_said_to_be() -> None:
    assumed = cost_of(1_000_000)
    assert (assumed.epochs, assumed.epochs_assumed) == (CATALOGUE.assumed_epochs, True)
    given_ = cost_of(1_000_000, hyperparameters={"n_epochs": CATALOGUE.assumed_epochs})
    assert (given_.epochs, given_.epochs_assumed, given_.usd) == (assumed.epochs, False, assumed.usd)


def test_a_price_that_nobody_knows_makes_no_amount() -> None:
    nano = CATALOGUE.models["gpt-4.1-nano"]
    unpriced = nano.model_copy(update={"usd_per_million_training_tokens": {}})
    cost = estimate(1_000_000, unpriced, Recipe(), "sft", CATALOGUE)
    assert (cost.usd, cost.usd_per_million_tokens) == (None, None)


BUDGET = Budget(ask_above_usd=25, stop_above_usd=100)


@pytest.mark.parametrize(
    ("usd", "answer"),
    [
        (0.0, "go"),
        (25.0, "go"),
        (25.0001, "ask"),
        (100.0, "ask"),
        (100.0001, "stop"),
        (1e12, "stop"),
        (None, "ask"),
    ],
)
def test_a_budget_lets_go_asks_or_stops(usd: float | None, answer: Literal["go", "ask", "stop"]) -> None:
    assert within(BUDGET, cost_of(0).model_copy(update={"usd": usd})) == answer


def test_a_budget_of_nothing_stops_whatever_costs_something() -> None:
    nothing = Budget(ask_above_usd=0, stop_above_usd=0)
    assert within(nothing, cost_of(0)) == "go"
    assert within(nothing, cost_of(1_000_000)) == "stop"


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 50))
def test_more_tokens_never_cost_less(tokens: int, more: int, epochs: int) -> None:
    wishes = {"hyperparameters": {"n_epochs": epochs}}
    less, dearer = cost_of(tokens, **wishes).usd, cost_of(tokens + more, **wishes).usd
    assert less is not None
    assert dearer is not None
    assert less <= dearer


def test_reinforcement_has_an_hours_price_and_no_amount() -> None:
    cost = cost_of(1_000_000, "rft", model="o4-mini", training_type="standard")
    assert (cost.usd, cost.usd_per_million_tokens, cost.usd_per_hour) == (None, None, 100.0)
    assert cost.usd_at_most == CATALOGUE.limits.rft_pause_usd
    other = cost_of(1_000_000, "dpo")
    assert (other.usd, other.usd_per_hour, other.usd_at_most) == (4.5, None, None)


@pytest.mark.parametrize(("ask_above", "answer"), [(0, "ask"), (4_999.99, "ask"), (5_000, "go"), (20_000, "go")])
def test_a_cost_that_nobody_can_know_is_asked_about_unless_all_it_can_be_is_let_through(
    ask_above: float, answer: Literal["go", "ask"]
) -> None:
    budget = Budget(ask_above_usd=ask_above, stop_above_usd=1_000_000)
    assert within(budget, cost_of(1_000_000, "rft", model="o4-mini")) == answer
