"""The same rows in every container come to the same examples."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.core.prepare.dropping import LENIENT, Line, drop, fates, jsonl

TEXTS = (
    "How much is 6 * 7?",
    'She said "no", twice.',
    "one\ntwo\n\nthree",
    "a,b;c\td|e",
    "'quoted' ''twice''",
    "=1+1",
    "Gr\u00fc\u00dfe, \u4f60\u597d, \U0001f331",
    "C:\\new\\table",
    "null",
    "1.50",
    "007",
    "true",
    "2024-05-01",
    '{"a": [1, 2]}',
    "\u2028 separated",
    "#N/A",
    "  trimmed ",
)
ROWS: list[Line] = [{"prompt": text, "response": f"{text} indeed"} for text in TEXTS]

type Write = Callable[[], bytes]


def separated(sign: str, end: str = "\r\n") -> bytes:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=sign, lineterminator=end)
    writer.writerows([("prompt", "response"), *(row.values() for row in ROWS)])
    return table.getvalue().encode()


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), file)
    return file.getvalue()


def arrow(new: Callable[..., pa.ipc.RecordBatchStreamWriter]) -> bytes:
    table = pa.Table.from_pylist(ROWS)
    file = io.BytesIO()
    with new(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for cells in (("prompt", "response"), *(row.values() for row in ROWS)):
        book.worksheets[0].append([*cells])
        for cell in book.worksheets[0][book.worksheets[0].max_row]:
            cell.data_type = "s"  # a text, also where it looks like a formula
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("set/rows.jsonl", jsonl(ROWS))
    return file.getvalue()


CONTAINERS: dict[str, Write] = {
    "drop.json": lambda: json.dumps(ROWS, indent=2).encode(),
    "wrapped.json": lambda: json.dumps({"version": 1, "data": ROWS}).encode(),
    "columns.json": lambda: json.dumps({key: [row[key] for row in ROWS] for key in ROWS[0]}).encode(),
    "one_after_another.json": lambda: b"\n".join(json.dumps(row, indent=1).encode() for row in ROWS),
    "drop.csv": lambda: separated(","),
    "semicolons.csv": lambda: separated(";", "\n"),
    "drop.tsv": lambda: separated("\t"),
    "drop.parquet": parquet,
    "drop.arrow": lambda: arrow(pa.ipc.new_file),
    "drop.arrows": lambda: arrow(pa.ipc.new_stream),
    "drop.xlsx": workbook,
    "drop.zip": zipped,
    "drop.jsonl.gz": lambda: gzip.compress(jsonl(ROWS)),
    "drop.csv.gz": lambda: gzip.compress(separated(",")),
    "drop.parquet.gz": lambda: gzip.compress(parquet()),
    "utf16.jsonl": lambda: jsonl(ROWS).decode().encode("utf-16"),
    "utf16.csv": lambda: separated(",").decode().encode("utf-16"),
    "marked.csv": lambda: b"\xef\xbb\xbf" + separated(","),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_rows_come_to_the_same_whatever_they_are_stored_in(name: str) -> None:
    lines = drop(jsonl(ROWS))
    stored = drop(CONTAINERS[name](), LENIENT, name)
    assert stored.training == lines.training
    assert fates(stored) == fates(lines) == {"read": len(ROWS), "kept": len(ROWS) - 2, "fixed": 2}
