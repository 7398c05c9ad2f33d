from typing import Any

from local.insights.envelopes import Envelope
from local.insights.records import to_record
from local.insights.stages import Stay, stays
from tests.local.insights.samples import delivery


def stays_of(*items: dict[str, Any]) -> list[Stay]:
    return stays([to_record(Envelope.model_validate(item)) for item in items])


def told(found: list[Stay]) -> list[tuple[str, float | None, int]]:
    return [(stay.stage, stay.seconds, stay.deliveries) for stay in found]


def test_a_stage_lasts_from_the_delivery_that_entered_it_to_the_one_that_left_it() -> None:
    found = stays_of(
        delivery("received", "prepared", ended=5, took=5),
        delivery("prepared", "training", ended=10),
        delivery("training", "training", ended=40),
        delivery("training", "trained", ended=100),
    )
    assert told(found) == [("received", 5, 1), ("prepared", 5, 1), ("training", 90, 2), ("trained", None, 0)]


def test_the_stays_fill_the_runs_time() -> None:
    found = stays_of(delivery("a", "b", ended=10, took=10), delivery("b", "c", ended=40))
    assert [(stay.left, stay.width) for stay in found] == [(0, 25), (25, 75), (100, 0)]


def test_a_first_delivery_that_found_no_stage_begins_the_one_it_left() -> None:
    assert told(stays_of(delivery("", "received", ended=2, took=2))) == [("received", None, 1)]


def test_a_stage_entered_by_a_decision_is_seen_by_the_next_delivery() -> None:
    found = stays_of(delivery("received", "held", ended=1, took=1), delivery("uploading", "uploaded", ended=62, took=2))
    assert told(found) == [("received", 1, 1), ("held", 59, 0), ("uploading", 2, 1), ("uploaded", None, 0)]


def test_a_delivery_that_another_overtook_does_not_turn_the_stage_back() -> None:
    found = stays_of(delivery("training", "trained", ended=50), delivery("training", "training", ended=51, took=30))
    assert [stay.stage for stay in found] == ["training", "trained"]


def test_without_deliveries_nothing_is_known() -> None:
    assert stays_of() == []
