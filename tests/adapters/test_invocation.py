"""What is known of a message when its function begins."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry import trace

from shared.adapters.invocation import invocation
from shared.adapters.labels import labels

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CONTEXT: Any = SimpleNamespace(
    function_name="watch", trace_context=SimpleNamespace(trace_parent=f"00-{TRACE}-{SPAN}-01")
)


def message(waited: timedelta | None, delivery: int | None = 1) -> Any:
    since = None if waited is None else datetime.now(UTC) - waited
    return SimpleNamespace(enqueued_time_utc=since, delivery_count=delivery)


def test_the_work_belongs_to_the_invocations_trace_and_only_inside() -> None:
    with invocation(CONTEXT):
        own = trace.get_current_span().get_span_context()
    assert (f"{own.trace_id:032x}", f"{own.span_id:016x}") == (TRACE, SPAN)
    assert not trace.get_current_span().get_span_context().is_valid


def test_a_function_that_no_message_woke_is_labelled_with_its_name() -> None:
    with invocation(CONTEXT):
        assert labels() == {"step": "watch"}
    assert labels() == {}


def test_a_message_tells_how_long_it_waited_and_how_often_it_came() -> None:
    with invocation(CONTEXT, message(timedelta(seconds=90), delivery=3)):
        told = labels()
    assert told["delivery_count"] == 3
    assert float(told["waited_seconds"]) >= 90


def test_a_clock_that_is_behind_makes_no_wait_negative() -> None:
    with invocation(CONTEXT, message(timedelta(seconds=-90))):
        assert labels()["waited_seconds"] == 0


@pytest.mark.parametrize("delivery", [None, 1])
def test_what_the_broker_does_not_say_is_not_told(delivery: int | None) -> None:
    with invocation(CONTEXT, message(None, delivery)):
        assert labels() == {"step": "watch", "delivery_count": 1}
