"""A JSON object of columns: `{"prompt": [...], "response": [...]}`. It is held in memory, for rows need all columns."""

import re
from collections.abc import Iterator

from shared.core.prepare.containers.elements import STRING
from shared.core.prepare.containers.json_array import IS_ARRAY, Elements
from shared.core.prepare.containers.json_outline import outline
from shared.core.prepare.containers.record import Container, Record, first_line_is_a_row
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

MAX_BYTES = 32 * 1024 * 1024
MAX_CELLS = 500_000  #: each is an object in memory, however short it is
CELLS_A_COLUMN = 1_000  #: what a column counts for beside its cells: finding it takes as long
PIECE_BYTES = 64 * 1024

FITS_IN_MEMORY = Rule(10, "length of the columns", "error", "write one JSON object a line instead of one list a column")
ARE_EQUAL = Rule(9, "rows", "error", "give every column a value for each row, or write one JSON object a line")
TOO_LARGE = Fault(
    FITS_IN_MEMORY,
    "the file is one object of columns, and too large for that",
    f"at most {MAX_BYTES:,} bytes and {MAX_CELLS:,} values",
)
COLUMN = re.compile(rb"\s*[{,]\s*(" + STRING + rb")\s*:\s*\[", re.DOTALL)
END = re.compile(rb"\s*\}\s*")


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """A row for each place in the columns. Raises `Unreadable`, also if they are not equally long."""
    columns = _columns(_whole(chunks))
    names = list(columns)
    lengths = sorted({len(cells) for cells in columns.values()})
    if len(lengths) > 1:
        reason = (
            f"the columns are not equally long: {lengths[0]:,} values in the shortest, {lengths[-1]:,} in the longest"
        )
        raise Unreadable(Fault(ARE_EQUAL, reason, "as many values in each"))
    for cells in zip(*columns.values(), strict=True):
        yield _row(names, cells)


def _row(names: list[bytes], cells: tuple[Record, ...]) -> Record:
    members = b", ".join(name + b": " + cell.text for name, cell in zip(names, cells, strict=True))
    fault = next((cell.fault for cell in cells if cell.fault), None)
    return Record(cells[0].line, b"{" + members + b"}", fault=fault)


def _whole(chunks: Iterator[bytes]) -> bytes:
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length > MAX_BYTES:
            raise Unreadable(TOO_LARGE)
    return b"".join(held)


def _columns(text: bytes) -> dict[bytes, list[Record]]:
    columns: dict[bytes, list[Record]] = {}
    position, line, seen = 0, 1, 0
    while opened := COLUMN.match(text, position):
        if opened[1] in columns:
            raise Unreadable(Fault(IS_ARRAY, f"two columns have one name: line {line}", "each name once"))
        line += text.count(b"\n", position, opened.end())
        cells, position = _cells(text, opened.end(), line, MAX_CELLS - seen)
        columns[opened[1]] = cells
        seen += len(cells) + CELLS_A_COLUMN
    if not END.fullmatch(text, position):
        raise Unreadable(_no_list(text, position))
    return columns


def _cells(text: bytes, start: int, line: int, most: int) -> tuple[list[Record], int]:
    """The cells of the column that begins here, and where it ends."""
    elements = Elements(b"\n" * (line - 1))
    cells: list[Record] = []
    for position in range(start, len(text), PIECE_BYTES):
        for cell in elements.feed(text[position : position + PIECE_BYTES]):
            cells.append(cell)
            if len(cells) > most:
                raise Unreadable(TOO_LARGE)
        if elements.is_closed:
            return cells, position + elements.closed_at
    raise Unreadable(_no_list(text, start))


def _no_list(text: bytes, position: int) -> Fault:
    line = text.count(b"\n", 0, position) + 1
    return Fault(IS_ARRAY, f"this is no list of values, or never closed: line {line}", "a list a column")


def claims(head: bytes) -> bool:
    """An object of nothing but lists, rather than the first of many rows."""
    text = head.lstrip()
    if not text.startswith(b"{") or first_line_is_a_row(head):
        return False
    seen = outline(text)
    return seen.is_columns() and (seen.end is None or not text[seen.end :].strip())


JSON_COLUMNS = Container("a JSON object of columns", (".json",), claims, read)
