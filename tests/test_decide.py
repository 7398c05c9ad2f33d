"""A person's decision about a run."""

from datetime import timedelta

import pytest

from shared import pipeline
from shared.core.decisions import DecisionRefused
from shared.core.run import Command
from shared.core.stages import Step
from tests.standing import at, now, ordered


def test_a_decision_is_saved_and_what_follows_is_ordered() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "approve", "ada", world.services)
    assert moved == now(world, run)
    assert moved.revision == run.revision + 1
    assert ordered(world) == [(timedelta(), Command(step=Step.SUBMIT, run_id=run.id, revision=moved.revision))]


def test_a_decision_that_ends_a_run_is_told() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "refuse", "ada", world.services)
    assert {command.step for _, command in ordered(world)} == {Step.CLOSE, Step.NOTIFY}
    assert {command.revision for _, command in ordered(world)} == {moved.revision}


def test_a_decision_that_is_refused_changes_nothing() -> None:
    world, run = at("closed")
    with pytest.raises(DecisionRefused, match="a run that is 'closed' allows nothing; found 'cancel'"):
        pipeline.decide(run.id, "cancel", "ada", world.services)
    assert now(world, run) == run
    assert world.bus.queue == []
