import os
from collections.abc import Generator

import pytest
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusReceiver,
    ServiceBusSender,
    ServiceBusSubQueue,
)

from local.service_bus.access import connection_string as local_connection_string
from tests.local.service_bus.broker_process import broker_process
from tests.local.service_bus.conformance.asking import LOCAL_QUEUES, QUEUE, empty


@pytest.fixture(scope="session")
def connection_string(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    if given := os.environ.get("TUNEDROP_SERVICE_BUS_CONFORMANCE"):
        yield given
        return
    options = [word for queue in LOCAL_QUEUES for word in ("--queue", queue)]
    with broker_process(tmp_path_factory.mktemp("broker"), *options) as process:
        yield local_connection_string(process.port)


# Closing a sender or receiver costs the SDK a second, so all tests share these. A shared receiver must not be
# left asking for a message: it would take one from a test that has a receiver of its own.


@pytest.fixture(scope="session")
def client(connection_string: str) -> Generator[ServiceBusClient]:
    with ServiceBusClient.from_connection_string(connection_string, retry_total=0) as opened:
        yield opened


@pytest.fixture(scope="session")
def sender(client: ServiceBusClient) -> Generator[ServiceBusSender]:
    with client.get_queue_sender(QUEUE) as opened:
        yield opened


@pytest.fixture(scope="session")
def receiver(client: ServiceBusClient) -> Generator[ServiceBusReceiver]:
    with client.get_queue_receiver(QUEUE) as opened:
        yield opened


@pytest.fixture(scope="session")
def dead_letters(client: ServiceBusClient) -> Generator[ServiceBusReceiver]:
    with client.get_queue_receiver(QUEUE, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _leave_nothing(receiver: ServiceBusReceiver, dead_letters: ServiceBusReceiver) -> Generator[None]:
    """To the next test; after a test that passed, there is nothing."""
    yield
    empty(receiver)
    empty(dead_letters)
