"""What got lost is made good, and what is over is put away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from shared import pipeline
from shared.core.catalogue import Catalogue
from shared.core.errors import RecipeInvalid
from shared.core.run import Command, Run
from shared.core.stages import Step
from shared.pipeline import SWEEP_GRACE
from tests.fakes import CATALOGUE, World
from tests.standing import all_told, at, command_for, moves, ordered

SECOND = timedelta(seconds=1)


def swept(state: str, wait: timedelta, prepare: Callable[[World, Run], None] = lambda _world, _run: None) -> World:
    world, run = at(state)
    prepare(world, run)
    world.clock.time += wait
    pipeline.sweep(world.services)
    return world


def test_the_sweep_gives_a_lost_order_again_and_only_then() -> None:
    assert swept("prepared", SWEEP_GRACE, all_told).bus.queue == []
    world = swept("prepared", SWEEP_GRACE + SECOND, all_told)
    [run] = [world.runs.load(run_id)[0] for run_id in world.runs.documents]
    assert ordered(world) == [(timedelta(), command_for(run))]


def test_the_sweep_has_untold_notices_told_and_only_then() -> None:
    assert swept("held", SWEEP_GRACE).bus.queue == []
    world = swept("held", SWEEP_GRACE + SECOND)
    [run] = [world.runs.load(run_id)[0] for run_id in world.runs.documents]
    assert [command for _, command in ordered(world)] == [
        Command(step=Step.NOTIFY, run_id=run.id, revision=notice.revision) for notice in run.notices
    ]
    assert swept("held", SWEEP_GRACE + SECOND, all_told).bus.queue == []


def test_the_sweep_retires_what_is_over_and_told() -> None:
    assert swept("closed", SECOND, all_told).runs.markers == set()
    assert swept("closed", SECOND).runs.markers != set()
    assert swept("serving", SECOND, all_told).runs.markers != set()


def test_the_sweep_passes_over_a_marker_whose_run_is_still_to_come() -> None:
    world, run = at("prepared")
    world.runs.markers.add("0" * 16)
    world.clock.time += SWEEP_GRACE + SECOND
    pipeline.sweep(world.services)
    assert moves(world) == [command_for(run)]
    assert "0" * 16 in world.runs.markers


def test_beginning_a_run_orders_its_preparation_however_often_it_is_announced() -> None:
    world, run = at("received")
    for announced in range(3):
        world.bus.forgets = True
        assert pipeline.begin(run.drop, world.services) == run
        assert [command for _, command in ordered(world)] == [command_for(run)] * (announced + 1)


def test_beginning_a_run_that_is_over_leaves_no_marker() -> None:
    world, run = at("closed")
    all_told(world, run)
    assert pipeline.begin(run.drop, world.services) == run
    assert world.runs.markers == set()
    assert world.bus.queue == []


def test_beginning_a_run_that_has_moved_on_orders_nothing() -> None:
    world, run = at("training")
    assert pipeline.begin(run.drop, world.services) == run
    assert world.bus.queue == []


def test_the_sweep_tells_what_it_found() -> None:
    world = swept("training", timedelta(hours=3), all_told)
    [run] = [world.runs.load(run_id)[0] for run_id in world.runs.documents]
    [told] = world.telemetry.of("sweep")
    assert (told.active, told.runs_active, told.runs_late) == ({"training": 1}, 1, 1)
    assert told.oldest_age_seconds == (world.clock() - run.created_at).total_seconds()
    assert told.catalogue_age_days == (world.clock().date() - CATALOGUE.as_of).days


def test_only_a_run_whose_order_was_lost_is_told_as_late() -> None:
    assert swept("training", SECOND, all_told).telemetry.of("late_run") == []
    [late] = swept("training", timedelta(hours=3), all_told).telemetry.of("late_run")
    assert late.idle_seconds == timedelta(hours=3).total_seconds()


def test_a_run_that_waits_for_a_person_is_told_by_each_sweep() -> None:
    assert swept("training", SECOND, all_told).telemetry.of("waiting") == []
    [waiting] = swept("held", timedelta(hours=3), all_told).telemetry.of("waiting")
    assert waiting.waiting_seconds == timedelta(hours=3).total_seconds()


def test_a_catalogue_that_cannot_be_followed_holds_no_sweep_up() -> None:
    world, run = at("training")
    world.clock.time += timedelta(hours=3)

    def refused() -> Catalogue:
        raise RecipeInvalid(["catalogue.yaml: no mapping"])

    pipeline.sweep(replace(world.services, catalogue=refused))
    [told] = world.telemetry.of("sweep")
    assert told.catalogue_age_days is None
    assert moves(world) == [command_for(run)]
