"""Whether this subscription may train and serve a model today, asked before every job.

Lists and dates move: a model can be retired, closed to new customers, or not offered in a region. Source: Foundry,
"concepts-model-retirement-schedule", 28 Sep 2026.
"""

from datetime import datetime

from shared.core.values import Value


class Offer(Value):
    """What the account says of a base model."""

    name: str
    version: str
    lifecycle: str  #: the service's word; it lags behind the dates
    training_ends: datetime | None
    inference_ends: datetime | None


def objection(model: str, offer: Offer | None, now: datetime) -> str | None:
    """Why the model cannot be trained and served now, in words for the dataset's owner; `None` if it can."""
    if offer is None:
        return f"the Foundry account does not offer {model!r}; choose another model in the recipe"
    if offer.training_ends is not None and offer.training_ends <= now:
        return f"training of {model!r} was retired on {offer.training_ends:%Y-%m-%d}; choose another model"
    return None
