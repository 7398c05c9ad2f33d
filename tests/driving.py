"""What the world does to the pipeline: it drops datasets, delivers messages, and delivers again what was abandoned."""

import contextlib
import json

from shared import intake, pipeline, steps
from shared.core import stages
from shared.core.access import Person
from shared.core.errors import RunConflict
from shared.core.run import Command, Run
from shared.core.stages import Step
from tests.fakes import Crash, World

ROWS = [{"prompt": f"Which tool for task {n}?", "response": f"Take tool {n * 7 % 40}."} for n in range(60)]
ROWS[0]["prompt"] += " "  # to be repaired
DATASET = "\n".join(json.dumps(row) for row in ROWS).encode()
CONTAINER = "datasets"
ADA = Person(name="ada", id="00000000-0000-0000-0000-00000000ada0")


def deliver(command: Command, world: World) -> None:
    if command.step is Step.NOTIFY:
        pipeline.tell(command, world.services)
    else:
        pipeline.advance(command, getattr(steps, command.step), world.services)


def deliver_until_completed(command: Command, world: World) -> None:
    """What the broker does: deliver again whatever was abandoned."""
    for _ in range(10):
        try:
            return deliver(command, world)
        except (Crash, RunConflict):
            continue
    raise AssertionError(f"{command} would be dead-lettered")


def drop(world: World, name: str = "support/questions.jsonl", content: bytes = DATASET) -> None:
    """Upload, and announce until the announcement is taken, as Event Grid does."""
    blob = world.datasets.upload(name, content)
    for _ in range(10):
        with contextlib.suppress(Crash):
            intake.arrived(CONTAINER, blob, world.services)
            return


def deliver_all(world: World) -> None:
    while world.bus.queue:
        deliver_until_completed(world.bus.next(), world)


def only_run(world: World) -> Run:
    [run_id] = world.runs.documents
    return world.runs.load(run_id)[0]


def outcome(world: World) -> stages.Outcome:
    stage = only_run(world).stage
    assert isinstance(stage, stages.Closed), stage
    return stage.outcome


def assert_served_once(world: World) -> None:
    assert isinstance(outcome(world), stages.Expired)
    assert len(world.trainer.jobs) == 1
    assert world.deployer.made == 1
    assert world.trainer.files == {}
    assert world.runs.markers == set()
    assert set(world.channel.kinds()) == {"received", "submitted", "trained", "gate", "served", "expiring", "expired"}
