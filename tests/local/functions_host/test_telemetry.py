import logging
import re

from opentelemetry.trace import SpanKind

from local.functions_host.host_log import CompactFormatter, is_shown
from local.functions_host.telemetry import TraceContext, begin

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def record(name: str, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": name, "levelno": level, "levelname": "INFO", "msg": "moved", **extra})


def test_an_invocation_without_a_parent_gets_a_trace_of_its_own() -> None:
    with begin("work", SpanKind.CONSUMER, None, enabled=False) as first:
        assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", first.context.parent)
        with begin("work", SpanKind.CONSUMER, None, enabled=False) as second:
            assert second.context.parent != first.context.parent


def test_an_invocation_goes_on_with_the_trace_of_its_sender() -> None:
    parent = TraceContext(PARENT, "a=1")
    with begin("work", SpanKind.CONSUMER, parent, enabled=False) as request:
        assert request.context == parent


def test_an_identifier_that_is_no_trace_is_replaced() -> None:
    with begin("work", SpanKind.CONSUMER, TraceContext("|abc.1.", ""), enabled=False) as request:
        assert request.context.parent.startswith("00-")


def test_a_line_shows_the_message_and_what_goes_with_it() -> None:
    line = CompactFormatter("a").format(record("tunedrop", run_id="r1", step="watch"))
    assert line.endswith(" a INFO tunedrop: moved run_id=r1 step=watch")


def test_libraries_are_shown_from_warnings_on() -> None:
    shown = [is_shown(record(name, level)) for name, level in [("azure.core", 20), ("azure.core", 30), ("sample", 20)]]
    assert shown == [False, True, True]
