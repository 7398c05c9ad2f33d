from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.report import words
from tests.report.examples import PLAN

AT = datetime(2026, 11, 24, 7, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=12, seconds=20), "12 min"),
        (timedelta(hours=3, minutes=5), "3 h 05 min"),
        (timedelta(days=2, hours=4), "2 d 4 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(length: timedelta, told: str) -> None:
    assert words.duration(length) == told


@pytest.mark.parametrize(
    ("distance", "told"),
    [
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=-5), "5 min ago"),
        (timedelta(hours=-47), "47 h ago"),
        (timedelta(days=-3), "3 d ago"),
        (timedelta(hours=19, minutes=20), "in 19 h"),
    ],
)
def test_a_time_is_told_by_its_distance(distance: timedelta, told: str) -> None:
    assert words.since(AT + distance, AT) == told


def test_times_are_told_in_utc() -> None:
    assert words.moment(AT.astimezone(timezone(timedelta(hours=5)))) == "2026-11-24 07:12 UTC"


def test_a_figure_that_is_no_number_says_so() -> None:
    assert [words.figure(one) for one in (0.12345, None, float("nan"))] == ["0.123", "", "not a number"]


def test_a_cost_says_what_it_rests_on() -> None:
    assert words.cost(PLAN.estimate) == "$21.66"
    assert words.basis(PLAN.estimate).split("\N{MULTIPLICATION SIGN}") == [
        "about 4,812,400 tokens ",
        " 3 epochs ",
        " $1.50 a million",
    ]
    unknown = PLAN.estimate.model_copy(update={"usd": None, "usd_per_million_tokens": None, "epochs_assumed": True})
    assert words.cost(unknown) == "no price known"
    hourly = unknown.model_copy(update={"usd_per_hour": 100, "usd_at_most": 5_000})
    assert words.cost(hourly) == "$100.00 an hour, paused at $5,000.00"
    assert words.basis(hourly).startswith("paid by the hour")
    assert words.cost(hourly.model_copy(update={"usd_per_hour": None})) == "no price known, paused at $5,000.00"
    assert words.basis(unknown).endswith("3 epochs (assumed)")
