"""What the container holds is announced again: once is as good as twice."""

from datetime import timedelta

from shared.intake import LOOKBACK
from shared.replay.drops import replay_drops
from tests.driving import CONTAINER, DATASET
from tests.fakes import NOON, World

FILES = ("default.jsonl", "support/a.jsonl", "support/b.jsonl")


def stocked(*names: str) -> World:
    world = World()
    for name in names:
        world.datasets.upload(name, DATASET)
    return world


def replayed(world: World, prefix: str = "", since: timedelta = LOOKBACK, *, dry_run: bool = False) -> list[str]:
    return list(replay_drops(CONTAINER, NOON - since, prefix, world.services, dry_run=dry_run))


def dropped(world: World) -> list[str]:
    return sorted(run.drop.name for run in world.runs.latest(10))


def test_every_file_without_a_run_begins_one() -> None:
    world = stocked(*FILES)
    assert len(replayed(world)) == len(FILES)
    assert dropped(world) == sorted(FILES)


def test_announced_twice_it_is_begun_once() -> None:
    world = stocked(*FILES)
    first = replayed(world)
    sent = world.bus.sent
    assert replayed(world) == first
    assert dropped(world) == sorted(FILES)
    assert world.bus.sent == sent


def test_a_run_that_has_moved_on_is_left_alone() -> None:
    world = stocked("support/a.jsonl")
    replayed(world)
    [run] = world.runs.latest(1)
    _, etag = world.runs.load(run.id)
    moved = run.model_copy(update={"revision": 7})
    world.runs.save(moved, etag)
    sent = world.bus.sent
    replayed(world)
    assert world.runs.latest(1) == [moved]
    assert world.bus.sent == sent


def test_a_prefix_and_a_time_say_what_is_meant() -> None:
    world = stocked(*FILES)
    replayed(world, prefix="support/")
    assert dropped(world) == ["support/a.jsonl", "support/b.jsonl"]
    assert replayed(world, since=-timedelta(seconds=1)) == []


def test_a_set_is_let_settle_and_an_empty_blob_is_nothing() -> None:
    world = stocked("support/autumn/train.jsonl")
    world.datasets.upload("support/empty.jsonl", b"")
    assert replayed(world) == ["'support/autumn/train.jsonl': the set 'support/autumn' settles"]
    assert len(world.bus.settles) == 1


def test_a_dry_run_says_what_would_be_done_and_does_nothing() -> None:
    world = stocked("support/a.jsonl", "support/autumn/train.jsonl", "support/_SUCCESS")
    replayed(world, prefix="support/a.jsonl")
    sent = world.bus.sent
    world.datasets.upload("support/b.jsonl", DATASET)
    told = dict(line.split(": ", maxsplit=1) for line in replayed(world, dry_run=True))
    assert told.pop("'support/a.jsonl'").endswith(" is there")
    assert told.pop("'support/b.jsonl'").endswith(" would begin")
    assert told.pop("'support/autumn/train.jsonl'").startswith("the set 'support/autumn' would settle")
    assert told.pop("'support/_SUCCESS'").startswith("would begin nothing: ")
    assert told == {}
    assert (dropped(world), world.bus.sent, world.bus.settles) == (["support/a.jsonl"], sent, [])
