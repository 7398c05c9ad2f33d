"""What a scan can find, and how each is told from what only looks like it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule

type Speaker = Literal["instructions", "user", "assistant", "worse assistant", "tool", "elsewhere"]
"""Whose text it is. Instructions: of `system` or `developer`; worse assistant: the reply that a pair advises against;
elsewhere: declarations and arguments of tools, fields beside the messages."""

EVERYBODY: frozenset[Speaker] = frozenset(("instructions", "user", "assistant", "worse assistant", "tool", "elsewhere"))
THE_ASSISTANT: frozenset[Speaker] = frozenset(("assistant",))

type Span = tuple[int, int]  #: of characters in a text: its first, and the one behind its last
type Find = Callable[[str, int], Span | None]
"""Finds the thing in a text near the end of a candidate; `None` if the candidate only looked like it."""

LONG_ENOUGH = 8  #: characters of which two may be shown
APOSTROPHE = "(?:'|\u2019)"
PHRASE_REACH = 100  #: characters; longer than any phrase
CONTEXT = 60  #: characters in front of a value among which words may tell what it is


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be found."""

    rule: Rule
    name: str  #: such as 'e-mail address'
    reason: str  #: the words of its fault: lower case, no full stop

    def fault(self, place: str = "") -> Fault:
        """The fault to report. `place` is inside the row."""
        return Fault(self.rule, self.reason, place=place)


def no_mask(_value: str) -> str:
    """Nothing: for phrases and signs, which are no secrets but text of the dataset."""
    return ""


def masked(value: str) -> str:
    """A value as reports may show it: its first and last character, if it is long enough to hide behind them."""
    return f"{value[0]}***{value[-1]}" if len(value) >= LONG_ENOUGH else "***"


@dataclass(frozen=True, slots=True)
class Detector:
    """How one kind is found: patterns that name rare candidates, and a look at each.

    Patterns are Hyperscan's, over rows of JSON with UTF-8 unescaped. A match ends inside the text it is in, or with
    the quote that closes it. All ends are reported, so a pattern should not end in a repetition.
    """

    kind: Kind
    patterns: tuple[bytes, ...]
    find: Find
    speakers: frozenset[Speaker] = EVERYBODY
    mask: Callable[[str], str] = field(default=no_mask)
    is_of_whole: bool = False  #: what it finds is true of the text as a whole: one look will do


def always(_match: re.Match[str]) -> bool:
    """Accept every match."""
    return True


def near(expression: str, reach: int, accepts: Callable[[re.Match[str]], bool] = always, flags: int = 0) -> Find:
    """Find what matches `expression` around a candidate's end, at most `reach` characters away on either side.

    If the expression has a group named `value`, that is what is found.
    """
    pattern = re.compile(expression, flags)
    group = "value" if "value" in pattern.groupindex else 0

    def find(text: str, at: int) -> Span | None:
        for match in pattern.finditer(text, max(0, at - reach), at + reach):
            if match.end() >= at - 1 and accepts(match):
                return match.span(group)
            if match.start() > at:
                return None
        return None

    return find


def either(*finds: Find) -> Find:
    """Find what the first of several finds."""

    def find(text: str, at: int) -> Span | None:
        return next((span for one in finds if (span := one(text, at))), None)

    return find


def follows(match: re.Match[str], words: re.Pattern[str], reach: int = CONTEXT) -> bool:
    """Whether one of the words stands in the text shortly before the match."""
    return words.search(match.string, max(0, match.start() - reach), match.start()) is not None


def saying(
    kind: Kind,
    phrases: Sequence[str],
    speakers: frozenset[Speaker] = EVERYBODY,
    accepts: Callable[[re.Match[str]], bool] = always,
) -> Detector:
    """A detector of phrases in either case: regular expressions that Hyperscan and `re` read alike.

    That is: what is not ASCII stands alone or in brackets (`(?:é)?`), since Hyperscan sees its bytes. An apostrophe
    means either of the two that people write.
    """
    expressions = [phrase.replace("'", APOSTROPHE) for phrase in phrases]
    find = near("|".join(expressions), PHRASE_REACH, accepts, re.IGNORECASE)
    return Detector(kind, tuple(f"(?i){expression}".encode() for expression in expressions), find, speakers)
