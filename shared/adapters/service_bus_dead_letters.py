"""The dead-letter queues of Service Bus: looked into, and given back."""

import contextlib
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

from azure.core.exceptions import AzureError
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSubQueue,
)

from shared.core.errors import TransientError
from shared.ports import DeadLetter

BATCH = 20  #: messages locked at a time: few enough to send them all before their lock ends
WAIT_SECONDS = 10.0  #: for a message that was seen to be there
BROKERS_OWN = ("DeadLetterReason", "DeadLetterErrorDescription")  #: properties that say why the message died


class ServiceBusDeadLetters:
    def __init__(self, client: ServiceBusClient) -> None:
        self._client = client

    def waiting(self, queue: str) -> list[DeadLetter]:
        with _translated(queue), self._receiver(queue) as receiver:
            found: list[DeadLetter] = []
            while peeked := receiver.peek_messages(BATCH, sequence_number=found[-1].number + 1 if found else 1):
                found.extend(_letter(queue, message) for message in peeked)
            return found

    def give_back(self, queue: str, most: int) -> Iterator[DeadLetter]:
        """The copy has an id of its own, made of the dead letter's number.

        Under its old id duplicate detection would swallow it; and given back twice, it is taken once.
        """
        left = most
        with _translated(queue), self._receiver(queue) as receiver, self._client.get_queue_sender(queue) as sender:
            while left > 0:
                batch = receiver.receive_messages(min(BATCH, left), max_wait_time=WAIT_SECONDS)
                if not batch:
                    return
                for message in batch:
                    sender.send_messages(_copy(message))
                    receiver.complete_message(message)
                    yield _letter(queue, message)
                left -= len(batch)

    def _receiver(self, queue: str) -> ServiceBusReceiver:
        return self._client.get_queue_receiver(queue, sub_queue=ServiceBusSubQueue.DEAD_LETTER)


def _letter(queue: str, message: ServiceBusReceivedMessage) -> DeadLetter:
    at: datetime | None = message.enqueued_time_utc
    reason = message.dead_letter_reason or "no reason given"
    return DeadLetter(queue, message.sequence_number or 0, message.message_id or "", reason, at)


def _copy(message: ServiceBusReceivedMessage) -> ServiceBusMessage:
    return ServiceBusMessage(
        b"".join(message.body),
        message_id=f"replay.{message.sequence_number}",
        correlation_id=message.correlation_id,
        subject=message.subject,
        content_type=message.content_type,
        application_properties=_own_properties(message),
    )


def _own_properties(message: ServiceBusReceivedMessage) -> dict[str | bytes, Any]:
    """As they were sent: the SDK gives texts as bytes."""
    texts = {_text(key): _text(value) for key, value in (message.application_properties or {}).items()}
    return {name: value for name, value in texts.items() if name not in BROKERS_OWN}


def _text(value: object) -> Any:
    return value.decode() if isinstance(value, bytes) else value


@contextlib.contextmanager
def _translated(queue: str) -> Generator[None]:
    try:
        yield
    except (AzureError, OSError) as error:
        needs = "it takes the roles 'Azure Service Bus Data Receiver' and 'Azure Service Bus Data Sender'"
        text = f"the dead letters of {queue!r}: {type(error).__name__}: {error}; {needs} on the queue"
        raise TransientError(text) from error
