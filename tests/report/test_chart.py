import math

from hypothesis import given
from hypothesis import strategies as st

from shared.core.training import Metrics, Point
from shared.report.chart import BOTTOM, HEIGHT, LEFT, MOST_DOTS, RIGHT, TOP, WIDTH, chart
from tests.report.examples import CHECKPOINTS, POINTS, curve


def points(*losses: float | None) -> list[Point]:
    return [Point(step=step, metrics=Metrics(train_loss=loss)) for step, loss in enumerate(losses, start=1)]


def test_a_curve_needs_two_points() -> None:
    assert chart([], (), None) is None
    assert chart(points(1.0), (), None) is None
    assert chart(points(None, math.nan, math.inf), (), None) is None
    assert chart(points(1.0, 0.5), (), None) is not None


@given(st.lists(st.floats() | st.none(), max_size=400))
def test_whatever_the_losses_all_is_drawn_inside_the_frame(losses: list[float | None]) -> None:
    drawn = chart(points(*losses), CHECKPOINTS, None)
    if drawn is None:
        return
    for line in drawn.lines:
        assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in line.dots)
    assert all(TOP <= tick.at <= HEIGHT - BOTTOM for tick in drawn.upwards)
    assert all(LEFT <= tick.at <= WIDTH - RIGHT for tick in drawn.across)
    assert 2 <= len(drawn.upwards) <= 7


def test_only_what_was_measured_is_a_line() -> None:
    drawn = chart(POINTS, CHECKPOINTS, CHECKPOINTS[-1])
    assert drawn is not None
    names = [line.name for line in drawn.lines]
    assert names == ["training loss", "validation loss, by batch", "validation loss, whole file"]
    alone = chart(points(2.0, 1.0, 0.5), (), None)
    assert alone is not None
    assert [line.name for line in alone.lines] == ["training loss"]


def test_rewards_are_drawn_where_there_are_no_losses() -> None:
    measured = [
        Point(step=step, metrics=Metrics(train_mean_reward=step / 10, full_valid_mean_reward=step / 9))
        for step in range(1, 6)
    ]
    drawn = chart(measured, (), None)
    assert drawn is not None
    assert (drawn.title, [line.name for line in drawn.lines]) == ("Reward", ["training reward", "validation reward"])
    losses = chart(POINTS, (), None)
    assert losses is not None
    assert losses.title == "Loss"


def test_checkpoints_are_marked_and_the_chosen_one_more_so() -> None:
    drawn = chart(POINTS, CHECKPOINTS, CHECKPOINTS[1])
    assert drawn is not None
    assert [(mark.step, mark.chosen) for mark in drawn.marks] == [(120, False), (240, True), (360, False)]


def test_a_long_training_is_drawn_with_few_dots() -> None:
    drawn = chart(curve(30_000), (), None)
    assert drawn is not None
    assert max(len(line.dots) for line in drawn.lines) <= MOST_DOTS


def test_the_curve_is_told_to_those_who_do_not_see_it() -> None:
    drawn = chart(points(2.0, 1.0, 0.5), (), None)
    assert drawn is not None
    assert drawn.summary == "training loss 2.000 at step 1, 0.500 at step 3"
