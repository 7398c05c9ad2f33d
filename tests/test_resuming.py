"""Runs that an earlier version left: this one brings each to its end."""

from datetime import timedelta

import pytest

from shared import pipeline
from shared.core import stages
from shared.core.decisions import choices
from shared.core.run import Run
from tests.core.every_stage import DOCUMENTS
from tests.driving import ADA, deliver_all
from tests.fakes import World
from tests.standing import at

ENDS: dict[str, type[stages.Outcome]] = {
    "rejected": stages.Rejected,
    "failed": stages.Failed,
    "cancelled": stages.Cancelled,
}


def sweep_later(world: World) -> None:
    """A day on, the message that the earlier version had sent is lost."""
    world.clock.time += timedelta(hours=25)
    pipeline.sweep(world.services)


def finished(world: World, run: Run) -> Run:
    sweep_later(world)
    if isinstance(run.stage, stages.Held | stages.Parked):
        pipeline.decide(run.id, choices(run.stage)[0], ADA, world.services)
    deliver_all(world)
    sweep_later(world)
    deliver_all(world)
    return world.runs.load(run.id)[0]


@pytest.mark.parametrize("state", DOCUMENTS)
def test_a_run_that_an_earlier_version_left_is_brought_to_its_end(state: str) -> None:
    world, run = at(state)
    end = finished(world, run)
    assert isinstance(end.stage, stages.Closed)
    assert type(end.stage.outcome) is ENDS.get(state, stages.Expired)
    assert world.trainer.files == {}
    assert world.deployer.deployments == {}
    assert world.runs.markers == set()


@pytest.mark.parametrize("state", sorted(DOCUMENTS.keys() - ENDS.keys() - {"closed"}))
def test_what_was_paid_for_is_not_paid_for_again(state: str) -> None:
    world, run = at(state)
    finished(world, run)
    assert len(world.trainer.jobs) == 1
    assert world.trainer.uploads == 2
    assert world.deployer.made <= 1


@pytest.mark.parametrize("state", DOCUMENTS)
def test_every_notice_is_told_once_though_no_receipt_of_it_is_left(state: str) -> None:
    world, run = at(state)
    end = finished(world, run)
    assert sorted(world.channel.kinds()) == sorted(notice.message.kind for notice in end.notices)
