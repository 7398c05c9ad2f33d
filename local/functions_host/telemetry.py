"""Traces: one request span an invocation, and the trace context that the worker is handed.

The worker configures OpenTelemetry itself (app setting PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY);
the request is the host's part on Azure, and is emitted here through the same provider, so it carries
the app's role name. Without the setting nothing is recorded, and the trace context is a fresh one.

A `def` function finds it in `context.trace_context` only: azure-functions-runtime 1.3.0 attaches it in
its own thread and runs the function in another (seen by running it; an `async def` function inherits it).
"""

import logging
import secrets
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, Protocol, runtime_checkable

from opentelemetry import metrics, trace
from opentelemetry._logs import get_logger_provider
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

FLUSH_SECONDS = 3
Attributes = Mapping[str, str | int]


class TraceContext(NamedTuple):
    """W3C trace context, as headers or message properties carry it."""

    parent: str
    state: str


class Request:
    """The invocation under way, as telemetry sees it."""

    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def context(self) -> TraceContext:
        """What makes the function's own spans and logs children of this request."""
        own = self._span.get_span_context()
        if not own.is_valid:
            return TraceContext(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01", "")
        parent = f"00-{own.trace_id:032x}-{own.span_id:016x}-{own.trace_flags:02x}"
        return TraceContext(parent, own.trace_state.to_header())

    def describe(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def fail(self, reason: str) -> None:
        self._span.set_status(Status(StatusCode.ERROR, reason))

    def end(self) -> None:
        """For a request whose block will never end."""
        self._span.end()


@contextmanager
def begin(function: str, kind: SpanKind, parent: TraceContext | None, *, enabled: bool) -> Generator[Request]:
    """A request named after the function, the current span until the block ends.

    `enabled` is host.json's telemetryMode; without it nothing is recorded.
    """
    tracer = trace.get_tracer(__name__) if enabled else trace.NoOpTracer()
    with tracer.start_as_current_span(function, context=_remote(parent), kind=kind) as span:
        yield Request(span)


def _remote(parent: TraceContext | None) -> Context:
    headers = {"traceparent": parent.parent, "tracestate": parent.state} if parent else {}
    return TraceContextTextMapPropagator().extract(headers, Context())


@runtime_checkable
class _Flushable(Protocol):
    def force_flush(self, timeout_millis: int = ...) -> bool: ...


def flush() -> None:
    """Send what is still in memory, for at most FLUSH_SECONDS: nobody waits for a dead endpoint."""
    thread = threading.Thread(target=_flush, daemon=True, name="flush")
    thread.start()
    thread.join(FLUSH_SECONDS)


def _flush() -> None:
    # The exporter logs each of its requests; exported in turn, those records would keep the flush going.
    logging.getLogger("azure").setLevel(logging.WARNING)
    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider(), get_logger_provider()):
        if isinstance(provider, _Flushable):
            provider.force_flush()
