import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics.export import MetricsData
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.adapters.azure_monitor import AzureMonitor
from shared.adapters.labels import labelled
from shared.adapters.measurements import Measurements
from shared.core.records import Delivery, EventRecord, JobRecord, Labels, PointRecord, Record, RowsRecord, SweepRecord

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
POINT = PointRecord(
    run_id="r1",
    job_id="ftjob-1",
    training_step=10,
    point_at=AT,
    train_loss=0.9,
    train_mean_token_accuracy=0.6,
    valid_loss=1.1,
    valid_mean_token_accuracy=None,
    full_valid_loss=1.0,
    full_valid_mean_token_accuracy=None,
)
DELIVERY = Delivery(
    run_id="r1",
    revision=4,
    step="watch",
    attempt=1,
    stage_before="training",
    stage_after="trained",
    seconds=1.5,
    outcome="advanced",
)
ROWS = RowsRecord(
    base_model="gpt-4.1-nano-2025-04-14",
    run_id="r1",
    verdict="accepted",
    rows_read=10,
    rows_kept=4,
    rows_fixed=1,
    rows_rejected=2,
    rows_duplicates=1,
    rows_ties=0,
    rows_filtered=1,
    rows_test=1,
)
JOB = JobRecord(
    run_id="r1", job_id="ftjob-1", status="succeeded", queued_seconds=None, trained_seconds=3.0, tokens_billed=7_000
)
EVENT = EventRecord(
    run_id="r1", job_id="ftjob-1", event_id="ftevent-1", event_level="info", event_at=AT, text="50% done: %s"
)


WORK = Labels(run_id="r1", family="f1", stage="training", step="watch", attempt=2)
LABELS = {"run_id": "r1", "family": "f1", "stage": "training", "step": "watch", "attempt": "2"}
SWEEP = SweepRecord(runs_active=3, runs_late=0, oldest_age_seconds=9, catalogue_age_days=None, active={"held": 3})


class Exported:
    """What would go to Azure Monitor: the providers are this test's own, not the process's."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.batches: list[MetricsData] = []
        self.measurements = Measurements(self)

    def export(self, metrics_data: MetricsData, /) -> None:
        self.batches.append(metrics_data)

    @property
    def metrics(self) -> list[tuple[str, float, dict[str, object]]]:
        self.measurements.export()
        return [
            (metric.name, point.value, dict(point.attributes))
            for batch in self.batches
            for metric in batch.resource_metrics[0].scope_metrics[0].metrics
            for point in metric.data.data_points
        ]

    @property
    def spans(self) -> list[tuple[str, dict[str, object]]]:
        return [(span.name, dict(span.attributes or {})) for span in self._spans.get_finished_spans()]


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exported]:
    exported = Exported()
    monkeypatch.setattr(trace, "get_tracer", exported.tracers.get_tracer)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: exported.tracers)
    yield exported
    exported.tracers.shutdown()


def line(record: Record, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    caplog.set_level(logging.INFO, "tunedrop")
    AzureMonitor(Measurements(None)).record(record)
    [only] = caplog.records
    return only


def test_a_record_is_one_line_with_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    written = line(DELIVERY, caplog)
    assert (written.name, written.levelno) == ("tunedrop", logging.INFO)
    assert written.getMessage() == "watch r1: training -> trained"
    fields = {"record": "delivery", "run_id": "r1", "revision": 4, "stage_after": "trained", "seconds": 1.5}
    assert fields.items() <= written.__dict__.items()


def test_figures_under_unknown_names_are_fields_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    written = line(POINT.model_copy(update={"others": {"rewards/margins": 0.2}}), caplog).__dict__
    assert written["other.rewards/margins"] == 0.2
    assert "others" not in written


def test_the_runs_of_each_stage_are_fields_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    assert line(SWEEP, caplog).__dict__["active.held"] == 3


def test_figures_that_were_not_reported_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    written = line(POINT, caplog).__dict__
    assert written["train_loss"] == 0.9
    assert written["point_at"] == "2026-11-24T12:00:00Z"
    assert "valid_mean_token_accuracy" not in written


def test_an_events_own_text_is_the_message_whatever_it_contains(caplog: pytest.LogCaptureFixture) -> None:
    written = line(EVENT, caplog)
    assert written.getMessage() == "50% done: %s"
    assert written.__dict__["event_id"] == "ftevent-1"


@pytest.mark.parametrize("kind", [*get_args(Record.__value__), Labels])
def test_no_field_of_a_record_is_a_name_that_logging_keeps_for_itself(kind: type[Record]) -> None:
    reserved = {*logging.makeLogRecord({}).__dict__, "message", "asctime"}
    assert not reserved & kind.model_fields.keys()


@pytest.mark.parametrize("record", [DELIVERY, POINT, ROWS, JOB], ids=lambda record: record.record)
def test_every_metric_of_a_runs_work_carries_its_labels(exported: Exported, record: Record) -> None:
    monitor = AzureMonitor(exported.measurements)
    with monitor.span(WORK):
        monitor.record(record)
    assert exported.metrics
    assert all(about.items() >= LABELS.items() for _, _, about in exported.metrics)


def test_every_value_is_exported_once(exported: Exported) -> None:
    monitor = AzureMonitor(exported.measurements)
    monitor.record(JOB)
    monitor.record(JOB)
    assert exported.metrics == exported.metrics == [("tunedrop.tokens.billed", 7_000, {})] * 2
    assert len(exported.batches) == 1


def test_what_tells_a_value_from_its_like_comes_before_the_labels(exported: Exported) -> None:
    monitor = AzureMonitor(exported.measurements)
    with labelled({"step": "sweep"}):
        monitor.record(SWEEP)
    assert ("tunedrop.runs.active", 3, {"step": "sweep", "stage": "held"}) in exported.metrics


def test_the_wait_in_the_queue_is_measured_once_a_delivery(exported: Exported) -> None:
    monitor = AzureMonitor(exported.measurements)
    with labelled({"waited_seconds": 2.5, "delivery_count": 1}), monitor.span(WORK):
        monitor.record(EVENT)
    assert exported.metrics == [("tunedrop.queue.wait", 2.5, LABELS)]


def test_a_delivery_is_one_span_also_when_it_fails(exported: Exported) -> None:
    monitor = AzureMonitor(exported.measurements)
    with monitor.span(WORK):
        pass
    with pytest.raises(KeyError), monitor.span(WORK.model_copy(update={"step": "close"})):
        raise KeyError("r1")
    assert [name for name, _ in exported.spans] == ["step watch", "step close"]


def test_every_span_inside_a_delivery_carries_its_labels_and_none_after_it(exported: Exported) -> None:
    monitor = AzureMonitor(exported.measurements)
    vendors = exported.tracers.get_tracer("a vendor's SDK")
    with monitor.span(WORK), vendors.start_as_current_span("inside"):
        pass
    with vendors.start_as_current_span("after"):
        pass
    about = dict(exported.spans)
    assert about["inside"] == about["step watch"] == WORK.model_dump()
    assert about["after"] == {}


def test_every_line_inside_a_delivery_carries_its_labels_and_keeps_its_own_fields(
    exported: Exported, caplog: pytest.LogCaptureFixture
) -> None:
    monitor = AzureMonitor(exported.measurements)
    with monitor.span(WORK):
        logging.getLogger("a vendor's SDK").warning("slow", extra={"attempt": 7})
    [written] = caplog.records
    assert written.__dict__.items() >= {**WORK.model_dump(), "attempt": 7}.items()


def test_where_nothing_is_exported_everything_is_quietly_taken() -> None:
    monitor = AzureMonitor(Measurements(None))
    for record in (DELIVERY, POINT, ROWS, JOB, EVENT, SWEEP):
        monitor.record(record)
    with monitor.span(WORK):
        pass
