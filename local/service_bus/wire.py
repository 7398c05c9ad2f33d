"""Messages between wire and queue (OASIS AMQP 1.0, part 3: Messaging, 3.2; annotations as Service Bus has them).

Header and annotations are read for what a queue must know. Everything else stays the bytes that came.
"""

from uuid import UUID

from local.service_bus.decoding import decode, decode_error
from local.service_bus.encoding import encode
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.message import Content, Incoming, Message
from local.service_bus.sections import (
    ANNOTATIONS,
    APPLICATION_PROPERTIES,
    BARE_SECTIONS,
    DATA,
    DELIVERY_ANNOTATIONS,
    HEADER,
    PROPERTIES,
    encoded_items,
    list_items,
    map_values,
    merge_map,
    merge_maps,
    section,
    sections,
)
from local.service_bus.values import Encoded, Int, Symbol, UInt, timestamp

#: 256 KB in the Standard tier (Microsoft Learn, service-bus-quotas; 2026-11).
MAX_MESSAGE_SIZE = 262_144
MAX_ID_LENGTH = 128  #: characters (Microsoft Learn, service-bus-quotas; 2026-11)
#: A message whose data sections are messages (azure-servicebus 7.15.0, `BatchMessage`).
BATCH_FORMAT = 0x8001_3700
_PLAIN_FORMAT = 0

_NULL = Encoded(b"\x40")
_LOCK_TOKEN = Symbol("x-opt-lock-token")
_ENQUEUED_TIME = Symbol("x-opt-enqueued-time")
_SEQUENCE_NUMBER = Symbol("x-opt-sequence-number")
_MESSAGE_STATE = Symbol("x-opt-message-state")
_LOCKED_UNTIL = Symbol("x-opt-locked-until")


def read_transfer(message_format: int, payload: bytes) -> list[Incoming]:
    """The messages in one transfer: one, or those of a batch."""
    if len(payload) > MAX_MESSAGE_SIZE:
        raise size_exceeded(len(payload))
    if message_format == BATCH_FORMAT:
        return [read_message(data) for data in _data_sections(payload)]
    if message_format != _PLAIN_FORMAT:
        raise AmqpError(Condition.NOT_IMPLEMENTED, f"message format {message_format:#x} is not implemented here")
    return [read_message(payload)]


def size_exceeded(size: int) -> AmqpError:
    """The refusal of a message that is too large."""
    text = f"a message of {size} bytes; at most {MAX_MESSAGE_SIZE} bytes are possible"
    return AmqpError(Condition.MESSAGE_SIZE_EXCEEDED, text)


def read_message(message: bytes) -> Incoming:
    """What a queue must know about an encoded message."""
    header = annotations = properties = b""
    bare = len(message)
    for part in sections(message):
        if part.code == HEADER:
            header = message[part.value : part.end]
        elif part.code == ANNOTATIONS:
            annotations = message[part.value : part.end]
        elif part.code == PROPERTIES:
            properties = message[part.value : part.end]
        if part.code in BARE_SECTIONS:
            bare = min(bare, part.start)
    if bare == len(message):
        raise decode_error("a message without a body")
    content = Content(header, annotations, message[bare:])
    return Incoming(content, _message_id(properties), _time_to_live(header), _scheduled(annotations))


def write_message(message: Message) -> bytes:
    """A message of a queue as a client gets it."""
    parts = [section(HEADER, _header(message))]
    if message.lock is not None:
        token: dict[object, object] = {_LOCK_TOKEN: UUID(bytes_le=message.lock)}
        parts.append(section(DELIVERY_ANNOTATIONS, encode(token)))
    parts.append(section(ANNOTATIONS, _annotations(message)))
    parts.append(_bare(message))
    return b"".join(parts)


def with_properties(content: Content, properties: bytes) -> Content:
    """A message with these application properties (an encoded map) besides its own."""
    return Content(content.header, content.annotations, _with_properties(content.bare, properties))


def _data_sections(payload: bytes) -> list[bytes]:
    found: list[bytes] = []
    for part in sections(payload):
        if part.code == DATA:
            data, _ = decode(payload, part.value)
            if not isinstance(data, bytes):
                raise decode_error(f"{data!r} in a data section, which holds bytes")
            found.append(data)
    return found


def _message_id(properties: bytes) -> str | None:
    fields = list_items(properties) if properties else []
    if not fields or fields[0] is None:
        return None
    message_id = str(fields[0])
    if len(message_id) > MAX_ID_LENGTH:
        text = f"a message id of {len(message_id)} characters; at most {MAX_ID_LENGTH} are possible"
        raise AmqpError(Condition.ARGUMENT_ERROR, text)
    return message_id


def _time_to_live(header: bytes) -> float | None:
    fields = list_items(header)[2:3] if header else []
    return _seconds(fields[0]) if fields else None


def _scheduled(annotations: bytes) -> float | None:
    values = map_values(annotations) if annotations else {}
    return _seconds(values.get("x-opt-scheduled-enqueue-time"))


def _seconds(milliseconds: object) -> float | None:
    if milliseconds is not None and not isinstance(milliseconds, int):
        raise decode_error(f"{milliseconds!r} where milliseconds are needed")
    return None if milliseconds is None else milliseconds / 1000


def _header(message: Message) -> bytes:
    """The first four fields as they came, then the count of failed deliveries."""
    came = encoded_items(message.content.header) if message.content.header else []
    fields: list[object] = [Encoded(item) for item in came[:4]]
    fields += [_NULL] * (4 - len(fields))
    return encode([*fields, UInt(message.failures)])


def _annotations(message: Message) -> bytes:
    changes: dict[str, object] = {
        _ENQUEUED_TIME: timestamp(message.enqueued),
        _SEQUENCE_NUMBER: message.sequence_number,
        _MESSAGE_STATE: Int(message.state),
    }
    if message.locked_until is not None:
        changes[_LOCKED_UNTIL] = timestamp(message.locked_until)
    return merge_map(message.content.annotations, changes)


def _bare(message: Message) -> bytes:
    """The rest of a message; one from a dead-letter queue tells why among its application properties."""
    told = {
        "DeadLetterReason": message.dead_letter_reason,
        "DeadLetterErrorDescription": message.dead_letter_description,
    }
    properties = {name: text for name, text in told.items() if text is not None}
    bare = message.content.bare
    return _with_properties(bare, encode(properties)) if properties else bare


def _with_properties(bare: bytes, properties: bytes) -> bytes:
    before = own = after = b""
    for part in sections(bare):
        if part.code == APPLICATION_PROPERTIES:
            own = bare[part.value : part.end]
        elif part.code == PROPERTIES:
            before = bare[part.start : part.end]
        else:
            after += bare[part.start : part.end]
    return before + section(APPLICATION_PROPERTIES, merge_maps(own, properties)) + after
