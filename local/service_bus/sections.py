"""Looking into encoded data without decoding all of it: what is not touched keeps its bytes and types."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from local.service_bus.decoding import decode_error, read, read_u32, refusing_broken_data, skip
from local.service_bus.encoding import encode, encode_map_entries

#: The sections of a message by their descriptors (OASIS AMQP 1.0, part 3: Messaging, 3.2).
HEADER, DELIVERY_ANNOTATIONS, ANNOTATIONS, PROPERTIES, APPLICATION_PROPERTIES = range(0x70, 0x75)
DATA, AMQP_VALUE = 0x75, 0x77
BARE_SECTIONS = range(PROPERTIES, 0x79)  #: what a broker may not change, and the footer

_EMPTY_LIST, _LIST8, _LIST32, _MAP8, _MAP32 = 0x45, 0xC0, 0xD0, 0xC1, 0xD1


class Section(NamedTuple):
    """Where a section of a message lies."""

    code: int
    start: int
    value: int  #: where its value begins, after the descriptor
    end: int


@refusing_broken_data
def sections(message: bytes) -> list[Section]:
    """The sections of an encoded message, in order."""
    found: list[Section] = []
    position = 0
    while position < len(message):
        code, value = _descriptor(message, position)
        end = skip(message, value)
        found.append(Section(code, position, value, end))
        position = end
    return found


@refusing_broken_data
def split_described_list(data: bytes) -> tuple[int, list[bytes], int]:
    """Descriptor, encoded items and end of the described list that `data` begins with."""
    code, position = _descriptor(data, 0)
    items, end = _split_list(data, position)
    return code, items, end


@refusing_broken_data
def list_items(encoded: bytes) -> list[object]:
    """The values in an encoded list."""
    return [read(item, 0)[0] for item in _split_list(encoded, 0)[0]]


@refusing_broken_data
def encoded_items(encoded: bytes) -> list[bytes]:
    """The items of an encoded list, still encoded."""
    items, _ = _split_list(encoded, 0)
    return items


@refusing_broken_data
def encoded_values(encoded: bytes) -> dict[object, bytes]:
    """The values of an encoded map by their keys, still encoded."""
    return {key: value for key, (_, value) in _entries(encoded).items()}


@refusing_broken_data
def map_values(encoded: bytes) -> dict[object, object]:
    """The values of an encoded map by their keys."""
    return {key: read(value, 0)[0] for key, (_, value) in _entries(encoded).items()}


@refusing_broken_data
def merge_map(encoded: bytes, changes: Mapping[str, object]) -> bytes:
    """An encoded map (or `b""`) with `changes` in it; what they do not name stays byte for byte."""
    encoded_changes = {key: (encode(key), encode(value)) for key, value in changes.items()}
    return _map((_entries(encoded) if encoded else {}) | encoded_changes)


@refusing_broken_data
def merge_maps(encoded: bytes, changes: bytes) -> bytes:
    """As `merge_map`, with changes that are encoded themselves."""
    return _map((_entries(encoded) if encoded else {}) | _entries(changes))


@refusing_broken_data
def without(encoded: bytes, keys: Collection[str]) -> bytes:
    """An encoded map without these keys, or `b""` if there are no others."""
    others = {key: entry for key, entry in _entries(encoded).items() if key not in keys}
    return _map(others) if others else b""


def section(code: int, encoded: bytes) -> bytes:
    """A section from its encoded value."""
    return bytes((0x00, 0x53, code)) + encoded


def _descriptor(data: bytes, position: int) -> tuple[int, int]:
    if data[position] != 0:
        raise decode_error(f"byte {position} is {data[position]:#x}, not the start of a described value")
    code, value = read(data, position + 1)
    if type(code) is not int:
        raise decode_error(f"the descriptor {code!r}, which is no number")
    return code, value


def _split_list(data: bytes, position: int) -> tuple[list[bytes], int]:
    constructor = data[position]
    if constructor == _EMPTY_LIST:
        return [], position + 1
    if constructor == _LIST8:
        count, position = data[position + 2], position + 3
    elif constructor == _LIST32:
        count, position = read_u32(data, position + 5), position + 9
    else:
        raise decode_error(f"constructor {constructor:#x} where a list is needed")
    items: list[bytes] = []
    for _ in range(count):
        end = skip(data, position)
        items.append(data[position:end])
        position = end
    return items, position


def _entries(encoded: bytes) -> dict[object, tuple[bytes, bytes]]:
    if encoded[0] == _MAP8:
        count, position = encoded[2], 3
    elif encoded[0] == _MAP32:
        count, position = read_u32(encoded, 5), 9
    else:
        raise decode_error(f"constructor {encoded[0]:#x} where a map is needed")
    entries: dict[object, tuple[bytes, bytes]] = {}
    for _ in range(count // 2):
        key, middle = read(encoded, position)
        if not isinstance(key, str | int):
            raise decode_error(f"{key!r} as the key of a map")
        end = skip(encoded, middle)
        entries[key] = encoded[position:middle], encoded[middle:end]
        position = end
    return entries


def _map(entries: Mapping[object, tuple[bytes, bytes]]) -> bytes:
    return encode_map_entries((key + value for key, value in entries.values()), len(entries))
