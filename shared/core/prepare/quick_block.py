"""The quick way through a block of rows that are alike, most of which need no closer look."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import DecodeError, Struct
from msgspec.json import Encoder

from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.faults import Fault, Filtered
from shared.core.prepare.format import Format, Quick, Wishes
from shared.core.prepare.measure.tokens import IMAGE
from shared.core.prepare.repeated_keys import ESCAPED_OTHERWISE
from shared.core.prepare.rules import check

QUOTE = b'"'
NEWLINE, RETURN, OPENING, CLOSING = b"\n\r{}"

encode = Encoder().encode


class Unwanted(NamedTuple):
    """A row that needs no closer look to be filtered."""

    fault: Fault
    quotes: int  #: that it takes as JSON


class Lines:
    """The lines of a block, cut only if one is asked for."""

    def __init__(self, block: Block) -> None:
        self._block = block

    @cached_property
    def _lines(self) -> list[bytes]:
        return self._block.text.split(b"\n")

    def __getitem__(self, number: int) -> Record:
        """The row on a physical line."""
        return Record(number, self._lines[number - self._block.line], member=self._block.member)


class MadeQuickly(NamedTuple):
    """What the rows of a block became, one a line."""

    rows: Sequence[Quick | Unwanted | None]  #: `None` for one that needs a closer look
    lines: Sequence[bytes]  #: the examples of those that are quick, as they are written
    stored: Lines
    has_images: bool  #: inside the lines


def made_quickly(block: Block, usual: Format[Struct], wishes: Wishes) -> MadeQuickly | None:
    """What the rows become; `None` if they are not all in this format, or not what they seem.

    Their quotes are counted, as they came and as they are written: a key that stands twice would show.
    """
    rows = _decoded(usual, block.text)
    if rows is None:
        return None
    stored = Lines(block)
    made = [_made(usual, row, wishes) for row in rows]
    lines = [encode(one.target) for one in made if isinstance(one, Quick)]
    written = b"".join(lines)
    quotes = quotes_in(block.text) + usual.quotes_less * len(lines)
    for number, one in enumerate(made, block.line):
        if one is None:
            quotes -= stored[number].text.count(QUOTE)
        elif isinstance(one, Unwanted):
            quotes -= one.quotes
    return MadeQuickly(made, lines, stored, IMAGE in written) if quotes == quotes_in(written) else None


def quotes_in(text: bytes) -> int:
    """How many quotes there are, as `bytes.count` tells more slowly."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(QUOTE)))


def _decoded(usual: Format[Struct], text: bytes) -> list[Struct] | None:
    """The rows of a block, one a line; `None` if a line is something else, or hides quotes from who counts them."""
    if ESCAPED_OTHERWISE in text:
        return None
    try:
        rows = usual.decode_lines(text)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return rows if len(rows) == _objects_on_lines(text) else None


def _objects_on_lines(text: bytes) -> int | None:
    """How many objects there are if each line holds one whole one; `None` otherwise.

    No text has a bare line end in it: so each that stands between two brackets parts two objects.
    """
    stored = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(stored[:-1] == NEWLINE)
    before = stored[ends - 1]
    before = np.where(before == RETURN, stored[ends - 2], before)
    is_between = (before == CLOSING) & (stored[ends + 1] == OPENING)
    return len(ends) + 1 if is_between.all() else None


def _made(usual: Format[Struct], row: Struct, wishes: Wishes) -> Quick | Unwanted | None:
    """The row's example, or why it is not wanted."""
    try:
        made = usual.quick(row, wishes) if usual.quick else None
    except Filtered as outcome:
        plain = usual.plain(row)
        return Unwanted(outcome.fault, sum(plain)) if plain else None
    return made if made and (made.is_sound or not any(check(made.target))) else None
