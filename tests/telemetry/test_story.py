"""One run is one story: what the app really sends of it."""

import datetime as dt

import pytest

from local.insights.kql.pipeline import ask
from local.insights.kql.tables import Tables
from local.insights.kql.values import Row
from shared.core.measures import UNITS
from shared.core.records import Labels
from tests.telemetry.story import REQUEST

pytestmark = pytest.mark.stack

OF_NO_RUN = {"sweep", "unannounced"}  #: records
OF_THE_SWEEP = {"tunedrop.runs.active", "tunedrop.runs.oldest.age", "tunedrop.catalogue.age"}


def rows(query: str, told: Tables) -> list[Row]:
    return ask(query, told, dt.datetime.now(dt.UTC)).rows


def labels(row: Row) -> set[str]:
    return Labels.model_fields.keys() & row["Properties"].held.keys()


@pytest.fixture(params=["quiet", "eventful"])
def told(request: pytest.FixtureRequest) -> Tables:
    return request.getfixturevalue(request.param)


def test_every_record_of_a_run_carries_its_labels(told: Tables) -> None:
    records = rows("AppTraces | where isnotempty(Properties.record)", told)
    unlabelled = {row["Properties"].held["record"] for row in records if labels(row) != set(Labels.model_fields)}
    assert unlabelled <= OF_NO_RUN
    assert len(records) > 50


def test_every_metric_of_a_run_carries_its_labels(told: Tables) -> None:
    measured = rows('AppMetrics | where Name startswith "tunedrop."', told)
    unlabelled = {row["Name"] for row in measured if labels(row) != set(Labels.model_fields)}
    assert unlabelled <= OF_THE_SWEEP
    assert {row["Name"] for row in measured} <= UNITS.keys()


def test_every_span_of_a_delivery_carries_its_labels_and_belongs_to_its_request(told: Tables) -> None:
    steps = rows('AppDependencies | where Name startswith "step " and Properties.step != "sweep"', told)
    requests = {row["OperationId"] for row in rows("AppRequests", told)}
    assert all(labels(row) == set(Labels.model_fields) for row in steps)
    assert {row["OperationId"] for row in steps} <= requests
    assert len(steps) > 20


def test_each_value_is_sent_once(quiet: Tables) -> None:
    points = rows('AppMetrics | where Name == "tunedrop.training.loss"', quiet)
    assert sorted(int(row["Properties"].held["training_step"]) for row in points) == list(range(1, 31))


def test_foundrys_request_ids_are_kept_with_the_run(quiet: Tables) -> None:
    looks = rows('AppDependencies | where isnotempty(Properties["foundry.request_id"])', quiet)
    assert {row["Properties"].held["foundry.request_id"] for row in looks} == {REQUEST["apim-request-id"]}
    assert all(labels(row) == set(Labels.model_fields) for row in looks)


def test_the_wait_in_its_queue_is_told_of_every_delivery(quiet: Tables) -> None:
    deliveries = rows('AppTraces | where Properties.record == "delivery"', quiet)
    waits = rows('AppMetrics | where Name == "tunedrop.queue.wait" and Properties.step != "intake"', quiet)
    assert all(float(row["Properties"].held["waited_seconds"]) >= 0.5 for row in deliveries)
    assert len(waits) == len(deliveries)
