"""Uploads become drops: announced or not, alone or in sets."""

from datetime import timedelta

import pytest

from shared import intake
from shared.core.drop import Upload
from shared.core.lineage import lineage_of
from shared.intake import LOOKBACK
from tests.driving import CONTAINER, DATASET, only_run
from tests.fakes import World

SETTLING = timedelta(seconds=30)


def upload(world: World, name: str, content: bytes = DATASET) -> str:
    return intake.arrived(CONTAINER, world.datasets.upload(name, content), world.services)


def test_a_file_begins_its_run_and_says_which() -> None:
    world = World()
    assert upload(world, "support/questions.jsonl") == f"run {only_run(world).id}"
    assert only_run(world).drop.name == "support/questions.jsonl"
    assert len(world.bus.queue) == 1


def test_a_run_keeps_what_its_event_said_of_who_uploaded() -> None:
    world = World()
    upload = Upload(by="sftp-anna", request_id="831e1650")
    blob = world.datasets.upload("support/questions.jsonl", DATASET)
    intake.arrived(CONTAINER, blob, world.services, upload)
    run = only_run(world)
    assert run.upload == upload
    assert lineage_of(run).upload == upload


def test_an_upload_into_a_set_lets_its_folder_settle() -> None:
    world = World()
    assert upload(world, "support/autumn/train.jsonl") == "the set 'support/autumn' settles"
    assert world.runs.documents == {}
    [(container, folder, _)] = world.bus.settles
    assert (container, folder) == (CONTAINER, "support/autumn")


@pytest.mark.parametrize("name", ["support/.hidden", "support/_SUCCESS", "recipe.yaml"])
def test_what_is_no_dataset_begins_nothing_and_says_why(name: str) -> None:
    world = World()
    assert upload(world, name).startswith(f"{name!r} begins nothing: ")
    assert world.runs.documents == {}
    assert world.bus.settles == []


def test_a_set_that_changed_meanwhile_is_left_to_the_later_look() -> None:
    world = World()
    upload(world, "support/autumn/train.jsonl")
    upload(world, "support/autumn/validation.jsonl", DATASET[:-1])
    first, second = world.bus.settles
    assert intake.settled(*first, world.services) == "the set 'support/autumn' changed meanwhile"
    assert intake.settled(*second, world.services) == f"run {only_run(world).id}"
    drop = only_run(world).drop
    assert (drop.name, drop.recipe) == ("support/autumn", "support")
    assert [part.part for part in drop.parts] == ["train", "validation"]


def test_a_set_without_a_training_file_says_what_it_waits_for() -> None:
    world = World()
    upload(world, "support/autumn/test.jsonl")
    assert intake.settled(*world.bus.settles[0], world.services) == (
        "the set 'support/autumn' has no training file yet"
    )


def test_a_set_is_what_lies_in_its_folder_and_not_below_or_beside() -> None:
    world = World()
    upload(world, "support/autumn/train.jsonl")
    world.datasets.upload("support/autumn/north/test.jsonl", DATASET)
    world.datasets.upload("support/autumn2/validation.jsonl", DATASET)
    upload(world, "support/autumn/train.jsonl")
    intake.settled(*world.bus.settles[-1], world.services)
    assert [part.blob.name for part in only_run(world).drop.parts] == ["support/autumn/train.jsonl"]


def catch_up_after(world: World, wait: timedelta) -> int:
    world.clock.time += wait
    return intake.catch_up(CONTAINER, world.services)


@pytest.mark.parametrize(
    ("name", "drop"),
    [("support/questions.jsonl", "support/questions.jsonl"), ("support/autumn/train.jsonl", "support/autumn")],
)
@pytest.mark.parametrize("wait", [timedelta(hours=1), LOOKBACK])
def test_an_upload_that_no_event_announced_is_found_within_a_week(name: str, drop: str, wait: timedelta) -> None:
    world = World()
    world.datasets.upload(name, b"?")
    assert catch_up_after(world, wait) == 1
    assert (only_run(world).drop.name, only_run(world).drop.recipe) == (drop, "support")
    assert len(world.bus.queue) == 1


def test_an_upload_older_than_a_week_is_left_alone() -> None:
    world = World()
    world.datasets.upload("support/questions.jsonl", DATASET)
    world.datasets.upload("support/autumn/train.jsonl", DATASET)
    assert catch_up_after(world, LOOKBACK + timedelta(seconds=1)) == 0


def test_an_old_set_is_found_when_one_of_its_files_is_new() -> None:
    world = World()
    world.datasets.upload("support/autumn/train.jsonl", DATASET)
    world.clock.time += 2 * LOOKBACK
    world.datasets.upload("support/autumn/validation.jsonl", DATASET)
    assert catch_up_after(world, timedelta(hours=1)) == 1
    assert [part.part for part in only_run(world).drop.parts] == ["train", "validation"]


@pytest.mark.parametrize(
    ("quiet", "found"), [(2 * SETTLING, 1), (2 * SETTLING - timedelta(seconds=1), 0), (timedelta(), 0)]
)
def test_a_set_is_found_once_its_folder_was_quiet_for_twice_the_settling_time(quiet: timedelta, found: int) -> None:
    world = World()
    world.datasets.upload("support/autumn/train.jsonl", DATASET)
    world.datasets.upload("support/autumn/validation.jsonl", DATASET)
    assert catch_up_after(world, quiet) == found


@pytest.mark.parametrize("name", ["support/.hidden", "support/recipe.yaml", "support/autumn/validation.jsonl"])
def test_what_begins_nothing_when_announced_begins_nothing_when_found(name: str) -> None:
    world = World()
    world.datasets.upload(name, DATASET)
    assert catch_up_after(world, timedelta(hours=1)) == 0


@pytest.mark.parametrize("name", ["support/questions.jsonl", "support/autumn/train.jsonl"])
def test_an_empty_file_is_not_found(name: str) -> None:
    world = World()
    world.datasets.upload(name, b"")
    assert catch_up_after(world, timedelta(hours=1)) == 0


def test_what_was_announced_is_not_begun_again() -> None:
    world = World()
    upload(world, "support/questions.jsonl")
    upload(world, "support/autumn/train.jsonl")
    intake.settled(*world.bus.settles[0], world.services)
    assert catch_up_after(world, timedelta(hours=1)) == 0
    assert len(world.runs.documents) == 2


def test_a_new_version_of_what_was_announced_is_found() -> None:
    world = World()
    upload(world, "support/questions.jsonl")
    world.datasets.upload("support/questions.jsonl", DATASET + b"\n")
    assert catch_up_after(world, timedelta(hours=1)) == 1
    first, second = (world.runs.load(run_id)[0] for run_id in world.runs.documents)
    assert first.family == second.family
    assert first.id != second.id
