"""When to look again: at what Foundry works on, and after a refusal."""

from datetime import timedelta

from shared.core import stages

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

SCAN_LOOKS = 30  #: looks for a scan's result (about 2 hours) before a person is asked; most take minutes
READY_LOOKS = 12  #: looks at a deployment (about 10 minutes) before it is made anew
LISTING_DELAY = 30 * SECOND  #: how late a job may show in a listing; unconfirmed
SURE_AFTER_LOOKS = 2  #: looks a listing delay apart that must find no job before the POST is sent again
FIRST_RETRY = 10 * SECOND
LONGEST_RETRY = 10 * MINUTE
LONGEST_ASKED = HOUR  #: how long a service may ask us to wait
PATIENCE = 26 * HOUR  #: then a person is asked; a quota is freed within a day, when Developer deployments expire
MOST_POSTS = 85  #: of a job that is refused, which takes as long


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(first * 2 ** min(times, 16), longest)


INTERVALS: dict[str, tuple[timedelta, timedelta]] = {  #: the first, doubled with each look, and the longest
    "scanning": (15 * SECOND, 5 * MINUTE),
    "uploaded": (5 * SECOND, MINUTE),
    "training": (MINUTE, 10 * MINUTE),  # a bad file fails early, a good one takes hours
    "paused": (10 * MINUTE, HOUR),
    "deploying": (10 * SECOND, MINUTE),
    "serving": (10 * MINUTE, 10 * MINUTE),
}


def poll_interval(stage: stages.Waiting) -> timedelta:
    """How long to wait before the next look; it grows with the looks already taken, up to a ceiling.

    A job that is refused is looked for a listing delay later at least, and more slowly with each refusal.
    """
    if isinstance(stage, stages.Submitting):
        return _doubled(LISTING_DELAY, stage.posts - 1, LONGEST_RETRY)
    first, longest = INTERVALS[str(getattr(stage, "state"))]  # noqa: B009  # every waiting stage has its state
    return _doubled(first, stage.looks, longest)


def retry_delay(attempt: int, retry_after: timedelta | None) -> timedelta | None:
    """How long to wait after the `attempt`-th refusal (1, 2, ...); `None` when patience is used up.

    10, 20, 40 ... 600 s, or what the service asked for if that is longer (at most an hour).
    """
    waits = (_doubled(FIRST_RETRY, earlier, LONGEST_RETRY) for earlier in range(min(attempt - 1, 1000)))
    if sum(waits, timedelta()) >= PATIENCE:
        return None
    asked = min(retry_after or timedelta(), LONGEST_ASKED)
    return max(_doubled(FIRST_RETRY, attempt - 1, LONGEST_RETRY), asked)
