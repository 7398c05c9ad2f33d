import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.adapters.azure_monitor import AzureMonitor
from shared.core.records import (
    CheckpointRecord,
    Delivery,
    EventRecord,
    JobRecord,
    NoticeRecord,
    PointRecord,
    Record,
    RowsRecord,
)

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


class Exported:
    """What would go to Azure Monitor: the providers are this test's own, not the process's."""

    def __init__(self) -> None:
        self._reader, self._spans = InMemoryMetricReader(), InMemorySpanExporter()
        self.meters, self.tracers = MeterProvider([self._reader]), TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))

    @property
    def metrics(self) -> dict[str, list[tuple[dict[str, object], float]]]:
        read = self._reader.get_metrics_data()
        found = [metric for each in read.resource_metrics for scope in each.scope_metrics for metric in scope.metrics]
        return {
            metric.name: [
                (dict(point.attributes or {}), getattr(point, "sum", None) or getattr(point, "value", 0.0))
                for point in metric.data.data_points
            ]
            for metric in found
        }

    @property
    def spans(self) -> list[tuple[str, dict[str, object]]]:
        return [(span.name, dict(span.attributes or {})) for span in self._spans.get_finished_spans()]


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exported]:
    exported = Exported()
    monkeypatch.setattr(metrics, "get_meter", exported.meters.get_meter)
    monkeypatch.setattr(trace, "get_tracer", exported.tracers.get_tracer)
    yield exported
    exported.meters.shutdown()
    exported.tracers.shutdown()


def line(record: Record, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    caplog.set_level(logging.INFO, "tunedrop")
    AzureMonitor().record(record)
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


def test_rewards_are_measured(exported: Exported) -> None:
    point = PointRecord(
        run_id="r1", job_id="j", training_step=3, point_at=AT, train_mean_reward=0.4, full_valid_mean_reward=0.5
    )
    AzureMonitor().record(point)
    assert exported.metrics == {
        "tunedrop.training.reward": [({"run_id": "r1"}, 0.4)],
        "tunedrop.validation.reward": [({"run_id": "r1"}, 0.5)],
    }


def test_figures_that_were_not_reported_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    written = line(POINT, caplog).__dict__
    assert written["train_loss"] == 0.9
    assert written["point_at"] == "2026-11-24T12:00:00Z"
    assert "valid_mean_token_accuracy" not in written


def test_an_events_own_text_is_the_message_whatever_it_contains(caplog: pytest.LogCaptureFixture) -> None:
    written = line(EVENT, caplog)
    assert written.getMessage() == "50% done: %s"
    assert written.__dict__["event_id"] == "ftevent-1"


@pytest.mark.parametrize(
    "kind",
    [CheckpointRecord, Delivery, EventRecord, JobRecord, NoticeRecord, PointRecord, RowsRecord],
)
def test_no_field_of_a_record_is_a_name_that_logging_keeps_for_itself(kind: type[Record]) -> None:
    reserved = {*logging.makeLogRecord({}).__dict__, "message", "asctime"}
    assert not reserved & kind.model_fields.keys()


def test_a_point_becomes_gauges_the_whole_validation_file_before_the_last_batch(exported: Exported) -> None:
    AzureMonitor().record(POINT)
    assert exported.metrics == {
        "tunedrop.training.loss": [({"run_id": "r1"}, 0.9)],
        "tunedrop.training.token_accuracy": [({"run_id": "r1"}, 0.6)],
        "tunedrop.validation.loss": [({"run_id": "r1"}, 1.0)],
    }


def test_a_delivery_becomes_a_duration(exported: Exported) -> None:
    AzureMonitor().record(DELIVERY)
    assert exported.metrics == {"tunedrop.step.duration": [({"step": "watch", "outcome": "advanced"}, 1.5)]}


def test_rows_are_counted_by_what_became_of_them(exported: Exported) -> None:
    AzureMonitor().record(ROWS)
    counted = {str(about["disposition"]): count for about, count in exported.metrics["tunedrop.rows"]}
    assert counted == {
        "kept": 4,
        "fixed": 1,
        "rejected": 2,
        "duplicates": 1,
        "ties": 0,
        "filtered": 1,
        "test": 1,
    }
    assert sum(counted.values()) == ROWS.rows_read


def test_billed_tokens_are_counted_where_they_are_known(exported: Exported) -> None:
    monitor = AzureMonitor()
    monitor.record(JOB)
    monitor.record(JOB.model_copy(update={"tokens_billed": None}))
    assert exported.metrics == {"tunedrop.tokens.billed": [({"run_id": "r1"}, 7_000)]}


def test_a_delivery_is_one_span_also_when_it_fails(exported: Exported) -> None:
    monitor = AzureMonitor()
    with monitor.span("r1", 4, "watch"):
        pass
    with pytest.raises(KeyError), monitor.span("r1", 5, "close"):
        raise KeyError("r1")
    assert exported.spans == [
        ("step watch", {"run_id": "r1", "revision": 4, "step": "watch"}),
        ("step close", {"run_id": "r1", "revision": 5, "step": "close"}),
    ]


def test_where_nothing_is_exported_everything_is_quietly_taken() -> None:
    monitor = AzureMonitor()
    for record in (DELIVERY, POINT, ROWS, JOB, EVENT):
        monitor.record(record)
    with monitor.span("r1", 4, "watch"):
        pass
