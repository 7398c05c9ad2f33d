"""The node `$management` of a queue (Microsoft Learn, service-bus-amqp-request-response; 2026-11).

Sessions, rules and batch deletion are not implemented, and say so.
"""

from collections.abc import Callable
from typing import NamedTuple, cast
from uuid import UUID

from local.service_bus.decoding import decode, decode_error
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.outcomes import Settlement, Settling, settle
from local.service_bus.queue import Queue
from local.service_bus.requests import Request, write_response
from local.service_bus.sections import encoded_items, encoded_values, map_values
from local.service_bus.values import Array, Int, Symbol, timestamp
from local.service_bus.wire import MAX_MESSAGE_SIZE, read_message, size_exceeded, write_message

#: A peek stops at the message that fills this; how much Azure answers with is unconfirmed.
PEEK_BYTES = 1_048_576
_VENDOR = "com.microsoft:"
_OK, _NO_CONTENT, _BAD_REQUEST = 200, 204, 400
_STATUSES = {
    Condition.MESSAGE_LOCK_LOST: 410,
    Condition.MESSAGE_NOT_FOUND: 404,
    Condition.NOT_IMPLEMENTED: 501,
}
_PEEK_LOCK = 1  #: receiver-settle-mode; 0 is receive and delete
_SETTLINGS = {
    "completed": Settling.COMPLETE,
    "abandoned": Settling.ABANDON,
    "defered": Settling.DEFER,  # the spelling of Service Bus
    "suspended": Settling.DEAD_LETTER,
}


class Call(NamedTuple):
    """One operation on a queue: its arguments, encoded, when it happens, and where lock tokens come from."""

    queue: Queue
    arguments: dict[object, bytes]
    now: float
    mint: Callable[[], bytes]


def answer(request: Request, queue: Queue, now: float, mint: Callable[[], bytes]) -> bytes:
    """The response to a request to do something with a queue."""
    operation = str(request.properties.get("operation", "")).removeprefix(_VENDOR)
    try:
        body = _operation(operation)(Call(queue, encoded_values(request.body), now, mint))
    except AmqpError as error:
        return write_response(request, _failure(error))
    status = _NO_CONTENT if body is None and operation == _PEEK else _OK
    return write_response(request, {"statusCode": Int(status), "statusDescription": "OK"}, body)


def _operation(name: str) -> Callable[[Call], object]:
    if name not in _OPERATIONS:
        raise AmqpError(Condition.NOT_IMPLEMENTED, f"the operation {name!r} is not implemented here")
    return _OPERATIONS[name]


def _failure(error: AmqpError) -> dict[str, object]:
    return {
        "statusCode": Int(_STATUSES.get(error.condition, _BAD_REQUEST)),
        "statusDescription": str(error),
        "errorCondition": Symbol(error.condition),
    }


def _schedule(call: Call) -> object:
    entries = [map_values(entry) for entry in encoded_items(_encoded(call, "messages"))]
    payloads = [_typed(entry.get("message"), bytes) for entry in entries]
    for payload in payloads:
        if len(payload) > MAX_MESSAGE_SIZE:
            raise size_exceeded(len(payload))
    incoming = [read_message(payload) for payload in payloads]
    return {"sequence-numbers": Array(call.queue.send(message, call.now) for message in incoming)}


def _cancel(call: Call) -> None:
    call.queue.cancel(_list(call, "sequence-numbers", int), call.now)


def _renew(call: Call) -> object:
    expiries = [call.queue.renew(lock, call.now) for lock in _locks(call)]
    return {"expirations": Array(timestamp(until) for until in expiries)}


def _peek(call: Call) -> object:
    start, count = _argument(call, "from-sequence-number", int), _argument(call, "message-count", int)
    found: list[object] = []
    size = 0
    for message in call.queue.peek(start, count, call.now):
        written = write_message(message)
        found.append({"message": written})
        size += len(written)
        if size >= PEEK_BYTES:
            break
    return {"messages": found} if found else None


def _receive_deferred(call: Call) -> object:
    numbers = _list(call, "sequence-numbers", int)
    peek_lock = _argument(call, "receiver-settle-mode", int) == _PEEK_LOCK
    locks = [call.mint() if peek_lock else None for _ in numbers]
    messages = call.queue.take_deferred(numbers, call.now, locks)
    return {
        "messages": [
            {"lock-token": UUID(bytes_le=message.lock or bytes(16)), "message": write_message(message)}
            for message in messages
        ]
    }


def _update_disposition(call: Call) -> None:
    status = _argument(call, "disposition-status", str)
    if status not in _SETTLINGS:
        raise AmqpError(Condition.ARGUMENT_ERROR, f"the disposition status {status!r}")
    settlement = Settlement(
        _SETTLINGS[status],
        _optional_text(call, "deadletter-reason"),
        _optional_text(call, "deadletter-description"),
        call.arguments.get("properties-to-modify", b""),
    )
    locks = dict.fromkeys(_locks(call))
    for lock in locks:
        call.queue.held(lock, call.now)
    for lock in locks:
        settle(call.queue, lock, settlement, call.now)


def _locks(call: Call) -> list[bytes]:
    return [token.bytes_le for token in _list(call, "lock-tokens", UUID)]


def _encoded(call: Call, name: str) -> bytes:
    if name not in call.arguments:
        raise AmqpError(Condition.ARGUMENT_ERROR, f"the argument {name!r} is missing")
    return call.arguments[name]


def _argument[T](call: Call, name: str, kind: type[T]) -> T:
    return _typed(decode(_encoded(call, name))[0], kind)


def _optional_text(call: Call, name: str) -> str | None:
    return _argument(call, name, str) if name in call.arguments else None


def _list[T](call: Call, name: str, kind: type[T]) -> list[T]:
    return [_typed(value, kind) for value in cast("list[object]", _argument(call, name, list))]


def _typed[T](value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise decode_error(f"{value!r} where a value of type {kind.__name__} is needed")
    return value


_PEEK = "peek-message"
_OPERATIONS: dict[str, Callable[[Call], object]] = {
    "schedule-message": _schedule,
    "cancel-scheduled-message": _cancel,
    "renew-lock": _renew,
    _PEEK: _peek,
    "receive-by-sequence-number": _receive_deferred,
    "update-disposition": _update_disposition,
}
