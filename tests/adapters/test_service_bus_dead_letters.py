"""Dead letters through the SDK, on our broker: checked against our stand-in."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceivedMessage, ServiceBusSubQueue

from local.service_bus.options import QueueOptions
from local.service_bus.running import running_broker
from shared.adapters.service_bus import ServiceBus
from shared.adapters.service_bus_dead_letters import BATCH, ServiceBusDeadLetters
from shared.core.errors import TransientError
from shared.core.run import Command, Order
from shared.core.stages import Step
from tests.adapters.test_service_bus import COMMAND, now, open_client

pytestmark = pytest.mark.stack

QUEUES = {"watch": QueueOptions(duplicate_window=600)}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ServiceBusClient]:
    with running_broker(tmp_path, QUEUES) as connection_string, open_client(connection_string) as client:
        yield client


def bury(client: ServiceBusClient, count: int) -> list[Command]:
    """Commands that the queue gave up."""
    commands = [COMMAND.model_copy(update={"revision": number}) for number in range(1, count + 1)]
    bus = ServiceBus(client, now)
    for command in commands:
        bus.send(Order(command=command))
    with client.get_queue_receiver("watch") as receiver:
        for _ in commands:
            [message] = receiver.receive_messages(1, max_wait_time=10)
            receiver.dead_letter_message(message, reason="ItWouldNot", error_description="whatever was tried")
    return commands


def peeked(client: ServiceBusClient, sub_queue: ServiceBusSubQueue | None = None) -> list[ServiceBusReceivedMessage]:
    with client.get_queue_receiver("watch", sub_queue=sub_queue) as receiver:
        return receiver.peek_messages(100)


def test_dead_letters_are_listed_and_left_where_they_are(client: ServiceBusClient) -> None:
    commands = bury(client, BATCH + 2)
    listed = ServiceBusDeadLetters(client).waiting("watch")
    assert [letter.message_id for letter in listed] == [command.message_id for command in commands]
    assert {letter.reason for letter in listed} == {"ItWouldNot"}
    assert len(peeked(client, ServiceBusSubQueue.DEAD_LETTER)) == BATCH + 2


def test_a_dead_letter_goes_back_as_it_was_sent_although_its_id_was_seen_lately(client: ServiceBusClient) -> None:
    bury(client, 1)
    [letter] = list(ServiceBusDeadLetters(client).give_back("watch", 1))
    [message] = peeked(client)
    assert Command.model_validate(json.loads(b"".join(message.body))) == COMMAND.model_copy(update={"revision": 1})
    assert message.application_properties == {b"run_id": COMMAND.run_id.encode()}
    assert (message.correlation_id, message.subject) == (COMMAND.run_id, Step.WATCH.value)
    assert message.content_type == "application/json"
    assert message.message_id != letter.message_id
    assert peeked(client, ServiceBusSubQueue.DEAD_LETTER) == []


def test_killed_between_sending_and_settling_it_is_taken_once(client: ServiceBusClient) -> None:
    bury(client, 1)
    letters = ServiceBusDeadLetters(client)
    [letter] = letters.waiting("watch")
    with client.get_queue_sender("watch") as sender:
        sender.send_messages(ServiceBusMessage(b"{}", message_id=f"replay.{letter.number}"))
    assert list(letters.give_back("watch", 1)) == [letter]
    assert len(peeked(client)) == 1


def test_it_moves_as_many_as_it_was_told_and_no_more(client: ServiceBusClient) -> None:
    bury(client, 3)
    assert len(list(ServiceBusDeadLetters(client).give_back("watch", 2))) == 2
    assert (len(peeked(client)), len(peeked(client, ServiceBusSubQueue.DEAD_LETTER))) == (2, 1)


def test_a_queue_that_is_not_there_is_named() -> None:
    unreachable = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true"
    with open_client(unreachable) as client, pytest.raises(TransientError, match="the dead letters of 'watch': "):
        ServiceBusDeadLetters(client).waiting("watch")
