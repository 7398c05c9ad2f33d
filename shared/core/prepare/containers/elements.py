"""Cutting JSON values out of a stream in bounded memory. Knows brackets and strings, and no more of JSON.

What is inside of a value is read later, like a line of JSON lines. So a broken row costs one row and not the file,
each has its line and column, and rejects show it as it stands. That is why this is no use of a streaming JSON parser
(ijson, say): those give values without places, and end at the first fault.
"""

import re
from collections.abc import Iterator

from shared.core.prepare.containers.json_lines import TOO_LONG
from shared.core.prepare.containers.lines import Held, TooLong
from shared.core.prepare.containers.record import Record

STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
REST_OF_STRING_ON_LINE = re.compile(rb'[^"\\\n]*(?:\\.[^"\\\n]*)*', re.DOTALL)
WHITE_SPACE = b" \t\r\n"
CONTINUATION = bytes(range(0x80, 0xC0))  #: bytes that begin no character


class Cursor:
    """A place in a file: line and column, both from 1, columns counted in characters."""

    def __init__(self) -> None:
        self.line = self.column = 1

    def pass_over(self, text: bytes) -> None:
        """Move on by this text."""
        if newlines := text.count(b"\n"):
            self.line += newlines
            self.column = 1
        self.column += len(text[text.rfind(b"\n") + 1 :].translate(None, CONTINUATION))


class Scan:
    """The tokens of a stream that matter, whatever blocks it comes in."""

    def __init__(
        self, outside: re.Pattern[bytes], inside: re.Pattern[bytes], rest_of_string: re.Pattern[bytes]
    ) -> None:
        self.depth = 0  #: brackets open; whoever reads the tokens counts them
        self._outside = outside  #: what is sought at depth 0
        self._inside = inside
        self._rest_of_string = rest_of_string
        self._in_string = False
        self._is_escaped = False  #: the last byte was a backslash inside a string

    def tokens(self, block: bytes) -> Iterator[re.Match[bytes]]:
        """The tokens of the next block but for strings."""
        position = self._string_end(block, 0) if self._in_string else 0
        while not self._in_string:
            match = (self._inside if self.depth else self._outside).search(block, position)
            if match is None:
                return
            position = match.end()
            if match[0] == b'"':
                self._in_string = True
                position = self._string_end(block, position)
            elif not match[0].startswith(b'"'):
                yield match

    def _string_end(self, block: bytes, position: int) -> int:
        """The place behind a string that began before; the end of the block if it does not end there."""
        match = self._rest_of_string.match(block, position + self._is_escaped)
        end = match.end() if match else len(block)
        self._is_escaped = block[end:] == b"\\"
        if self._is_escaped or end >= len(block):
            return len(block)
        self._in_string = False
        return end + (block[end : end + 1] == b'"')


class Element:
    """The value that is being cut out: its text so far, and where it begins."""

    def __init__(self, between: bytes = WHITE_SPACE) -> None:
        self.cursor = Cursor()
        self._between = between  #: what may stand before a value without being part of it
        self._held = Held()
        self._begins: tuple[int, int] | None = None  #: line and column

    def __bool__(self) -> bool:
        return bool(self._held)

    def add(self, piece: bytes) -> None:
        """More of it, or of what stands before it."""
        if self._begins is None:
            body = piece.lstrip(self._between)
            self.cursor.pass_over(piece[: len(piece) - len(body)])
            if not body:
                return
            self._begins, piece = (self.cursor.line, self.cursor.column), body
        self._held.add(piece)
        self.cursor.pass_over(piece)

    def take(self) -> Record:
        """All of it. What comes next is another value."""
        line, column = self._begins or (self.cursor.line, self.cursor.column)
        held, self._begins = self._held.take(), None
        if isinstance(held, TooLong):
            return Record(line, held.beginning, fault=TOO_LONG, column=column, cut=True)
        return Record(line, held.rstrip(), column=column)
