"""The performatives of AMQP 1.0 (OASIS AMQP 1.0, part 2: Transport, 2.7), as values and as bytes.

A field that is absent on the wire has the default that stands here, which is the specification's.
Fields of no use to this broker (locales, capabilities, properties) are neither read nor written.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from local.service_bus.decoding import decode, decode_error
from local.service_bus.encoding import encode
from local.service_bus.sections import split_described_list
from local.service_bus.values import Array, Described, Encoded, Symbol, UByte, UInt, ULong, UShort

SENDER_SETTLES, MIXED_SETTLING = 1, 2  #: snd-settle-mode


class Open(NamedTuple):
    """The first word on a connection, on either side."""

    container_id: str
    hostname: str | None = None
    max_frame_size: int = 0xFFFFFFFF  #: bytes
    channel_max: int = 0xFFFF
    idle_timeout: int | None = None  #: milliseconds


class Begin(NamedTuple):
    """A session begins. The windows are counted in transfer frames."""

    remote_channel: int | None
    next_outgoing_id: int
    incoming_window: int
    outgoing_window: int
    handle_max: int = 0xFFFFFFFF


class Attach(NamedTuple):
    """A link is attached; `is_receiver` is about the side that says so."""

    name: str
    handle: int
    is_receiver: bool
    snd_settle_mode: int = MIXED_SETTLING
    rcv_settle_mode: int = 0
    source: Encoded | None = None
    target: Encoded | None = None
    unsettled: Encoded | None = None
    incomplete_unsettled: bool = False
    initial_delivery_count: int | None = None
    max_message_size: int | None = None  #: bytes


class Flow(NamedTuple):
    """The state of a session and, with a handle, of a link: how much may be sent."""

    next_incoming_id: int | None
    incoming_window: int
    next_outgoing_id: int
    outgoing_window: int
    handle: int | None = None
    delivery_count: int | None = None
    link_credit: int | None = None
    available: int | None = None
    drain: bool = False
    echo: bool = False


class Transfer(NamedTuple):
    """A message, or a frame's worth of it. The payload follows the performative."""

    handle: int
    delivery_id: int | None = None
    delivery_tag: bytes | None = None
    message_format: int | None = None
    settled: bool = False
    more: bool = False
    rcv_settle_mode: int | None = None
    state: Encoded | None = None
    resume: bool = False
    aborted: bool = False


class Disposition(NamedTuple):
    """What became of the deliveries `first` to `last`; `is_receiver` is about the side that says so."""

    is_receiver: bool
    first: int
    last: int | None = None
    settled: bool = False
    state: Encoded | None = None


class Detach(NamedTuple):
    """A link is detached."""

    handle: int
    closed: bool = False
    error: Encoded | None = None


class End(NamedTuple):
    """A session ends."""

    error: Encoded | None = None


class Close(NamedTuple):
    """The last word on a connection."""

    error: Encoded | None = None


class SaslMechanisms(NamedTuple):
    """What the broker offers; an array of symbols."""

    mechanisms: Encoded


class SaslInit(NamedTuple):
    """What the client takes."""

    mechanism: str


class SaslOutcome(NamedTuple):
    """0: the dialogue succeeded. 1: the client could not be authenticated."""

    code: int


type Performative = (
    Open | Begin | Attach | Flow | Transfer | Disposition | Detach | End | Close
    | SaslMechanisms | SaslInit | SaslOutcome
)  # fmt: skip


class _Kind(NamedTuple):
    """A type of field: what decoding must give, and what it is encoded as."""

    decoded: type
    wire: type
    optional: bool = False  #: may be null although the specification has no default for it


_UBYTE, _USHORT, _UINT, _ULONG = _Kind(int, UByte), _Kind(int, UShort), _Kind(int, UInt), _Kind(int, ULong)
_BOOL, _STRING, _SYMBOL = _Kind(bool, bool), _Kind(str, str), _Kind(Symbol, Symbol)
_BINARY, _ANY = _Kind(bytes, bytes), _Kind(Encoded, Encoded)
_OPTIONAL_USHORT, _OPTIONAL_UINT = _Kind(int, UShort, optional=True), _Kind(int, UInt, optional=True)
_MANDATORY = object()


class _Field(NamedTuple):
    name: str
    kind: _Kind
    default: object


class _Layout(NamedTuple):
    descriptor: int
    performative: Any
    fields: tuple[_Field, ...]


def _layout(descriptor: int, performative: Any, *kinds: _Kind) -> _Layout:
    defaults = performative._field_defaults
    names = performative._fields
    fields = (_Field(n, k, defaults.get(n, _MANDATORY)) for n, k in zip(names, kinds, strict=True))
    return _Layout(descriptor, performative, tuple(fields))


_SESSION_FLOW = (_OPTIONAL_UINT, _UINT, _UINT, _UINT)
_LINK_FLOW = (_UINT, _UINT, _UINT, _UINT, _BOOL, _BOOL)
_TERMINI = (_ANY, _ANY, _ANY)
_LAYOUTS = (
    _layout(0x10, Open, _STRING, _STRING, _UINT, _USHORT, _UINT),
    _layout(0x11, Begin, _OPTIONAL_USHORT, _UINT, _UINT, _UINT, _UINT),
    _layout(0x12, Attach, _STRING, _UINT, _BOOL, _UBYTE, _UBYTE, *_TERMINI, _BOOL, _UINT, _ULONG),
    _layout(0x13, Flow, *_SESSION_FLOW, *_LINK_FLOW),
    _layout(0x14, Transfer, _UINT, _UINT, _BINARY, _UINT, _BOOL, _BOOL, _UBYTE, _ANY, _BOOL, _BOOL),
    _layout(0x15, Disposition, _BOOL, _UINT, _UINT, _BOOL, _ANY),
    _layout(0x16, Detach, _UINT, _BOOL, _ANY),
    _layout(0x17, End, _ANY),
    _layout(0x18, Close, _ANY),
    _layout(0x40, SaslMechanisms, _ANY),
    _layout(0x41, SaslInit, _SYMBOL),
    _layout(0x44, SaslOutcome, _UBYTE),
)
_BY_DESCRIPTOR = {layout.descriptor: layout for layout in _LAYOUTS}
_BY_CLASS: dict[type, _Layout] = {layout.performative: layout for layout in _LAYOUTS}


def encode_performative(performative: Performative) -> bytes:
    """The bytes of a performative; fields at its end that have their defaults are left out."""
    layout = _BY_CLASS[type(performative)]
    values = list(zip(layout.fields, performative, strict=True))
    while values and values[-1][1] == values[-1][0].default:
        values.pop()
    wire = [None if value is None else field.kind.wire(value) for field, value in values]
    return encode(Described(ULong(layout.descriptor), wire))


def decode_performative(body: bytes) -> tuple[Performative, int]:
    """The performative that a frame's body begins with, and the position of the payload behind it."""
    descriptor, items, end = split_described_list(body)
    layout = _BY_DESCRIPTOR.get(descriptor)
    if layout is None:
        raise decode_error(f"a frame with the unknown descriptor {descriptor:#x}")
    return layout.performative._make(_values(layout, items)), end


def _values(layout: _Layout, items: list[bytes]) -> Iterable[object]:
    for index, field in enumerate(layout.fields):
        value = _value(field.kind, items[index]) if index < len(items) else None
        if value is not None or field.kind.optional:
            yield value
        elif field.default is _MANDATORY:
            raise decode_error(f"a frame of type {layout.performative.__name__} without {field.name!r}")
        else:
            yield field.default


def _value(kind: _Kind, item: bytes) -> object:
    if kind is _ANY:
        return Encoded(item) if item != b"\x40" else None
    value, _ = decode(item)
    if value is not None and type(value) is not kind.decoded:
        raise decode_error(f"a field holds {value!r}; {kind.wire.__name__} is needed")
    return value


def mechanisms(*names: str) -> SaslMechanisms:
    """The offer of these SASL mechanisms."""
    return SaslMechanisms(Encoded(encode(Array(Symbol(name) for name in names))))
