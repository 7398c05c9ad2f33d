"""Timing cases against each other, on a machine that others use too: only ratios within a round mean something."""

import gc
import random
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple

type Task = Callable[[], object]
type Case = Callable[[], Task]  #: gets ready, and answers what is timed
type Clock = Literal["cpu", "wall"]


class Seconds(NamedTuple):
    """What one task took."""

    cpu: float  #: of this process, all its threads together
    wall: float

    def of(self, clock: Clock) -> float:
        """By one of the two."""
        return self.cpu if clock == "cpu" else self.wall


class Timed:
    """What each case took in each round."""

    def __init__(self, rounds: Sequence[Mapping[str, Seconds]]) -> None:
        self._rounds = rounds

    def seconds(self, case: str, clock: Clock) -> float:
        """The median of the rounds."""
        return median(each[case].of(clock) for each in self._rounds)

    def ratio(self, case: str, other: str, clock: Clock) -> float:
        """How many times as long as the other a case takes: the median of the ratios within the rounds."""
        return median(each[case].of(clock) / each[other].of(clock) for each in self._rounds)


def timed(cases: Mapping[str, Case], rounds: int) -> Timed:
    """Take all cases one after another, in an order that changes from round to round."""
    order = random.Random(rounds)
    return Timed([_round(cases, order.sample(list(cases), len(cases))) for _ in range(rounds)])


def _round(cases: Mapping[str, Case], names: Sequence[str]) -> dict[str, Seconds]:
    return {name: _seconds(cases[name]()) for name in names}


def _seconds(task: Task) -> Seconds:
    gc.collect()  # nobody pays for what the case before has left
    cpu, wall = time.process_time(), time.perf_counter()
    task()
    return Seconds(time.process_time() - cpu, time.perf_counter() - wall)
