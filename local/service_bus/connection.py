"""An AMQP connection over TCP: protocol headers, SASL, open and close, signs of life (AMQP 1.0, part 2, 2.4)."""

import asyncio
import socket
from typing import cast

from local.service_bus.broker import Broker
from local.service_bus.claims import Claims
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.frames import (
    AMQP_HEADER,
    MAX_FRAME_SIZE,
    MIN_FRAME_SIZE,
    SASL_HEADER,
    Frame,
    FrameReader,
    FrameType,
    ProtocolHeader,
    encode_amqp,
    encode_frame,
)
from local.service_bus.outcomes import error_value
from local.service_bus.performatives import (
    Begin,
    Close,
    End,
    Open,
    Performative,
    SaslInit,
    SaslOutcome,
    decode_performative,
    encode_performative,
    mechanisms,
)
from local.service_bus.session import Session

MAX_CHANNEL = 255
#: Seconds of silence after which a connection is closed, as in Azure (Microsoft Learn,
#: service-bus-amqp-troubleshoot; 2026-11).
IDLE_SECONDS = 240.0
#: Bytes that wait for a slow client. Above the first limit it gets no more messages, above the second it is
#: not heard any more.
CONGESTED, FLOODED = 1 << 20, 1 << 24
_CONTAINER = "local-service-bus"
#: None of them proves anything: the tokens shown at `$cbs` count. PLAIN, which would, is not implemented.
_MECHANISMS = ("MSSBCBS", "ANONYMOUS", "EXTERNAL")
_SUCCEEDED, _FAILED = 0, 1


class Connection(asyncio.Protocol):
    """The broker's end of a connection. What goes to the client waits in `_out` for the commit."""

    def __init__(self, broker: Broker) -> None:
        self.claims = Claims(broker.key)
        self.max_frame_size = MIN_FRAME_SIZE
        self._broker = broker
        self._loop = asyncio.get_running_loop()
        self._reader = FrameReader()
        self._sessions: dict[int, Session] = {}
        self._out = bytearray()
        self._is_open = self._is_ending = self._is_paused = False
        self._heard = self._loop.time()

    # For asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=CONGESTED)
        self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._broker.peers.add(self)
        self._beat(IDLE_SECONDS / 2)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it ended changes nothing
        self._pulse.cancel()
        self._broker.peers.discard(self)
        self._forget_sessions()

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        self._broker.turn_soon()
        try:
            for item in self._reader.feed(data):
                if not self._is_ending:
                    self._receive(item)
        except AmqpError as error:
            self._end(error)

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self._transport.resume_reading()
        self._broker.turn_soon()

    # For the broker

    def flush(self) -> None:
        if self._transport.is_closing():
            return
        was_congested = self.is_congested()
        if self._out:
            self._transport.write(bytes(self._out))
            self._out.clear()
        if self._is_ending:
            self._transport.close()
        elif self._transport.get_write_buffer_size() > FLOODED:
            self._transport.pause_reading()
        elif was_congested and not self._is_paused:  # there is room again, and no one else will say so
            self._broker.turn_soon()

    def abort(self) -> None:
        self._transport.abort()

    # For sessions

    def send(self, channel: int, performative: Performative, payload: bytes = b"") -> None:
        self._out += encode_amqp(channel, performative, payload)

    def is_congested(self) -> bool:
        return self._is_paused or len(self._out) > CONGESTED

    # What comes in

    def _receive(self, item: ProtocolHeader | Frame) -> None:
        if isinstance(item, ProtocolHeader):
            self._negotiate(item)
        elif item.body:
            performative, end = decode_performative(item.body)
            self._dispatch(item.channel, performative, item.body[end:])

    def _negotiate(self, header: ProtocolHeader) -> None:
        if header == SASL_HEADER:
            self._out += header.data
            self._send_sasl(mechanisms(*_MECHANISMS))
        else:
            self._out += AMQP_HEADER.data
            self._is_ending = header != AMQP_HEADER  # the answer names the version that is spoken here

    def _dispatch(self, channel: int, performative: Performative, payload: bytes) -> None:
        match performative:
            case SaslInit():
                self._authenticate(performative)
            case Open():
                self._open(performative)
            case Close():
                self._end(None)
            case _ if not self._is_open:
                text = f"a frame of type {type(performative).__name__} before the connection is open"
                raise AmqpError(Condition.ILLEGAL_STATE, text)
            case Begin():
                self._begin(channel, performative)
            case End():
                self._end_session(channel)
            case _:
                # Frames for a session that has ended are late, not wrong: the SDK's keep-alive thread sends such.
                if session := self._sessions.get(channel):
                    session.receive(performative, payload)

    def _authenticate(self, init: SaslInit) -> None:
        self._is_ending = init.mechanism not in _MECHANISMS
        self._send_sasl(SaslOutcome(_FAILED if self._is_ending else _SUCCEEDED))

    def _open(self, theirs: Open) -> None:
        if theirs.max_frame_size < MIN_FRAME_SIZE:
            text = f"frames of at most {theirs.max_frame_size} bytes; {MIN_FRAME_SIZE} are needed"
            raise AmqpError(Condition.FRAMING_ERROR, text)
        self._is_open = True
        self.max_frame_size = min(theirs.max_frame_size, MAX_FRAME_SIZE)
        if theirs.idle_timeout:
            self._pulse.cancel()
            self._beat(min(IDLE_SECONDS, theirs.idle_timeout / 1000) / 2)
        idle_timeout = round(IDLE_SECONDS * 1000)
        self.send(0, Open(_CONTAINER, None, MAX_FRAME_SIZE, MAX_CHANNEL, idle_timeout))

    def _begin(self, channel: int, begin: Begin) -> None:
        if channel in self._sessions or channel > MAX_CHANNEL:
            text = f"a session on channel {channel}, which is in use or above {MAX_CHANNEL}"
            raise AmqpError(Condition.NOT_ALLOWED, text)
        self._sessions[channel] = Session(channel, begin, self, self._broker)

    def _end_session(self, channel: int) -> None:
        if session := self._sessions.pop(channel, None):
            session.forget()
            self.send(channel, End())

    # How it ends

    def _end(self, error: AmqpError | None) -> None:
        """Close the connection once this has been written."""
        self._forget_sessions()
        self.send(0, Close(error_value(error) if error else None))
        self._is_ending = True

    def _forget_sessions(self) -> None:
        for session in self._sessions.values():
            session.forget()
        self._sessions.clear()

    def _beat(self, seconds: float) -> None:
        """Give a sign of life every so many seconds, and look whether the client has given one."""
        is_silent = self._loop.time() - self._heard > IDLE_SECONDS
        if is_silent and self._is_ending:  # it does not even read that this is the end
            self.abort()
        elif is_silent:
            self._end(AmqpError(Condition.FORCED, f"the connection was inactive for more than {IDLE_SECONDS:g} s"))
        elif self._is_open:
            self._out += encode_frame(FrameType.AMQP, 0, b"")
        self._broker.turn_soon()
        self._pulse = self._loop.call_later(seconds, self._beat, seconds)

    def _send_sasl(self, performative: Performative) -> None:
        self._out += encode_frame(FrameType.SASL, 0, encode_performative(performative))
