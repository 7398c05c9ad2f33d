"""A JSON array of rows, read element by element in bounded memory; also `{"data": [...]}`.

Only the ends of the elements are sought here; what is inside is read like a line of JSON lines. So a broken element
costs one row and not the file, each has its line and column, and rejects show it as it stands. That is why this is no
use of a streaming JSON parser (ijson, say): those give values without places, and end at the first fault.
"""

import re
from collections.abc import Iterator

from shared.core.prepare.containers.json_lines import TOO_LONG
from shared.core.prepare.containers.lines import Held, TooLong, pieces
from shared.core.prepare.containers.record import Container, Record, first_line_is_a_row
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.json_text import IS_JSON
from shared.core.prepare.rule import Rule

IS_ARRAY = Rule(8, "valid JSON", "error", "write the file again with a JSON library, or as JSON lines")
NOTHING = Fault(IS_JSON, "nothing stands between two commas", "a row")

STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
BETWEEN = re.compile(STRING + rb'|["\[\]{},]', re.DOTALL)  #: outside of elements, where commas part them
INSIDE = re.compile(STRING + rb'|["\[\]{}]', re.DOTALL)
REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
OBJECT_WITH_DATA = rb'\{(?:[^\[\]{}]*,)?\s*"data"\s*:\s*'
START = re.compile(rb"\s*(" + OBJECT_WITH_DATA + rb")?\[")
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


class Elements:
    """Cuts an array into its elements. Knows brackets and strings, and no more of JSON."""

    def __init__(self, before: bytes) -> None:
        self.cursor = Cursor()
        self.cursor.pass_over(before)
        self.is_closed = False
        self._held = Held()
        self._begins: tuple[int, int] | None = None  #: line and column of the current element
        self._depth = 0  #: brackets open inside the current element
        self._in_string = False
        self._is_escaped = False  #: the last byte was a backslash inside a string
        self._is_first = True

    def feed(self, block: bytes) -> Iterator[Record]:
        """The elements that end in this block."""
        start = position = 0
        while not self.is_closed:
            if self._in_string:
                position = self._string_end(block, position)
            match = None if self._in_string else (INSIDE if self._depth else BETWEEN).search(block, position)
            if match is None:
                break
            position = match.end()
            if self._ends_element(match[0]):
                self._hold(block[start : match.start()])
                yield from self._element(match[0])
                start = position
        self._hold(block[start:])

    def rest(self) -> bytes | TooLong:
        """What stands behind the array, or the beginning of an element that never ends."""
        return self._held.take()

    def _ends_element(self, token: bytes) -> bool:
        if token in {b"[", b"{"}:
            self._depth += 1
        elif token == b'"':
            self._in_string = True
        elif token in {b"]", b"}"} and self._depth:
            self._depth -= 1
        else:
            return token in {b",", b"]", b"}"}
        return False

    def _string_end(self, block: bytes, position: int) -> int:
        if self._is_escaped:
            position += 1
        match = REST_OF_STRING.match(block, position)
        end = match.end() if match else position
        self._is_escaped = block[end:] == b"\\"
        self._in_string = block[end : end + 1] != b'"'
        return end + 1

    def _hold(self, piece: bytes) -> None:
        if self._begins is None:
            body = piece.lstrip()
            self.cursor.pass_over(piece[: len(piece) - len(body)])
            if not body:
                return
            self._begins, piece = (self.cursor.line, self.cursor.column), body
        self._held.add(piece)
        self.cursor.pass_over(piece)

    def _element(self, token: bytes) -> Iterator[Record]:
        if token == b"}":
            raise Unreadable(Fault(IS_ARRAY, f"a curly bracket closes the list of rows: line {self.cursor.line}", "]"))
        self.is_closed = token == b"]"
        is_empty_array = self.is_closed and self._is_first and not self._held
        if not is_empty_array:
            yield self._record()
        self.cursor.pass_over(token)
        self._begins, self._is_first = None, False

    def _record(self) -> Record:
        line, column = self._begins or (self.cursor.line, self.cursor.column)
        held = self._held.take()
        if isinstance(held, TooLong):
            return Record(line, held.beginning, fault=TOO_LONG, column=column, cut=True)
        text = held.rstrip()
        return Record(line, text, fault=None if text else NOTHING, column=column)


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """Every element of the array that the first chunk opens. Raises `Unreadable` if it is never closed."""
    head = next(chunks)
    inside = START.sub(b"", head, count=1)
    opening = head[: len(head) - len(inside)]
    elements = Elements(opening)
    yield from elements.feed(inside)
    for block in pieces(chunks):
        yield from elements.feed(block)
    if not elements.is_closed:
        reason = f"the list of rows is never closed: the file ends in what begins on line {elements.cursor.line}"
        raise Unreadable(Fault(IS_ARRAY, reason, "] at the end"))
    if elements.rest() and b"{" not in opening:
        raise Unreadable(Fault(IS_ARRAY, f"text follows the list of rows: line {elements.cursor.line}", "nothing"))


def claims(head: bytes) -> bool:
    """An array that is the file, rather than the first of many lines."""
    return START.match(head) is not None and not first_line_is_a_row(head)


JSON_ARRAY = Container("a JSON array", (".json",), claims, read)
