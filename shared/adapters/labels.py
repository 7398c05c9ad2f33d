"""What every log line, span and metric carries: the labels of the work that is under way, in this thread's context."""

import contextlib
import logging
from collections.abc import Generator, Mapping
from typing import cast, override

from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, SpanProcessor

type Label = str | int | float

_KEY = context.create_key("tunedrop-labels")


def labels(at: Context | None = None) -> Mapping[str, Label]:
    return cast("Mapping[str, Label]", context.get_value(_KEY, at) or {})


@contextlib.contextmanager
def labelled(more: Mapping[str, Label]) -> Generator[None]:
    """Everything inside carries these labels too."""
    token = context.attach(context.set_value(_KEY, {**labels(), **more}))
    try:
        yield
    finally:
        context.detach(token)


class LabelledSpans(SpanProcessor):
    """Spans of the vendors' SDKs as well."""

    @override
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        span.set_attributes(labels(parent_context))


class LabelledLines(logging.Filter):
    """On a handler: it then sees the lines of every logger, and a line's own fields stay as they are."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in labels().items():
            record.__dict__.setdefault(name, value)
        return True
