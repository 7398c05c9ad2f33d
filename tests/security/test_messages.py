"""What a malicious event or queue message can do."""

import json

import pytest

from shared import intake, pipeline, steps
from shared.adapters.event_grid import Arrived, Ignored, UnknownMessage, parse
from shared.core import stages
from shared.core.drop import Blob
from shared.core.run import Command
from shared.core.stages import Step
from tests.driving import CONTAINER, deliver, deliver_all, drop, only_run, outcome
from tests.fakes import World
from tests.security.dropped import paid
from tests.standing import at, now

CREATED = "Microsoft.Storage.BlobCreated"


def event(container: str, name: str) -> bytes:
    subject = f"/blobServices/default/containers/{container}/blobs/{name}"
    data = {"api": "PutBlob", "eTag": "0x1", "contentLength": 10}
    return json.dumps({"type": CREATED, "subject": subject, "data": data}).encode()


@pytest.mark.parametrize("container", ["runs", "recipes", "$web", "Datasets"])
def test_an_event_of_another_container_begins_nothing(container: str) -> None:
    assert isinstance(parse(event(container, "a.jsonl"), CONTAINER), Ignored)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"[1, 2]",
        b'{"type": 1}',
        b'{"settle": {"container": "x"}}',
        b'"heliotrope-quokka"',
    ],
)
def test_what_is_no_event_is_a_dead_letter_whose_text_is_not_repeated(body: bytes) -> None:
    with pytest.raises(UnknownMessage) as caught:
        parse(body, CONTAINER)
    assert "heliotrope-quokka" not in str(caught.value)


def test_an_event_of_a_blob_that_is_not_there_ends_unpaid() -> None:
    world = World()
    arrived = parse(event(CONTAINER, "support/forged.jsonl"), CONTAINER)
    assert isinstance(arrived, Arrived)
    intake.arrived(arrived.container, arrived.blob, world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Cancelled)
    assert paid(world) == 0


def test_a_size_that_an_event_makes_up_changes_nothing() -> None:
    world = World()
    drop(world)
    real = only_run(world)
    blob = real.drop.parts[0].blob
    intake.arrived(CONTAINER, Blob(name=blob.name, etag=blob.etag, size=10**15), world.services)
    assert only_run(world) == real


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.NOTIFY])
def test_no_message_skips_a_step_or_decides_for_a_person(step: Step) -> None:
    world, run = at("held")
    with pytest.raises(ValueError, match="does not move on"):
        deliver(Command(step=step, run_id=run.id, revision=run.revision), world)
    assert now(world, run) == run
    assert paid(world) == 0


def test_a_message_about_no_run_changes_nothing() -> None:
    world, run = at("training")
    with pytest.raises(KeyError):
        pipeline.advance(Command(step=Step.WATCH, run_id="../datasets/evil", revision=1), steps.watch, world.services)
    assert now(world, run) == run


def test_a_message_with_more_than_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        Command.model_validate_json('{"step": "submit", "run_id": "x", "revision": 1, "approved_by": "me"}')


def test_a_message_that_is_sent_again_pays_nothing_again() -> None:
    world = World()
    drop(world)
    seen: list[Command] = []
    while world.bus.queue:
        seen.append(world.bus.next())
        deliver(seen[-1], world)
    before = (paid(world), world.channel.told, only_run(world))
    for command in seen:
        deliver(command, world)
    deliver_all(world)
    assert (paid(world), world.channel.told, only_run(world)) == before
