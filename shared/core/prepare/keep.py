"""The recipe's conditions on scores, such as `helpfulness: ">=3"`."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.core.recipe import DataOptions

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
"""Longer signs first, since they begin with the shorter ones."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a score must be for its row to be wanted."""

    score: str
    wish: str  #: as the recipe writes it
    holds: Callable[[float, float], bool]
    bound: float

    def met_by(self, value: float) -> bool:
        """Whether a row with this score is wanted."""
        return self.holds(value, self.bound)


def conditions(options: DataOptions) -> tuple[Condition, ...]:
    """The recipe's conditions, ready to be asked. The recipe has checked their form."""
    return tuple(_condition(score, wish) for score, wish in options.keep.items())


def _condition(score: str, wish: str) -> Condition:
    sign = next(sign for sign in OPERATORS if wish.startswith(sign))
    return Condition(score, wish, OPERATORS[sign], float(wish.removeprefix(sign)))
