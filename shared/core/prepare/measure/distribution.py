"""How a number is distributed over the rows of a set, in fixed bins: memory does not grow, and two can be added."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from shared.core.prepare.measure.texts import Numbers

BINS_A_DOUBLING = 8  #: each bin begins 9 % above the one before
DOUBLINGS = 40


def edge(number: int) -> int:
    """The smallest whole number in a bin. The first bin is that of 0; of equal edges the last one's bin is used."""
    return ceil(2 ** ((number - 1) / BINS_A_DOUBLING)) if number else 0


EDGES = np.array([edge(number) for number in range(1 + BINS_A_DOUBLING * DOUBLINGS)])


@dataclass
class Distribution:
    """Whole numbers from 0 up to 2 ** `DOUBLINGS`."""

    bins: Numbers = field(default_factory=lambda: np.zeros(len(EDGES), np.int64))  #: values in each
    count: int = 0
    total: int = 0
    largest: int = 0

    def add(self, values: Numbers) -> None:
        """Take the values of a block."""
        if not len(values):
            return
        self.bins += np.bincount(np.searchsorted(EDGES, values, "right") - 1, minlength=len(EDGES))
        self.count += len(values)
        self.total += int(values.sum())
        self.largest = max(self.largest, int(values.max()))

    def merge(self, other: "Distribution") -> None:
        """Take all values of another."""
        self.bins += other.bins
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)

    def at(self, share: float) -> int:
        """The value that this share of the values do not exceed, to within 9 %; 0 of none."""
        if not self.count:
            return 0
        found = int(np.searchsorted(np.cumsum(self.bins), share * self.count))
        return min(edge(found + 1) - 1, self.largest) if found else 0

    def histogram(self) -> Sequence[tuple[int, int]]:
        """The bins that are not empty: the smallest value each can have, and how many values it has."""
        return [(edge(number), int(self.bins[number])) for number in np.flatnonzero(self.bins).tolist()]
