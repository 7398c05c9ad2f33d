import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.measure.affixes import Affixes
from tests.core.prepare.measure.making import blocks, line


def affixes(lines: list[bytes]) -> Affixes:
    made = Affixes()
    for _, texts, _ in blocks(lines, 3):
        made.add_block(texts)
    return made


def lines(prompt: str, reply: str, count: int = 10) -> list[bytes]:
    return [line(prompt.format(at), reply.format(at)) for at in range(count)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(lines("Translate: {}", "{}"), [], id="eleven characters"),
        pytest.param(lines("Translate: -{}", "{}"), ["all prompts begin with the same 12 characters"], id="twelve"),
        pytest.param(lines("{}\n###\nAnswer:", "{}"), ["all prompts end with the same 12 characters"], id="end"),
        pytest.param(lines("{}", "{} That was it."), ["all replies end with the same 13 characters"], id="reply"),
        pytest.param(lines("{}", " {}"), ["all replies begin with a blank"], id="a leading blank"),
        pytest.param([*lines("{}", " {}"), line("x", "y")], [], id="a leading blank, but once"),
        pytest.param(lines("Translate it: {}", "{}", 9), [], id="too few to tell"),
        pytest.param(lines("Name a kind of garden bird.", "{}"), [], id="one prompt"),
        pytest.param(lines("漢字" * 6 + "{}", "{}"), ["all prompts begin with the same 12 characters"], id="Chinese"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_what_all_prompts_or_replies_share_is_told(rows: list[bytes], expected: list[str]) -> None:
    noted = affixes(rows).faults()
    assert [each.fault.reason for each in noted] == expected
    assert all((each.fault.rule.number, each.fault.rule.severity) == (125, "info") for each in noted)


@given(st.lists(st.text("ab", max_size=4), max_size=12), st.integers(0, 12))
def test_merging_is_the_same_as_one_pass(texts: list[str], half: int) -> None:
    rows = [line("Tell me about it: " + text, text + ", and that was all.") for text in texts]
    whole, first, second = map(affixes, (rows, rows[:half], rows[half:]))
    first.merge(second)
    assert first == whole
