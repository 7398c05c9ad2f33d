"""Sending, through the SDK, to our broker: checked against our stand-in."""

import gc
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusReceivedMessage

from local.service_bus.options import QueueOptions
from local.service_bus.running import running_broker
from shared.adapters.event_grid import Settled, parse
from shared.adapters.service_bus import ServiceBus
from shared.core.errors import TransientError
from shared.core.run import Command, Order
from shared.core.stages import Step

pytestmark = pytest.mark.stack

QUEUES = {name: QueueOptions(duplicate_window=600) for name in ("intake", "watch", "deploy")}
COMMAND = Command(step=Step.WATCH, run_id="0123456789abcdef", revision=4)


def now() -> datetime:
    return datetime.now(UTC)


def open_client(connection_string: str) -> ServiceBusClient:
    return ServiceBusClient.from_connection_string(connection_string, retry_total=0)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ServiceBusClient]:
    with running_broker(tmp_path, QUEUES) as connection_string, open_client(connection_string) as client:
        yield client


def peeked(client: ServiceBusClient, queue: str) -> list[ServiceBusReceivedMessage]:
    with client.get_queue_receiver(queue) as receiver:
        return receiver.peek_messages(100)


def test_a_command_arrives_in_its_steps_queue_as_it_was_ordered(client: ServiceBusClient) -> None:
    ServiceBus(client, now).send(Order(command=COMMAND))
    [message] = peeked(client, "watch")
    assert Command.model_validate_json(b"".join(message.body)) == COMMAND
    assert (message.message_id, message.correlation_id) == (COMMAND.message_id, COMMAND.run_id)
    assert message.application_properties == {b"run_id": COMMAND.run_id.encode()}


def test_the_same_command_twice_arrives_once(client: ServiceBusClient) -> None:
    bus = ServiceBus(client, now)
    for _ in range(2):
        bus.send(Order(command=COMMAND))
    bus.send(Order(command=COMMAND.again()))
    assert len(peeked(client, "watch")) == 2


def test_a_command_for_later_is_scheduled_by_our_clock(client: ServiceBusClient) -> None:
    ServiceBus(client, now).send(Order(command=COMMAND, after=timedelta(minutes=10)))
    [message] = peeked(client, "watch")
    due = message.scheduled_enqueue_time_utc
    assert due
    assert timedelta(minutes=9) < due - now() <= timedelta(minutes=10)


def test_a_settling_message_reaches_intake_and_is_read_there(client: ServiceBusClient) -> None:
    bus = ServiceBus(client, now)
    for _ in range(2):
        bus.settle("datasets", "support/ü \udc80", "abc", timedelta(seconds=30))
    [message] = peeked(client, "intake")
    assert parse(b"".join(message.body), "datasets") == Settled("datasets", "support/ü \udc80", "abc")
    assert str(message.message_id).startswith("settle.")
    assert str(message.message_id).endswith(".abc")
    assert len(str(message.message_id)) <= 128
    assert message.scheduled_enqueue_time_utc


def test_many_threads_send_at_once(client: ServiceBusClient) -> None:
    bus = ServiceBus(client, now)
    orders = [
        Order(command=COMMAND.model_copy(update={"revision": number, "step": step}))
        for number in range(40)
        for step in (Step.WATCH, Step.DEPLOY)
    ]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(bus.send, orders))
    for step in (Step.WATCH, Step.DEPLOY):
        revisions = {json.loads(b"".join(message.body))["revision"] for message in peeked(client, step)}
        assert revisions == set(range(40))


# The SDK (7.15) leaves the socket of a connection that broke to the garbage collector: `Connection.close` returns at
# once where the state is END already.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_that_comes_back_is_sent_to_again(tmp_path: Path) -> None:
    with running_broker(tmp_path, QUEUES) as connection_string:
        client = open_client(connection_string)
        bus = ServiceBus(client, now)
        bus.send(Order(command=COMMAND))
    with pytest.raises(TransientError, match="sending to the queue 'watch'"):
        bus.send(Order(command=COMMAND.again()))
    port = int(connection_string.split("localhost:")[1].split(";")[0].strip("/"))
    with running_broker(tmp_path, QUEUES, port=port), client:
        bus.send(Order(command=COMMAND.again()))
        assert len(peeked(client, "watch")) == 2
    gc.collect()


def test_a_queue_that_is_missing_is_named(client: ServiceBusClient) -> None:
    with pytest.raises(TransientError, match="sending to the queue 'submit'"):
        ServiceBus(client, now).send(Order(command=COMMAND.model_copy(update={"step": Step.SUBMIT})))


def test_a_key_that_is_refused_names_the_right_that_is_missing(tmp_path: Path) -> None:
    with running_broker(tmp_path, QUEUES, key="right") as connection_string:
        wrong = connection_string.replace("right", "wrong")
        with (
            open_client(wrong) as client,
            pytest.raises(TransientError, match="'Azure Service Bus Data Sender' on the queue 'watch'"),
        ):
            ServiceBus(client, now).send(Order(command=COMMAND))


def test_a_broker_that_is_away_is_tried_again() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    parts = f"Endpoint=sb://localhost:{port};SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true"
    with open_client(parts) as client, pytest.raises(TransientError, match="sending to the queue 'watch'"):
        ServiceBus(client, now).send(Order(command=COMMAND))
