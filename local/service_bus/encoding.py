"""Python values as AMQP 1.0 bytes (OASIS AMQP 1.0, part 1: Types, 1.6)."""

import struct
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.service_bus.values import (
    Array,
    Described,
    Encoded,
    Int,
    Symbol,
    Timestamp,
    UByte,
    UInt,
    ULong,
    UShort,
)

_U16, _U32, _U64 = struct.Struct(">H"), struct.Struct(">I"), struct.Struct(">Q")
_I32, _I64, _F64 = struct.Struct(">i"), struct.Struct(">q"), struct.Struct(">d")
_SHORT = 256  #: sizes, counts and numbers below it have a form of one byte


def encode(value: object) -> bytes:
    """The bytes of a value. Raises `KeyError` for a Python type that stands for no AMQP type."""
    return _ENCODERS[type(value)](value)


def encode_map_entries(pairs: Iterable[bytes], count: int) -> bytes:
    """A map of `count` keys from the bytes of its keys and values."""
    return _compound(0xC1, 0xD1, 2 * count, b"".join(pairs))


def _sized(short: int, long: int, data: bytes) -> bytes:
    if len(data) < _SHORT:
        return bytes((short, len(data))) + data
    return bytes((long,)) + _U32.pack(len(data)) + data


def _compound(short: int, long: int, count: int, body: bytes) -> bytes:
    if len(body) + 1 < _SHORT and count < _SHORT:
        return bytes((short, len(body) + 1, count)) + body
    return bytes((long,)) + _U32.pack(len(body) + 4) + _U32.pack(count) + body


def _uint(value: int) -> bytes:
    if value == 0:
        return b"\x43"
    return bytes((0x52, value)) if value < _SHORT else b"\x70" + _U32.pack(value)


def _ulong(value: int) -> bytes:
    if value == 0:
        return b"\x44"
    return bytes((0x53, value)) if value < _SHORT else b"\x80" + _U64.pack(value)


def _list(values: Iterable[object]) -> bytes:
    items = [encode(value) for value in values]
    return _compound(0xC0, 0xD0, len(items), b"".join(items)) if items else b"\x45"


def _map(values: Mapping[object, object]) -> bytes:
    pairs = (encode(key) + encode(value) for key, value in values.items())
    return encode_map_entries(pairs, len(values))


def _array(values: Array) -> bytes:
    """Raises `ValueError` for values whose encodings differ in their first byte, the constructor."""
    items = [encode(value) for value in values]
    constructors = {item[:1] for item in items} or {b"\x40"}
    if len(constructors) > 1:
        raise ValueError(f"an array holds values of one type, not {values!r}")
    body = constructors.pop() + b"".join(item[1:] for item in items)
    return b"\xf0" + _U32.pack(len(body) + 4) + _U32.pack(len(items)) + body


def _none(_: None) -> bytes:
    return b"\x40"


def _bool(value: bool) -> bytes:  # noqa: FBT001 - the value itself is what is encoded
    return b"\x41" if value else b"\x42"


def _uuid(value: uuid.UUID) -> bytes:
    return b"\x98" + value.bytes


def _described(value: Described) -> bytes:
    return b"\x00" + encode(value.descriptor) + encode(value.value)


def _binary(value: bytes) -> bytes:
    return _sized(0xA0, 0xB0, value)


def _string(value: str) -> bytes:
    return _sized(0xA1, 0xB1, value.encode())


def _symbol(value: Symbol) -> bytes:
    return _sized(0xA3, 0xB3, value.encode("ascii"))


def _fixed(constructor: int, layout: struct.Struct) -> Callable[[Any], bytes]:
    first = bytes((constructor,))
    return lambda value: first + layout.pack(value)


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    type(None): _none,
    bool: _bool,
    Encoded: bytes,
    UByte: _fixed(0x50, struct.Struct("B")),
    UShort: _fixed(0x60, _U16),
    UInt: _uint,
    ULong: _ulong,
    Int: _fixed(0x71, _I32),
    int: _fixed(0x81, _I64),
    Timestamp: _fixed(0x83, _I64),
    float: _fixed(0x82, _F64),
    bytes: _binary,
    str: _string,
    Symbol: _symbol,
    uuid.UUID: _uuid,
    list: _list,
    dict: _map,
    Array: _array,
    Described: _described,
}
