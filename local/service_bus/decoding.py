"""AMQP 1.0 bytes as Python values (OASIS AMQP 1.0, part 1: Types, 1.6).

The data comes from the other side: whatever is in it, the answer is a value or an `AmqpError`.
Numbers become plain `int` and `float`, arrays lists; text and symbols stay apart.
"""

import struct
import uuid
from collections.abc import Callable
from functools import wraps

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.values import Described, Symbol

type Reader = Callable[[bytes, int], tuple[object, int]]
type ItemsReader = Callable[[bytes, int, int], tuple[object, int]]

#: What reading beyond the end, an unknown constructor, bad UTF-8 and endless nesting raise.
_BROKEN = (IndexError, KeyError, struct.error, UnicodeDecodeError, RecursionError)
_KEY_TYPES = (str, bytes, int, float, uuid.UUID)
_FIXED_WIDTHS = (0, 1, 2, 4, 8, 16)  #: of the constructors 0x4_ to 0x9_
_SHORT_SIZES = (0xA, 0xC, 0xE)  #: first digits of the constructors whose size is one byte
_LONG_SIZES = (0xB, 0xD, 0xF)  #: the same with a size of four bytes
_U32 = struct.Struct(">I")


def decode_error(text: str) -> AmqpError:
    """The refusal of data that is no AMQP."""
    return AmqpError(Condition.DECODE_ERROR, text)


def refusing_broken_data[**P, R](reader: Callable[P, R]) -> Callable[P, R]:
    """Make what a reader trips over in broken data an `AmqpError` with the condition decode-error."""

    @wraps(reader)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return reader(*args, **kwargs)
        except _BROKEN as error:
            raise decode_error(f"malformed data: {error!r}") from error

    return read


@refusing_broken_data
def decode(data: bytes, position: int = 0) -> tuple[object, int]:
    """The value at `position`, and the position after it."""
    return read(data, position)


def read(data: bytes, position: int) -> tuple[object, int]:
    """As `decode`, for readers that are themselves `refusing_broken_data`."""
    return _READERS[data[position]](data, position + 1)


def skip(data: bytes, position: int) -> int:
    """The position after the value at `position`, which is not decoded. Raises as `read` does."""
    constructor = data[position]
    position += 1
    if constructor == 0:
        return skip(data, skip(data, position))
    kind = constructor >> 4
    if kind in _SHORT_SIZES:
        end = position + 1 + data[position]
    elif kind in _LONG_SIZES:
        end = position + 4 + read_u32(data, position)
    else:
        end = position + _FIXED_WIDTHS[kind - 4] if kind >= 4 else len(data) + 1  # noqa: PLR2004 - 0x4_
    return _within(data, end)


def read_u32(data: bytes, position: int) -> int:
    """The four bytes at `position` as a number."""
    return _U32.unpack_from(data, position)[0]


def _within(data: bytes, end: int) -> int:
    if end > len(data):
        raise IndexError(f"a value ends at byte {end} of {len(data)}")
    return end


def _items(data: bytes, position: int, count: int) -> tuple[list[object], int]:
    values: list[object] = []
    for _ in range(count):
        value, position = read(data, position)
        values.append(value)
    return values, position


def _map_items(data: bytes, position: int, count: int) -> tuple[dict[object, object], int]:
    if count % 2:
        raise decode_error(f"a map of {count} keys and values")
    values, position = _items(data, position, count)
    keys = values[::2]
    for key in keys:
        if not isinstance(key, _KEY_TYPES):
            raise decode_error(f"{key!r} as the key of a map")
    return dict(zip(keys, values[1::2], strict=True)), position


def _array_items(data: bytes, position: int, count: int) -> tuple[list[object], int]:
    constructor = data[position]
    position += 1
    if constructor == 0:  # the descriptor, too, is written once; no one here asks for it
        position = skip(data, position)
        constructor = data[position]
        position += 1
    if count > len(data):  # values without a width: a few bytes could ask for billions of them
        raise decode_error(f"an array of {count} values in {len(data)} bytes")
    reader = _READERS[constructor]
    values: list[object] = []
    for _ in range(count):
        value, position = reader(data, position)
        values.append(value)
    return values, position


def _described(data: bytes, position: int) -> tuple[Described, int]:
    descriptor, position = read(data, position)
    value, position = read(data, position)
    return Described(descriptor, value), position


def _empty_list(_: bytes, position: int) -> tuple[list[object], int]:
    return [], position


def _bool(data: bytes, position: int) -> tuple[bool, int]:
    return data[position] != 0, position + 1


def _uuid(data: bytes, position: int) -> tuple[uuid.UUID, int]:
    end = _within(data, position + 16)
    return uuid.UUID(bytes=data[position:end]), end


def _decimal128(data: bytes, position: int) -> tuple[bytes, int]:
    end = _within(data, position + 16)
    return data[position:end], end


def _constant(value: object) -> Reader:
    return lambda _, position: (value, position)


def _fixed(layout: str) -> Reader:
    unpacker = struct.Struct(layout)
    return lambda data, position: (unpacker.unpack_from(data, position)[0], position + unpacker.size)


def _sized(make: Callable[[bytes], object]) -> tuple[Reader, Reader]:
    """Readers of variable-width data with a size of one byte and of four."""

    def short(data: bytes, position: int) -> tuple[object, int]:
        end = _within(data, position + 1 + data[position])
        return make(data[position + 1 : end]), end

    def long(data: bytes, position: int) -> tuple[object, int]:
        end = _within(data, position + 4 + read_u32(data, position))
        return make(data[position + 4 : end]), end

    return short, long


def _compound(read_items: ItemsReader) -> tuple[Reader, Reader]:
    """Readers of lists, maps and arrays with size and count of one byte and of four."""

    def checked(data: bytes, start: int, count: int, end: int) -> tuple[object, int]:
        value, found = read_items(data, start, count)
        if found != end:
            raise decode_error(f"values that end at byte {found} where the size says {end}")
        return value, end

    def short(data: bytes, position: int) -> tuple[object, int]:
        end = position + 1 + data[position]
        return checked(data, position + 2, data[position + 1], end)

    def long(data: bytes, position: int) -> tuple[object, int]:
        end = position + 4 + read_u32(data, position)
        return checked(data, position + 8, read_u32(data, position + 4), end)

    return short, long


def _symbol(data: bytes) -> Symbol:
    return Symbol(data.decode("ascii"))


_BINARY8, _BINARY32 = _sized(bytes)
_STRING8, _STRING32 = _sized(bytes.decode)
_SYMBOL8, _SYMBOL32 = _sized(_symbol)
_LIST8, _LIST32 = _compound(_items)
_MAP8, _MAP32 = _compound(_map_items)
_ARRAY8, _ARRAY32 = _compound(_array_items)

_READERS: dict[int, Reader] = {
    0x00: _described,
    0x40: _constant(None),
    0x41: _constant(True),
    0x42: _constant(False),
    0x43: _constant(0),
    0x44: _constant(0),
    0x45: _empty_list,
    0x50: _fixed("B"),
    0x51: _fixed("b"),
    0x52: _fixed("B"),
    0x53: _fixed("B"),
    0x54: _fixed("b"),
    0x55: _fixed("b"),
    0x56: _bool,
    0x60: _fixed(">H"),
    0x61: _fixed(">h"),
    0x70: _fixed(">I"),
    0x71: _fixed(">i"),
    0x72: _fixed(">f"),
    0x73: _fixed(">I"),
    0x74: _fixed(">I"),
    0x80: _fixed(">Q"),
    0x81: _fixed(">q"),
    0x82: _fixed(">d"),
    0x83: _fixed(">q"),
    0x84: _fixed(">Q"),
    0x94: _decimal128,
    0x98: _uuid,
    0xA0: _BINARY8,
    0xA1: _STRING8,
    0xA3: _SYMBOL8,
    0xB0: _BINARY32,
    0xB1: _STRING32,
    0xB3: _SYMBOL32,
    0xC0: _LIST8,
    0xC1: _MAP8,
    0xD0: _LIST32,
    0xD1: _MAP32,
    0xE0: _ARRAY8,
    0xF0: _ARRAY32,
}
