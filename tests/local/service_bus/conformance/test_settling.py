"""Sending, receiving and settling."""

import datetime as dt
import uuid
from typing import Any

import pytest
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceiveMode,
    ServiceBusReceiver,
    ServiceBusSender,
)
from azure.servicebus.exceptions import (
    MessageSizeExceededError,
)

from tests.local.service_bus.conformance.asking import (
    MOMENT,
    QUEUE,
    complete,
    receive,
    texts,
    waiting,
)

pytestmark = pytest.mark.stack


def test_a_message_arrives_as_it_was_sent(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    properties: dict[str | bytes, Any] = {"number": 1, "text": "x", "flag": True, "id": uuid.UUID(int=7)}
    sent = ServiceBusMessage(
        b"hello",
        message_id="m1",
        subject="subject",
        correlation_id="c1",
        content_type="application/json",
        reply_to="elsewhere",
        application_properties=properties,
        time_to_live=dt.timedelta(minutes=5),
    )
    sender.send_messages(sent)

    [message] = receive(receiver)

    assert b"".join(message.body) == b"hello"
    assert (message.message_id, message.subject, message.correlation_id) == ("m1", "subject", "c1")
    assert (message.content_type, message.reply_to) == ("application/json", "elsewhere")
    assert message.time_to_live == dt.timedelta(minutes=5)
    got = {name.decode(): value for name, value in (message.application_properties or {}).items()}  # type: ignore[union-attr]
    assert got == {"number": 1, "text": b"x", "flag": True, "id": uuid.UUID(int=7)}
    assert message.delivery_count == 0
    assert message.sequence_number
    assert message.enqueued_time_utc
    assert message.locked_until_utc > message.enqueued_time_utc
    receiver.complete_message(message)
    assert waiting(receiver) == []


def test_a_batch_arrives_in_order(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    batch = sender.create_message_batch()
    for number in range(20):
        batch.add_message(ServiceBusMessage(str(number)))
    sender.send_messages(batch)
    sender.send_messages([ServiceBusMessage(str(number)) for number in range(20, 30)])

    assert complete(receiver, 30) == [str(number) for number in range(30)]


def test_a_large_message_arrives_whole(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    body = bytes(range(256)) * 1000
    sender.send_messages(ServiceBusMessage(body))

    [message] = receive(receiver)
    receiver.complete_message(message)

    assert b"".join(message.body) == body


def test_a_message_above_the_limit_is_refused(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    with pytest.raises(MessageSizeExceededError):
        sender.send_messages(ServiceBusMessage(bytes(262_144)))
    assert waiting(receiver) == []


def test_an_abandoned_message_comes_again_and_is_counted(
    sender: ServiceBusSender, receiver: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("x"))
    [first] = receive(receiver)

    receiver.abandon_message(first)

    [again] = receive(receiver)
    assert (again.delivery_count, again.sequence_number) == (1, first.sequence_number)
    assert again.lock_token != first.lock_token
    receiver.complete_message(again)


def test_a_dead_lettered_message_tells_why(
    sender: ServiceBusSender, receiver: ServiceBusReceiver, dead_letters: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("bad", application_properties={"kept": 1}))
    [message] = receive(receiver)

    receiver.dead_letter_message(message, reason="reason", error_description="description")

    [dead] = receive(dead_letters)
    assert (dead.dead_letter_reason, dead.dead_letter_error_description) == ("reason", "description")
    assert (dead.application_properties or {})[b"kept"] == 1
    dead_letters.complete_message(dead)
    assert waiting(receiver) == []


def test_a_message_that_fails_too_often_is_dead_lettered(
    sender: ServiceBusSender, receiver: ServiceBusReceiver, dead_letters: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("poison"))

    for failures in range(3):
        [message] = receive(receiver)
        assert message.delivery_count == failures
        receiver.abandon_message(message)

    [dead] = receive(dead_letters)
    assert dead.dead_letter_reason == "MaxDeliveryCountExceeded"
    dead_letters.complete_message(dead)


def test_receive_and_delete_takes_the_message_out(
    client: ServiceBusClient, sender: ServiceBusSender, receiver: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("gone"))

    with client.get_queue_receiver(QUEUE, receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE) as deleting:
        assert texts(receive(deleting)) == ["gone"]

    assert waiting(receiver) == []


def test_a_receiver_can_be_iterated(client: ServiceBusClient, sender: ServiceBusSender) -> None:
    sender.send_messages([ServiceBusMessage(str(number)) for number in range(5)])

    with client.get_queue_receiver(QUEUE, max_wait_time=MOMENT) as iterated:
        found = []
        for message in iterated:
            found.append(str(message))
            iterated.complete_message(message)

    assert found == list("01234")


def test_competing_receivers_share_the_messages(client: ServiceBusClient, sender: ServiceBusSender) -> None:
    with client.get_queue_receiver(QUEUE) as one, client.get_queue_receiver(QUEUE) as other:
        sender.send_messages([ServiceBusMessage(str(number)) for number in range(10)])
        got = {name: set(complete(receiver, 5)) for name, receiver in (("one", one), ("other", other))}

    assert got["one"].isdisjoint(got["other"])
    assert got["one"] | got["other"] == set("0123456789")
