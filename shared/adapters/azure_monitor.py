"""Telemetry through logging and OpenTelemetry, which the Functions worker exports to Azure Monitor.

Where nothing is exported (tests, a laptop without the stack) the same calls do nothing.
"""

import contextlib
import logging
from collections.abc import Generator

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from shared.adapters.labels import LabelledLines, LabelledSpans, labelled, labels
from shared.adapters.measurements import Measurements
from shared.core.measures import QUEUE_WAIT, measures
from shared.core.records import Labels, Record

NAME = "tunedrop"
FLATTENED = {"others": "other", "active": "active"}  #: fields with fields of their own, and what stands before these


class AzureMonitor:
    """Make it after the worker has set OpenTelemetry up, and once: what the worker exports is labelled from then on."""

    def __init__(self, measurements: Measurements) -> None:
        self._measurements = measurements
        self._log = logging.getLogger(NAME)
        self._tracer = trace.get_tracer(NAME)
        _label_all()

    def record(self, record: Record) -> None:
        """A record posted again after a crash counts again in the metrics; its log line carries the same id."""
        fields = record.model_dump(mode="json", exclude_none=True, exclude={"text"})  # the text is the message
        for name, above in FLATTENED.items():
            fields |= {f"{above}.{key}": figure for key, figure in fields.pop(name, {}).items()}
        self._log.info("%s", record.summary, extra=fields)
        for metric, value, about in measures(record):
            self._measure(metric, value, **about)

    @contextlib.contextmanager
    def span(self, work: Labels) -> Generator[None]:
        with labelled(work.model_dump()), self._tracer.start_as_current_span(f"step {work.step}"):
            if (waited := labels().get("waited_seconds")) is not None:
                self._measure(QUEUE_WAIT, float(waited))
            yield

    def _measure(self, metric: str, value: float, **about: str | int) -> None:
        known = labels()
        own = {name: str(known[name]) for name in Labels.model_fields if name in known}
        self._measurements.take(metric, value, {**own, **about})


def _label_all() -> None:
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.add_span_processor(LabelledSpans())
    for handler in logging.getLogger().handlers:
        handler.addFilter(LabelledLines())
