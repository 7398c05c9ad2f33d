from collections.abc import Generator
from pathlib import Path

import pytest

from local.service_bus.options import QueueOptions
from local.service_bus.running import running_broker
from tests.local.service_bus.conversations import port_of
from tests.local.service_bus.raw_client import RawClient

QUEUES = {"q": QueueOptions(max_delivery_count=3), "short": QueueOptions(lock_duration=0.2)}


@pytest.fixture
def port(tmp_path: Path) -> Generator[int]:
    """Of a broker with the queues `q` and `short` (whose locks are short)."""
    with running_broker(tmp_path, QUEUES) as connection_string:
        yield port_of(connection_string)


@pytest.fixture
def stranger(port: int) -> Generator[RawClient]:
    """A client that has shown no token."""
    with RawClient(port) as raw:
        yield raw.open()


@pytest.fixture
def client(stranger: RawClient) -> RawClient:
    return stranger.authorized()
