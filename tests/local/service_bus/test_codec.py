import contextlib
import math
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.service_bus.decoding import decode, skip
from local.service_bus.encoding import encode
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.sections import (
    encoded_items,
    list_items,
    map_values,
    merge_map,
    merge_maps,
    sections,
    split_described_list,
    without,
)
from local.service_bus.values import Array, Described, Encoded, Int, Symbol, Timestamp, UByte, UInt, ULong, UShort

ascii_text = st.text(st.characters(max_codepoint=127), max_size=300)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 2**8 - 1).map(UByte),
    st.integers(0, 2**16 - 1).map(UShort),
    st.integers(0, 2**32 - 1).map(UInt),
    st.integers(0, 2**64 - 1).map(ULong),
    st.integers(-(2**31), 2**31 - 1).map(Int),
    st.integers(-(2**63), 2**63 - 1).map(Timestamp),
    st.floats(allow_nan=False),
    st.binary(max_size=300),
    st.text(max_size=300),
    ascii_text.map(Symbol),
    st.uuids(),
)
arrays = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1)).map(Array),
    st.lists(st.uuids()).map(Array),
    st.lists(st.text(max_size=20)).map(Array),
)
maps = st.dictionaries(st.text(max_size=10) | ascii_text.map(Symbol) | st.integers(0, 9), scalars, max_size=8)
values = st.recursive(
    scalars | arrays,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(st.text(max_size=10), inner, max_size=6),
        st.builds(Described, st.integers(0, 2**64 - 1).map(ULong), inner),
    ),
    max_leaves=30,
)


def plain(value: object) -> object:
    """As decoding gives it: arrays are lists."""
    match value:
        case Described():
            return Described(value.descriptor, plain(value.value))
        case Array() | list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return value


@given(values)
def test_what_was_encoded_is_decoded_again(value: object) -> None:
    encoded = encode(value)

    assert decode(encoded) == (plain(value), len(encoded))


@given(st.sampled_from([True, False, None, 0, "text", Symbol("symbol"), b"bytes"]))
def test_types_that_compare_equal_stay_apart(value: object) -> None:
    assert type(decode(encode(value))[0]) is type(value)


@given(values, st.binary(max_size=20))
def test_skipping_ends_where_decoding_does(value: object, rest: bytes) -> None:
    encoded = encode(value)

    assert skip(encoded + rest, 0) == len(encoded)


@given(st.lists(values, max_size=5))
def test_the_items_of_a_list_are_found_without_decoding_them(items: list[object]) -> None:
    assert encoded_items(encode(items)) == [encode(item) for item in items]
    assert list_items(encode(items)) == [plain(item) for item in items]


@given(maps, maps)
def test_a_map_takes_changes_and_keeps_the_rest(old: dict[object, object], new: dict[object, object]) -> None:
    merged = merge_maps(encode(old), encode(new))

    assert map_values(merged) == old | new
    assert map_values(without(merged, list(new)) or encode({})) == {k: v for k, v in old.items() if k not in new}


def test_types_that_python_does_not_know_survive_a_merge() -> None:
    char = Encoded(b"\x73\x00\x01\xf6\x00")

    merged = merge_map(encode({"char": char}), {"added": 1})

    assert char in merged


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    readers: list[Callable[[bytes], object]] = [
        decode,
        sections,
        split_described_list,
        list_items,
        map_values,
        lambda d: merge_maps(d, d),
    ]
    for reader in readers:
        with contextlib.suppress(AmqpError):
            reader(data)


@given(values.filter(lambda value: len(encode(value)) > 1), st.data())
def test_a_value_cut_short_is_refused(value: object, data: st.DataObject) -> None:
    encoded = encode(value)
    cut = data.draw(st.integers(0, len(encoded) - 1))

    with pytest.raises(AmqpError) as refusal:
        decode(encoded[:cut])
    assert refusal.value.condition is Condition.DECODE_ERROR


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xf0\x00\x00\x00\x05\xff\xff\xff\xff\x40", "billions of values without a width"),
        (b"\xd0\x00\x00\x00\x04\xff\xff\xff\xff", "a list that is shorter than its count"),
        (b"\xc0\x05\x01\x43", "a list that is shorter than its size"),
        (b"\xc1\x02\x01\x43", "a key without a value"),
        (b"\xc1\x03\x02\x45\x43", "a list as a key"),
        (b"\x00" * 100_000, "descriptors of descriptors"),
        (b"\xa1\x01\xff", "text that is not UTF-8"),
        (b"\x3f", "an unknown constructor"),
        (b"", "nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_data_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(AmqpError) as refusal:
        decode(data)
    assert refusal.value.condition is Condition.DECODE_ERROR, what


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        (b"\x56\x01", True),
        (b"\x54\xff", -1),
        (b"\x61\xff\xfe", -2),
        (b"\x72\x3f\x80\x00\x00", 1.0),
        (b"\xe0\x04\x02\x50\x01\x02", [1, 2]),
        (b"\xb3\x00\x00\x00\x01a", Symbol("a")),
        (b"\x98" + bytes(16), UUID(int=0)),
    ],
)
def test_forms_that_the_broker_itself_never_writes_are_understood(encoded: bytes, value: object) -> None:
    assert decode(encoded) == (value, len(encoded))


def test_not_a_number_is_a_number_too() -> None:
    value, _ = decode(encode(math.nan))

    assert isinstance(value, float)
    assert math.isnan(value)


def test_an_array_of_different_types_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="values of one type"):
        encode(Array([1, "one"]))
