from typing import Any

import pytest

from local.insights.envelopes import Envelope
from local.insights.records import Point, Record, curves, distinct, number, to_record
from tests.local.insights.samples import log, point


def records(*items: dict[str, Any]) -> list[Record]:
    return [to_record(Envelope.model_validate(item)) for item in items]


def test_equal_run_job_and_step_are_one_point_and_counted() -> None:
    (curve,) = curves(records(point(1, train_loss=2.5), point(2, train_loss=2.0), point(1, train_loss=2.5)))
    assert curve.points == [Point(1, {"train_loss": 2.5}), Point(2, {"train_loss": 2.0})]
    assert curve.duplicates == 1


def test_the_same_step_of_another_job_or_run_is_another_point() -> None:
    other_run = point(1, train_loss=9)
    other_run["data"]["baseData"]["properties"]["run_id"] = "another"
    found = curves(records(point(1, train_loss=1), point(1, job="ftjob-2", train_loss=2), other_run))
    assert [(curve.job_id, len(curve.points), curve.duplicates) for curve in found] == [
        ("ftjob-1", 2, 0),
        ("ftjob-2", 1, 0),
    ]


def test_a_repeat_may_add_what_was_missing() -> None:
    (curve,) = curves(records(point(10, train_loss=1.5), point(10, full_valid_loss=1.7)))
    assert curve.points == [Point(10, {"train_loss": 1.5, "full_valid_loss": 1.7})]


def test_points_stand_by_step_however_they_arrive() -> None:
    (curve,) = curves(records(point(30), point(4), point(200)))
    assert [p.step for p in curve.points] == [4, 30, 200]


def test_a_point_without_a_step_or_with_a_value_that_is_no_number_draws_nothing() -> None:
    bad = log("training_point", job_id="ftjob-1", training_step="soon", train_loss=1)
    assert curves(records(bad)) == []
    (curve,) = curves(records(point(1, train_loss=float("nan"), valid_loss=2)))
    assert curve.points == [Point(1, {"valid_loss": 2.0})]


def test_a_record_without_an_id_is_its_own() -> None:
    found = distinct(records(log("job_event", "a"), log("job_event", "a")), ("job_id", "event_id"))
    assert (len(found.records), found.duplicates) == (2, 0)


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), ("-2", -2.0), ("", None), ("inf", None), ("None", None)])
def test_a_property_holds_a_finite_number_or_none(text: str, value: float | None) -> None:
    assert number(text) == value
