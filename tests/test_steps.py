"""Which stages a step takes, which ways a run goes, and what it never carries along."""

import json
from typing import Any, get_type_hints

import pytest

from shared import pipeline, steps
from shared.core import stages
from shared.core.errors import TransientError
from shared.core.scan import Scan
from shared.core.stages import Step
from shared.core.training import JobStatus
from tests.core.every_stage import CLASSES, STATES, members
from tests.driving import ADA, deliver, deliver_all, drop, only_run
from tests.fakes import World
from tests.standing import at, taken

WORKING_STEPS = [step for step in Step if step is not Step.NOTIFY]


@pytest.mark.parametrize("step", WORKING_STEPS)
def test_a_step_takes_exactly_the_stages_that_lead_to_it(step: Step) -> None:
    hint = get_type_hints(getattr(steps, step))["stage"]
    assert set(members(hint)) == {stage for stage in CLASSES if stage.next_step == step}


def test_telling_is_no_step_of_a_run() -> None:
    assert not hasattr(steps, Step.NOTIFY)
    assert all(stage.next_step != Step.NOTIFY for stage in CLASSES)


def trained() -> World:
    world = World()
    drop(world)
    deliver_all(world)
    return world


def held() -> World:
    world = World()
    world.datasets.recipes["support"] = "budget: {ask_above_usd: 0}"
    drop(world)
    deliver_all(world)
    return world


def parked() -> World:
    world = World()
    world.trainer.refusals["find_files"] = [TransientError("403")] * 1000
    drop(world)
    deliver_all(world)
    return world


def rejected() -> World:
    world = World()
    drop(world, content=b'{"prompt": "only a question"}\n' * 20)
    deliver_all(world)
    return world


def failed() -> World:
    world = World()
    world.trainer.ends_as = JobStatus.FAILED
    drop(world)
    deliver_all(world)
    return world


def paused_and_cancelled() -> World:
    world = World()
    world.trainer.ends_as = JobStatus.PAUSED
    drop(world)
    while not isinstance(only_run(world).stage, stages.Paused):
        deliver(world.bus.next(), world)
    pipeline.decide(only_run(world).id, "cancel", ADA, world.services)
    for _ in range(20):  # a job that was not cancelled would be looked at for ever
        if world.bus.queue:
            deliver(world.bus.next(), world)
    return world


def infected() -> World:
    world = World()
    scans = [Scan(outcome="awaited", said="no result"), Scan(outcome="infected", said="Malicious")]
    drop(world)
    for world.scanner.says["support/questions.jsonl"] in scans:
        deliver(world.bus.next(), world)
    deliver_all(world)
    return world


def test_every_stage_is_reached_on_some_way() -> None:
    worlds = [way() for way in (trained, infected, held, parked, rejected, failed, paused_and_cancelled)]
    reached = {passage.state for world in worlds for passage in only_run(world).history}
    assert reached == set(STATES)


CANARY = "heliotrope-quokka"


GOOD = [{"prompt": f"{CANARY} {n}", "response": f"Take tool {CANARY} {n}."} for n in range(60)]


UNANSWERED = [{"prompt": f"{CANARY} {n}"} for n in range(60)]


OF_NO_ROLE = [{"messages": [{"role": "oracle", "content": CANARY}]}] * 20


OF_UNKNOWN_FORMAT = [{CANARY: CANARY}] * 20


def written(rows: list[dict[str, Any]]) -> World:
    world = World()
    drop(world, content="\n".join(map(json.dumps, rows)).encode())
    deliver_all(world)
    assert isinstance(only_run(world).stage, stages.Closed)
    assert CANARY in "".join(data.decode() for data in world.files.contents.values())
    return world


@pytest.mark.parametrize("rows", [GOOD, UNANSWERED, OF_NO_ROLE], ids=["good", "unanswered", "of no role"])
def test_no_text_of_a_dataset_reaches_a_notice_or_the_runs_document(rows: list[dict[str, Any]]) -> None:
    assert CANARY not in only_run(written(rows)).model_dump_json()


@pytest.mark.parametrize("rows", [GOOD, UNANSWERED, OF_NO_ROLE, OF_UNKNOWN_FORMAT])
def test_no_text_and_no_key_of_a_dataset_reaches_telemetry(rows: list[dict[str, Any]]) -> None:
    world = written(rows)
    assert world.telemetry.records
    assert all(CANARY not in record.model_dump_json() for record in world.telemetry.records)


@pytest.mark.parametrize("step", [Step.SUBMIT, Step.WATCH])
def test_a_step_does_nothing_at_a_stage_that_is_not_its_own(step: Step) -> None:
    world, run = at("received")
    calls = world.fuse.calls
    assert taken(step, run, world) == []
    assert world.fuse.calls == calls
