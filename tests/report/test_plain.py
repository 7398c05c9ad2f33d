import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.plain import cut, one_line, plain
from tests.report.hostile import HOSTILE


@given(st.text(st.characters()))
def test_plain_text_reorders_and_hides_nothing(text: str) -> None:
    left = {unicodedata.bidirectional(one) for one in plain(text)}
    assert left.isdisjoint({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
    assert not [one for one in plain(text) if unicodedata.category(one) == "Cc" and one not in "\t\n\r"]


@given(st.text(st.characters()))
def test_plain_text_can_be_written_as_utf_8_and_stays_as_it_is(text: str) -> None:
    plain(text).encode()
    assert plain(plain(text)) == plain(text)


def test_letters_of_every_script_and_joined_emoji_stay() -> None:
    text = "naïve 日本語 עברית عربى \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\n\tend"
    assert plain(text) == text


def test_a_lone_surrogate_is_replaced() -> None:
    assert plain("\ud800x") == "\N{REPLACEMENT CHARACTER}x"


@pytest.mark.parametrize("text", HOSTILE)
def test_one_line_has_no_line_break(text: str) -> None:
    assert len(one_line(f"{text}\r\n\u2028{text}").splitlines()) == 1


def test_a_long_text_is_cut_and_says_so() -> None:
    assert cut("x" * 100_000, 10) == "xxxxxxxxxx\N{HORIZONTAL ELLIPSIS} [cut: 100,000 characters in all]"
    assert cut("short", 5) == "short"
