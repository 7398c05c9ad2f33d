"""Requests to the nodes `$cbs` and `$management`, and their answers.

Source: Microsoft Learn, service-bus-amqp-request-response; 2026-11.
"""

from collections.abc import Mapping
from typing import NamedTuple

from local.service_bus.decoding import decode, decode_error
from local.service_bus.encoding import encode
from local.service_bus.sections import (
    AMQP_VALUE,
    APPLICATION_PROPERTIES,
    PROPERTIES,
    encoded_items,
    map_values,
    section,
    sections,
)
from local.service_bus.values import Encoded

_NULL = Encoded(b"\x40")
_REPLY_TO = 4  #: its place among a message's properties


class Request(NamedTuple):
    """A request. `body` is an encoded value; so is the message id, which the answer repeats as it came."""

    properties: dict[object, object]
    body: bytes
    message_id: Encoded
    reply_to: str | None


def read_request(message: bytes) -> Request:
    """The request in an encoded message."""
    values = {part.code: message[part.value : part.end] for part in sections(message)}
    properties = encoded_items(values[PROPERTIES]) if PROPERTIES in values else []
    named = values.get(APPLICATION_PROPERTIES)
    return Request(
        map_values(named) if named else {},
        values.get(AMQP_VALUE, _NULL),
        Encoded(properties[0]) if properties else _NULL,
        _text(properties[_REPLY_TO]) if len(properties) > _REPLY_TO else None,
    )


def write_response(request: Request, properties: Mapping[str, object], body: object = None) -> bytes:
    """The answer to a request, as a message."""
    return b"".join(
        (
            section(PROPERTIES, encode([None] * 5 + [request.message_id])),
            section(APPLICATION_PROPERTIES, encode(dict(properties))),
            section(AMQP_VALUE, encode(body)),
        )
    )


def _text(encoded: bytes) -> str | None:
    value, _ = decode(encoded)
    if value is not None and not isinstance(value, str):
        raise decode_error(f"{value!r} where an address is needed")
    return value
