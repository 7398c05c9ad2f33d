"""Connections that break the rules, or just break."""

import asyncio
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from local.service_bus import connection
from local.service_bus.broker import Broker
from local.service_bus.encoding import encode
from local.service_bus.errors import Condition
from local.service_bus.frames import AMQP_HEADER, SASL_HEADER, FrameType, encode_frame
from local.service_bus.journal import Journal
from local.service_bus.namespace import Namespace
from local.service_bus.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    End,
    Open,
    SaslMechanisms,
    SaslOutcome,
)
from local.service_bus.values import Array, Described, Encoded, ULong
from tests.local.service_bus.conversations import (
    send,
)
from tests.local.service_bus.raw_client import RawClient, message, request


def assert_serves(port: int) -> None:
    with RawClient(port) as other:
        send(other.open().authorized(), b"still there")


broken = encode_frame(FrameType.AMQP, 0, b"\x00\x53")
incomplete = encode_frame(FrameType.AMQP, 0, encode(Described(ULong(0x11), [])))


@pytest.mark.parametrize(
    ("misbehave", "condition"),
    [
        (lambda c: c.socket.sendall(b"GET / HTTP/1.1\r\n\r\n"), Condition.FRAMING_ERROR),
        (lambda c: c.socket.sendall(broken), Condition.DECODE_ERROR),
        (lambda c: c.socket.sendall(incomplete), Condition.DECODE_ERROR),
        (lambda c: c.transfer(7, message(b"x")), Condition.UNATTACHED_HANDLE),
        (lambda c: c.send(Begin(None, 0, 1, 1)), Condition.NOT_ALLOWED),
        (lambda c: c.send(Begin(None, 0, 1, 1), channel=256), Condition.NOT_ALLOWED),
        (lambda c: c.send(SaslMechanisms(Encoded(encode(Array()))), channel=0), Condition.NOT_ALLOWED),
        (lambda c: c.attach_receiver("q", 300), Condition.HANDLE_IN_USE),
        (lambda c: c.send(Open("raw", max_frame_size=100)), Condition.FRAMING_ERROR),
    ],
)
def test_whoever_breaks_the_rules_is_told_and_disconnected(
    port: int, client: RawClient, misbehave: Callable[[RawClient], None], condition: Condition
) -> None:
    misbehave(client)

    assert client.refusal() == condition
    with pytest.raises(EOFError):
        client.next()
    assert_serves(port)


def test_nothing_goes_before_the_open(port: int) -> None:
    with RawClient(port) as raw:
        raw.socket.sendall(AMQP_HEADER.data)
        assert raw.next() == AMQP_HEADER
        raw.send(Begin(None, 0, 1, 1))

        assert raw.refusal() == Condition.ILLEGAL_STATE


def test_another_version_is_answered_with_the_one_that_is_spoken(port: int) -> None:
    with RawClient(port) as raw:
        raw.socket.sendall(b"AMQP\x00\x00\x09\x01")

        assert raw.next() == AMQP_HEADER
        with pytest.raises(EOFError):
            raw.next()


def test_an_unknown_sasl_mechanism_fails(port: int) -> None:
    with RawClient(port) as raw:
        raw.socket.sendall(SASL_HEADER.data)
        raw.next()
        raw.expect(SaslMechanisms)
        raw.send_sasl("PLAIN")

        assert raw.expect(SaslOutcome)[0] == SaslOutcome(1)
        with pytest.raises(EOFError):
            raw.next()


@pytest.mark.parametrize("seed", range(20))
def test_noise_harms_no_one_else(port: int, seed: int) -> None:
    noise = random.Random(seed)
    with RawClient(port) as raw:
        raw.open()
        with suppress(OSError):
            for _ in range(20):
                size = noise.randrange(1, 60)
                raw.socket.sendall(size.to_bytes(4) + b"\x02" + noise.randbytes(size))
    assert_serves(port)


def test_a_client_that_vanishes_in_the_middle_of_a_frame_harms_no_one(port: int, client: RawClient) -> None:
    client.attach_sender("q", 0)
    client.socket.sendall(b"\x00\x00\x10\x00\x02\x00\x00\x00half")
    client.socket.close()

    assert_serves(port)


def test_late_frames_for_what_has_ended_are_let_pass(client: RawClient) -> None:
    client.attach_receiver("q", 1)
    client.expect(Attach)
    client.send(Detach(1, closed=True))
    client.expect(Detach)

    client.grant(1, handle=1)
    client.send(End())
    client.expect(End)
    client.grant(1)

    client.send(Close())
    client.expect(Close)


def test_a_silent_client_is_disconnected(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.1)
    with RawClient(port) as raw:
        assert raw.open().refusal() == Condition.FORCED


def test_a_client_that_asks_for_signs_of_life_gets_them(stranger: RawClient) -> None:
    stranger.send(Open("raw", idle_timeout=50))
    stranger.expect(Open)

    assert stranger.socket.recv(8) == b"\x00\x00\x00\x08\x02\x00\x00\x00"


def ask_until_it_blocks(client: RawClient) -> None:
    client.socket.settimeout(0.2)
    arguments = {"from-sequence-number": 0, "message-count": 100, "filler": bytes(50_000)}
    for _ in range(1000):
        client.transfer(200, request(arguments, operation="com.microsoft:peek-message"))


def test_a_client_that_never_reads_is_not_heard_any_more(
    port: int, client: RawClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "FLOODED", 100_000)
    send(client, *[bytes(50_000)] * 5)
    with RawClient(port, receive_buffer=65536) as deaf:
        deaf.open().authorized().attach_pair("q/$management", 200)

        with pytest.raises(TimeoutError):
            ask_until_it_blocks(deaf)

        assert_serves(port)


class StuckTransport(asyncio.Transport):
    """To a client that has stopped reading: what is written stays, and closing waits for it."""

    def __init__(self) -> None:
        super().__init__({"socket": socket.socket()})
        self.written = b""
        self.aborted = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def abort(self) -> None:
        self.get_extra_info("socket").close()
        self.aborted.set()


def test_a_silent_client_that_does_not_even_read_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.02)

    async def be_silent() -> bytes:
        journal = Journal(tmp_path)
        transport = StuckTransport()
        stuck = connection.Connection(Broker(Namespace({}), journal, "key"))
        stuck.connection_made(transport)
        await asyncio.wait_for(transport.aborted.wait(), 5)
        stuck.connection_lost(None)
        journal.close()
        return transport.written

    assert Condition.FORCED.encode() in asyncio.run(be_silent())
