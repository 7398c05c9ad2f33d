"""What the pages show, made from what was kept."""

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from local.insights.charts import Chart, line_chart, sparkline
from local.insights.envelopes import Envelope
from local.insights.records import Curve, Distinct, Record, curves, distinct, of_kind
from local.insights.stages import Stay, stays
from local.insights.store import Measured, RunSummary, Series
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

SERIES_SHOWN = 8
AUTOCOLLECTED = "_MS.IsAutocollected"
OF_THE_EXPORTER = ("_MS.", "cloud/")


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


class SeriesView(NamedTuple):
    """One series of a metric."""

    attributes: dict[str, str]  #: without those that the exporter adds for itself
    received: int
    last: Measured
    last_seen: str  #: UTC, ISO 8601
    sparkline: str  #: SVG path data; empty for a single value


class MetricView(NamedTuple):
    """One metric with the series that were heard of last."""

    name: str
    series: list[SeriesView]
    left_out: int  #: series heard of longer ago
    is_unasked: bool  #: sent by the exporter, not by the app


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


def to_metric_views(every: Iterable[Series], values_of: Callable[[Series], Sequence[Measured]]) -> list[MetricView]:
    """The metrics of the series, which stand by name, the most recently heard of first."""
    return [
        _metric_view(name, list(members), values_of)
        for name, members in itertools.groupby(every, key=lambda series: series.name)
    ]


def _metric_view(name: str, members: Sequence[Series], values_of: Callable[[Series], Sequence[Measured]]) -> MetricView:
    return MetricView(
        name=name,
        series=[_series_view(series, values_of(series)) for series in members[:SERIES_SHOWN]],
        left_out=max(len(members) - SERIES_SHOWN, 0),
        is_unasked=name.startswith("\\") or AUTOCOLLECTED in members[0].key,
    )


def _series_view(series: Series, values: Sequence[Measured]) -> SeriesView:
    told: dict[str, str] = json.loads(series.key)
    return SeriesView(
        attributes={key: value for key, value in told.items() if value and not key.startswith(OF_THE_EXPORTER)},
        received=series.received,
        last=values[-1],
        last_seen=series.last_seen,
        sparkline=sparkline([measured.value for measured in values]) if len(values) > 1 else "",
    )


def _curve_view(curve: Curve, ended: Record | None) -> CurveView:
    return CurveView(
        curve=curve,
        ended=ended,
        loss=line_chart("Loss", "loss", curve.points, LOSS),
        accuracy=line_chart("Token accuracy", "share of tokens", curve.points, ACCURACY),
    )
