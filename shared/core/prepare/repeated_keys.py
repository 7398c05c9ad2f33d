"""Finding repeated keys in JSON at the price of counting quotes.

Parsers take the last of two equal keys and say nothing. But JSON has two quotes a key and two a text: a line in which
a key was dropped has more quotes than the row that was read from it takes to write.
"""

from typing import NamedTuple

from msgspec import Struct
from msgspec.json import encode


class Quotes(NamedTuple):
    """The quotes that a plain row takes as JSON. Counting them saves writing the row again.

    Fields may be left out of the count if they can only add quotes: a row that has them is written after all.
    """

    around: int  #: its keys and texts
    inside: int  #: its texts


def has_repeated_keys(line: bytes, row: Struct, quotes: Quotes) -> bool:
    """Whether a key stands twice in the line that `row` was read from."""
    around, inside = quotes
    if line.count(b'"') == around + inside and not (inside and b"\\u0022" in line):
        return False
    return quotes_in(line) != quotes_in(encode(row))


def quotes_in(line: bytes) -> int:
    """How many quotes open or close a key or a text: those that are not escaped."""
    if b"\\\\" in line:
        line = line.replace(b"\\\\", b"")
    return line.count(b'"') - line.count(b'\\"')
