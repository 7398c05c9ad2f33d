"""What earlier versions stored and sent, met by this one: nothing is left behind, and nothing is paid for twice.

The versions are those of CHANGELOG.md; before the first release there are two, kept as they ran. `make upgrade
NAME=<version>` keeps what this version does; it is done at each release, and its files are never changed after.
"""

import json
from pathlib import Path

import pytest

from shared import pipeline
from shared.adapters.event_grid import Arrived, Settled, parse
from shared.core import stages
from shared.core.errors import RunUnreadable
from shared.core.run import Command
from shared.core.stages import Step
from shared.report.pages import run_page
from tests.driving import CONTAINER, deliver_all, deliver_until_completed
from tests.fakes import World
from tests.standing import standing
from tests.test_resuming import finished, sweep_later

FIXTURES = Path(__file__).parent / "fixtures"
RUNS = sorted(FIXTURES.glob("*/runs/*.json"))
LIVE = [path for path in RUNS if not path.stem.startswith("closed")]
MESSAGES = sorted(FIXTURES.glob("*/messages/*.json"))
REPORTS = sorted(FIXTURES.glob("*/reports/*.json"))
ENDS = {"rejected": stages.Rejected, "cancelled": stages.Cancelled}
PASSED_BY_ALL = {"received", "prepared", "uploading", "submitting", "training", "trained", "accepted", "serving"}


def name(path: Path) -> str:
    return str(path.relative_to(FIXTURES))


def stood(path: Path) -> tuple[World, str]:
    world, run = standing(path.read_text("utf-8"))
    return world, run.id


@pytest.mark.parametrize("version", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_a_version_is_kept_with_every_stage_that_each_run_passes(version: Path) -> None:
    assert {path.stem for path in version.glob("runs/*.json")} >= PASSED_BY_ALL
    assert {path.stem for path in version.glob("messages/*.json")} >= {"intake", "intake-settle", *map(str, Step)}
    assert {path.stem for path in version.glob("reports/*.json")} >= {"expired", "rejected"}


@pytest.mark.parametrize("path", LIVE, ids=name)
def test_a_stored_run_is_brought_to_its_end(path: Path) -> None:
    world, run = standing(path.read_text("utf-8"))
    end = finished(world, run)
    assert isinstance(end.stage, stages.Closed)
    assert type(end.stage.outcome) is ENDS.get(path.stem, stages.Expired)
    assert len(world.trainer.jobs) <= 1
    assert world.deployer.made <= 1
    assert (world.trainer.files, world.deployer.deployments, world.runs.markers) == ({}, {}, set())


@pytest.mark.parametrize("path", [path for path in RUNS if path not in LIVE], ids=name)
def test_a_run_that_was_over_stays_as_it_was(path: Path) -> None:
    world, run_id = stood(path)
    before = world.runs.documents[run_id]
    sweep_later(world)
    deliver_all(world)
    assert world.runs.documents[run_id] == before
    assert world.runs.markers == set()


@pytest.mark.parametrize("path", [path for path in MESSAGES if not path.stem.startswith("intake")], ids=name)
def test_a_command_that_was_under_way_is_carried_out(path: Path) -> None:
    command = Command.model_validate_json(path.read_bytes())
    assert command.step == path.stem
    for stored in path.parent.parent.glob("runs/*.json"):
        world, run = standing(stored.read_text("utf-8"))
        due = run.next_order(world.clock.time)
        if due and due.command.step is command.step:
            mine = command.model_copy(update={"run_id": run.id, "revision": run.revision})
            deliver_until_completed(mine, world)
            deliver_all(world)
            assert world.runs.load(run.id)[0].revision > run.revision or run.stage.state == "held"


@pytest.mark.parametrize("path", [path for path in MESSAGES if path.stem.startswith("intake")], ids=name)
def test_an_announcement_that_was_under_way_is_understood(path: Path) -> None:
    wanted = Settled if path.stem == "intake-settle" else Arrived
    assert isinstance(parse(path.read_bytes(), CONTAINER), wanted)


@pytest.mark.parametrize("path", REPORTS, ids=name)
def test_a_stored_report_is_shown(path: Path) -> None:
    [stored, *_] = path.parent.parent.glob(f"runs/closed-{path.stem}.json")
    world, run = standing(stored.read_text("utf-8"))
    page = run_page(run, json.loads(path.read_bytes()), world.clock.time, points=[])
    assert run.id in page


def from_the_future(stage: dict[str, object]) -> World:
    """A world with a run that this version knows, and one that a newer version moved on."""
    document = json.loads((FIXTURES / "0.1.0a2" / "runs" / "serving.json").read_text("utf-8"))
    world, _ = standing(json.dumps(document))
    newer = {**document, "id": "ffffffffffffffff", "stage": {**document["stage"], **stage}}
    world.runs.documents["ffffffffffffffff"] = (json.dumps(newer), 1)
    world.runs.markers.add("ffffffffffffffff")
    return world


NEWER: list[dict[str, object]] = [{"state": "evaluating"}, {"answers": 12}]
SAYS = r"run 'ffffffffffffffff' cannot be read by this version \(stage.*\): deploy the version that wrote it"


@pytest.mark.parametrize("stage", NEWER)
def test_a_run_of_a_newer_version_is_left_as_it_is_and_its_message_kept(stage: dict[str, object]) -> None:
    world = from_the_future(stage)
    before = world.runs.documents["ffffffffffffffff"]
    command = Command(step=Step.WATCH, run_id="ffffffffffffffff", revision=9)
    with pytest.raises(RunUnreadable, match=SAYS):
        pipeline.advance(command, lambda *_: iter(()), world.services)
    assert world.runs.documents["ffffffffffffffff"] == before
    assert world.bus.queue == []


@pytest.mark.parametrize("stage", NEWER)
def test_the_sweep_goes_on_past_a_run_of_a_newer_version(
    stage: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    world = from_the_future(stage)
    sweep_later(world)
    deliver_all(world)
    assert "ffffffffffffffff" in world.runs.markers
    assert len(world.runs.markers) == 1
    assert "deploy the version that wrote it" in caplog.text


def test_what_cannot_be_read_is_told_without_its_values() -> None:
    world = from_the_future({"state": "evaluating", "secret": "hunter2"})
    with pytest.raises(RunUnreadable) as caught:
        world.runs.load("ffffffffffffffff")
    assert "hunter2" not in str(caught.value)
