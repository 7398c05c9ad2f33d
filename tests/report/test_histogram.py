import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.measure.distribution import Distribution
from shared.core.prepare.report import Spread
from shared.report.histogram import EDGE, MOST_BARS, WIDTH, Histogram, histogram


def charted(figures: list[int]) -> Histogram:
    counted = Distribution()
    counted.add(np.array(figures, np.int64))
    spread = Spread(median=0, high=0, most=max(figures), histogram=tuple(counted.histogram()))
    return histogram("Lengths", "bytes", spread)


@given(st.lists(st.integers(0, 2**24), min_size=1))
def test_every_example_is_in_a_bar_and_every_bar_in_the_chart(figures: list[int]) -> None:
    chart = charted(figures)
    assert sum(bar.examples for bar in chart.bars) == len(figures)
    assert len(chart.bars) <= MOST_BARS
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 0.1 for bar in chart.bars)
    assert all(chart.top - 0.1 <= bar.y <= chart.bottom for bar in chart.bars)
    assert max(bar.height for bar in chart.bars) == chart.bottom - chart.top


@pytest.mark.parametrize(
    ("figures", "labels"),
    [
        ([2, 2, 3, 5], {"2": 2, "3": 1, "4": 0, "5": 1}),
        ([7], {"7": 1}),
        ([0, 0, 1], {"0": 2, "1": 1}),
    ],
)
def test_few_figures_have_a_bar_each(figures: list[int], labels: dict[str, int]) -> None:
    assert {bar.label: bar.examples for bar in charted(figures).bars} == labels


def test_many_figures_share_bars_on_a_scale_of_doublings() -> None:
    chart = charted([0, 1, 100, 1_000, 1_000_000])
    assert [bar.label for bar in chart.bars if bar.examples] == [
        "0",
        "1",
        "64 to 127",
        "512 to 1,023",
        "524,288 to 1,048,575",
    ]


def test_labels_at_the_edges_stay_inside() -> None:
    anchors = [(tick.x, tick.anchor) for tick in charted(list(range(0, 5_000, 3))).ticks]
    assert all((anchor == "middle") == (EDGE <= x <= WIDTH - EDGE) for x, anchor in anchors)
