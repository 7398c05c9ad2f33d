from hypothesis import assume, given
from hypothesis import strategies as st

from local.insights.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    line_chart,
    nice_ticks,
    sparkline,
    whole_ticks,
)
from local.insights.records import Point

LABELS = {"train_loss": "training", "valid_loss": "validation"}
values = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(lambda value: round(value, 9))


@given(values, values)
def test_ticks_enclose_the_range_and_are_few(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-6 or high == low)
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_steps_are_marked_at_whole_numbers(one: int, other: int) -> None:
    assert all(mark == int(mark) for mark in whole_ticks(*sorted((one, other))))


def test_ticks_are_round() -> None:
    assert nice_ticks(0.52, 2.9) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert nice_ticks(0.81, 0.86) == [0.81, 0.82, 0.83, 0.84, 0.85, 0.86]
    assert whole_ticks(1, 180) == [0, 50, 100, 150, 200]
    assert whole_ticks(1, 3) == [1, 2, 3]


@given(st.lists(st.tuples(st.integers(1, 10**5), values), min_size=1, unique_by=lambda pair: pair[0]))
def test_every_point_is_drawn_inside_the_axes(pairs: list[tuple[int, float]]) -> None:
    chart = line_chart("Loss", "", [Point(step, {"train_loss": value}) for step, value in sorted(pairs)], LABELS)
    assert chart
    (line,) = chart.lines
    assert [(dot.step, dot.value) for dot in line.dots] == sorted(pairs)
    assert all(LEFT <= dot.x <= WIDTH - RIGHT and TOP <= dot.y <= HEIGHT - BOTTOM for dot in line.dots)
    assert line.path.count(",") == len(pairs)


def test_a_greater_value_stands_higher_and_a_later_step_further_right() -> None:
    chart = line_chart("Loss", "", [Point(1, {"train_loss": 3.0}), Point(9, {"train_loss": 1.0})], LABELS)
    assert chart
    first, last = chart.lines[0].dots
    assert first.y < last.y
    assert first.x < last.x


def test_a_series_that_was_not_reported_is_not_in_the_legend() -> None:
    chart = line_chart("Loss", "", [Point(1, {"train_loss": 3.0, "other": 1.0})], LABELS)
    assert chart
    assert [line.label for line in chart.lines] == ["training"]


def test_without_values_there_is_no_chart() -> None:
    assert line_chart("Loss", "", [Point(1, {})], LABELS) is None
    assert sparkline([]) == ""
