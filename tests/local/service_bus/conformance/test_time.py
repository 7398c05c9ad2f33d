"""Scheduled, expired and repeated messages."""

import datetime as dt
import uuid

import pytest
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusMessageState,
    ServiceBusReceiver,
    ServiceBusSender,
    ServiceBusSubQueue,
)
from azure.servicebus.exceptions import (
    ServiceBusError,
)

from tests.local.service_bus.conformance.asking import (
    DUPLICATES,
    EXPIRED,
    complete,
    in_seconds,
    receive,
    waiting,
)

pytestmark = pytest.mark.stack


def test_a_scheduled_message_comes_at_its_time(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    when = in_seconds(2)
    [number] = sender.schedule_messages(ServiceBusMessage("scheduled"), when)
    [peeked] = receiver.peek_messages(1, sequence_number=1)
    assert (peeked.sequence_number, peeked.state) == (number, ServiceBusMessageState.SCHEDULED)

    [message] = receive(receiver)

    assert message.enqueued_time_utc is not None
    assert message.enqueued_time_utc >= when.replace(microsecond=when.microsecond // 1000 * 1000)
    assert abs(message.scheduled_enqueue_time_utc - when) < dt.timedelta(milliseconds=1)  # type: ignore[operator]
    receiver.complete_message(message)


def test_a_message_can_carry_its_time_itself(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    sender.send_messages(ServiceBusMessage("later", scheduled_enqueue_time_utc=in_seconds(1)))
    sender.send_messages(ServiceBusMessage("now"))

    assert complete(receiver) + complete(receiver) == ["now", "later"]


def test_a_cancelled_message_does_not_come(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    messages = [ServiceBusMessage("kept"), ServiceBusMessage("cancelled")]
    kept, cancelled = sender.schedule_messages(messages, in_seconds(600))

    sender.cancel_scheduled_messages(cancelled)

    assert waiting(receiver) == ["kept"]
    with pytest.raises(ServiceBusError):
        sender.cancel_scheduled_messages(cancelled)
    sender.cancel_scheduled_messages(kept)


def test_an_expired_message_does_not_come(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    sender.send_messages(ServiceBusMessage("short", time_to_live=dt.timedelta(milliseconds=1)))
    sender.send_messages(ServiceBusMessage("long"))

    assert complete(receiver) == ["long"]


def test_an_expired_message_is_dead_lettered_where_the_queue_says_so(client: ServiceBusClient) -> None:
    with client.get_queue_sender(EXPIRED) as sender:
        sender.send_messages(ServiceBusMessage("short", time_to_live=dt.timedelta(milliseconds=1)))

    with client.get_queue_receiver(EXPIRED, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as dead_letters:
        [dead] = receive(dead_letters)
        dead_letters.complete_message(dead)

    assert (str(dead), dead.dead_letter_reason) == ("short", "TTLExpiredException")


def test_duplicates_are_dropped_without_a_word_scheduled_ones_too(client: ServiceBusClient) -> None:
    same, other = str(uuid.uuid4()), str(uuid.uuid4())
    with client.get_queue_sender(DUPLICATES) as sender, client.get_queue_receiver(DUPLICATES) as receiver:
        sender.send_messages(ServiceBusMessage("1", message_id=same))
        sender.send_messages(ServiceBusMessage("2", message_id=same))
        assert complete(receiver) == ["1"]
        sender.send_messages(ServiceBusMessage("3", message_id=same))
        assert waiting(receiver) == []

        [number] = sender.schedule_messages(ServiceBusMessage("4", message_id=other), in_seconds(600))
        [dropped] = sender.schedule_messages(ServiceBusMessage("5", message_id=other), in_seconds(600))
        assert isinstance(dropped, int)
        assert waiting(receiver) == ["4"]
        sender.cancel_scheduled_messages(number)
