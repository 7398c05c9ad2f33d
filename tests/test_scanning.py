"""Where malware is scanned for: not a byte of a drop is read before each of its blobs was found clean."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared import intake, pipeline
from shared.core import stages
from shared.core.drop import Blob
from shared.core.polling import SCAN_LOOKS
from shared.core.scan import Scan
from tests.driving import ADA, CONTAINER, DATASET, assert_served_once, deliver, deliver_all, drop, only_run, outcome
from tests.fakes import World

FILE = "support/questions.jsonl"
CLEAN = Scan(outcome="clean", said="No threats found")
AWAITED = Scan(outcome="awaited", said="no result of a malware scan")
INFECTED = Scan(outcome="infected", said="Malicious")


@pytest.fixture
def world() -> World:
    """One that tells what was read in it."""
    made = World()
    read = made.datasets.read
    made.datasets.read = noted(read, made)  # type: ignore[method-assign]
    return made


def noted(read: Callable[[str, Blob], Iterator[bytes]], world: World) -> Callable[[str, Blob], Iterator[bytes]]:
    def reading(container: str, blob: Blob) -> Iterator[bytes]:
        world.scanner.says.setdefault(blob.name, CLEAN)
        assert world.scanner.says[blob.name].outcome == "clean", f"{blob.name} was read"
        return read(container, blob)

    return reading


def test_a_drop_waits_for_its_scan_and_is_then_trained_on(world: World) -> None:
    world.scanner.says[FILE] = AWAITED
    drop(world)
    for _ in range(5):
        deliver(world.bus.next(), world)
    assert only_run(world).stage == stages.Scanning(looks=4)
    world.scanner.says[FILE] = CLEAN
    deliver_all(world)
    assert_served_once(world)


def test_what_is_infected_is_refused_with_a_card_and_never_read(world: World) -> None:
    world.scanner.says[FILE] = INFECTED
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert (end.by, len(end.reasons)) == ("malware scan", 1)
    [notice] = only_run(world).notices
    assert notice.message.title == f"{FILE} was refused: malware was found in it"
    assert world.channel.kinds() == ["rejected"]
    assert world.trainer.uploads == 0


def test_a_scan_that_never_comes_asks_a_person_after_two_hours_or_so(world: World) -> None:
    world.scanner.says[FILE] = AWAITED
    began = world.clock()
    drop(world)
    deliver_all(world)
    stage = only_run(world).stage
    assert isinstance(stage, stages.Parked)
    assert stage.reason.startswith(f"no clean malware scan after {SCAN_LOOKS} looks, so nothing was read")
    assert timedelta(hours=1) < world.clock() - began < timedelta(hours=3)
    assert world.channel.kinds() == ["parked"]


def test_a_person_who_resumes_gives_the_scanner_as_long_again(world: World) -> None:
    world.scanner.says[FILE] = AWAITED
    drop(world)
    deliver_all(world)
    moved = pipeline.decide(only_run(world).id, "resume", ADA, world.services)
    assert moved.stage == stages.Scanning(looks=0)
    world.scanner.says[FILE] = CLEAN
    deliver_all(world)
    assert isinstance(outcome(world), stages.Expired)


def test_a_blob_that_is_replaced_between_scan_and_read_is_not_read_as_the_clean_one(world: World) -> None:
    drop(world)

    def replaced(container: str, blob: Blob) -> Scan:
        del container, blob
        world.datasets.upload(FILE, DATASET + b"\n")
        return CLEAN

    world.scanner.scan = replaced  # type: ignore[method-assign]
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Cancelled)
    assert "uploaded again" in end.reason
    assert world.trainer.uploads == 0


def test_a_blob_that_is_replaced_while_its_scan_is_awaited_leaves_its_run(world: World) -> None:
    world.scanner.says[FILE] = AWAITED
    drop(world)
    deliver(world.bus.next(), world)
    world.datasets.upload(FILE, DATASET + b"\n")
    deliver_all(world)
    assert isinstance(outcome(world), stages.Cancelled)


@pytest.mark.parametrize("part", ["train.jsonl", "validation.jsonl", "recipe.yaml"])
def test_one_infected_file_refuses_the_whole_set(world: World, part: str) -> None:
    for name in ("train.jsonl", "validation.jsonl"):
        world.datasets.upload(f"support/autumn/{name}", DATASET)
    world.datasets.upload("support/autumn/recipe.yaml", b"seed: 1")
    world.scanner.says[f"support/autumn/{part}"] = INFECTED
    world.clock.time += timedelta(hours=1)
    assert intake.catch_up(CONTAINER, world.services) == 1
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert [f"support/autumn/{part}" in reason for reason in end.reasons] == [True]


def test_a_look_that_got_lost_is_ordered_again_by_the_sweep(world: World) -> None:
    world.scanner.says[FILE] = AWAITED
    drop(world)
    deliver(world.bus.next(), world)
    world.bus.queue.clear()
    world.bus.forgets = True
    world.clock.time += timedelta(hours=1)
    world.scanner.says[FILE] = CLEAN
    pipeline.sweep(world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Expired)
