"""A person's decision about a run."""

from datetime import timedelta

import pytest

from shared import pipeline
from shared.core.access import Person
from shared.core.decisions import DecisionRefused
from shared.core.lineage import lineage_of
from shared.core.run import Command
from shared.core.stages import Step
from tests.driving import ADA
from tests.standing import at, now, ordered

BOB = Person(name="bob", id=None)


def test_a_decision_is_saved_and_what_follows_is_ordered() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "approve", ADA, world.services)
    assert moved == now(world, run)
    assert moved.revision == run.revision + 1
    assert ordered(world) == [(timedelta(), Command(step=Step.SUBMIT, run_id=run.id, revision=moved.revision))]


def test_decisions_are_signed_in_the_run_and_in_its_lineage() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "approve", ADA, world.services)
    pipeline.decide(run.id, "cancel", BOB, world.services)
    signed = [(one.decision, one.by, one.revision) for one in now(world, run).signatures]
    assert signed == [("approve", ADA, moved.revision), ("cancel", BOB, moved.revision + 1)]
    assert lineage_of(now(world, run)).signatures == now(world, run).signatures


def test_a_decision_that_ends_a_run_is_told() -> None:
    world, run = at("held")
    moved = pipeline.decide(run.id, "refuse", ADA, world.services)
    assert {command.step for _, command in ordered(world)} == {Step.CLOSE, Step.NOTIFY}
    assert {command.revision for _, command in ordered(world)} == {moved.revision}


def test_a_decision_that_is_refused_changes_nothing() -> None:
    world, run = at("closed")
    with pytest.raises(DecisionRefused, match="a run that is 'closed' allows nothing; found 'cancel'"):
        pipeline.decide(run.id, "cancel", ADA, world.services)
    assert now(world, run) == run
    assert world.bus.queue == []
