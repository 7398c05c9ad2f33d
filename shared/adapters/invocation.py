"""The trace that a function's work belongs to, and what is known of the message that woke it."""

import contextlib
from collections.abc import Generator
from datetime import UTC, datetime

import azure.functions as func
from opentelemetry import context as telemetry
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.adapters.labels import Label, labelled


@contextlib.contextmanager
def invocation(context: func.Context, message: func.ServiceBusMessage | None = None) -> Generator[None]:
    """Everything inside belongs to the invocation's W3C trace, and is labelled with the function's name as its step.

    The worker attaches the trace in its own thread only (azure-functions-runtime 1.3.0), not in the one where a
    function runs.
    """
    trace = TraceContextTextMapPropagator().extract({"traceparent": context.trace_context.trace_parent})
    token = telemetry.attach(trace)
    try:
        with labelled({"step": context.function_name, **_of(message)}):
            yield
    finally:
        telemetry.detach(token)


def _of(message: func.ServiceBusMessage | None) -> dict[str, Label]:
    """How often the message was delivered, and how long it waited since it became due, by this machine's clock.

    That the enqueued time of a scheduled message is the time when it became due is unconfirmed.
    """
    if message is None:
        return {}
    since = message.enqueued_time_utc
    waited = {} if since is None else {"waited_seconds": max((datetime.now(UTC) - since).total_seconds(), 0.0)}
    return {"delivery_count": message.delivery_count or 1, **waited}
