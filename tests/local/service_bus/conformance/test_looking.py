"""Looking at messages, and setting them aside."""

import pytest
from azure.servicebus import (
    ServiceBusMessage,
    ServiceBusMessageState,
    ServiceBusReceiver,
    ServiceBusSender,
)
from azure.servicebus.exceptions import (
    MessageNotFoundError,
)

from tests.local.service_bus.conformance.asking import complete, receive, texts

pytestmark = pytest.mark.stack


def test_peeking_goes_on_where_it_stopped_and_locks_nothing(
    sender: ServiceBusSender, receiver: ServiceBusReceiver
) -> None:
    sender.send_messages([ServiceBusMessage("1"), ServiceBusMessage("2"), ServiceBusMessage("3")])
    [first] = receiver.peek_messages(1, sequence_number=1)

    assert texts(receiver.peek_messages(10)) == ["2", "3"]
    assert receiver.peek_messages(10) == []
    assert texts(receiver.peek_messages(10, sequence_number=first.sequence_number)) == ["1", "2", "3"]
    assert complete(receiver, 3) == ["1", "2", "3"]


def test_a_deferred_message_comes_when_asked_for_by_number(
    sender: ServiceBusSender, receiver: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("later"))
    [message] = receive(receiver)
    receiver.defer_message(message)
    assert message.sequence_number is not None
    [peeked] = receiver.peek_messages(1, sequence_number=1)
    assert peeked.state == ServiceBusMessageState.DEFERRED
    sender.send_messages(ServiceBusMessage("next"))
    assert complete(receiver) == ["next"]

    [deferred] = receiver.receive_deferred_messages(message.sequence_number)

    assert (str(deferred), deferred.sequence_number) == ("later", message.sequence_number)
    receiver.renew_message_lock(deferred)
    receiver.complete_message(deferred)
    with pytest.raises(MessageNotFoundError):
        receiver.receive_deferred_messages(message.sequence_number)


def test_a_deferred_message_can_be_dead_lettered(
    sender: ServiceBusSender, receiver: ServiceBusReceiver, dead_letters: ServiceBusReceiver
) -> None:
    sender.send_messages(ServiceBusMessage("bad"))
    [message] = receive(receiver)
    receiver.defer_message(message)
    assert message.sequence_number is not None

    [deferred] = receiver.receive_deferred_messages(message.sequence_number)
    receiver.dead_letter_message(deferred, reason="reason")

    [dead] = receive(dead_letters)
    assert dead.dead_letter_reason == "reason"
    dead_letters.complete_message(dead)
