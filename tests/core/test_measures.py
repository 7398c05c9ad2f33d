"""Which metrics each record gives."""

import pytest

from shared.core.measures import DISPOSITIONS, QUEUE_WAIT, UNITS, Measure, measures
from shared.core.records import JobRecord, PointRecord, Record, RowsRecord
from tests.core.test_records import EXAMPLES, NOON

RECORDS = [record for record, _ in EXAMPLES]
POINT = PointRecord(
    run_id="r1",
    job_id="j",
    training_step=10,
    point_at=NOON,
    train_loss=0.9,
    train_mean_token_accuracy=0.6,
    valid_loss=1.1,
    full_valid_loss=1.0,
)


def of_kind(kind: type[Record]) -> Record:
    return next(record for record in RECORDS if isinstance(record, kind))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.record)
def test_every_value_is_of_a_metric_that_has_a_unit(record: Record) -> None:
    assert {one.metric for one in measures(record)} <= UNITS.keys()


def test_every_metric_but_the_wait_in_a_queue_comes_from_some_record() -> None:
    rewarded = POINT.model_copy(update={"train_mean_reward": 0.4, "full_valid_mean_reward": 0.5})
    accurate = POINT.model_copy(update={"full_valid_mean_token_accuracy": 0.5})
    billed = of_kind(JobRecord).model_copy(update={"usd_actual": 0.1})
    gained = [one.model_copy(update={"reward_gain": 0.1}) for one in RECORDS if one.record == "gate"]
    watched = [one.model_copy(update={"step": "watch"}) for one in RECORDS if one.record == "delivery"]
    given = {
        one.metric for record in (*RECORDS, rewarded, accurate, billed, *gained, *watched) for one in measures(record)
    }
    assert given == UNITS.keys() - {QUEUE_WAIT}


def test_a_point_gives_the_whole_validation_file_before_the_last_batch() -> None:
    assert measures(POINT) == [
        Measure("tunedrop.training.loss", 0.9, {"training_step": 10}),
        Measure("tunedrop.training.token_accuracy", 0.6, {"training_step": 10}),
        Measure("tunedrop.validation.loss", 1.0, {"training_step": 10}),
    ]


def test_rows_are_counted_by_what_became_of_them_and_add_up() -> None:
    rows = of_kind(RowsRecord)
    assert isinstance(rows, RowsRecord)
    given = {one.about["disposition"]: one.value for one in measures(rows)}
    assert set(given) == set(DISPOSITIONS)
    assert sum(given.values()) == rows.rows_read


def test_what_a_service_did_not_say_is_no_measure() -> None:
    assert measures(of_kind(JobRecord).model_copy(update={"tokens_billed": None})) == []


def test_only_looks_are_counted_as_looks() -> None:
    delivery = next(record for record in RECORDS if record.record == "delivery")
    looks = [
        [one.metric for one in measures(delivery.model_copy(update={"step": step}))].count("tunedrop.polls")
        for step in ("submit", "watch")
    ]
    assert looks == [0, 1]
