"""How a figure is spread, as the geometry of bars: the template only draws it."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from shared.core.prepare.report import Spread

WIDTH, HEIGHT = 340, 150
TOP, BOTTOM = 18, 22
MOST_BARS = 28
MOST_TICKS = 6
GAP = 0.12  #: of a bar's room
MOST_ROOM = 48  #: of a bar
EDGE = 24  #: how near to one a tick's label would be cut
BARS_A_DOUBLING = (8, 4, 2, 1)

type Step = Callable[[int], int]  #: the number of the bar that a figure belongs to


@dataclass(frozen=True)
class Bar:
    """One bar, in the chart's own units."""

    x: float
    y: float
    width: float
    height: float
    label: str  #: of the figures in it
    examples: int


@dataclass(frozen=True)
class Tick:
    x: float
    label: str

    @property
    def anchor(self) -> str:
        """Which part of the label stands at `x`."""
        return "start" if self.x < EDGE else "end" if self.x > WIDTH - EDGE else "middle"


@dataclass(frozen=True)
class Histogram:
    """Bars of equal width, from the least figure to the greatest."""

    title: str
    unit: str
    spread: Spread
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    most: int  #: examples in the highest bar
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def histogram(title: str, unit: str, spread: Spread) -> Histogram:
    """The bars: one a figure where they are few, else of equal width on a scale of doublings."""
    step, first_of = _scale(spread)
    counts: Counter[int] = Counter()
    for figure, examples in spread.histogram:
        counts[step(figure)] += examples
    low, high = min(counts), max(counts)
    room = min(WIDTH / (high - low + 1), MOST_ROOM)
    most = max(counts.values())
    numbers = range(low, high + 1)
    return Histogram(
        title=title,
        unit=unit,
        spread=spread,
        bars=tuple(_bar(number - low, counts[number], most, room, _label(number, first_of)) for number in numbers),
        ticks=tuple(Tick((number - low + 0.5) * room, f"{first_of(number):,}") for number in _ticks(numbers)),
        most=most,
    )


def _scale(spread: Spread) -> tuple[Step, Step]:
    """Which bar a figure belongs to, and the least figure of a bar."""
    figures = [figure for figure, _ in spread.histogram]
    low, high = min(figures), max(figures)
    if high - low < MOST_BARS:
        return (lambda figure: figure), (lambda bar: bar)
    doublings = math.log2(high) - math.log2(max(low, 1))
    fitting = (each for each in BARS_A_DOUBLING if doublings * each < MOST_BARS - 1)
    each = next(fitting, BARS_A_DOUBLING[-1])
    return (
        lambda figure: math.floor(math.log2(figure) * each) if figure else -1,
        lambda bar: math.ceil(2 ** (bar / each)) if bar >= 0 else 0,
    )


def _label(number: int, first_of: Step) -> str:
    first, last = first_of(number), first_of(number + 1) - 1
    return f"{first:,}" if last <= first else f"{first:,} to {last:,}"


def _bar(index: int, examples: int, most: int, room: float, label: str) -> Bar:
    height = round(examples / most * (HEIGHT - BOTTOM - TOP), 1)
    return Bar(
        x=round((index + GAP / 2) * room, 1),
        y=HEIGHT - BOTTOM - height,
        width=round(room * (1 - GAP), 1),
        height=height,
        label=label,
        examples=examples,
    )


def _ticks(numbers: range) -> range:
    apart = math.ceil(len(numbers) / MOST_TICKS)
    return numbers[apart // 2 :: apart]
