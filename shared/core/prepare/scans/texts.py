"""Texts inside a row of JSON, found without decoding the row."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import cast

from msgspec.json import Decoder

from shared.core.prepare.scans.kind import Speaker

QUOTE, BACKSLASH = b'"', ord("\\")

TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)
COLON = re.compile(rb"\s*:")
LONGEST_ESCAPE = 6  #: bytes
CONTINUATION = 0b1000_0000  #: the two highest bits of a UTF-8 byte that begins no character

# As JSON writers put a message: a text right behind this is its content, and needs no search for who says it.
MESSAGE = re.compile(rb'\{"role": ?"(system|developer|user|assistant|tool)", ?"content": ?\Z')
MESSAGE_LENGTH = 48
WORSE, BETTER, INPUT = b'"non_preferred_output":', b'"preferred_output":', b'"input":'

SPEAKERS: Mapping[object, Speaker] = {
    "system": "instructions",
    "developer": "instructions",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}

type Path = tuple[str | int, ...]

_decode_text = Decoder(str).decode
_decode_row = Decoder(dict[str, object]).decode


def text_bounds(block: bytes, at: int, start: int, end: int) -> tuple[int, int]:
    """Where the JSON string around `at` begins and ends, without its quotes, inside a row from `start` to `end`.

    Between two strings it is what stands there: numbers, brackets and commas.
    """
    opening = block.rfind(QUOTE, start, at)
    while opening >= 0 and _is_escaped(block, opening):
        opening = block.rfind(QUOTE, start, opening)
    closing = block.find(QUOTE, at, end)
    while closing >= 0 and _is_escaped(block, closing):
        closing = block.find(QUOTE, closing + 1, end)
    return (opening + 1 if opening >= 0 else start, closing if closing >= 0 else end)


def is_closing_quote(block: bytes, at: int) -> bool:
    """Whether a candidate that ends behind `at` ends with the quote that closes its text."""
    return block[at : at + 1] == QUOTE and not _is_escaped(block, at)


def _is_escaped(block: bytes, at: int) -> bool:
    first = at
    while first and block[first - 1] == BACKSLASH:
        first -= 1
    return (at - first) % 2 == 1


def unescaped(raw: bytes) -> str:
    """The text of a JSON string, given without its quotes."""
    return _decode_text(b'"%b"' % raw)


def characters_before(raw: bytes, ends: Iterable[int]) -> Iterable[int]:
    """How many characters of a JSON string stand before each byte of `ends`, which ascend.

    A character that such a byte cuts counts, an escape that it cuts does not.
    """
    counted = characters = 0
    for end in ends:
        at = max(counted, _uncut(raw, end))
        characters += len(unescaped(raw[counted:at]))
        counted = at
        yield characters


def _uncut(raw: bytes, at: int) -> int:
    while at < len(raw) and raw[at] & 0b1100_0000 == CONTINUATION:
        at += 1
    last = raw.rfind(b"\\", max(0, at - LONGEST_ESCAPE + 1), at)
    begins_escape = last >= 0 and not _is_escaped(raw, last)
    return last if begins_escape and at - last < (LONGEST_ESCAPE if raw[last + 1 :][:1] == b"u" else 2) else at


class Speakers:
    """Who says the texts of one row, which goes from `start` to `end` of a block. To be asked in their order."""

    def __init__(self, block: bytes, start: int, end: int) -> None:
        self._block, self._start, self._end = block, start, end
        self._worse = block.find(WORSE, start, end)
        self._reached: tuple[int, Path] = (0, ())

    def of(self, opening: int) -> Speaker | None:
        """Who says the text that begins at byte `opening` of the block; `None` if none begins there."""
        earliest = max(self._start, opening - 1 - MESSAGE_LENGTH)
        said = MESSAGE.search(self._block, earliest, opening - 1)
        if said is None:
            return self._by_path(opening - self._start)
        speaker = SPEAKERS[said[1].decode()]
        return "worse assistant" if speaker == "assistant" and self._is_worse(opening) else speaker

    def _is_worse(self, opening: int) -> bool:
        others = (self._block.find(key, self._worse, opening) for key in (BETTER, INPUT))
        return 0 <= self._worse < opening and max(others) < 0

    def _by_path(self, opening: int) -> Speaker | None:
        while self._reached[0] < opening:
            self._reached = next(self._paths, (self._end, ()))
        begins, path = self._reached
        if begins != opening or not path:
            return None
        message, depth = _message(self._row, path)
        if path[depth : depth + 1] != ("content",):
            return "elsewhere"
        speaker = SPEAKERS.get(message.get("role"), "elsewhere")
        return "worse assistant" if speaker == "assistant" and path[0] == "non_preferred_output" else speaker

    @cached_property
    def _row(self) -> dict[str, object]:
        return _decode_row(self._block[self._start : self._end])

    @cached_property
    def _paths(self) -> Iterator[tuple[int, Path]]:
        return paths(self._block[self._start : self._end])


def _message(row: Mapping[str, object], path: Path) -> tuple[Mapping[str, object], int]:
    """The message a path leads into, and how many steps lead to it; the row itself if it leads into none."""
    value: object = row
    for depth, step in enumerate(path):
        if isinstance(value, dict) and "role" in value:
            return cast("Mapping[str, object]", value), depth
        value = cast("dict[str | int, object]", value)[step]
    return row, 0


def paths(line: bytes) -> Iterator[tuple[int, Path]]:
    """The texts of a row, keys aside: at which byte each begins, and the keys and positions that lead to it."""
    path: list[str | int] = []
    for token in TOKEN.finditer(line):
        sign = token[0]
        if sign in b"{[":
            path.append("" if sign == b"{" else 0)
        elif sign in b"}]":
            path.pop()
        elif sign == b",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
        elif isinstance(path[-1], str) and COLON.match(line, token.end()):
            path[-1] = unescaped(sign[1:-1])
        else:
            yield token.start() + 1, tuple(path)


def place_of(line: bytes, opening: int) -> str:
    """Where in its row a text stands, as `messages[2].content`; empty if no text begins at byte `opening`."""
    steps = next((path for start, path in paths(line) if start == opening), ())
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
