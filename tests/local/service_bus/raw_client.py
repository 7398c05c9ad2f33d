"""A client that says on the wire whatever a test wants, the SDK would never say it."""

import base64
import hashlib
import hmac
import socket
import time
from collections import deque
from types import TracebackType, UnionType
from typing import Self
from urllib.parse import quote_plus
from uuid import uuid4

from local.service_bus.access import DEFAULT_KEY, KEY_NAME
from local.service_bus.decoding import decode
from local.service_bus.encoding import encode
from local.service_bus.frames import (
    AMQP_HEADER,
    SASL_HEADER,
    FrameReader,
    FrameType,
    ProtocolHeader,
    encode_amqp,
    encode_frame,
)
from local.service_bus.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    Flow,
    Open,
    Performative,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    Transfer,
    decode_performative,
    encode_performative,
)
from local.service_bus.sections import (
    AMQP_VALUE,
    APPLICATION_PROPERTIES,
    DATA,
    PROPERTIES,
    section,
    sections,
    split_described_list,
)
from local.service_bus.values import Described, Encoded, Symbol, ULong

type Received = tuple[Performative, bytes]

SOURCE, TARGET = 0x28, 0x29
ACCEPTED, REJECTED, RELEASED, MODIFIED = range(0x24, 0x28)
DEADLINE = 5  #: seconds to wait for an answer
FRAME = 60_000


def described(descriptor: int, *fields: object) -> Encoded:
    return Encoded(encode(Described(ULong(descriptor), list(fields))))


def message(body: bytes, *, properties: dict[str, object] | None = None) -> bytes:
    named = section(APPLICATION_PROPERTIES, encode(properties)) if properties else b""
    return named + section(DATA, encode(body))


def request(body: object, **properties: object) -> bytes:
    return b"".join(
        (
            section(PROPERTIES, encode([uuid4()])),
            section(APPLICATION_PROPERTIES, encode(properties)),
            section(AMQP_VALUE, encode(body)),
        )
    )


def values_in(encoded: bytes) -> dict[int, object]:
    """The last value of each section of a message."""
    return {part.code: decode(encoded, part.value)[0] for part in sections(encoded)}


def token_for(resource: str, *, key: str = DEFAULT_KEY, key_name: str = KEY_NAME, expires: float | None = None) -> str:
    until = int(time.time() + 3600 if expires is None else expires)
    signed = f"{quote_plus(resource)}\n{until}".encode()
    signature = base64.b64encode(hmac.new(key.encode(), signed, hashlib.sha256).digest())
    return f"SharedAccessSignature sr={quote_plus(resource)}&sig={quote_plus(signature)}&se={until}&skn={key_name}"


class RawClient:
    """A connection with one session, opened and with a token for everything."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(DEADLINE)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self._reader = FrameReader()
        self._items: deque[Received | ProtocolHeader] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def open(self, *, max_frame_size: int = 65536, window: int = 1000) -> Self:
        self.socket.sendall(SASL_HEADER.data)
        assert self.next() == SASL_HEADER
        self.expect(SaslMechanisms)
        self.send_sasl("ANONYMOUS")
        assert self.expect(SaslOutcome)[0] == SaslOutcome(0)
        self.socket.sendall(AMQP_HEADER.data)
        assert self.next() == AMQP_HEADER
        self.send(Open("raw", max_frame_size=max_frame_size))
        self.expect(Open)
        self.send(Begin(None, 0, window, 1000))
        self.expect(Begin)
        return self

    def authorized(self) -> Self:
        self.attach_pair("$cbs", 100)
        answer = self.put_token(token_for("sb://localhost"), "sb://localhost")
        assert answer["status-code"] == 202
        return self

    def put_token(self, token: object, name: str, kind: str = "jwt") -> dict[str, object]:
        self.transfer(100, request(token, operation="put-token", type=kind, name=name))
        return self.answer()[0]

    def attach_pair(self, address: str, handle: int) -> None:
        """Links to send requests (`handle`) and to get the answers (`handle` + 1)."""
        self.attach_sender(address, handle)
        self.attach_receiver(address, handle + 1)
        self.expect(Attach)

    def attach_sender(self, address: str, handle: int = 0) -> None:
        self.send(Attach(f"s{handle}", handle, is_receiver=False, target=described(TARGET, address)))
        self.expect(Attach)
        self.expect(Flow)

    def attach_receiver(self, address: str, handle: int = 1) -> None:
        self.send(Attach(f"r{handle}", handle, is_receiver=True, source=described(SOURCE, address)))

    def grant(self, credit: int, handle: int = 1, *, delivery_count: int = 0, drain: bool = False) -> None:
        self.send(Flow(0, 1000, 0, 1000, handle, delivery_count, credit, drain=drain))

    def transfer(self, handle: int, payload: bytes, *, message_format: int = 0, settled: bool = False) -> None:
        self.send(Transfer(handle, 0, b"tag", message_format, settled), payload)

    def outcome(self) -> tuple[int, list[bytes]]:
        """Code and fields of the delivery state in the next disposition."""
        disposition, _ = self.expect(Disposition)
        assert isinstance(disposition, Disposition)
        assert disposition.state is not None
        code, fields, _ = split_described_list(disposition.state)
        return code, fields

    def refusal(self) -> str:
        """The condition with which the broker refuses what was sent: a message, a link or the connection."""
        performative, _ = self.expect(Disposition | Detach | Close)
        if isinstance(performative, Disposition):
            assert performative.state is not None
            code, fields, _ = split_described_list(performative.state)
            assert code == REJECTED
            return error_in(Encoded(fields[0]))[0]
        assert isinstance(performative, Detach | Close)
        return error_in(performative.error)[0]

    def answer(self) -> tuple[dict[str, object], object]:
        """Application properties and body of the answer to a request."""
        _, values = self.receive()
        self.outcome()
        properties = values[APPLICATION_PROPERTIES]
        assert isinstance(properties, dict)
        return properties, values[AMQP_VALUE]

    def manage(self, operation: str, handle: int = 200, **arguments: object) -> tuple[dict[str, object], object]:
        self.transfer(handle, request(arguments, operation=f"com.microsoft:{operation}"))
        return self.answer()

    def receive(self) -> tuple[Transfer, dict[int, object]]:
        """The first frame of the next message, and its sections."""
        parts = [self.expect(Transfer)]
        first, last = parts[0][0], parts[0][0]
        assert isinstance(first, Transfer)
        while isinstance(last, Transfer) and last.more:
            parts.append(self.expect(Transfer))
            last = parts[-1][0]
        return first, values_in(b"".join(payload for _, payload in parts))

    def settle(self, transfer: Transfer, code: int, *fields: object, settled: bool = False) -> None:
        assert transfer.delivery_id is not None
        state = described(code, *fields)
        self.send(Disposition(is_receiver=True, first=transfer.delivery_id, settled=settled, state=state))

    def transfer_in_frames(self, handle: int, payload: bytes, *, message_format: int = 0) -> None:
        for start in range(0, len(payload), FRAME):
            more = start + FRAME < len(payload)
            self.send(Transfer(handle, 0, b"tag", message_format, more=more), payload[start : start + FRAME])

    def send(self, performative: Performative, payload: bytes = b"", channel: int = 0) -> None:
        self.socket.sendall(encode_amqp(channel, performative, payload))

    def send_sasl(self, mechanism: str) -> None:
        body = encode_performative(SaslInit(Symbol(mechanism)))
        self.socket.sendall(encode_frame(FrameType.SASL, 0, body))

    def expect(self, kind: type | UnionType) -> Received:
        """The next performative, which is of this kind. Raises `EOFError` if the broker has hung up."""
        item = self.next()
        assert not isinstance(item, ProtocolHeader)
        assert isinstance(item[0], kind), f"{item[0]} where {kind} is expected"
        return item

    def next(self) -> Received | ProtocolHeader:
        while not self._items:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self._items.extend(self._read(data))
        return self._items.popleft()

    def _read(self, data: bytes) -> list[Received | ProtocolHeader]:
        found: list[Received | ProtocolHeader] = []
        for item in self._reader.feed(data):
            if isinstance(item, ProtocolHeader):
                found.append(item)
            elif item.body:
                performative, end = decode_performative(item.body)
                found.append((performative, item.body[end:]))
        return found


def error_in(encoded: Encoded | None) -> tuple[str, str]:
    """Condition and text of an encoded error."""
    assert encoded is not None
    error, _ = decode(encoded)
    assert isinstance(error, Described)
    assert isinstance(error.value, list)
    condition, text, _ = error.value
    return condition, text
