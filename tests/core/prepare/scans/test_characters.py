import pytest

from tests.core.prepare.scans.scanning import chat, found, hits

ODD = [
    ("a\u200bb", "character of zero width"),
    ("\ufeffText", "character of zero width"),
    ("a\u2060b", "character of zero width"),
    ("safe\u202etxt.exe", "sign of direction"),
    ("\u2066test\u2069", "sign of direction"),
    ("Hello\U000e0041\U000e0042", "tag character"),
    ("lost \ufffd letter", "replacement character"),
    ("p\u0430yp\u0430l", "word of mixed letters"),
    ("\u0422o\u0447\u043a\u0430", "word of mixed letters"),
]
USUAL = [
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0e01\u0e34\u0e19\u200b\u0e02\u0e49\u0e32\u0e27",
    "\u202b\u05e9\u05dc\u05d5\u05dd\u202c",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "USB-\u043f\u043e\u0440\u0442, \u043e\u043a\u043d\u043e Windows",
    "\n\u041f\u0440\u0438\u0432\u0435\u0442",
    "\u0394t and \u03bbx",
    "it\u2019s \u201cfine\u201d \u2013 really\u2026",
]


@pytest.mark.parametrize(("text", "kind"), ODD)
def test_unseen_and_misleading_characters_are_found(text: str, kind: str) -> None:
    assert found(text) == {kind}


@pytest.mark.parametrize("text", USUAL)
def test_what_a_script_needs_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_they_are_counted() -> None:
    (hit,) = hits(chat("a\u200bb\u200bc\u200b\u200bd"))
    assert hit.count == 4


SHOUTING = "WHY IS THE BLADE OF MY NEW PRUNING SAW BLUNT AFTER A DAY?"


def test_a_text_of_more_than_a_third_capitals_shouts() -> None:
    assert found(SHOUTING) == {"text in capitals"}
    letters = sum(letter.isalpha() for letter in SHOUTING)
    assert found(SHOUTING + " " + "x" * 2 * letters) == set()


@pytest.mark.parametrize(
    "text", ["STOP IT NOW, OK", "SELECT NAME, PRICE FROM TOOLS WHERE PRICE > 3 GROUP BY NAME;", "ID3A" * 40]
)
def test_short_cries_and_code_are_no_shouting(text: str) -> None:
    assert found(text) == set()
