"""Rule 41: characters that nobody sees, or that are not what they seem. They are kept, and counted."""

import re
from functools import lru_cache

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Find, Kind, Span, near

IS_VISIBLE = Rule(41, "leftovers", "warning", "remove the characters, unless the model shall write them")
IS_WHOLE = Rule(41, "leftovers", "warning", "write the text again from its source, in its right encoding")

ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
DIRECTION = "\u202a-\u202e\u2066-\u2069"
TAG = "[\U000e0020-\U000e007f]"
FLAG = "\U0001f3f4"  #: followed by tag characters it is a flag, such as Scotland's

# Scripts that need joiners, or breaks without a blank: Hebrew to Arabic, the Indic ones, Thai to Khmer, Mongolian.
NEEDS_THEM = re.compile("[\u0590-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
BESIDE = 8  #: characters; so near a script must be to need a sign
JOINS = re.compile("[\u200d\ufe0f\U0001f000-\U0001faff\u2600-\u27bf]")  #: emoji, which joiners put together

CYRILLIC = "\u0400-\u04ff"
WORD = rf"[A-Za-z{CYRILLIC}]+"
LIKE_LATIN = frozenset("аеорсухіјѕһԁАВЕКМНОРСТУХІЈЅ")  # noqa: RUF001 - this is what they are for
LIKE_CYRILLIC = frozenset("aceopxyijshdABEKMHOPCTYXIJS")
LETTERS_REACH = 40
A_WORD = 3  #: letters; two may be a name in a formula


def _is_hidden(match: re.Match[str]) -> bool:
    """Whether no script nearby and no emoji explains a sign of zero width."""
    text, at = match.string, match.start()
    if match[0] == "\u200d" and JOINS.search(text, max(0, at - 2), at + 2):
        return False
    return NEEDS_THEM.search(text, max(0, at - BESIDE), at + BESIDE) is None


def _turns_nothing(match: re.Match[str]) -> bool:
    """Whether no text from right to left explains a sign of direction."""
    return match[0] in "\u202d\u202e" or not _runs_to_the_left(match.string)


@lru_cache(maxsize=4)
def _runs_to_the_left(text: str) -> bool:
    """Whether some of a text does. Cached, since such a text has many signs of direction."""
    return RIGHT_TO_LEFT.search(text) is not None


def _is_no_flag(match: re.Match[str]) -> bool:
    return FLAG not in match.string[max(0, match.start() - BESIDE) : match.start()]


def _is_mixed(match: re.Match[str]) -> bool:
    """Whether all letters of one script in a word pass for letters of the other."""
    latin = {letter for letter in match[0] if letter.isascii()}
    other = {*match[0]} - latin
    return bool(latin and other) and len(match[0]) >= A_WORD and (other <= LIKE_LATIN or latin <= LIKE_CYRILLIC)


def _just_before(find: Find) -> Find:
    """Look at the sign that ends where the candidate ends, not at one further on."""

    def find_there(text: str, at: int) -> Span | None:
        span = find(text, at)
        return span if span and span[0] < at else None

    return find_there


DETECTORS = (
    Detector(
        Kind(IS_VISIBLE, "character of zero width", "a text contains characters of zero width, which nobody sees"),
        (rb"\xe2\x80[\x8b-\x8f]", rb"\xe2\x81\xa0", rb"\xef\xbb\xbf"),
        _just_before(near(f"[{ZERO_WIDTH}]", 1, _is_hidden)),
    ),
    Detector(
        Kind(IS_VISIBLE, "sign of direction", "a text contains signs that turn the direction of writing"),
        (rb"\xe2\x80[\xaa-\xae]", rb"\xe2\x81[\xa6-\xa9]"),
        _just_before(near(f"[{DIRECTION}]", 1, _turns_nothing)),
    ),
    Detector(
        Kind(IS_VISIBLE, "tag character", "a text contains tag characters, which nobody sees and a model reads"),
        (rb"\xf3\xa0[\x80\x81][\x80-\xbf]",),
        _just_before(near(TAG, 1, _is_no_flag)),
    ),
    Detector(
        Kind(IS_WHOLE, "replacement character", "a text contains U+FFFD, which stands for characters that were lost"),
        (rb"\xef\xbf\xbd",),
        _just_before(near("\ufffd", 1)),
    ),
    Detector(
        Kind(IS_VISIBLE, "word of mixed letters", "a word mixes Latin letters with Cyrillic ones that look like them"),
        (
            rb"[^\\][A-Za-z](?:[\xd0\xd1][\x80-\xbf])",
            rb"(?:\xd0[\x80-\xbf]|\xd1[\x80-\xbf])[A-Za-z]",
        ),
        near(WORD, LETTERS_REACH, _is_mixed),
    ),
)
