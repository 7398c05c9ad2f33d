"""Tables read by a process of their own, and what hostile ones do to it."""

import csv
import datetime as dt
import gzip
import io
import json
import logging
import signal
import subprocess
import zipfile
from collections.abc import Generator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.adapters import scratch_files
from shared.adapters.scratch_files import ScratchFiles
from shared.core.prepare.containers import Record, bursting, open_rows
from shared.core.prepare.faults import Unreadable

SHEETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
ROWS = st.lists(st.tuples(SHEETS, SHEETS).filter(any), min_size=1, max_size=5)


def parquet(columns: dict[str, list[object]]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def workbook(rows: list[tuple[object, ...]], *more_sheets: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for name in more_sheets:
        book.create_sheet(name)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes, name: str = "drop") -> tuple[list[Record], list[str], str]:
    with ScratchFiles() as scratch:
        opened = open_rows(name, (data[start : start + 1000] for start in range(0, len(data), 1000)), scratch)
        return list(opened.rows()), [note.reason for note in opened.notes], opened.stored_as


def values(data: bytes) -> list[dict[str, str]]:
    return [record.cells or json.loads(record.text) for record in read(data)[0]]


@pytest.mark.parametrize("wrap", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_parquet_file_is_read_as_rows_numbered_from_one(wrap: type[bytes]) -> None:
    rows, notes, stored_as = read(wrap(parquet({"a": ["x", "y"], "b": [[1], []]})))
    assert [(row.line, row.text) for row in rows] == [(1, b'{"a":"x","b":[1]}'), (2, b'{"a":"y","b":[]}')]
    assert (notes, stored_as.split(",")[0]) == ([], "a Parquet file")


def test_a_workbook_is_read_as_its_first_sheet_whose_rows_keep_their_numbers() -> None:
    day, moment = dt.date(2024, 5, 1), dt.datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 - a sheet knows no zones
    table = [
        ("", ""),
        (" Question", "Answer", None, "n"),
        (None, None, None, None),
        ("a\nb", 3, "?", 3.0),
        ("_x0041_", 2.5, None, True),
        (day, moment),
    ]
    rows, notes, stored_as = read(workbook(table, "Notes"), "drop.csv")
    assert stored_as == "an Excel workbook"
    assert [(row.line, row.cells) for row in rows] == [
        (4, {"question": "a\nb", "answer": "3", "n": "3"}),
        (5, {"question": "A", "answer": "2.5", "n": "true"}),
        (6, {"question": "2024-05-01", "answer": "2024-05-01T12:30:00", "n": ""}),
    ]
    assert notes == [
        "the name ends in .csv, but the file holds an Excel workbook",
        "the workbook has 2 sheets: only the first was read",
    ]


def test_formulas_are_what_was_last_computed_and_that_is_said() -> None:
    rows, notes, _ = read(workbook([("a", "b"), ("x", "=1+1")]))
    assert [row.cells for row in rows] == [{"a": "x", "b": ""}]
    [note] = notes
    assert note.startswith("formulas were read as the values they had when the workbook was saved")


def test_a_row_with_more_cells_than_columns_is_told() -> None:
    [row] = read(workbook([("a",), ("x", "y")]))[0]
    assert row.fault
    assert row.fault.reason == "the row has 2 cells"


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(rows=ROWS)
def test_one_table_has_the_same_rows_in_every_container(rows: list[tuple[str, str]]) -> None:
    named = [{"a": first, "b": second} for first, second in rows]
    tables: list[bytes] = []
    for delimiter in (",", "\t"):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
        tables.append(text.getvalue().encode())
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in named).encode()
    columns: dict[str, list[object]] = {"a": [row[0] for row in rows], "b": [row[1] for row in rows]}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("rows.parquet", parquet(columns))

    for data in (*tables, lines, json.dumps(named).encode(), parquet(columns), packed.getvalue()):
        assert values(data) == named
    escaped = [tuple(cell.replace("_x", "_x005F_x") for cell in row) for row in rows]
    assert values(workbook([("a", "b"), *escaped])) == named


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (parquet({"a": ["x"]})[:-9] + b"\xff" * 9, "the Parquet file is damaged"),
        (parquet({"a": ["x"]})[:-20], "the Parquet file is damaged"),
        (b"ARROW1\0\0" + b"\xff" * 90, "the Arrow file is damaged"),
        (b"\xff\xff\xff\xff\x10\0\0\0" + b"x" * 90, "the Arrow stream is damaged"),
        (parquet({"a": [b"\xff\xfe"]}), "the column 'a' holds bytes that are no text"),
        (workbook([]), "the first sheet has no rows below its columns"),
        (workbook([("a", "b")]), "the first sheet has no rows below its columns"),
        (workbook([("a", "a"), (1, 2)]), "two columns are named 'a'"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert caught.value.fault.reason == reason


def texts_that_burst() -> bytes:
    file = io.BytesIO()
    repeated = pa.DictionaryArray.from_arrays([0] * 400, ["x" * 20_000_000])
    pq.write_table(pa.table({"a": repeated}), file, compression="zstd")
    return file.getvalue()


def rows_that_burst() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"a": pa.nulls(500_000, pa.string())}), file)
    return file.getvalue()


def sheet_that_bursts() -> bytes:
    packed = io.BytesIO(workbook([("a",), ("b",)]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 2_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (texts_that_burst, "the table needs too much memory to be read"),
        (rows_that_burst, "the file unpacks to more than a dataset does: it may be made to burst"),
        (sheet_that_bursts, "the file unpacks to more than a dataset does: it may be made to burst"),
    ],
)
def test_a_table_made_to_burst_harms_its_reader_only(
    monkeypatch: pytest.MonkeyPatch, make: type[bytes], reason: str
) -> None:
    monkeypatch.setattr(bursting, "UNSUSPICIOUS_BYTES", 1_000_000)
    with pytest.raises(Unreadable) as caught:
        read(make())
    assert caught.value.fault.reason == reason


def test_what_brought_the_reader_down_is_logged_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(Unreadable):
        read(b"PAR1 secret PAR1")
    assert [record.message for record in caplog.records] == [
        "the reader of tables met an ArrowInvalid in a Parquet file"
    ]


def test_a_reader_that_does_not_start_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch_files, "READER", "shared.adapters.no_such_reader")
    with pytest.raises(RuntimeError, match="the reader of tables does not start: status 1"):
        read(parquet({"a": ["x"]}))


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def remembering(self: subprocess.Popen[bytes], *args: object, **kwargs: object) -> None:
        started.append(self)
        start(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(subprocess.Popen, "__init__", remembering)
    return started


LONG_TABLE = parquet({"a": list(range(300_000))})


def test_a_reader_that_is_not_heard_to_the_end_is_ended(readers: list[subprocess.Popen[bytes]]) -> None:
    with ScratchFiles() as scratch:
        lines = scratch.rows("parquet", scratch.keep([LONG_TABLE]), [])
        next(lines)
        assert isinstance(lines, Generator)
        lines.close()
    assert [reader.returncode for reader in readers] == [-signal.SIGKILL]


def test_a_reader_is_ended_with_the_scratch_it_reads_from(readers: list[subprocess.Popen[bytes]]) -> None:
    with ScratchFiles() as scratch:
        lines = scratch.rows("parquet", scratch.keep([LONG_TABLE]), [])
        next(lines)
    assert [reader.returncode for reader in readers] == [-signal.SIGKILL]
    assert list(lines) == []


def test_a_readers_environment_holds_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOUNDRY_KEY", "secret")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    environment = scratch_files._environment()
    assert "FOUNDRY_KEY" not in environment
    assert environment["TMPDIR"] == str(tmp_path)
