"""JSON objects one after another, over as many lines as they like: pretty-printed, or with no line ends at all.

One object alone is a configuration, a grader or a notebook. It holds no rows, and is refused.
"""

import re
from collections.abc import Iterator

from shared.core.prepare import json_text
from shared.core.prepare.containers.elements import (
    REST_OF_STRING_ON_LINE,
    WHITE_SPACE,
    Element,
    Scan,
)
from shared.core.prepare.containers.json_outline import outline
from shared.core.prepare.containers.lines import pieces
from shared.core.prepare.containers.record import Container, Record, first_line_is_a_row
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

IS_ROWS = Rule(9, "rows", "error", "write one JSON object a line, or a list of them")
NO_ROWS = Fault(IS_ROWS, "the file is one JSON object, not rows", 'JSON lines, a JSON array, or {"data": [...]}')

BETWEEN = WHITE_SPACE + b",\x1e"  #: commas, and the separators of RFC 7464
STRING_ON_LINE = rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
TOKEN = re.compile(STRING_ON_LINE + rb'|["\[\]{}]', re.DOTALL)
TOKEN_OR_NEW_ROW = re.compile(STRING_ON_LINE + rb'|\n\{|["\[\]{}]', re.DOTALL)
INDENTED = re.compile(rb"\s*\{[^\n]*\n[ \t]")

UNFINISHED = (b"{", b"[", b",")  #: how a line ends that a printer of JSON broke


class Objects:
    """Cuts a stream of objects. A broken one costs its own row only.

    No line break stands in a string, so a quote that is never closed ends with its line; and where the insides of
    objects are indented, a line that begins with a curly bracket begins a row.
    """

    def __init__(self, *, are_indented: bool) -> None:
        self._scan = Scan(TOKEN, TOKEN_OR_NEW_ROW if are_indented else TOKEN, REST_OF_STRING_ON_LINE)
        self._element = Element(BETWEEN)

    def feed(self, block: bytes) -> Iterator[Record]:
        """The objects that end in this block."""
        start = 0
        for token in self._scan.tokens(block):
            end = self._end_of_object(token)
            if end is not None:
                self._element.add(block[start:end])
                yield self._element.take()
                start = end
        self._element.add(block[start:])

    def rest(self) -> Iterator[Record]:
        """What is never closed."""
        if self._element:
            yield self._element.take()

    def _end_of_object(self, token: re.Match[bytes]) -> int | None:
        if token[0] == b"\n{":
            self._scan.depth = 1
            return token.start()
        self._scan.depth = max(0, self._scan.depth + (1 if token[0] in {b"[", b"{"} else -1))
        return None if self._scan.depth else token.end()


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """Every object. Raises `Unreadable` if there is only one."""
    head = next(chunks)
    rows = _objects(head, chunks)
    first, second = next(rows, None), next(rows, None)
    if first is None or second is None:
        raise Unreadable(NO_ROWS)
    yield first
    yield second
    yield from rows


def _objects(head: bytes, chunks: Iterator[bytes]) -> Iterator[Record]:
    objects = Objects(are_indented=INDENTED.match(head) is not None)
    for block in _line_ends_in_front(pieces(_again(head, chunks))):
        yield from objects.feed(block)
    yield from objects.rest()


def _again(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks


def _line_ends_in_front(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, no block of which ends in a newline: it is seen together with what follows it."""
    held = b""
    for block in blocks:
        whole = held + block
        body = whole.rstrip(b"\n")
        held = whole[len(body) :]
        yield body
    yield held


def claims(head: bytes) -> bool:
    """Objects that lines do not part. One broken row at the top of JSON lines does not make them so."""
    text = head.lstrip(BETWEEN)
    if not text.startswith(b"{") or first_line_is_a_row(head):
        return False
    end = outline(text).end
    if end is None or json_text.explain(text[:end]):
        return _is_broken_by_a_printer(text)
    return b"\n" in text[:end] or text[end:].partition(b"\n")[0].lstrip().startswith((b"{", b","))


def _is_broken_by_a_printer(text: bytes) -> bool:
    first, _, others = text.partition(b"\n")
    return first.rstrip().endswith(UNFINISHED) and not others.lstrip().startswith(b"{")


JSON_SEQUENCE = Container("JSON objects one after another", (".json",), claims, read)
