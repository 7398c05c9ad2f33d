"""A JSON array of rows, read element by element; also one inside an object: `{"data": [...]}`, with others beside."""

import json
import re
from collections.abc import Iterator
from typing import cast

from shared.core.prepare.containers.elements import REST_OF_STRING, STRING, Element, Scan
from shared.core.prepare.containers.json_outline import ROW_KEYS, Outline, outline
from shared.core.prepare.containers.lines import pieces
from shared.core.prepare.containers.record import HEAD_BYTES, Container, Record, first_line_is_a_row
from shared.core.prepare.faults import Fault, Unreadable, listed
from shared.core.prepare.json_text import IS_JSON
from shared.core.prepare.rule import Rule

IS_ARRAY = Rule(8, "valid JSON", "error", "write the file again with a JSON library, or as JSON lines")
IS_ONE_DATASET = Rule(9, "rows", "error", "put each list into a file of its own, and drop the one to train on")
NOTHING = Fault(IS_JSON, "nothing stands between two commas", "a row")

BETWEEN = re.compile(STRING + rb'|["\[\]{},]', re.DOTALL)  #: outside of elements, where commas part them
INSIDE = re.compile(STRING + rb'|["\[\]{}]', re.DOTALL)
START = re.compile(rb"\s*\[")


class Elements:
    """Cuts an array into its elements."""

    def __init__(self, before: bytes) -> None:
        self.is_closed = False
        self.closed_at = 0  #: behind its closing bracket, in the block that was fed last
        self._scan = Scan(BETWEEN, INSIDE, REST_OF_STRING)
        self._element = Element()
        self._element.cursor.pass_over(before)
        self._is_first = True

    @property
    def line(self) -> int:
        """Where the reading stands."""
        return self._element.cursor.line

    def feed(self, block: bytes) -> Iterator[Record]:
        """The elements that end in this block."""
        start = 0
        if not self.is_closed:
            for token in self._scan.tokens(block):
                if self._ends_element(token[0]):
                    self._element.add(block[start : token.start()])
                    yield from self._ended(token[0])
                    start = self.closed_at = token.end()
                if self.is_closed:
                    break
        self._element.add(block[start:])

    def rest(self) -> Record:
        """What stands behind the array, or the beginning of an element that never ends."""
        return self._element.take()

    def _ends_element(self, token: bytes) -> bool:
        if token in {b"[", b"{"}:
            self._scan.depth += 1
        elif token in {b"]", b"}"} and self._scan.depth:
            self._scan.depth -= 1
        else:
            return True
        return False

    def _ended(self, token: bytes) -> Iterator[Record]:
        if token == b"}":
            raise Unreadable(Fault(IS_ARRAY, f"a curly bracket closes the list of rows: line {self.line}", "]"))
        self.is_closed = token == b"]"
        is_empty_array = self.is_closed and self._is_first and not self._element
        if not is_empty_array:
            record = self._element.take()
            yield record if record.text else record._replace(fault=NOTHING)
        self._element.cursor.pass_over(token)
        self._is_first = False


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """Every element of the array that the first chunk opens. Raises `Unreadable` if it is never closed."""
    head = next(chunks)
    opened = _opened(head[:HEAD_BYTES])
    elements = Elements(head[:opened])
    yield from elements.feed(head[opened:])
    for block in pieces(chunks):
        yield from elements.feed(block)
    if not elements.is_closed:
        reason = f"the list of rows is never closed: the file ends in what begins on line {elements.line}"
        raise Unreadable(Fault(IS_ARRAY, reason, "] at the end"))
    rest = elements.rest()
    if START.match(head):
        _check_nothing_follows(rest, elements.line)
    else:
        _check_rest_of_object(rest)


def _opened(head: bytes) -> int:
    """Where the first element begins."""
    if start := START.match(head):
        return start.end()
    rows, before = _outline(head).rows(), len(head) - len(head.lstrip())
    return before + (rows.inside or 0) if rows else 0


def _outline(head: bytes) -> Outline:
    return outline(head.lstrip())


def _check_nothing_follows(rest: Record, line: int) -> None:
    if rest.text:
        raise Unreadable(Fault(IS_ARRAY, f"text follows the list of rows: line {line}", "nothing"))


def _check_rest_of_object(rest: Record) -> None:
    """Whether the object that holds the rows ends well, and holds no more of them."""
    try:
        others = cast("dict[str, object]", json.loads(b'{"":0' + rest.text))
    except (ValueError, RecursionError):
        reason = f"what follows the list of rows is no JSON: line {rest.line}"
        raise Unreadable(Fault(IS_ARRAY, reason, "the rest of the object that holds it")) from None
    again = [key for key, value in others.items() if json.dumps(key).encode() in ROW_KEYS and isinstance(value, list)]
    if again:
        reason = f"the file holds more than one list of rows: another under {listed(again)}"
        raise Unreadable(Fault(IS_ONE_DATASET, reason, "one list of rows a file"))


def claims(head: bytes) -> bool:
    """An array that is the file, rather than the first of many lines."""
    if first_line_is_a_row(head):
        return False
    return START.match(head) is not None or _holds_rows(head.lstrip())


def _holds_rows(text: bytes) -> bool:
    if not text.startswith(b"{"):
        return False
    seen = outline(text)
    others_follow = seen.end is not None and text[seen.end :].lstrip(b" \t\r\n,").startswith(b"{")
    return seen.rows() is not None and not seen.is_columns() and not others_follow


JSON_ARRAY = Container("a JSON array", (".json",), claims, read)
