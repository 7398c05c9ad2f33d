"""Line charts as numbers: where ticks, lines and dots go. The template draws them."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from local.insights.records import Point

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 44
WANTED_TICKS = 5
SMALLEST_RANGE = 1e-9


class Tick(NamedTuple):
    """A mark on an axis."""

    position: float  #: pixels from the left or from the top
    label: str


class Dot(NamedTuple):
    """One reported value."""

    x: float
    y: float
    step: int
    value: float


class Line(NamedTuple):
    """One series."""

    key: str
    label: str
    path: str  #: SVG path data
    dots: list[Dot]


class Chart(NamedTuple):
    """A chart of several series over the training step."""

    title: str
    unit: str  #: of the y axis
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    lines: list[Line]


class Scale(NamedTuple):
    """A straight line from values to pixels."""

    low: float
    high: float
    start: float  #: pixels of `low`
    end: float  #: pixels of `high`

    def place(self, value: float) -> float:
        """Where a value goes, to a tenth of a pixel."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def line_chart(title: str, unit: str, points: Sequence[Point], labels: dict[str, str]) -> Chart | None:
    """The chart of those metrics in `labels` that were reported; None if none was."""
    reported = {key: [(p.step, p.values[key]) for p in points if key in p.values] for key in labels}
    values = [value for pairs in reported.values() for _, value in pairs]
    if not values:
        return None
    steps = [step for pairs in reported.values() for step, _ in pairs]
    x_marks, y_marks = whole_ticks(min(steps), max(steps)), nice_ticks(min(values), max(values))
    x = Scale(*_range(steps, x_marks), LEFT, WIDTH - RIGHT)
    y = Scale(y_marks[0], y_marks[-1], HEIGHT - BOTTOM, TOP)
    return Chart(
        title=title,
        unit=unit,
        x_ticks=[Tick(x.place(mark), f"{mark:g}") for mark in x_marks if x.low <= mark <= x.high],
        y_ticks=[Tick(y.place(mark), f"{mark:g}") for mark in y_marks],
        lines=[_line(key, labels[key], pairs, x, y) for key, pairs in reported.items() if pairs],
    )


def nice_ticks(low: float, high: float) -> list[float]:
    """Round values at even distances that enclose a range; at least two."""
    if high - low < SMALLEST_RANGE:
        spread = abs(low) / 2 if abs(low) > SMALLEST_RANGE else 0.5
        low, high = low - spread, high + spread
    step = _nice_step((high - low) / WANTED_TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def whole_ticks(low: int, high: int) -> list[float]:
    """As `nice_ticks`, at whole numbers only."""
    step = max(1, _nice_step((high - low) / WANTED_TICKS or 1))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(first, last + 1)]


def sparkline(values: Sequence[float], width: int = 120, height: int = 24) -> str:
    """SVG path data of a line without axes."""
    if not values:
        return ""
    low, high = min(values), max(values)
    x = Scale(0, max(len(values) - 1, 1), 1, width - 1)
    y = Scale(low, high if high > low else low + 1, height - 2, 2)
    return _path((x.place(index), y.place(value)) for index, value in enumerate(values))


def _nice_step(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _range(steps: Sequence[int], marks: Sequence[float]) -> tuple[float, float]:
    """The x axis begins and ends with the data, unless that is a single step."""
    low, high = min(steps), max(steps)
    return (low, high) if low < high else (marks[0] - 1, marks[-1] + 1)


def _line(key: str, label: str, pairs: Iterable[tuple[int, float]], x: Scale, y: Scale) -> Line:
    dots = [Dot(x.place(step), y.place(value), step, value) for step, value in pairs]
    return Line(key, label, _path((dot.x, dot.y) for dot in dots), dots)


def _path(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in places)
