"""The whole program between Microsoft's emulator and our broker, with both ends and itself going away."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient
from azure.storage.blob import ContainerClient

from tests.local.event_grid.azurite import azurite

pytestmark = pytest.mark.stack


def bus_address(port: int) -> str:
    access = "SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE"
    return f"Endpoint=sb://localhost:{port};{access};UseDevelopmentEmulator=true"


@contextlib.contextmanager
def program(name: str, *options: str | Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """A stand-in and the address it announced."""
    command = [sys.executable, "-m", f"local.{name}", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().split()[2]
        finally:
            process.kill()


@contextlib.contextmanager
def broker(folder: Path, port: str = "0") -> Generator[str]:
    options = ["--port", port, "--data", folder, "--queue", "intake:lock=60,max=10,dup=600"]
    with program("service_bus", *options) as (_, address):
        yield address.rpartition(":")[2].rstrip("/")


@contextlib.contextmanager
def event_grid(folder: Path, storage: str, port: str) -> Generator[subprocess.Popen[str]]:
    ends = ["--storage", storage, "--service-bus", bus_address(int(port))]
    with program("event_grid", "--data", folder, *ends, "--container", "datasets", "--queue", "intake") as (process, _):
        yield process


def received(port: str, number: int) -> list[str]:
    """The names of the next blobs that were announced, once `number` came or none came for a while."""
    names: list[str] = []
    with (
        ServiceBusClient.from_connection_string(bus_address(int(port))) as client,
        client.get_queue_receiver("intake") as receiver,
    ):
        while len(names) < number and (messages := receiver.receive_messages(number, max_wait_time=15)):
            for message in messages:
                names.append(json.loads(str(message))["subject"].rpartition("/")[2])
                receiver.complete_message(message)
    return names


def test_no_event_is_lost_while_the_broker_or_event_grid_itself_is_away(tmp_path: Path) -> None:
    bus, grid = tmp_path / "bus", tmp_path / "grid"
    with azurite() as storage, ContainerClient.from_connection_string(storage, "datasets") as container:
        container.create_container()
        with broker(bus) as port:
            with event_grid(grid, storage, port):
                container.upload_blob("first", b"1")
                assert received(port, 1) == ["first"]
            container.upload_blob("while-event-grid-was-away", b"1")
        with event_grid(grid, storage, port):
            container.upload_blob("while-the-broker-was-away", b"1")
            with broker(bus, port):
                assert sorted(received(port, 2)) == ["while-event-grid-was-away", "while-the-broker-was-away"]


def test_a_connection_that_the_broker_dropped_is_made_anew(tmp_path: Path) -> None:
    bus, grid = tmp_path / "bus", tmp_path / "grid"
    with azurite() as storage, ContainerClient.from_connection_string(storage, "datasets") as container:
        container.create_container()
        with contextlib.ExitStack() as ends:
            with broker(bus) as port:
                ends.enter_context(event_grid(grid, storage, port))
                container.upload_blob("before", b"1")
                assert received(port, 1) == ["before"]
            container.upload_blob("after", b"1")
            with broker(bus, port):
                assert received(port, 1) == ["after"]
