"""Bytes of a connection cut into frames (OASIS AMQP 1.0, part 2: Transport, 2.2 and 2.3)."""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.performatives import Performative, Transfer, encode_performative

#: Bytes of a frame that the broker takes and, if the client does too, sends.
MAX_FRAME_SIZE = 65_536
MIN_FRAME_SIZE = 512  #: what each side must take (2.3.1)
_HEADER = struct.Struct(">IBBH")  #: size, data offset in words, type, channel
_PROTOCOL = b"AMQP"
_TRANSFER_ROOM = 128  #: more than frame header and performative of a transfer ever need


class FrameType(IntEnum):
    """The type of a frame."""

    AMQP = 0
    SASL = 1


class ProtocolHeader(NamedTuple):
    """What each side begins with: eight bytes that name protocol and version."""

    data: bytes


AMQP_HEADER = ProtocolHeader(b"AMQP\x00\x01\x00\x00")
SASL_HEADER = ProtocolHeader(b"AMQP\x03\x01\x00\x00")


class Frame(NamedTuple):
    """A frame; one without a body is a sign of life."""

    frame_type: int
    channel: int
    body: bytes


class FrameReader:
    """Puts frames together from bytes as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[ProtocolHeader | Frame]:
        """What is complete by now. Raises `AmqpError` for bytes that are no frames."""
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            size = _HEADER.size if self._buffer.startswith(_PROTOCOL) else self._frame_size()
            if len(self._buffer) < size:
                return
            found = bytes(self._buffer[:size])
            del self._buffer[:size]
            yield ProtocolHeader(found) if found.startswith(_PROTOCOL) else _frame(found)

    def _frame_size(self) -> int:
        size, offset, _, _ = _HEADER.unpack_from(self._buffer)
        if not _HEADER.size <= 4 * offset <= size <= MAX_FRAME_SIZE:
            text = f"a frame of {size} bytes with data from byte {4 * offset}; at most {MAX_FRAME_SIZE} are possible"
            raise AmqpError(Condition.FRAMING_ERROR, text)
        return size


def encode_frame(frame_type: FrameType, channel: int, body: bytes) -> bytes:
    """The bytes of a frame."""
    return _HEADER.pack(len(body) + _HEADER.size, 2, frame_type, channel) + body


def encode_amqp(channel: int, performative: Performative, payload: bytes = b"") -> bytes:
    """The bytes of an AMQP frame."""
    return encode_frame(FrameType.AMQP, channel, encode_performative(performative) + payload)


def split_transfer(first: Transfer, message: bytes, max_frame_size: int) -> Iterator[tuple[Transfer, bytes]]:
    """A message in as many transfers as it takes, with their payloads."""
    room = max_frame_size - _TRANSFER_ROOM
    for start in range(0, len(message), room):
        more = start + room < len(message)
        transfer = first if start == 0 else Transfer(first.handle)
        yield transfer._replace(more=more), message[start : start + room]


def _frame(data: bytes) -> Frame:
    _, offset, frame_type, channel = _HEADER.unpack_from(data)
    return Frame(frame_type, channel, data[4 * offset :])
