"""Telemetry through logging and OpenTelemetry, which the Functions worker exports to Azure Monitor.

Where nothing is exported (tests, a laptop without the stack) the same calls do nothing.
"""

import contextlib
import logging
from collections.abc import Generator

from opentelemetry import metrics, trace

from shared.core.records import Delivery, JobRecord, PointRecord, Record, RowsRecord

NAME = "tunedrop"
GAUGES = {  #: metric: the figures of a point to take it from, the first that is reported
    "tunedrop.training.loss": ("train_loss",),
    "tunedrop.training.token_accuracy": ("train_mean_token_accuracy",),
    "tunedrop.validation.loss": ("full_valid_loss", "valid_loss"),
    "tunedrop.validation.token_accuracy": ("full_valid_mean_token_accuracy", "valid_mean_token_accuracy"),
    "tunedrop.training.reward": ("train_mean_reward",),
    "tunedrop.validation.reward": ("full_valid_mean_reward",),
}
DISPOSITIONS = ("kept", "fixed", "rejected", "duplicates", "ties", "filtered", "test")


class AzureMonitor:
    """Make it after the worker has set OpenTelemetry up: instruments are made with it."""

    def __init__(self) -> None:
        meter = metrics.get_meter(NAME)
        self._log = logging.getLogger(NAME)
        self._tracer = trace.get_tracer(NAME)
        self._gauges = {name: meter.create_gauge(name, unit=_unit(name)) for name in GAUGES}
        self._durations = meter.create_histogram("tunedrop.step.duration", unit="s")
        self._rows = meter.create_counter("tunedrop.rows", unit="{row}")
        self._tokens = meter.create_counter("tunedrop.tokens.billed", unit="{token}")

    def record(self, record: Record) -> None:
        """A record posted again after a crash counts again in the counters; its log line carries the same id."""
        fields = record.model_dump(mode="json", exclude_none=True, exclude={"text"})  # the text is the message
        others = {f"other.{name}": figure for name, figure in fields.pop("others", {}).items()}
        self._log.info("%s", record.summary, extra={**fields, **others})
        match record:
            case Delivery():
                self._durations.record(record.seconds, {"step": record.step, "outcome": record.outcome})
            case PointRecord():
                self._measure(record)
            case RowsRecord():
                for name in DISPOSITIONS:
                    self._rows.add(fields[f"rows_{name}"], {"run_id": record.run_id, "disposition": name})
            case JobRecord(tokens_billed=int(tokens)):
                self._tokens.add(tokens, {"run_id": record.run_id})
            case _:
                return

    @contextlib.contextmanager
    def span(self, run_id: str, revision: int, step: str) -> Generator[None]:
        about: dict[str, str | int] = {"run_id": run_id, "revision": revision, "step": step}
        with self._tracer.start_as_current_span(f"step {step}", attributes=about):
            yield

    def _measure(self, point: PointRecord) -> None:
        figures: dict[str, float | None] = point.model_dump(exclude={"others"})
        for name, sources in GAUGES.items():
            figure = next((value for source in sources if (value := figures[source]) is not None), None)
            if figure is not None:
                self._gauges[name].set(figure, {"run_id": point.run_id})


def _unit(name: str) -> str:
    """Losses are nats a token, accuracies 0 to 1, rewards what the grader makes them."""
    return "{nat}/{token}" if name.endswith("loss") else "1"
