"""How fast all ways are."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from bench.datasets import Dataset
from bench.preparation.cookbook import cookbook
from bench.preparation.ours import (
    ALL_BUT_TOKENS,
    EVERYTHING,
    STRUCTURE,
    STRUCTURE_AND_TOKENS,
    one_process,
    two_processes,
    two_waiting,
)
from bench.preparation.rounds import Clock, Task, Timed, timed
from bench.preparation.tables import Line, Report, Target
from bench.preparation.ways import bare_orjson, script, together

type Way = Callable[[Dataset], Task]

SCRIPT, ORJSON, TOGETHER, COOKBOOK = "the script", "bare orjson", "together's check_file", "the cookbook with tiktoken"
STRUCTURAL, FULL = "structural", "all but exact tokens"
STRUCTURAL_EXACT, EXACT = "structural and exact tokens", "everything, exact tokens"
TWO, TWO_WAITING = ", two processes", ", two processes begun before"

HAND_WAYS: dict[str, Way] = {SCRIPT: script, ORJSON: bare_orjson, TOGETHER: together}
OUR_WAYS: dict[str, Way] = {STRUCTURAL: partial(one_process, STRUCTURE), FULL: partial(one_process, ALL_BUT_TOKENS)}
CREWED_WAYS: dict[str, Way] = {
    STRUCTURAL + TWO: partial(two_processes, STRUCTURE),
    STRUCTURAL + TWO_WAITING: partial(two_waiting, STRUCTURE),
    FULL + TWO: partial(two_processes, ALL_BUT_TOKENS),
    FULL + TWO_WAITING: partial(two_waiting, ALL_BUT_TOKENS),
}
COUNTING_WAYS: dict[str, Way] = {
    COOKBOOK: cookbook,
    STRUCTURAL_EXACT: partial(one_process, STRUCTURE_AND_TOKENS),
    EXACT: partial(one_process, EVERYTHING),
    EXACT + TWO: partial(two_processes, EVERYTHING),
    EXACT + TWO_WAITING: partial(two_waiting, EVERYTHING),
}


class Ratio(NamedTuple):
    """How many times as fast one way must be as another."""

    way: str
    other: str
    least: float


ALONE = {
    "helpsteer": [Ratio(STRUCTURAL, SCRIPT, 6), Ratio(STRUCTURAL, ORJSON, 1.2)],
    "chat": [Ratio(STRUCTURAL, SCRIPT, 3.5), Ratio(STRUCTURAL, ORJSON, 0.9)],
    "dpo": [Ratio(STRUCTURAL, SCRIPT, 3.5)],
}
ALWAYS = [Ratio(STRUCTURAL, TOGETHER, 2), Ratio(FULL, SCRIPT, 1)]
CREWED = [Ratio(way + more, way, 1.8) for way in (STRUCTURAL, FULL) for more in (TWO, TWO_WAITING)]
COUNTING = [
    Ratio(STRUCTURAL_EXACT, COOKBOOK, 1.8),
    Ratio(EXACT, COOKBOOK, 1.8),
    Ratio(EXACT + TWO, COOKBOOK, 3.8),
    Ratio(EXACT + TWO_WAITING, COOKBOOK, 3.8),
    Ratio(EXACT + TWO, EXACT, 1.8),
    Ratio(EXACT + TWO_WAITING, EXACT, 1.8),
]


def tell_crewed(report: Report, dataset: Dataset, rounds: int) -> None:
    """Tell how all ways do that count no tokens, those of several processes included."""
    _tell(report, dataset, HAND_WAYS | OUR_WAYS | CREWED_WAYS, [*ALONE[dataset.kind], *ALWAYS, *CREWED], rounds)


def tell_alone(report: Report, dataset: Dataset, rounds: int) -> None:
    """Tell how those do that take one process. Datasets of other kinds have fewer targets."""
    _tell(report, dataset, HAND_WAYS | OUR_WAYS, [*ALONE.get(dataset.kind, ()), *ALWAYS], rounds)


def tell_counting(report: Report, dataset: Dataset, rounds: int) -> None:
    """Tell how the ways do that count the tokens of every row."""
    _tell(report, dataset, COUNTING_WAYS, COUNTING, rounds)


def _tell(report: Report, dataset: Dataset, ways: Mapping[str, Way], ratios: Sequence[Ratio], rounds: int) -> None:
    result = timed({name: partial(way, dataset) for name, way in ways.items()}, rounds)
    report.tell(
        f"{dataset.path.stem}: {dataset.size / 1e6:.0f} MB in {dataset.rows:,} rows, {rounds} rounds",
        [_speed(result, name, dataset.size) for name in ways] + [_ratio(result, ratio) for ratio in ratios],
    )


def _speed(result: Timed, way: str, size: int) -> Line:
    clock = _clock(way)
    return Line(way, size / 1e6 / result.seconds(way, clock), f"MB/s {clock}")


def _ratio(result: Timed, ratio: Ratio) -> Line:
    clock = _clock(ratio.way)
    value = result.ratio(ratio.other, ratio.way, clock)
    return Line(f"{ratio.way} / {ratio.other}", value, f"x {clock}", Target("at least", ratio.least))


def _clock(way: str) -> Clock:
    """Time of processes, where there is one; else that on the wall, which shows what else the machine does."""
    return "wall" if TWO in way else "cpu"
