"""Timing ways against each other, on a machine that others use too: only ratios within a round mean something."""

import gc
import random
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple

from bench.datasets import Dataset
from bench.ways import Way

type Clock = Literal["cpu", "wall"]


class Seconds(NamedTuple):
    """What one call took."""

    cpu: float  #: of this process, all its threads together
    wall: float


class Timed:
    """What each way took in each round."""

    def __init__(self, dataset: Dataset, ways: Sequence[str], rounds: Sequence[Mapping[str, Seconds]]) -> None:
        self.dataset = dataset
        self.ways = ways
        self.rounds = rounds

    def speed(self, way: str, clock: Clock = "cpu") -> float:
        """MB of input a second: the median of the rounds."""
        return self.dataset.size / 1e6 / median(getattr(each[way], clock) for each in self.rounds)

    def ratio(self, way: str, other: str, clock: Clock = "cpu") -> float:
        """How many times as fast one way is as another: the median of the ratios of the rounds."""
        return median(getattr(each[other], clock) / getattr(each[way], clock) for each in self.rounds)


def timed(dataset: Dataset, ways: Mapping[str, Way], rounds: int) -> Timed:
    """Take all ways in turn, in an order that changes from round to round."""
    order = random.Random(rounds)
    names = list(ways)
    return Timed(dataset, names, [_round(dataset, ways, order.sample(names, len(names))) for _ in range(rounds)])


def _round(dataset: Dataset, ways: Mapping[str, Way], names: Sequence[str]) -> dict[str, Seconds]:
    return {name: _seconds(ways[name], dataset) for name in names}


def _seconds(way: Way, dataset: Dataset) -> Seconds:
    gc.collect()  # nobody pays for what the way before has left
    cpu, wall = time.process_time(), time.perf_counter()
    way(dataset)
    return Seconds(time.process_time() - cpu, time.perf_counter() - wall)
