"""What the questions have in common: queues, patience, and looking at what came."""

import datetime as dt

from azure.servicebus import (
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
)

QUEUE, DUPLICATES, EXPIRED = "conformance", "conformance-duplicates", "conformance-expired"
LOCAL_QUEUES = (f"{QUEUE}:lock=5,max=3", f"{DUPLICATES}:dup=60", f"{EXPIRED}:expired=dead-letter")
PATIENCE = 10  #: seconds to wait for a message that must come
MOMENT = 1  #: seconds to wait for a message that must not come


def empty(receiver: ServiceBusReceiver) -> None:
    """Take out whatever is in the queue."""
    while waiting(receiver):
        for message in receiver.receive_messages(50, max_wait_time=PATIENCE):
            receiver.complete_message(message)


def waiting(receiver: ServiceBusReceiver) -> list[str]:
    """What is in the queue, in whatever state."""
    return texts(receiver.peek_messages(50, sequence_number=1))


def texts(messages: list[ServiceBusReceivedMessage]) -> list[str]:
    return [str(message) for message in messages]


def receive(receiver: ServiceBusReceiver, count: int = 1) -> list[ServiceBusReceivedMessage]:
    """As many messages, which must come."""
    messages: list[ServiceBusReceivedMessage] = []
    while len(messages) < count:
        more = receiver.receive_messages(count - len(messages), max_wait_time=PATIENCE)
        assert more, f"{len(messages)} of {count} messages came"
        messages += more
    return messages


def complete(receiver: ServiceBusReceiver, count: int = 1) -> list[str]:
    messages = receive(receiver, count)
    for message in messages:
        receiver.complete_message(message)
    return texts(messages)


def nothing_comes(receiver: ServiceBusReceiver) -> bool:
    return receiver.receive_messages(1, max_wait_time=MOMENT) == []


def in_seconds(seconds: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
