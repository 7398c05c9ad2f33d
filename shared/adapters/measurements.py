"""Metrics, each value with the labels of its run, exported once.

The SDK's instruments keep every set of labels for as long as the process lives, and send a gauge's last value again
each minute (opentelemetry-sdk 1.45.1): right for a few series that go on, but each run would add dozens that end. So
values go to the exporter as they are, in batches, from a thread of their own.
"""

import atexit
import threading
import time
from collections import deque
from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Protocol

from azure.monitor.opentelemetry.exporter import AzureMonitorMetricExporter
from opentelemetry import metrics
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    Gauge,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from shared.core.measures import UNITS

SCOPE = InstrumentationScope("tunedrop")
EVERY_SECONDS = 5.0
MOST_WAITING = 50_000  #: values; while they cannot be exported the oldest go


class Exporter(Protocol):
    def export(self, metrics_data: MetricsData, /) -> object: ...


class _Taken(NamedTuple):
    metric: str
    point: NumberDataPoint


class Measurements:
    def __init__(self, exporter: Exporter | None) -> None:
        self._exporter, self._resource = exporter, Resource.create()
        self._waiting: deque[_Taken] = deque(maxlen=MOST_WAITING)
        self._closing = threading.Event()
        self._exporting = threading.Lock()

    def take(self, metric: str, value: float, labels: Mapping[str, str | int]) -> None:
        if self._exporter is not None:
            point = NumberDataPoint(dict(labels), None, time.time_ns(), value, [])  # pyright: ignore[reportArgumentType]
            self._waiting.append(_Taken(metric, point))

    def start(self) -> None:
        threading.Thread(target=self._export_until_closed, name="measurements", daemon=True).start()
        atexit.register(self.close)

    def close(self) -> None:
        """Export what is left."""
        self._closing.set()
        self.export()

    def export(self) -> None:
        with self._exporting, suppress_instrumentation():
            taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if self._exporter is not None and taken:
                self._exporter.export(_batch(taken, self._resource))

    def _export_until_closed(self) -> None:
        while not self._closing.wait(EVERY_SECONDS):
            self.export()


def measurements() -> Measurements:
    """Those of a process that exports metrics at all; without telemetry they are dropped."""
    if not isinstance(metrics.get_meter_provider(), MeterProvider):
        return Measurements(None)
    made = Measurements(AzureMonitorMetricExporter())
    made.start()
    return made


def _batch(taken: list[_Taken], resource: Resource) -> MetricsData:
    by_metric = attrgetter("metric")
    found = [
        Metric(name, "", UNITS[name], Gauge([one.point for one in group]))
        for name, group in groupby(sorted(taken, key=by_metric), key=by_metric)
    ]
    return MetricsData([ResourceMetrics(resource, [ScopeMetrics(SCOPE, found, "")], "")])
