"""What a queue knows about a message. Header, annotations and the rest are AMQP bytes it never looks into."""

from dataclasses import dataclass
from enum import IntEnum


class State(IntEnum):
    """As the annotation `x-opt-message-state` has it (azure-servicebus 7.15.0, `ServiceBusMessageState`)."""

    ACTIVE = 0
    DEFERRED = 1
    SCHEDULED = 2


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a message as they came."""

    header: bytes  #: an encoded list, or nothing
    annotations: bytes  #: an encoded map, or nothing
    bare: bytes  #: properties, application properties, body, footer


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way into a queue."""

    content: Content
    message_id: str | None = None
    time_to_live: float | None = None  #: seconds
    scheduled: float | None = None  #: when it should become active; seconds since 1970


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a queue. Times are seconds since 1970, real time."""

    sequence_number: int
    state: State
    enqueued: float  #: when it became active; while it is scheduled, when it will
    content: Content
    expires: float | None = None
    failures: int = 0  #: deliveries that ended without a settlement that kept it
    lock: bytes | None = None  #: the token, a little-endian UUID
    locked_until: float | None = None
    dead_letter_reason: str | None = None  #: in a dead-letter queue: why it is there
    dead_letter_description: str | None = None
