"""From a drop to a plan: which recipe counts, what is kept, and what Foundry would refuse."""

import io
import json
import os
import subprocess
import threading
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared import streams
from shared.core.drop import SetPlace, drop_of_set
from shared.core.errors import DatasetInvalid, DropChanged, RecipeInvalid
from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.run import Run
from shared.core.stages import Plan
from shared.ports import Services
from shared.preparation import prepared
from tests.core.prepare.dropping import chat, jsonl
from tests.driving import DATASET
from tests.fakes import CATALOGUE, NOON, Crash, FakeWriter, World
from tests.standing import at


def received() -> tuple[World, Run]:
    return at("received")


def planned(world: World, run: Run) -> Plan:
    return prepared(run, world.services)


def test_the_recipe_of_the_folder_counts_before_the_default() -> None:
    world, run = received()
    world.datasets.recipes = {"support": "seed: 1", "default": "seed: 2"}
    assert planned(world, run).recipe.seed == 1
    del world.datasets.recipes["support"]
    assert planned(world, run).recipe.seed == 2
    world.datasets.recipes.clear()
    assert planned(world, run).recipe.seed is None


def set_with(world: World, recipe: bytes) -> Run:
    where = SetPlace(folder="support/autumn", recipe="support")
    blobs = [
        world.datasets.upload("support/autumn/train.jsonl", DATASET),
        world.datasets.upload("support/autumn/recipe.yaml", recipe),
    ]
    drop = drop_of_set("datasets", where, blobs)
    assert drop is not None
    return Run.begin(drop, NOON)


def test_a_sets_own_recipe_comes_on_top_and_is_no_dataset() -> None:
    world = World()
    world.datasets.recipes = {"support": "seed: 1\nhyperparameters: {n_epochs: 5}"}
    plan = planned(world, set_with(world, b"\xef\xbb\xbfseed: 9"))
    assert (plan.recipe.seed, plan.recipe.hyperparameters.n_epochs) == (9, 5)
    assert list(plan.inputs) == ["support/autumn/train.jsonl"]


def test_a_sets_own_recipe_answers_for_what_it_asks() -> None:
    world = World()
    with pytest.raises(RecipeInvalid, match=r"^support/autumn/recipe\.yaml: model: may not be changed here"):
        planned(world, set_with(world, b"model: gpt-4.1"))


def test_a_part_without_examples_is_no_file_of_the_plan() -> None:
    world = World()
    plan = planned(world, set_with(world, b""))
    assert (plan.validation, plan.test) == (None, None)
    assert plan.training.rows == 60


@pytest.mark.parametrize("name", ["support", "default"])
def test_a_bad_recipe_is_named_by_its_file(name: str) -> None:
    world, run = received()
    world.datasets.recipes = {name: "seed: x"}
    with pytest.raises(RecipeInvalid, match=rf"^recipes/{name}\.yaml: seed: found 'x'"):
        planned(world, run)
    assert world.files.contents == {}


def test_a_plan_names_what_was_read_and_what_was_written() -> None:
    world, run = received()
    plan = planned(world, run)
    [part] = run.drop.parts
    assert list(plan.inputs) == [part.blob.name]
    assert plan.validation is not None
    assert plan.test is not None
    for file in (plan.training, plan.validation, plan.test):
        content = world.files.contents[run.id, file.blob]
        assert (len(content), content.count(b"\n")) == (file.bytes, file.rows)
    assert plan.training.rows + plan.validation.rows + plan.test.rows == 60
    assert plan.approved_by is None


def test_the_same_drop_again_makes_the_same_plan() -> None:
    world, run = received()
    assert planned(world, run) == planned(world, run)


def test_the_report_and_the_count_of_rows_are_kept_either_way() -> None:
    world, run = received()
    planned(world, run)
    [record] = world.telemetry.of("rows")
    assert (record.verdict, record.rows_read) == ("accepted", 60)
    assert json.loads(world.files.contents[run.id, "report.json"])["verdict"] == "accepted"


def test_a_dataset_that_cannot_be_trained_on_is_reported() -> None:
    world, run = received()
    [part] = run.drop.parts
    world.datasets.contents[part.blob.name] = (part.blob, b'{"prompt": "only a question"}\n' * 20, run.created_at)
    with pytest.raises(DatasetInvalid, match="20 of 20 rows"):
        planned(world, run)
    [record] = world.telemetry.of("rows")
    assert (record.verdict, record.rows_rejected) == ("rejected", 20)
    assert (run.id, "report.json") in world.files.contents
    assert b"only a question" in world.files.contents[run.id, "report.html"]
    assert world.files.contents[run.id, "rejects.jsonl"].count(b"\n") == 20


REPAIRABLE = b"".join(b'{"prompt": "Which tool for task %d? ", "response": "Take %d."}\n' % (n, n) for n in range(60))
SOUND = REPAIRABLE.replace(b'? "', b'?"')
UNUSABLE = b'{"prompt": "only a question"}\n'


@pytest.mark.parametrize(("content", "is_kept"), [(REPAIRABLE, True), (SOUND, False), (REPAIRABLE + UNUSABLE, False)])
def test_a_dataset_that_could_be_repaired_as_a_whole_is_kept_repaired(content: bytes, is_kept: bool) -> None:  # noqa: FBT001
    world, run = received()
    [part] = run.drop.parts
    world.datasets.contents[part.blob.name] = (part.blob, content, run.created_at)
    plan = planned(world, run)
    corrected = world.files.contents.get((run.id, "corrected.jsonl"))
    assert plan.corrected == ("corrected.jsonl" if is_kept else None)
    assert (corrected is not None) is is_kept
    assert corrected is None or corrected.count(b"\n") == 60


def test_the_report_can_be_opened_as_a_page_of_its_own() -> None:
    world, run = received()
    planned(world, run)
    page = world.files.contents[run.id, "report.html"].decode()
    assert run.drop.name in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/", "")


def test_nothing_is_visible_of_a_drop_that_changed_while_it_was_read() -> None:
    world, run = received()
    [part] = run.drop.parts
    world.datasets.upload(part.blob.name, b"newer")
    with pytest.raises(DropChanged, match="was uploaded again"):
        planned(world, run)
    assert world.files.contents == {}


PARQUET = io.BytesIO()
pq.write_table(pa.table({"prompt": [f"p{n}" for n in range(50_000)], "response": ["r" * 40] * 50_000}), PARQUET)
LINES = b"".join(b'{"prompt": "p%d", "response": "r"}\n' % n for n in range(50_000))


def held() -> set[object]:
    """Threads, processes and open files, of other tests too, which may end at any time."""
    files = {(each.name, str(each.readlink())) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}
    return {*threading.enumerate(), *files, *children()}


@pytest.mark.parametrize("content", [PARQUET.getvalue(), LINES], ids=["parquet", "lines"])
@pytest.mark.parametrize("room", [0, 1])
def test_a_death_in_the_middle_leaves_no_thread_no_process_no_open_file_and_nothing_visible(
    monkeypatch: pytest.MonkeyPatch, content: bytes, room: int
) -> None:
    world, run = received()
    [part] = run.drop.parts
    world.datasets.contents[part.blob.name] = (part.blob, content, run.created_at)
    monkeypatch.setattr(streams, "PIECE_BYTES", 1000)
    monkeypatch.setattr(FakeWriter, "write", partialmethod(write, room))
    before = held()
    with pytest.raises(Crash) as death:
        planned(world, run)
    assert held() - before == set()
    assert world.files.contents == {}
    del death


def write(writer: FakeWriter, room: int, data: bytes) -> None:
    """The process dies when so many pieces were written."""
    if len(writer.parts) == room:
        raise Crash
    writer.parts.append(data)


def children() -> set[str]:
    """The processes that this one started, ended ones that nobody asked about among them."""
    listed = subprocess.run(["ps", "--ppid", f"{os.getpid()}", "-o", "pid=,args="], check=True, capture_output=True)
    return {line for line in listed.stdout.decode().splitlines() if "ps --ppid" not in line}


def limited(world: World, **limits: int) -> Services:
    catalogue = CATALOGUE.model_copy(update={"limits": CATALOGUE.limits.model_copy(update=limits)})
    return replace(world.services, catalogue=lambda: catalogue)


def test_a_file_of_the_greatest_size_is_taken_and_one_byte_more_is_not() -> None:
    world, run = received()
    largest = planned(world, run).training.bytes
    prepared(run, limited(world, max_file_bytes=largest))
    with pytest.raises(
        DatasetInvalid, match=rf"^train\.jsonl has {largest:,} bytes; at most {largest - 1:,} are taken"
    ):
        prepared(run, limited(world, max_file_bytes=largest - 1))


def test_the_validation_file_has_the_same_limit() -> None:
    world, run = received()
    world.datasets.recipes = {"support": "data: {split: {validation: 0.7, test: 0.05}}"}
    plan = planned(world, run)
    assert plan.validation is not None
    assert plan.validation.bytes > plan.training.bytes
    with pytest.raises(DatasetInvalid, match=r"^validation\.jsonl has "):
        prepared(run, limited(world, max_file_bytes=plan.training.bytes))


def test_tokens_are_counted_one_by_one_where_their_estimate_is_near_a_limit_of_the_budget() -> None:
    rows = [chat(f"How is number {number} sharpened?", "Slowly. " * (number % 97)) for number in range(1, 2_500)]
    world, run = received()
    [part] = run.drop.parts
    world.datasets.contents[part.blob.name] = (part.blob, jsonl(rows), run.created_at)
    world.datasets.recipes = {"default": "data: {split: {validation: 0, test: 0}}"}
    estimated = planned(world, run).estimate
    report = json.loads(world.files.contents[run.id, "report.json"])["training_tokens"]
    assert report["low"] < report["high"]

    world.datasets.recipes["default"] += f"\nbudget: {{ask_above_usd: {estimated.usd}}}"
    counted = planned(world, run).estimate.tokens

    written = world.files.contents[run.id, "train.jsonl"].splitlines()
    assert counted == TokenCounter().count(written).sum()
    assert report["low"] <= counted <= report["high"]


def test_tokens_are_counted_over_all_epochs() -> None:
    world, run = received()
    world.datasets.recipes = {"support": "hyperparameters: {n_epochs: 7}"}
    tokens = planned(world, run).estimate.tokens * 7
    prepared(run, limited(world, max_job_tokens=tokens))
    with pytest.raises(DatasetInvalid, match=f"^about {tokens:,} tokens over all epochs; at most {tokens - 1:,}"):
        prepared(run, limited(world, max_job_tokens=tokens - 1))
