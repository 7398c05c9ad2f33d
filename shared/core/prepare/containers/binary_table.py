"""Tables that are no text: Parquet, Arrow and Excel. They become JSON lines on the way, and are then read as such."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

import orjson

from shared.core.prepare.containers.bursting import check_size
from shared.core.prepare.containers.json_lines import blocks, rows
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.containers.scratch import Scratch, TableKind
from shared.core.prepare.containers.table import HAS_COLUMNS, named_cells, named_columns
from shared.core.prepare.faults import Fault, Unreadable

MAX_SCHEMA_BYTES = 16 * 1024 * 1024  #: of an Arrow stream's first message


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table."""

    key: TableKind
    name: str  #: as reports call it
    endings: tuple[str, ...]  #: of file names


PARQUET = Kind("parquet", "a Parquet file", (".parquet",))
ARROW = Kind("arrow", "an Arrow file", (".arrow", ".feather"))
ARROW_STREAM = Kind("arrow_stream", "an Arrow stream", (".arrow", ".arrows"))
SHEET = Kind("sheet", "an Excel workbook", (".xlsx", ".xlsm"))
KINDS = (PARQUET, ARROW, ARROW_STREAM, SHEET)


def kind_of(head: bytes) -> Kind | None:
    """The kind that these first bytes of a file tell. A workbook is told by what is in its zip archive."""
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"ARROW1"):
        return ARROW
    return ARROW_STREAM if _begins_a_stream(head) else None


def _begins_a_stream(head: bytes) -> bool:
    """Whether this is the continuation mark of Arrow's IPC format, and the length of a schema."""
    return head.startswith(b"\xff\xff\xff\xff") and 0 < int.from_bytes(head[4:8], "little") <= MAX_SCHEMA_BYTES


def read(kind: Kind, file: IO[bytes], scratch: Scratch, notes: list[Fault]) -> Iterator[Block | Record]:
    """The rows of a table that lies in `scratch`. Raises `Unreadable`."""
    records = blocks(_watched(scratch.rows(kind.key, file, notes), _size(file)))
    return _of_sheet(rows(records)) if kind is SHEET else records


def _of_sheet(records: Iterator[Record]) -> Iterator[Record]:
    """The rows of a sheet, below the one that names the columns."""
    columns: list[str] | None = None
    has_rows = False
    for row in records:
        if row.fault:
            yield row
        elif columns is None:
            columns = named_columns(orjson.loads(row.text))
        else:
            has_rows = True
            yield _named(row, columns)
    if not has_rows:
        raise Unreadable(Fault(HAS_COLUMNS, "the first sheet has no rows below its columns"))


def _named(row: Record, columns: list[str]) -> Record:
    cells = cast("list[str]", orjson.loads(row.text))
    cells += [""] * (len(columns) - len(cells))
    return named_cells(row, columns, cells)


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _watched(lines: Iterable[bytes], packed: int) -> Iterator[bytes]:
    unpacked = 0
    for piece in lines:
        unpacked += len(piece)
        check_size(packed, unpacked)
        yield piece
