"""How long a message belongs to whoever received it."""

import datetime as dt

import pytest
from azure.servicebus import (
    AutoLockRenewer,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceiver,
    ServiceBusSender,
)
from azure.servicebus.exceptions import (
    MessageLockLostError,
)

from tests.local.service_bus.conformance.asking import (
    PATIENCE,
    QUEUE,
    in_seconds,
    nothing_comes,
    receive,
    waiting,
)

pytestmark = pytest.mark.stack


def test_a_message_comes_again_when_its_lock_runs_out(
    sender: ServiceBusSender, receiver: ServiceBusReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send_messages(ServiceBusMessage("slow"))
    [late] = receive(receiver)

    [again] = receive(receiver)

    assert again.delivery_count == 1
    with pytest.raises(MessageLockLostError):
        receiver.complete_message(late)
    # The SDK has looked at its clock. What does the broker say to a client whose clock is behind?
    monkeypatch.setattr(type(late), "_lock_expired", property(lambda _: False))
    with pytest.raises(MessageLockLostError):
        receiver.renew_message_lock(late)
    receiver.complete_message(again)


def test_a_renewed_lock_holds_longer(sender: ServiceBusSender, receiver: ServiceBusReceiver) -> None:
    sender.send_messages(ServiceBusMessage("renewed"))
    [message] = receive(receiver)
    before = message.locked_until_utc

    give_up = in_seconds(PATIENCE)
    while (after := receiver.renew_message_lock(message)) <= before:  # within the same millisecond
        assert in_seconds(0) < give_up

    assert message.locked_until_utc == after
    receiver.complete_message(message)


def test_an_auto_renewed_lock_holds_as_long_as_it_takes(client: ServiceBusClient, sender: ServiceBusSender) -> None:
    sender.send_messages(ServiceBusMessage("slow"))
    with AutoLockRenewer() as renewer, client.get_queue_receiver(QUEUE, auto_lock_renewer=renewer) as renewing:
        [message] = receive(renewing)
        locked_at_first = message.locked_until_utc

        while dt.datetime.now(dt.UTC) <= locked_at_first:
            assert nothing_comes(renewing)
        renewing.complete_message(message)
        assert waiting(renewing) == []


def test_what_a_closed_receiver_had_fetched_ahead_is_free_and_not_counted(
    client: ServiceBusClient, sender: ServiceBusSender, receiver: ServiceBusReceiver
) -> None:
    sender.send_messages([ServiceBusMessage(str(number)) for number in range(5)])
    with client.get_queue_receiver(QUEUE, prefetch_count=10) as fetching:
        [unsettled] = receive(fetching)

    messages = receive(receiver, 4)

    assert {str(message): message.delivery_count for message in messages} == dict.fromkeys("1234", 0)
    for message in messages:
        receiver.complete_message(message)
    # The one that was handed out stays locked until its lock runs out.
    [message] = receive(receiver)
    assert (str(message), message.delivery_count) == (str(unsettled), 1)
    receiver.complete_message(message)
