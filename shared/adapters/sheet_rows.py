"""The rows of an Excel workbook's first sheet as JSON lists of texts, a line each, read as a stream.

Line n is row n of the sheet; it is blank if the row holds nothing. Formulas are what they were when the workbook was
saved; dates and times are written as ISO 8601 has them, and whole numbers without a point.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import orjson

from shared.adapters.unreadable_table import UnreadableTable

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  #: how XML tells control characters that it cannot hold
FORMULA = re.compile(rb"<f[ >]")
SHEETS = "xl/worksheets/"
READ_BYTES = 1024 * 1024

type Say = Callable[[str], None]


def sheet_rows(path: str, note: Say) -> Iterator[bytes]:
    """The rows of a workbook. Raises `UnreadableTable`, and what openpyxl raises for a damaged one."""
    with zipfile.ZipFile(path) as archive:
        if _has_formulas(archive):
            note("formulas were read as the values they had when the workbook was saved; one never computed is empty")
    with Path(path).open("rb") as file:
        sheets = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets
        if not sheets:
            raise UnreadableTable("the workbook has no sheet", "a sheet with rows")
        if len(sheets) > 1:
            note(f"the workbook has {len(sheets)} sheets: only the first was read")
        sheets[0].reset_dimensions()  # what is stored of them may be wrong
        yield from map(_line, sheets[0].iter_rows(values_only=True))


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    sheets = (name for name in archive.namelist() if name.startswith(SHEETS) and name.endswith(".xml"))
    return any(_holds(archive, name) for name in sheets)


def _holds(archive: zipfile.ZipFile, name: str) -> bool:
    before = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(READ_BYTES):
            if FORMULA.search(before + chunk):
                return True
            before = chunk[-2:]
    return False


def _line(row: Sequence[object]) -> bytes:
    cells = [_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return orjson.dumps(cells) + b"\n" if cells else b"\n"


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return ESCAPED.sub(lambda code: chr(int(code[1], 16)), cell) if "_x" in cell else cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
