import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.measure.composition import Composition
from tests.core.prepare.measure.making import line, measured


def faults(lines: list[bytes]) -> list[tuple[int | None, str, tuple[int, ...]]]:
    return [(each.fault.rule.number, each.fault.reason, each.lines) for each in measured(Composition, lines).faults()]


SHORT = "50 % of the examples are very short: under 10 tokens"
LONG = "50 % of the examples are very long: over 10,000 characters"


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        pytest.param(line("12345", "6789"), [(38, SHORT, (2,))], id="nine bytes"),
        pytest.param(line("12345", "67890"), [], id="ten bytes may be ten tokens"),
        pytest.param(line("What now?", "x" * 9_992), [(38, LONG, (2,))], id="10,001 characters"),
        pytest.param(line("What now?", "x" * 9_991), [], id="10,000 characters"),
        pytest.param(line("What now?", "漢" * 9_991), [], id="10,000 characters of three bytes"),
        pytest.param(line("What now?", '\n"\\' * 3330), [], id="10,000 characters written with escapes"),
        pytest.param(
            line("What now?", "Nothing.", system="x" * 20_000),
            [
                (124, "50 % of the examples have no system prompt, the others do", ()),
            ],
            id="a long system prompt that not all have",
        ),
    ],
)
def test_odd_lengths_and_roles_are_told(odd: bytes, expected: list[tuple[int, str, tuple[int, ...]]]) -> None:
    assert faults([line("What is this?", "A pruning saw."), odd]) == expected


def test_what_is_the_same_everywhere_is_not_told() -> None:
    assert faults([line("What is this?", "A pruning saw.", system="Be kind.")] * 3) == []
    assert faults([]) == []


def test_the_counts() -> None:
    tool = encode({"messages": [{"role": "assistant", "content": "A reply to nobody."}]})
    made = measured(Composition, [line("a" * 20, "b" * 30), line("c" * 8, "d" * 8, "e" * 8, "f", system="g"), tool])
    assert (made.rows, made.without_system, made.without_user) == (3, 2, 1)
    assert made.messages.histogram() == [(1, 1), (2, 1), (5, 1)]
    assert (made.text_bytes.total, made.text_bytes.largest) == (93, 50)
    assert made.reply_bytes.total == 30 + 9 + 18


@given(st.lists(st.sampled_from(["", "a", "b" * 50, "c" * 10_100]), max_size=8), st.integers(1, 5), st.integers(0, 8))
def test_neither_blocks_nor_merging_change_the_counts(texts: list[str], size: int, half: int) -> None:
    lines = [line("?", text, system=text[:1]) for text in texts]
    whole, first = measured(Composition, lines), measured(Composition, lines[:half], size)
    first.merge(measured(Composition, lines[half:], size))
    assert [each.fault for each in first.faults()] == [each.fault for each in whole.faults()]
    assert (first.rows, first.without_system, first.messages.histogram(), first.text_bytes.histogram()) == (
        (whole.rows, whole.without_system, whole.messages.histogram(), whole.text_bytes.histogram())
    )
