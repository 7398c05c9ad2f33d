"""A process may die, and a message come, at any moment: always one job, one deployment, one end.

On fakes that die before or after every call of a whole run, one by one and in pairs; that deliver everything twice,
in the middle of itself, and in any order; and that lose a message together with the process that held it.
"""

import itertools
import os
import random
from datetime import timedelta

import pytest

from shared import intake, pipeline
from shared.core.run import Command
from shared.preparation import PAGE, REPORT, WRITTEN
from tests.driving import CONTAINER, DATASET, assert_served_once, deliver, deliver_all, deliver_until_completed, drop
from tests.fakes import Crash, Fuse, World


def test_delivering_everything_twice_changes_nothing() -> None:
    world = World()
    drop(world)
    while world.bus.queue:
        command = world.bus.next()
        deliver_until_completed(command, world)
        deliver_until_completed(command, world)
    assert_served_once(world)
    assert len(world.channel.told) == 7


def test_repeats_that_the_broker_no_longer_recognises_change_nothing() -> None:
    world = World()
    world.bus.forgets = True
    drop(world)
    for delivered in itertools.count():
        if not world.bus.queue:
            break
        command = world.bus.next()
        deliver_until_completed(command, world)
        if delivered % 7 == 0:
            deliver_until_completed(command, world)
    assert_served_once(world)


@pytest.mark.parametrize("seed", range(40))
def test_delivery_in_any_order_with_repeats_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    world = World()
    drop(world)
    done: list[Command] = []
    while world.bus.queue:
        picked = chance.randrange(len(world.bus.queue))
        due, _, command = world.bus.queue.pop(picked)
        world.clock.time = max(world.clock.time, due)
        deliver_until_completed(command, world)
        done.append(command)
        if chance.random() < 0.5:
            deliver_until_completed(chance.choice(done), world)
    assert_served_once(world)


def clean_run() -> World:
    world = World()
    drop(world)
    deliver_all(world)
    return world


def prepared_files(world: World) -> dict[str, bytes]:
    return {name: content for (_, name), content in world.files.contents.items() if name in FILES}


FILES = (*WRITTEN, REPORT, PAGE)
CLEAN = clean_run()
CALLS = CLEAN.fuse.calls
STRIDE = 1 if os.environ.get("CRASH_PAIRS") == "all" else 3  #: all pairs take four minutes


def test_a_clean_run_writes_every_file_that_may_be_half_done() -> None:
    assert set(prepared_files(CLEAN)) == set(FILES)


@pytest.mark.parametrize("position", range(1, CALLS + 1))
def test_a_crash_at_any_call_is_healed_by_redelivery(position: int) -> None:
    world = World(Fuse(crash_at=[position]))
    drop(world)
    deliver_all(world)
    assert_served_once(world)
    assert prepared_files(world) == prepared_files(CLEAN)


@pytest.mark.parametrize("first", range(1, CALLS + 1))
def test_two_crashes_at_any_calls_are_healed_by_redelivery(first: int) -> None:
    for second in range(first + 1 + first % STRIDE, CALLS + 1, STRIDE):
        world = World(Fuse(crash_at=[first, second]))
        drop(world)
        deliver_all(world)
        assert_served_once(world)
        assert prepared_files(world) == prepared_files(CLEAN)


@pytest.mark.parametrize("position", range(1, CALLS + 1))
def test_a_second_delivery_in_the_middle_of_the_first_changes_nothing(position: int) -> None:
    world = World()
    current: list[Command] = []

    def meanwhile() -> None:
        for command in current:
            deliver_until_completed(command, world)

    world.fuse.meanwhile = {position: meanwhile}
    drop(world)
    while world.bus.queue:
        current[:] = [world.bus.next()]
        deliver_until_completed(current[0], world)
    assert_served_once(world)
    assert prepared_files(world) == prepared_files(CLEAN)


@pytest.mark.parametrize("position", range(1, CALLS + 1))
def test_a_message_lost_with_the_process_is_ordered_again_by_the_sweep(position: int) -> None:
    world = World(Fuse(crash_at=[position]))
    try:
        blob = world.datasets.upload("support/questions.jsonl", DATASET)
        intake.arrived(CONTAINER, blob, world.services)
        while world.bus.queue:
            deliver(world.bus.next(), world)
    except Crash:
        pass  # the message went with the process: nobody delivers it again
    for _ in range(200):
        world.clock.time += timedelta(hours=1)
        world.bus.seen.clear()
        pipeline.sweep(world.services)
        intake.catch_up(CONTAINER, world.services)
        deliver_all(world)
    assert_served_once(world)
