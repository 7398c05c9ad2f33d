"""The training curve as geometry: the template only draws it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.core.training import Checkpoint, Point

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 14, 30
MOST_DOTS = 300  #: a line; more cannot be told apart at this width
FEWEST = 2  #: steps, and figures
LARGEST = 1e6  #: a figure beyond this has diverged, and would flatten the rest
SMALLEST = 1e-6  #: a range below this is none
TICKS = 4


@dataclass(frozen=True)
class Line:
    """One curve, in the chart's own units."""

    name: str
    css: str
    dots: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.dots)


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Mark:
    """A checkpoint, as a vertical line."""

    x: float
    step: int
    chosen: bool


@dataclass(frozen=True)
class Chart:
    """Losses, or rewards, over training steps."""

    title: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    summary: str  #: for those who do not see it
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


type Series = list[tuple[int, float]]

type Reading = tuple[str, str, Callable[[Point], float | None]]

SERIES: dict[str, tuple[Reading, ...]] = {
    "Loss": (
        ("training loss", "train", lambda point: point.metrics.train_loss),
        ("validation loss, by batch", "batch", lambda point: point.metrics.valid_loss),
        ("validation loss, whole file", "whole", lambda point: point.metrics.full_valid_loss),
    ),
    "Reward": (
        ("training reward", "train", lambda point: point.metrics.train_mean_reward),
        ("validation reward", "whole", lambda point: point.metrics.full_valid_mean_reward),
    ),
}


def chart(points: Sequence[Point], checkpoints: Iterable[Checkpoint], chosen: Checkpoint | None) -> Chart | None:
    """The curves of losses, or else of rewards; `None` where there are too few points to make one."""
    charts = (_chart(title, points, list(checkpoints), chosen) for title in SERIES)
    return next((one for one in charts if one), None)


def _chart(
    title: str, points: Sequence[Point], checkpoints: Sequence[Checkpoint], chosen: Checkpoint | None
) -> Chart | None:
    found = [(name, css, _series(points, read)) for name, css, read in SERIES[title]]
    figures = [figure for _, _, series in found for _, figure in series]
    last = max((step for _, _, series in found for step, _ in series), default=0)
    if last < FEWEST or len(figures) < FEWEST:
        return None
    grid = _grid(min(figures), max(figures))
    x, y = _scale(0, last, LEFT, WIDTH - RIGHT), _scale(grid[0], grid[-1], HEIGHT - BOTTOM, TOP)
    return Chart(
        title=title,
        lines=tuple(Line(name, css, _dots(series, x, y)) for name, css, series in found if series),
        marks=tuple(Mark(x(one.step), one.step, one == chosen) for one in checkpoints if one.step <= last),
        across=tuple(Tick(x(step), f"{step:g}") for step in _grid(0, last) if step <= last),
        upwards=tuple(Tick(y(figure), f"{figure:g}") for figure in grid),
        summary="; ".join(_told(name, series) for name, _, series in found if series),
    )


def _series(points: Sequence[Point], read: Callable[[Point], float | None]) -> Series:
    found = ((point.step, read(point)) for point in points)
    return sorted((step, figure) for step, figure in found if figure is not None and abs(figure) <= LARGEST)


def _told(name: str, series: Series) -> str:
    (first, begin), (last, end) = series[0], series[-1]
    return f"{name} {begin:.3f} at step {first}, {end:.3f} at step {last}"


def _scale(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    return lambda number: round(begin + (number - low) / (high - low) * (end - begin), 1)


def _dots(series: Series, x: Callable[[float], float], y: Callable[[float], float]) -> tuple[tuple[float, float], ...]:
    """Each dot the mean of its neighbours, where there are more than can be drawn."""
    size = math.ceil(len(series) / MOST_DOTS)
    groups = [series[begin : begin + size] for begin in range(0, len(series), size)]
    means = [(_mean([step for step, _ in group]), _mean([figure for _, figure in group])) for group in groups]
    return tuple((x(step), y(figure)) for step, figure in means)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _grid(low: float, high: float) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `TICKS` apart."""
    size = max(high - low, SMALLEST)
    rough = size / TICKS
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * (1 - 1e-9))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]
