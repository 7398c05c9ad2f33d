"""The trace that a function's work belongs to."""

import contextlib
from collections.abc import Generator

from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


@contextlib.contextmanager
def invocation(trace_parent: str) -> Generator[None]:
    """Everything inside belongs to the invocation with this W3C trace context.

    The worker attaches it in its own thread only (azure-functions-runtime 1.3.0), not in the one where a function runs.
    """
    token = context.attach(TraceContextTextMapPropagator().extract({"traceparent": trace_parent}))
    try:
        yield
    finally:
        context.detach(token)
