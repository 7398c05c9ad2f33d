from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.refusals import LONGEST_WAIT, Answer, refusal, retry_after
from shared.core.errors import PermanentError, TrainingFailed, TransientError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 302, 401, 403, 408, 409, 412, 425, 429, 500, 502, 503, 504, 599])
def test_what_time_may_mend_is_transient(status: int) -> None:
    assert isinstance(refusal("doing it", Answer(status, "", ""), "a right"), TransientError)


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 422])
def test_what_time_cannot_mend_is_permanent(status: int) -> None:
    error = refusal("doing it", Answer(status, "someCode", "some words"), "a right", TrainingFailed)
    assert type(error) is TrainingFailed
    assert str(error) == f"doing it: {status} someCode some words"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InsufficientQuota", "This operation require 50 new capacity, the current available capacity is 0."),
        ("quotaExceeded", ""),
        ("BadRequest", "Too many jobs are queued"),
    ],
)
def test_a_quota_is_waited_for_and_told_with_its_number(code: str, message: str) -> None:
    error = refusal("deploying", Answer(400, code, message), "a right")
    assert isinstance(error, TransientError)
    assert message in str(error)


@pytest.mark.parametrize("message", ["too many tokens in example 3", "suffix is too long: 19 characters, at most 18"])
def test_a_fault_of_the_data_is_no_quota(message: str) -> None:
    assert isinstance(refusal("training", Answer(400, "invalidPayload", message), "a right"), PermanentError)


def test_a_refusal_without_a_word_says_so() -> None:
    assert str(refusal("doing it", Answer(400, "", ""), "a right")) == "doing it: 400 no reason given"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"retry-after": "0.5"}, timedelta(seconds=0.5)),
        ({"Retry-After": "Tue, 24 Nov 2026 12:05:00 GMT"}, timedelta(minutes=5)),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT"}, timedelta()),
        ({"Retry-After": "Tue, 24 Nov 2026 12:05:00 -0000"}, timedelta(minutes=5)),
        ({"retry-after-ms": "1500", "Retry-After": "9"}, timedelta(seconds=1.5)),
        ({"x-ms-retry-after-ms": "20"}, timedelta(milliseconds=20)),
        ({"retry-after-ms": "soon", "Retry-After": "9"}, timedelta(seconds=9)),
        ({"Retry-After": "1e300"}, LONGEST_WAIT),
        ({"Retry-After": "inf"}, LONGEST_WAIT),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "tomorrow"}, None),
        ({"Retry-After": "Tue, 24 Nov 9999 12:05:00 GMT"}, LONGEST_WAIT),
    ],
)
def test_how_long_a_service_asks_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(headers, NOW) == wait


@given(st.dictionaries(st.sampled_from(["retry-after", "Retry-After", "retry-after-ms"]), st.text(max_size=40)))
def test_no_header_breaks_anything(headers: dict[str, str]) -> None:
    wait = retry_after(headers, NOW)
    assert wait is None or timedelta() <= wait <= LONGEST_WAIT
