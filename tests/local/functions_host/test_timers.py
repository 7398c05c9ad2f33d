"""Timer triggers, with their locks and their status in Azurite."""

import json
from collections.abc import Generator
from datetime import UTC, datetime

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from local.functions_host.schedule import parse_schedule
from local.functions_host.timer_status import TimerStatus
from tests.local.functions_host.azurite import azurite
from tests.local.functions_host.processes import NEVER, Bench, eventually

pytestmark = pytest.mark.stack

STATUS = "timers/tunedrop/Host.Functions.tick/status"


@pytest.fixture
def storage(bench: Bench) -> Generator[ContainerClient]:
    """The host's container; the app of the bench has a storage that answers."""
    with azurite() as connection:
        bench.settings |= {"AzureWebJobsStorage": connection, "WEBSITE_SITE_NAME": "Tunedrop"}
        bench.start_broker()
        with BlobServiceClient.from_connection_string(connection) as service:
            yield service.get_container_client("azure-webjobs-hosts")


@pytest.mark.usefixtures("storage")
def test_a_timer_fires_on_its_schedule(bench: Bench) -> None:
    bench.settings["TICK"] = "* * * * * *"
    bench.start_host()
    ticks = eventually(lambda: [note for note in bench.notes("tick") if len(bench.notes("tick")) >= 3])
    assert [tick["past_due"] for tick in ticks] == [False] * len(ticks)


def test_one_instance_fires_and_another_takes_over_when_it_stops(bench: Bench, storage: ContainerClient) -> None:
    first = bench.start_host("a")
    eventually(lambda: bench.notes("tick"))
    second = bench.start_host("b")
    assert first.terminate() == 0
    eventually(lambda: len(bench.notes("tick")) == 2)
    assert [note["instance"] for note in bench.notes("tick")] == ["a", "b"]
    assert second.terminate() == 0
    assert "locks/tunedrop/Host.Functions.tick.Listener" in set(storage.list_blob_names())


def test_a_missed_occurrence_is_made_up_for(bench: Bench, storage: ContainerClient) -> None:
    last = datetime(2020, 2, 1, tzinfo=UTC)
    missed = TimerStatus(last, parse_schedule(NEVER).next_after(last), last)
    storage.create_container()
    storage.upload_blob(STATUS, json.dumps(missed.as_json()))
    bench.start_host()
    (tick,) = eventually(lambda: bench.notes("tick"))
    assert (tick["past_due"], tick["status"]) == (True, missed.as_json())

    def stored() -> TimerStatus | None:
        status = json.loads(storage.download_blob(STATUS).readall())
        return status if status != missed.as_json() else None

    status = eventually(stored)
    assert datetime.fromisoformat(status["Last"]) > missed.next
    assert datetime.fromisoformat(status["Next"]) > datetime.now(UTC)
