import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.service_bus.encoding import encode
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.frames import (
    AMQP_HEADER,
    MAX_FRAME_SIZE,
    Frame,
    FrameReader,
    FrameType,
    encode_amqp,
    encode_frame,
    split_transfer,
)
from local.service_bus.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Flow,
    Open,
    Performative,
    SaslInit,
    SaslOutcome,
    Transfer,
    decode_performative,
    encode_performative,
)
from local.service_bus.values import Described, Encoded, Symbol, UInt, ULong

STATE = Encoded(encode(Described(ULong(0x24), [])))
uints = st.integers(0, 2**32 - 1)
flags = st.booleans()


def maybe[T](strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


performatives = st.one_of(
    st.builds(Open, st.text(), maybe(st.text()), uints, st.integers(0, 65535), maybe(uints)),
    st.builds(Begin, maybe(st.integers(0, 65535)), uints, uints, uints, uints),
    st.builds(
        Attach,
        st.text(),
        uints,
        flags,
        st.integers(0, 2),
        st.integers(0, 1),
        source=maybe(st.just(STATE)),
        target=maybe(st.just(STATE)),
        unsettled=st.none(),
        initial_delivery_count=maybe(uints),
        max_message_size=maybe(st.integers(0, 2**64 - 1)),
    ),
    st.builds(Flow, maybe(uints), uints, uints, uints, *[maybe(uints)] * 4, flags, flags),
    st.builds(
        Transfer,
        uints,
        maybe(uints),
        maybe(st.binary(max_size=32)),
        maybe(uints),
        flags,
        flags,
        maybe(st.integers(0, 1)),
        maybe(st.just(STATE)),
        flags,
        flags,
    ),
    st.builds(Disposition, flags, uints, maybe(uints), flags, maybe(st.just(STATE))),
    st.builds(Detach, uints, flags, maybe(st.just(STATE))),
    st.builds(End, maybe(st.just(STATE))),
    st.builds(Close, maybe(st.just(STATE))),
    st.builds(SaslOutcome, st.integers(0, 4)),
    st.just(SaslInit(Symbol("ANONYMOUS"))),
)


@given(performatives, st.binary(max_size=40))
def test_a_performative_is_read_as_it_was_written(performative: Performative, payload: bytes) -> None:
    written = encode_performative(performative)

    assert decode_performative(written + payload) == (performative, len(written))


def test_fields_with_their_defaults_are_left_out_at_the_end() -> None:
    assert len(encode_performative(Transfer(1))) < len(encode_performative(Transfer(1, aborted=True)))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (encode(Described(ULong(0x12), ["name", UInt(1)])), "without 'is_receiver'"),
        (encode(Described(ULong(0x12), ["name", "one", True])), "a field holds 'one'; UInt is needed"),
        (encode(Described(ULong(0x12), ["name", True, True])), "a field holds True; UInt is needed"),
        (encode(Described(ULong(0x99), [])), "the unknown descriptor 0x99"),
        (encode(Described("open", [])), "the descriptor 'open', which is no number"),
        (encode(Described(ULong(0x10), {})), "constructor 0xc1 where a list is needed"),
        (encode([]), "not the start of a described value"),
    ],
)
def test_a_performative_that_breaks_the_rules_is_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(AmqpError, match=complaint) as refusal:
        decode_performative(body)
    assert refusal.value.condition is Condition.DECODE_ERROR


def chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


@given(st.lists(st.binary(max_size=60), max_size=6), st.lists(st.integers(0, 30)))
def test_frames_are_found_however_the_bytes_arrive(bodies: list[bytes], sizes: list[int]) -> None:
    frames = [Frame(FrameType.AMQP, channel, body) for channel, body in enumerate(bodies)]
    data = AMQP_HEADER.data + b"".join(encode_frame(FrameType.AMQP, f.channel, f.body) for f in frames)
    reader = FrameReader()

    found = [item for chunk in chunks(data, sizes) for item in reader.feed(chunk)]

    assert found == [AMQP_HEADER, *frames]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff\x02\x00\x00\x00",  # larger than any frame may be
        b"\x00\x00\x00\x07\x02\x00\x00\x00",  # smaller than its own header
        b"\x00\x00\x00\x10\x01\x00\x00\x00",  # data that begin within the header
        b"\x00\x00\x00\x10\x05\x00\x00\x00",  # data that begin behind the end
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_bytes_that_are_no_frames_are_refused(data: bytes) -> None:
    with pytest.raises(AmqpError) as refusal:
        list(FrameReader().feed(data))
    assert refusal.value.condition is Condition.FRAMING_ERROR


@given(st.binary(max_size=300))
def test_any_bytes_are_frames_or_refused(data: bytes) -> None:
    with contextlib.suppress(AmqpError):
        for item in FrameReader().feed(data):
            if isinstance(item, Frame) and item.body:
                decode_performative(item.body)


@given(st.binary(min_size=1, max_size=3000), st.sampled_from([512, 1024, MAX_FRAME_SIZE]))
def test_a_message_is_split_into_frames_that_fit(message: bytes, max_frame_size: int) -> None:
    first = Transfer(2**32 - 1, 2**32 - 1, bytes(32), 2**32 - 1, settled=True)

    parts = list(split_transfer(first, message, max_frame_size))

    assert b"".join(payload for _, payload in parts) == message
    assert [transfer.more for transfer, _ in parts] == [True] * (len(parts) - 1) + [False]
    assert parts[0][0].delivery_id == first.delivery_id
    assert all(len(encode_amqp(255, transfer, payload)) <= max_frame_size for transfer, payload in parts)
