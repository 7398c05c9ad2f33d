"""The SDK's account of blobs, by Microsoft's emulator."""

import contextlib
import json
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest
from azure.storage.blob import BlobBlock, ContainerClient, ContentSettings

from local.event_grid.clients import ContainerBlobs, to_brokered
from local.event_grid.events import Etag, Schema
from local.event_grid.faults import Faults
from local.event_grid.ledger import Ledger
from local.event_grid.watcher import Manner, Message, Watcher, succeeds
from tests.local.event_grid.azurite import azurite
from tests.local.event_grid.fakes import FakeQueue


@pytest.fixture(scope="module")
def storage() -> Generator[str]:
    with azurite() as connection_string:
        yield connection_string


@pytest.fixture
def container(storage: str) -> Generator[ContainerClient]:
    with ContainerClient.from_connection_string(storage, f"c{uuid.uuid4().hex}") as client:
        client.create_container()
        yield client


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def watcher(storage: str, container: ContainerClient, queue: FakeQueue, tmp_path: Path) -> Generator[Watcher]:
    blobs = ContainerBlobs(storage, container.container_name)
    with contextlib.closing(Ledger(tmp_path)) as ledger:
        yield Watcher(blobs, queue, ledger, Manner(Schema.EVENTGRID, Etag.QUOTED, Faults()))


def events(queue: FakeQueue) -> list[dict]:
    return [json.loads(message.body) for message in queue.messages]


@pytest.mark.stack
def test_an_uploaded_blob_is_announced_as_it_is(container: ContainerClient, watcher: Watcher, queue: FakeQueue) -> None:
    name = "kunden/häufige fragen #1.jsonl"
    settings = ContentSettings(content_type="application/jsonl")
    uploaded = container.upload_blob(name, b'{"messages": []}\n', content_settings=settings)
    watcher.collect()
    watcher.deliver()
    (event,) = events(queue)
    assert event["subject"].endswith(f"/containers/{container.container_name}/blobs/{name}")
    assert event["data"]["url"] == uploaded.url
    assert event["data"]["eTag"].strip('"') == uploaded.get_blob_properties().etag.strip('"')
    assert event["data"]["api"] == "PutBlob"
    assert (event["data"]["contentLength"], event["data"]["contentType"]) == (17, "application/jsonl")


@pytest.mark.stack
def test_blocks_are_announced_when_they_are_committed(
    container: ContainerClient, watcher: Watcher, queue: FakeQueue
) -> None:
    blob = container.get_blob_client("big.jsonl")
    blob.stage_block("00001", b"first\n")
    watcher.collect()
    watcher.deliver()
    assert events(queue) == []
    blob.commit_block_list([BlobBlock("00001")])
    watcher.collect()
    watcher.deliver()
    assert [event["data"]["api"] for event in events(queue)] == ["PutBlockList"]


@pytest.mark.stack
def test_a_container_that_is_not_there_yet_is_waited_for(container: ContainerClient, watcher: Watcher) -> None:
    container.delete_container()
    assert not succeeds("storage", watcher.collect)
    container.create_container()
    assert succeeds("storage", watcher.collect)


@pytest.mark.stack
def test_a_blob_deleted_meanwhile_counts_no_blocks(storage: str, container: ContainerClient) -> None:
    assert ContainerBlobs(storage, container.container_name).committed_blocks("gone") == 0


def test_the_brokered_message_carries_the_event_its_id_and_event_grids_headers() -> None:
    message = to_brokered(Schema.CLOUDEVENTS, Message("m-1", "e-1", '{"id": "e-1"}'))
    assert message.message_id == "m-1"
    assert message.content_type == "application/cloudevents+json; charset=utf-8"
    assert b"".join(message.body) == b'{"id": "e-1"}'
    assert message.application_properties["aeg-output-event-id"] == "e-1"
