"""What a job will cost, estimated before any money is spent."""

from typing import Literal

from shared.core.catalogue import Catalogue, Model
from shared.core.recipe import Budget, Recipe
from shared.core.values import Value

MILLION = 1_000_000


class Estimate(Value):
    """An estimate and what it rests on. `usd` is `None` where the catalogue has no price."""

    tokens: int  #: of the training file, estimated
    epochs: int
    epochs_assumed: bool  #: the recipe says `auto`: the service decides later
    usd_per_million_tokens: float | None
    usd: float | None
    source: str  #: where the price comes from, and of when


def estimate(tokens: int, model: Model, recipe: Recipe, catalogue: Catalogue) -> Estimate:
    """Training tokens x epochs x price; validation tokens, queueing and failed jobs cost nothing.

    Source: Foundry, "how-to-fine-tuning-cost-management", Mar and Oct 2026.
    """
    wanted = recipe.hyperparameters.n_epochs
    epochs = catalogue.assumed_epochs if wanted == "auto" else wanted
    price = model.usd_per_million_training_tokens.get(recipe.training_type)
    return Estimate(
        tokens=tokens,
        epochs=epochs,
        epochs_assumed=wanted == "auto",
        usd_per_million_tokens=price,
        usd=None if price is None else round(tokens * epochs * price / MILLION, 4),
        source=catalogue.prices_source,
    )


def within(budget: Budget, cost: Estimate) -> Literal["go", "ask", "stop"]:
    """Whether to go on, to ask a person, or to stop. A price nobody knows is a price to ask about."""
    if cost.usd is None:
        return "ask"
    if cost.usd > budget.stop_above_usd:
        return "stop"
    return "ask" if cost.usd > budget.ask_above_usd else "go"
