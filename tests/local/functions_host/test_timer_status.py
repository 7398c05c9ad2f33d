from datetime import UTC, datetime, timedelta

from local.functions_host.schedule import parse_schedule
from local.functions_host.timer_status import NEVER, TimerStatus, after_run, at_start, from_json

HOURLY = parse_schedule("0 0 * * * *")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_new_timer_waits_for_its_next_occurrence() -> None:
    assert at_start(None, HOURLY, NOON) == TimerStatus(NEVER, NOON + HOUR, NOON)


def test_a_timer_that_missed_nothing_goes_on() -> None:
    stored = TimerStatus(NOON, NOON + HOUR, NOON)
    assert at_start(stored, HOURLY, NOON + HOUR / 2) == stored


def test_a_missed_occurrence_shows_as_one_in_the_past() -> None:
    stored = TimerStatus(NOON, NOON + HOUR, NOON)
    assert at_start(stored, HOURLY, NOON + 5 * HOUR).next == NOON + HOUR


def test_a_timer_that_never_ran_can_miss_its_first_occurrence() -> None:
    stored = TimerStatus(NEVER, NOON + HOUR, NOON)
    assert at_start(stored, HOURLY, NOON + 2 * HOUR) == stored


def test_what_an_older_schedule_missed_is_not_made_up_for() -> None:
    stored = TimerStatus(NOON, NOON + HOUR / 4, NOON)
    assert at_start(stored, HOURLY, NOON + 3 * HOUR / 2) == TimerStatus(NEVER, NOON + 2 * HOUR, NOON)


def test_a_run_that_began_early_counts_as_due() -> None:
    status = TimerStatus(NOON, NOON + HOUR, NOON)
    early = NOON + HOUR - timedelta(milliseconds=5)
    assert after_run(status, HOURLY, early, scheduled=True) == TimerStatus(NOON + HOUR, NOON + 2 * HOUR, NOON + HOUR)


def test_a_run_at_startup_leaves_the_next_occurrence_alone() -> None:
    status = TimerStatus(NEVER, NOON + HOUR, NOON)
    began = NOON + HOUR / 2
    assert after_run(status, HOURLY, began, scheduled=False) == TimerStatus(began, NOON + HOUR, began)


def test_a_status_is_the_same_after_storing() -> None:
    status = TimerStatus(NEVER, NOON + HOUR, NOON)
    assert from_json(status.as_json()) == status
