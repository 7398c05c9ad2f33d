"""Metrics on their way out."""

import threading

import pytest
from opentelemetry.sdk.metrics.export import MetricsData

from shared.adapters import measurements as module
from shared.adapters.measurements import Measurements, measurements


class Sink:
    def __init__(self) -> None:
        self.batches: list[MetricsData] = []
        self.came = threading.Event()

    def export(self, metrics_data: MetricsData, /) -> None:
        self.batches.append(metrics_data)
        self.came.set()

    def values(self) -> dict[str, list[float]]:
        [scope] = [scope for batch in self.batches for scope in batch.resource_metrics[0].scope_metrics]
        return {metric.name: [point.value for point in metric.data.data_points] for metric in scope.metrics}


def test_a_batch_has_every_value_under_its_metric_in_the_order_taken() -> None:
    sink = Sink()
    taken = Measurements(sink)
    for metric, value in (("tunedrop.polls", 1), ("tunedrop.rows", 40), ("tunedrop.polls", 2)):
        taken.take(metric, value, {})
    taken.export()
    assert sink.values() == {"tunedrop.polls": [1, 2], "tunedrop.rows": [40]}


def test_what_cannot_be_exported_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    sink = Sink()
    taken = Measurements(sink)
    for value in range(10):
        taken.take("tunedrop.polls", value, {})
    taken.close()
    assert sink.values() == {"tunedrop.polls": [7, 8, 9]}


def test_values_are_exported_without_being_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.01)
    sink = Sink()
    taken = Measurements(sink)
    taken.start()
    taken.take("tunedrop.polls", 1, {})
    assert sink.came.wait(10)
    taken.close()
    assert sink.values() == {"tunedrop.polls": [1]}


def test_a_process_that_exports_nothing_drops_values() -> None:
    taken = measurements()
    taken.take("tunedrop.polls", 1, {})
    taken.export()
    assert taken._exporter is None
