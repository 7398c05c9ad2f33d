from datetime import UTC, datetime

import pytest

from local.functions_host.errors import AppRefused
from local.functions_host.schedule import parse_schedule

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("0 */15 * * * *", datetime(2026, 11, 24, 12, 15, tzinfo=UTC)),
        ("*/30 * * * * *", datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)),
        ("30 0 9-17 * * 1-5", datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)),
        ("0 30 9 * Jan Mon", datetime(2027, 1, 4, 9, 30, tzinfo=UTC)),
        ("*/15 * * * *", datetime(2026, 11, 24, 12, 15, tzinfo=UTC)),
        # Both must match: the first of a month that is a Monday.
        ("0 0 9 1 * 1", datetime(2027, 2, 1, 9, tzinfo=UTC)),
    ],
)
def test_the_next_occurrence_is_ncrontabs(text: str, following: datetime) -> None:
    assert parse_schedule(text).next_after(TUESDAY_NOON) == following


def test_an_occurrence_now_is_not_the_next() -> None:
    assert parse_schedule("0 0 12 * * *").next_after(TUESDAY_NOON) == datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "every hour", "00:05:00", "@daily", "0 0 0 L * *", "0 0 0 * * 1#2", "0 0 0 ? * *", "0 0 0 1 1 * 2026"]
)
def test_what_ncrontab_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(AppRefused, match="is not a valid NCRONTAB expression of six fields"):
        parse_schedule(text)


@pytest.mark.parametrize("text", ["60 * * * * *", "0 0 24 * * *", "0 0 0 32 * *"])
def test_a_field_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(AppRefused, match="a field is out of range"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "frequent"), [("*/20 * * * * *", True), ("0 * * * * *", False), ("0 0 12 * * *", False)]
)
def test_a_schedule_within_the_minute_is_frequent(text: str, *, frequent: bool) -> None:
    assert parse_schedule(text).is_frequent(TUESDAY_NOON) is frequent
