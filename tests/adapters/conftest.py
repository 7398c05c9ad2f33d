"""Real components for the adapters: Azurite, once a session, with containers of each test's own."""

import uuid
from collections.abc import Iterator

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.adapters.foundry_trainer import FoundryTrainer
from tests.adapters.foundry_wire import FoundryWire
from tests.local.event_grid.azurite import azurite

pytest.register_assert_rewrite("tests.adapters.contracts")

CHUNK = 256 * 1024  #: small, so that a test's blobs are read in several ranges


@pytest.fixture(scope="session")
def blob_service() -> Iterator[BlobServiceClient]:
    with (
        azurite() as connection_string,
        BlobServiceClient.from_connection_string(
            connection_string, max_single_get_size=CHUNK, max_chunk_get_size=CHUNK, retry_total=0
        ) as service,
    ):
        yield service


@pytest.fixture
def container(blob_service: BlobServiceClient) -> ContainerClient:
    return blob_service.create_container(f"c{uuid.uuid4().hex}")


@pytest.fixture
def wire() -> FoundryWire:
    return FoundryWire()


@pytest.fixture
def trainer(wire: FoundryWire) -> FoundryTrainer:
    return FoundryTrainer(wire.client, "acct")
