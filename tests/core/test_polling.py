from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import stages
from shared.core.polling import (
    HOUR,
    INTERVALS,
    LISTING_DELAY,
    LONGEST_RETRY,
    MINUTE,
    MOST_POSTS,
    PATIENCE,
    READY_LOOKS,
    SECOND,
    SURE_AFTER_LOOKS,
    poll_interval,
    retry_delay,
)
from tests.core.every_stage import WAITING
from tests.report.examples import DEPLOYING, SUBMITTING, TRAINING

ANY_LOOKS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("stage", "seconds"),
    [
        (TRAINING, [60, 120, 240, 480, 600, 600]),
        (DEPLOYING, [10, 20, 40, 60, 60]),
    ],
)
def test_looks_become_rarer_up_to_a_ceiling(stage: stages.Waiting, seconds: list[int]) -> None:
    waits = [poll_interval(stage.model_copy(update={"looks": looks})) for looks in range(len(seconds))]
    assert [wait.total_seconds() for wait in waits] == seconds


@pytest.mark.parametrize("stage", WAITING, ids=lambda stage: stage.state)
@given(looks=ANY_LOOKS, more=ANY_LOOKS)
def test_waits_never_shrink_and_never_exceed_an_hour(stage: stages.Waiting, looks: int, more: int) -> None:
    first = poll_interval(stage.model_copy(update={"looks": looks}))
    later = poll_interval(stage.model_copy(update={"looks": looks + more}))
    assert SECOND <= first <= later <= HOUR


@pytest.mark.parametrize("state", INTERVALS)
def test_every_interval_is_for_a_stage_that_waits(state: str) -> None:
    assert state in {stage.state for stage in WAITING}


def test_a_job_is_looked_for_a_listing_delay_after_its_post_and_more_slowly_with_each_refusal() -> None:
    waits = [poll_interval(SUBMITTING.model_copy(update={"posts": posts})) for posts in range(1, 8)]
    assert waits == [seconds * SECOND for seconds in (30, 60, 120, 240, 480, 600, 600)]
    assert waits[0] == LISTING_DELAY


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_a_job_is_never_looked_for_sooner_after_more_refusals(posts: int, more: int) -> None:
    first = poll_interval(SUBMITTING.model_copy(update={"posts": posts}))
    later = poll_interval(SUBMITTING.model_copy(update={"posts": posts + more}))
    assert LISTING_DELAY <= first <= later <= LONGEST_RETRY


def test_a_job_is_posted_for_as_long_as_patience_lasts() -> None:
    waits = [poll_interval(SUBMITTING.model_copy(update={"posts": posts + 1})) for posts in range(MOST_POSTS)]
    assert PATIENCE <= SURE_AFTER_LOOKS * sum(waits, timedelta()) <= PATIENCE + 2 * HOUR


def test_a_deployment_is_given_about_ten_minutes() -> None:
    waits = [poll_interval(DEPLOYING.model_copy(update={"looks": looks})) for looks in range(READY_LOOKS)]
    assert 9 * MINUTE <= sum(waits, timedelta()) <= 11 * MINUTE


def test_waits_after_refusals_double_up_to_ten_minutes() -> None:
    waits = [retry_delay(attempt, None) for attempt in range(1, 9)]
    assert waits == [seconds * SECOND for seconds in (10, 20, 40, 80, 160, 320, 600, 600)]


def test_patience_ends_once_it_was_waited_out() -> None:
    waits: list[timedelta] = []
    while (wait := retry_delay(len(waits) + 1, None)) is not None:
        waits.append(wait)
    assert PATIENCE <= sum(waits, timedelta()) < PATIENCE + LONGEST_RETRY


@pytest.mark.parametrize(
    ("attempt", "asked", "wait"),
    [
        (1, 7 * MINUTE, 7 * MINUTE),
        (1, 3 * SECOND, 10 * SECOND),
        (1, timedelta(), 10 * SECOND),
        (1, -MINUTE, 10 * SECOND),
        (1, 10 * HOUR, HOUR),
        (1, timedelta.max, HOUR),
        (7, 7 * MINUTE, 10 * MINUTE),
    ],
)
def test_what_the_service_asks_for_is_respected_up_to_an_hour(attempt: int, asked: timedelta, wait: timedelta) -> None:
    assert retry_delay(attempt, asked) == wait


@given(st.integers(1, 10**9) | st.integers(1, 200), st.none() | st.timedeltas())
def test_a_wait_after_a_refusal_is_between_ten_seconds_and_an_hour(attempt: int, asked: timedelta | None) -> None:
    wait = retry_delay(attempt, asked)
    assert wait is None or 10 * SECOND <= wait <= HOUR


@given(st.integers(1, 200), st.integers(0, 10**9))
def test_patience_that_ended_does_not_come_back(attempt: int, more: int) -> None:
    if retry_delay(attempt, None) is None:
        assert retry_delay(attempt + more, timedelta(minutes=5)) is None
