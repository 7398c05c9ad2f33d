"""AMQP 1.0 types that Python does not tell apart (OASIS AMQP 1.0, part 1: Types).

Encoding goes by the Python type: a plain `int` is a 64-bit long, a plain `str` a string.
"""

from typing import NamedTuple


class Symbol(str):
    """ASCII text from a known vocabulary: keys of annotations, error conditions."""

    __slots__ = ()


class UByte(int):
    """0 to 255."""


class UShort(int):
    """0 to 65,535."""


class UInt(int):
    """0 to 4,294,967,295."""


class ULong(int):
    """0 to 2**64 - 1."""


class Int(int):
    """A signed 32-bit number."""


class Timestamp(int):
    """Milliseconds since 1970, UTC."""


class Array(tuple[object, ...]):
    """Values of one type; that type is written once."""

    __slots__ = ()


class Encoded(bytes):
    """A value that is encoded already and goes out as it is."""


class Described(NamedTuple):
    """A value with a descriptor that says what it means."""

    descriptor: object
    value: object


def timestamp(seconds: float) -> Timestamp:
    """A time in seconds since 1970, as AMQP writes it."""
    return Timestamp(round(seconds * 1000))
