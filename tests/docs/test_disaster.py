"""What the operations guide says of lost documents is what becomes of them."""

from datetime import timedelta

from shared import intake, pipeline
from shared.core import stages
from tests.driving import CONTAINER, deliver, deliver_all, drop, only_run
from tests.fakes import World


def reach(kind: type, world: World) -> None:
    while not isinstance(only_run(world).stage, kind):
        deliver(world.bus.next(), world)


def in_training() -> World:
    world = World()
    drop(world)
    reach(stages.Training, world)
    return world


def start_again(world: World) -> None:
    """The queues were lost; the app starts, and sweeps a day later."""
    world.bus.queue.clear()
    world.bus.seen.clear()
    world.clock.time += timedelta(days=1)
    pipeline.sweep(world.services)
    intake.catch_up(CONTAINER, world.services)
    deliver_all(world)


def test_lost_queues_cost_nothing() -> None:
    world = in_training()
    start_again(world)
    assert len(world.trainer.jobs) == 1
    assert isinstance(only_run(world).stage, stages.Closed)


def test_without_the_documents_a_drop_is_trained_again() -> None:
    world = in_training()
    world.runs.documents.clear()
    world.runs.markers.clear()
    start_again(world)
    assert len(world.trainer.jobs) == 2


def with_an_older_copy() -> World:
    world = World()
    drop(world)
    reach(stages.Ready, world)
    copy = dict(world.runs.documents)
    reach(stages.Training, world)
    world.runs.documents = copy
    return world


def test_a_copy_from_before_the_job_is_trained_again() -> None:
    world = with_an_older_copy()
    start_again(world)
    assert len(world.trainer.jobs) == 2


def test_a_run_whose_marker_is_removed_stands_still() -> None:
    world = with_an_older_copy()
    world.runs.markers.clear()
    start_again(world)
    assert len(world.trainer.jobs) == 1
    assert isinstance(only_run(world).stage, stages.Ready)


def test_what_was_dropped_while_nothing_was_announced_is_begun_if_it_is_younger_than_a_week() -> None:
    for age, begun in ((timedelta(days=6), 1), (timedelta(days=8), 0)):
        world = World()
        world.datasets.upload("support/questions.jsonl", b"{}")
        world.clock.time += age
        intake.catch_up(CONTAINER, world.services)
        assert len(world.runs.documents) == begun
