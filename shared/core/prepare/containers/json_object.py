"""One JSON object over many lines: a configuration, a grader, a notebook. It holds no rows, and is refused."""

from collections.abc import Iterator

from shared.core.prepare.containers.record import Container, Record, first_line_is_a_row
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

IS_ROWS = Rule(9, "rows", "error", "write one JSON object a line, or a list of them")
NO_ROWS = Fault(IS_ROWS, "the file is one JSON object, not rows", 'JSON lines, a JSON array, or {"data": [...]}')

UNFINISHED = (b"{", b"[", b",")  #: how a line ends that a printer of JSON broke


def claims(head: bytes) -> bool:
    """An object whose first line is only its beginning."""
    first, _, others = head.lstrip().partition(b"\n")
    is_broken = first.startswith(b"{") and first.rstrip().endswith(UNFINISHED)
    return is_broken and not others.lstrip().startswith(b"{") and not first_line_is_a_row(head)


def read(_chunks: Iterator[bytes]) -> Iterator[Record]:
    """Nothing. Raises `Unreadable`."""
    raise Unreadable(NO_ROWS)


JSON_OBJECT = Container("a JSON object", (), claims, read)
