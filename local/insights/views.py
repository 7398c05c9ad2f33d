"""What the pages show, made from what was kept."""

from collections.abc import Sequence
from typing import NamedTuple

from local.insights.charts import Chart, line_chart, sparkline
from local.insights.envelopes import Envelope
from local.insights.records import Curve, Distinct, Record, curves, distinct, of_kind
from local.insights.stages import Stay, stays
from local.insights.store import Measured, RunSummary
from local.insights.traces import Operation, operations

LOSS = {
    "train_loss": "training",
    "valid_loss": "validation, one batch",
    "full_valid_loss": "validation, whole file",
}
ACCURACY = {
    "train_mean_token_accuracy": "training",
    "valid_mean_token_accuracy": "validation, one batch",
    "full_valid_mean_token_accuracy": "validation, whole file",
}


class CurveView(NamedTuple):
    """A training job: its two charts, and what was told when it ended."""

    curve: Curve
    ended: Record | None
    loss: Chart | None
    accuracy: Chart | None


class RunView(NamedTuple):
    """Everything on the page of a run."""

    summary: RunSummary
    curves: list[CurveView]
    deliveries: list[Record]
    stays: list[Stay]
    events: Distinct
    checkpoints: Distinct
    rows: Record | None  #: what became of the dataset's rows
    notices: list[Record]
    operations: list[Operation]


class MetricView(NamedTuple):
    """One metric in the list of metrics."""

    name: str
    received: int
    last: Measured
    sparkline: str  #: SVG path data; empty for a single value
    is_counter: bool  #: one of the process, which the exporter sends unasked


def to_run_view(summary: RunSummary, records: Sequence[Record], spans: Sequence[Envelope]) -> RunView:
    """The page of a run from its records, oldest first, and the spans of its operations."""
    deliveries = of_kind(records, "delivery")
    ended = {record.properties.get("job_id", ""): record for record in of_kind(records, "job")}
    return RunView(
        summary=summary,
        curves=[_curve_view(curve, ended.get(curve.job_id)) for curve in curves(records)],
        deliveries=deliveries,
        stays=stays(deliveries),
        events=distinct(of_kind(records, "job_event"), ("job_id", "event_id")),
        checkpoints=distinct(of_kind(records, "checkpoint"), ("job_id", "checkpoint_id")),
        rows=next(reversed(of_kind(records, "rows")), None),
        notices=of_kind(records, "notice"),
        operations=operations(deliveries, spans),
    )


def to_metric_view(name: str, received: int, values: Sequence[Measured]) -> MetricView:
    """A metric from its last values, oldest first; at least one."""
    line = sparkline([measured.value for measured in values]) if len(values) > 1 else ""
    return MetricView(name, received, values[-1], line, name.startswith("\\"))


def _curve_view(curve: Curve, ended: Record | None) -> CurveView:
    return CurveView(
        curve=curve,
        ended=ended,
        loss=line_chart("Loss", "loss", curve.points, LOSS),
        accuracy=line_chart("Token accuracy", "share of tokens", curve.points, ACCURACY),
    )
