from datetime import timedelta
from typing import get_args

import pytest

from shared.core import stages
from shared.report.life import PLACES, places, timeline
from shared.report.situation import REJECTIONS, next_look, situation
from tests.report.examples import BEGAN, NOW, PARKED, PLAN, SERVING, WAYS, example, led


@pytest.mark.parametrize(
    ("way", "states"),
    [
        ("received", "done current ahead ahead ahead"),
        ("prepared", "done done current ahead ahead"),
        ("held", "done done waiting ahead ahead"),
        ("training", "done done current ahead ahead"),
        ("paused", "done done waiting ahead ahead"),
        ("trained", "done done done current ahead"),
        ("accepted", "done done done done current"),
        ("serving", "done done done done done"),
        ("closed", "done done done done done"),
        ("parked", "done done waiting ahead ahead"),
        ("rejected", "done ended ahead ahead ahead"),
        ("refused by the gate", "done done done ended ahead"),
        ("failed", "done done ended ahead ahead"),
        ("cancelled", "done done ended ahead ahead"),
    ],
)
def test_a_run_stands_at_one_of_five_places(way: str, states: str) -> None:
    assert [place.state for place in places(example(way))] == states.split()


@pytest.mark.parametrize("way", WAYS)
def test_places_that_were_passed_have_their_time(way: str) -> None:
    found = places(example(way))
    assert [place.name for place in found] == list(PLACES)
    assert found[0].caption == "24 Nov 07:12"
    assert all(place.caption for place in found if place.state != "ahead")


@pytest.mark.parametrize("way", WAYS)
def test_every_stage_can_be_told_in_a_sentence(way: str) -> None:
    told = situation(example(way).stage)
    assert told.sentence.endswith(".")
    assert told.stage != "closed"


def test_a_rejection_says_what_was_not_good_enough() -> None:
    assert situation(example("rejected").stage).sentence == "The dataset cannot be trained on."
    assert situation(example("refused by the gate").stage).sentence == "No checkpoint passed the training gate."
    assert set(REJECTIONS) == set(get_args(stages.Rejected.model_fields["by"].annotation))


def test_a_closed_run_is_told_by_what_it_came_to() -> None:
    assert situation(example("closed").stage) == situation(example("expired").stage)


def test_reasons_are_told_in_the_words_of_whoever_gave_them() -> None:
    assert situation(PARKED).lines == (PARKED.reason,)
    assert situation(example("submitting").stage).lines == ("429: the resource runs 3 jobs; at most 3 may",)


def test_a_cancellation_that_is_not_confirmed_is_told() -> None:
    training = example("training").stage.model_copy(update={"cancel": True})
    assert "has not confirmed it yet" in situation(training).sentence


def test_the_timeline_begins_with_what_came_last() -> None:
    entries = timeline(example("serving"))
    assert [entry.stage for entry in entries][:3] == ["serving", "deploying", "accepted"]
    assert entries[-1].at == BEGAN
    assert entries[0].stayed == ""
    assert entries[-1].stayed == "2 min"


def test_a_notice_stands_with_the_stage_that_wrote_it() -> None:
    told = {entry.stage: [one.message.kind for one in entry.notices] for entry in timeline(example("serving"))}
    assert told["prepared"] == ["received"]
    assert told["uploading"] == []
    assert told["serving"] == ["served"]


def test_a_reminder_stands_by_itself() -> None:
    way = (*WAYS["serving"], SERVING.model_copy(update={"reminded": True}))
    newest = timeline(led(way))[0]
    assert newest.stage is None
    assert [one.message.kind for one in newest.notices] == ["expiring"]


def test_a_stage_that_was_reached_twice_stands_there_twice() -> None:
    prepared = stages.Prepared(plan=PLAN)
    entries = timeline(led((prepared, PARKED, prepared)))
    assert [entry.stage for entry in entries] == ["prepared", "parked", "prepared", "received"]


def test_the_next_look_is_told_while_it_is_ahead() -> None:
    run = example("deploying")
    assert next_look(run, run.updated_at) == "just now"
    assert next_look(example("training"), example("training").updated_at) == "in 10 min"
    assert next_look(run, NOW + timedelta(days=1)) is None
    assert next_look(example("held"), NOW) is None
