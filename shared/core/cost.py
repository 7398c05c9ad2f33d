"""What a job will cost, estimated before any money is spent."""

from typing import Literal

from shared.core.catalogue import Catalogue, Model
from shared.core.recipe import Budget, Method, Recipe
from shared.core.values import Value

MILLION = 1_000_000


class Estimate(Value):
    """An estimate and what it rests on. `usd` is `None` where nobody can know it beforehand."""

    tokens: int  #: of the training file, estimated
    epochs: int
    epochs_assumed: bool  #: the recipe says `auto`: the service decides later
    usd_per_million_tokens: float | None
    usd: float | None
    usd_per_hour: float | None = None  #: of training, where a job is paid by the hour
    usd_at_most: float | None = None  #: where the service pauses a job at a cost
    source: str  #: where the price comes from, and of when


def estimate(tokens: int, model: Model, recipe: Recipe, method: Method, catalogue: Catalogue) -> Estimate:
    """For sft and dpo, training tokens x epochs x price; validation, queueing and failed jobs cost nothing.

    Reinforcement is paid by the hour, besides the tokens of a model that grades. How many hours a job takes depends on
    how long the model thinks, and is not published: there is an hour's price, and the cost at which the service pauses.
    Source: Foundry, "how-to-fine-tuning-cost-management", Mar and Oct 2026.
    """
    wanted = recipe.hyperparameters.n_epochs
    epochs = catalogue.assumed_epochs if wanted == "auto" else wanted
    by_hour = method == "rft"
    price = None if by_hour else model.usd_per_million_training_tokens.get(recipe.training_type)
    return Estimate(
        tokens=tokens,
        epochs=epochs,
        epochs_assumed=wanted == "auto",
        usd_per_million_tokens=price,
        usd=None if price is None else round(tokens * epochs * price / MILLION, 4),
        usd_per_hour=model.usd_per_training_hour.get(recipe.training_type) if by_hour else None,
        usd_at_most=catalogue.limits.rft_pause_usd if by_hour else None,
        source=catalogue.prices_source,
    )


def billed(cost: Estimate, tokens: int | None, hours: float | None) -> float | None:
    """What was billed, at the estimate's price; `None` where the service did not say, or no price is known."""
    known = [
        count * price
        for count, price in (
            (None if tokens is None else tokens / MILLION, cost.usd_per_million_tokens),
            (hours, cost.usd_per_hour),
        )
        if count is not None and price is not None
    ]
    return round(sum(known), 4) if known else None


def is_settled(budget: Budget, low: Estimate, high: Estimate) -> bool:
    """Whether a cost between these two, whatever it is exactly, has the same consequence."""
    return within(budget, low) == within(budget, high)


def within(budget: Budget, cost: Estimate) -> Literal["go", "ask", "stop"]:
    """Whether to go on, to ask a person, or to stop.

    A cost that nobody can know beforehand is one to ask about, unless the recipe lets through the most that it can be.
    """
    if cost.usd is None:
        return "go" if cost.usd_at_most is not None and cost.usd_at_most <= budget.ask_above_usd else "ask"
    if cost.usd > budget.stop_above_usd:
        return "stop"
    return "ask" if cost.usd > budget.ask_above_usd else "go"
