"""What a client does with a message it holds, however it says so: on the link or through `$management`.

Delivery states: OASIS AMQP 1.0, part 3: Messaging, 3.4. Service Bus reads `modified` as abandon or, if it is
undeliverable here, as defer, and `rejected` as dead-letter (azure-servicebus 7.15.0,
`settle_message_via_receiver_link`).
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from local.service_bus.decoding import decode
from local.service_bus.encoding import encode
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.queue import Queue
from local.service_bus.sections import map_values, split_described_list, without
from local.service_bus.values import Described, Encoded, Symbol, ULong
from local.service_bus.wire import with_properties

_ERROR = 0x1D
_RECEIVED, _ACCEPTED, _REJECTED, _RELEASED, _MODIFIED = range(0x23, 0x28)
_NULL = b"\x40"
_REASON, _DESCRIPTION = "DeadLetterReason", "DeadLetterErrorDescription"


class Settling(Enum):
    """The ways to settle a message."""

    COMPLETE = "complete"
    RELEASE = "release"
    ABANDON = "abandon"
    DEFER = "defer"
    DEAD_LETTER = "dead-letter"


class Settlement(NamedTuple):
    """A decision about a message. `properties` is an encoded map, or `b""`."""

    settling: Settling
    reason: str | None = None
    description: str | None = None
    properties: bytes = b""


def settle(queue: Queue, lock: bytes, settlement: Settlement, now: float) -> None:
    """Do what was decided. Raises `AmqpError` if the lock is lost."""
    if settlement.properties:
        content = with_properties(queue.held(lock, now).content, settlement.properties)
        queue.amend(lock, content, now)
    match settlement.settling:
        case Settling.COMPLETE:
            queue.complete(lock, now)
        case Settling.RELEASE:
            queue.release(lock, now)
        case Settling.ABANDON:
            queue.abandon(lock, now)
        case Settling.DEFER:
            queue.defer(lock, now)
        case Settling.DEAD_LETTER:
            queue.dead_letter(lock, settlement.reason, settlement.description, now)


def read_outcome(state: Encoded | None) -> Settlement | None:
    """The decision in a delivery state; None while there is none.

    A client that settles without a state gets what loses nothing: the message goes back.
    """
    if state is None:
        return Settlement(Settling.RELEASE)
    code, fields, _ = split_described_list(state)
    if code not in _READERS:
        raise AmqpError(Condition.NOT_IMPLEMENTED, f"the delivery state {code:#x} is not implemented here")
    return _READERS[code](fields)


def write_outcome(settlement: Settlement) -> Encoded:
    """The delivery state that confirms a decision: the one that asked for it, without its details."""
    return _state(_CODES[settlement.settling])


def accepted() -> Encoded:
    """The delivery state of a message that is stored."""
    return _state(_ACCEPTED)


def rejected(error: AmqpError) -> Encoded:
    """The delivery state of what was refused."""
    return _state(_REJECTED, error_value(error))


def error_value(error: AmqpError) -> Encoded:
    """An error as performatives carry it; the SDK fails unless all three fields are there."""
    return Encoded(encode(Described(ULong(_ERROR), [Symbol(error.condition), str(error), None])))


def _state(code: int, *fields: object) -> Encoded:
    return Encoded(encode(Described(ULong(code), list(fields))))


def _undecided(_: list[bytes]) -> None:
    return None


def _accepted(_: list[bytes]) -> Settlement:
    return Settlement(Settling.COMPLETE)


def _released(_: list[bytes]) -> Settlement:
    return Settlement(Settling.RELEASE)


def _rejected(fields: list[bytes]) -> Settlement:
    """The reason stands in the error's map, and so do properties to add to the message."""
    error = split_described_list(fields[0])[1] if fields and fields[0] != _NULL else []
    info = error[2] if len(error) > 2 and error[2] != _NULL else None  # noqa: PLR2004 - condition, text, map
    if info is None:
        return Settlement(Settling.DEAD_LETTER)
    told = map_values(info)
    properties = without(info, (_REASON, _DESCRIPTION))
    return Settlement(Settling.DEAD_LETTER, _text(told.get(_REASON)), _text(told.get(_DESCRIPTION)), properties)


def _modified(fields: list[bytes]) -> Settlement:
    undeliverable_here = len(fields) > 1 and decode(fields[1])[0] is True
    properties = fields[2] if len(fields) > 2 and fields[2] != _NULL else b""  # noqa: PLR2004 - the third field
    return Settlement(Settling.DEFER if undeliverable_here else Settling.ABANDON, properties=properties)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


_READERS: dict[int, Callable[[list[bytes]], Settlement | None]] = {
    _RECEIVED: _undecided,
    _ACCEPTED: _accepted,
    _REJECTED: _rejected,
    _RELEASED: _released,
    _MODIFIED: _modified,
}
_CODES = {
    Settling.COMPLETE: _ACCEPTED,
    Settling.RELEASE: _RELEASED,
    Settling.ABANDON: _MODIFIED,
    Settling.DEFER: _MODIFIED,
    Settling.DEAD_LETTER: _REJECTED,
}
