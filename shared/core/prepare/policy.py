"""What a recipe makes of the rules: raised, lowered or switched off by their numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from shared.core.prepare.faults import Fault

type Wish = Literal["off", "info", "warning", "reject"]


class Policy:
    """The severities that count for a dataset."""

    def __init__(self, wishes: Mapping[int, Wish]) -> None:
        self._wishes = wishes

    def judged(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """The faults that count, each as severe as the recipe has it."""
        for fault in faults:
            wish = self._wishes.get(fault.rule.number or 0)
            if wish is None:
                yield fault
            elif wish != "off":
                yield replace(fault, rule=replace(fault.rule, severity=wish))
