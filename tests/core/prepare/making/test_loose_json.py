import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.making.loose_json import Called, NotLiteral, read_calls, read_literal, read_values

SINGLE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SINGLE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(VALUES)
def test_what_a_json_library_writes_is_read_back(value: object) -> None:
    assert read_literal(json.dumps(value)) == value


@given(VALUES)
def test_what_python_prints_is_read_back(value: object) -> None:
    assert read_literal(repr(value)) == value


@given(st.dictionaries(st.text(alphabet="abc", min_size=1), VALUES, max_size=4))
def test_calls_are_read_back(arguments: dict[str, object]) -> None:
    text = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    assert read_calls(f"[a name({text})]") == [Called("a name", arguments)]


@given(st.text())
@pytest.mark.parametrize("read", [read_literal, read_calls, read_values])
def test_any_text_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with suppress(NotLiteral):
        assert read(text) is None or text.strip()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("""{"arguments": '{"who": "it's me"}'}""", {"arguments": {"who": "it's me"}}),
        ("{'arguments': '[1]'}", {"arguments": "[1]"}),
        ("{'a': 'it\\'s'}", {"a": "it's"}),
        ("(1, 2)", [1, 2]),
        ("[1, 2,]", [1, 2]),
        ('"\\ud83d\\ude00 \\x41 \\d"', "\N{GRINNING FACE} A \\d"),
    ],
)
def test_quotes_and_escapes_of_both_kinds_are_read(text: str, value: object) -> None:
    assert read_literal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "NaN",
        "1e999",
        "1" * 5_001,
        "{1: 2}",
        "{'a': 1, 'a': 2}",
        "[1 2]",
        "'a",
        '"\\ud83d"',
        "[" * 66 + "]" * 66,
    ],
)
def test_what_is_no_plain_value_is_refused(text: str) -> None:
    with pytest.raises(NotLiteral):
        read_literal(text)


def test_values_one_after_another_are_read_up_to_the_first_that_is_none() -> None:
    assert read_values('functions: {"a": 1}\n\n{"b": 2}, [3] and so on', 11) == ([{"a": 1}, {"b": 2}, [3]], 34)
