"""Finding repeated keys in JSON at the price of counting quotes.

Parsers take the last of two equal keys and say nothing. But JSON has two quotes a key and two a text: a line in which
a key was dropped has more quotes than the row that was read from it takes to write.
"""

from typing import NamedTuple

from msgspec.json import encode

ESCAPED_OTHERWISE = b"\\u0022"  #: a quote inside a text that is not seen by counting quotes


class Quotes(NamedTuple):
    """The quotes that a plain row takes as JSON. Counting them saves writing the row again.

    Fields may be left out of the count if they can only add quotes: a row that has them is written after all.
    """

    around: int  #: its keys and texts
    inside: int  #: its texts


def has_repeated_keys(line: bytes, row: object, quotes: Quotes | None = None) -> bool:
    """Whether a key stands twice in the line that `row` was read from."""
    found = line.count(b'"')
    if quotes and found == quotes.around + quotes.inside and not (quotes.inside and ESCAPED_OTHERWISE in line):
        return False
    written = encode(row)
    if found == written.count(b'"') and ESCAPED_OTHERWISE not in line:
        return False
    return _bare_quotes(line) != _bare_quotes(written)


def _bare_quotes(line: bytes) -> int:
    """Quotes that open or close a key or a text: those that are not escaped."""
    if b"\\\\" in line:
        line = line.replace(b"\\\\", b"")
    return line.count(b'"') - line.count(b'\\"')
