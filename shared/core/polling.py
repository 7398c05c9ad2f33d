"""When to look again: at what Foundry works on, and after a refusal."""

from collections.abc import Callable
from datetime import timedelta

from shared.core import stages

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

READY_LOOKS = 12  #: looks at a deployment (about 10 minutes) before it is made anew
LISTING_DELAY = 30 * SECOND  #: how late a job may show in a listing; unconfirmed
SURE_AFTER_LOOKS = 2  #: looks a listing delay apart that must find no job before the POST is sent again
FIRST_RETRY = 10 * SECOND
LONGEST_RETRY = 10 * MINUTE
PATIENCE = 4 * HOUR  #: then the run is parked and a person is asked


def _doubling(first: timedelta, longest: timedelta) -> Callable[[int], timedelta]:
    def interval(looks: int) -> timedelta:
        return min(first * 2 ** min(looks, 16), longest)

    return interval


INTERVALS: dict[str, Callable[[int], timedelta]] = {
    "uploaded": _doubling(5 * SECOND, MINUTE),
    "submitting": _doubling(LISTING_DELAY, LISTING_DELAY),
    "training": _doubling(MINUTE, 10 * MINUTE),  # a bad file fails early, a good one takes hours
    "paused": _doubling(10 * MINUTE, HOUR),
    "deploying": _doubling(10 * SECOND, MINUTE),
    "serving": _doubling(10 * MINUTE, 10 * MINUTE),
}


def poll_interval(stage: stages.Waiting) -> timedelta:
    """How long to wait before the next look; it grows with the looks already taken, up to a ceiling."""
    return INTERVALS[str(getattr(stage, "state"))](stage.looks)  # noqa: B009  # every waiting stage has its state


def retry_delay(attempt: int, retry_after: timedelta | None) -> timedelta | None:
    """How long to wait after the `attempt`-th refusal (1, 2, ...); `None` when patience is used up.

    10, 20, 40 ... 600 s, or what the service asked for if that is longer (at most an hour).
    """
    backoff = _doubling(FIRST_RETRY, LONGEST_RETRY)
    waited = sum((backoff(earlier) for earlier in range(min(attempt - 1, 60))), timedelta())
    if waited >= PATIENCE:
        return None
    asked = min(retry_after or timedelta(), HOUR)
    return max(backoff(attempt - 1), asked)
