"""Texts inside a row of JSON, found without decoding the row."""

import re
from collections.abc import Iterable, Mapping
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


def speaker_of(block: bytes, opening: int, start: int, end: int) -> Speaker | None:
    """Who says the text that begins at `opening`, inside a row from `start` to `end`; `None` if it is no text."""
    said = MESSAGE.search(block, max(start, opening - 1 - MESSAGE_LENGTH), opening - 1)
    if said is None:
        return _speaker_by_path(block[start:end], opening - start)
    speaker = SPEAKERS[said[1].decode()]
    worse = block.rfind(WORSE, start, opening)
    if speaker == "assistant" and worse >= 0 and max(_last(block, start, opening)) < worse:
        return "worse assistant"
    return speaker


def _last(block: bytes, start: int, end: int) -> tuple[int, int]:
    return block.rfind(BETTER, start, end), block.rfind(INPUT, start, end)


def _speaker_by_path(line: bytes, opening: int) -> Speaker | None:
    path = path_to(line, opening)
    if path is None:
        return None
    message, depth = _message(_decode_row(line), path)
    if path[depth : depth + 1] != ("content",):
        return "elsewhere"
    speaker = SPEAKERS.get(message.get("role"), "elsewhere")
    return "worse assistant" if speaker == "assistant" and path[0] == "non_preferred_output" else speaker


def _message(row: Mapping[str, object], path: Path) -> tuple[Mapping[str, object], int]:
    """The message a path leads into, and how many steps lead to it; the row itself if it leads into none."""
    value: object = row
    for depth, step in enumerate(path):
        if isinstance(value, dict) and "role" in value:
            return cast("Mapping[str, object]", value), depth
        value = cast("dict[str | int, object]", value)[step]
    return row, 0


def path_to(line: bytes, opening: int) -> Path | None:
    """The keys and positions that lead to the text beginning at byte `opening`; `None` if no text begins there."""
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
        elif COLON.match(line, token.end()) and isinstance(path[-1], str):
            path[-1] = unescaped(sign[1:-1])
        elif token.start() + 1 >= opening:
            return tuple(path) if token.start() + 1 == opening else None
    return None


def place_of(line: bytes, opening: int) -> str:
    """Where in its row a text stands, as `messages[2].content`; empty if no text begins at byte `opening`."""
    steps = path_to(line, opening) or ()
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
