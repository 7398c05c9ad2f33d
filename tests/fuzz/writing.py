"""Rows as files of every kind, and what goes wrong with the bytes of files."""

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import IllegalCharacterError

type Write = Callable[[Random, Sequence[Any]], bytes]

PIECES = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"\n", b"\r\n", b"\r", b"\\", b"\\u0022", b"\\ud800", b"\\/", b"\0",
    b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"ARROW1", b" ",
    b"\t", b"\x0b", b"-", b"1e400", b"NaN", b"Infinity", b"null", b"true", b"9" * 1100, b'"a":1,', b'"messages":[],',
    b'{"prompt":"a","response":"b"}', b"\xe2\x80\xa8", b"[" * 70, b'{"a":' * 70, b"<html>", b";", b"'", b"//", b"/*",
    b"version https://git-lfs.github.com/spec/v1\n",
)  # fmt: skip
NOW = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]{8}Z")  #: as a workbook is dated
BAD_ROW = '{"prompt": "never closed'


def written(random: Random, rows: Sequence[Any]) -> bytes:
    """The rows as a file of some kind, sound or nearly so."""
    write = random.choice(TABLES) if random.random() < SHARE_OF_TABLES else random.choice(TEXTS)
    try:
        return write(random, rows)
    except (pa.ArrowException, IllegalCharacterError, ValueError, TypeError, OverflowError):
        return _lines(random, rows)  # values that such a table cannot hold


def damaged(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Bytes of which a few stretches were replaced, taken out, repeated, or put in from elsewhere."""
    for _ in range(random.choice((0, 0, 1, 1, 2, 4, 16))):
        start = random.randint(0, len(data))
        length = random.choice((0, 0, 1, 1, 2, 8, 200))
        data = data[:start] + _stretch(random, data, others) + data[start + length :]
    return data


def _stretch(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    kind = random.random()
    if kind < 0.5:
        return random.choice(PIECES)
    if kind < 0.7:
        return random.randbytes(random.randint(1, 4))
    source = data if kind < 0.85 else random.choice(others)
    start = random.randint(0, len(source))
    return source[start : start + random.choice((1, 10, 100, 3000))]


def packed(random: Random, data: bytes) -> bytes:
    """The file as it is, or inside another."""
    kind = random.random()
    if kind < 0.1:
        whole = gzip.compress(data, compresslevel=1, mtime=0)
        return whole if random.random() < 0.7 else whole[: random.randint(0, len(whole))]
    if kind < 0.15:
        return _zipped(
            {random.choice(("rows.jsonl", "a/b.json", "x.csv", "__MACOSX/rows.jsonl")): data, "a.png": b"\x89PNG"}
        )
    return data


def _zipped(files: dict[str, bytes]) -> bytes:
    """An archive that is the same each time: its entries bear no date of today."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _text(value: object, *, is_ascii: bool = False, **more: Any) -> bytes:
    return json.dumps(value, ensure_ascii=is_ascii, **more).encode(errors="surrogatepass")


def _lines(random: Random, rows: Sequence[Any]) -> bytes:
    end = random.choice((b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b" \n"))
    lines = [_text(row, is_ascii=random.random() < 0.3) for row in rows]
    return end.join(lines) + random.choice((end, b""))


def _lines_with_repeated_keys(random: Random, rows: Sequence[Any]) -> bytes:
    data = bytearray(_lines(random, rows))
    openings = [place for place, byte in enumerate(data) if byte == ord("{")]
    if openings:
        at = random.choice(openings) + 1
        data[at:at] = random.choice((b'"prompt":"x",', b'"role":"user",', b'"messages":[],', b'"\\u0072ole":"user",'))
    return bytes(data)


def _array(random: Random, rows: Sequence[Any]) -> bytes:
    return _text([*rows], indent=random.choice((None, 1)), is_ascii=random.random() < 0.3)


def _wrapped(random: Random, rows: Sequence[Any]) -> bytes:
    return _text(
        {"version": 1, random.choice(("data", "rows", "train", "examples")): [*rows]}, indent=random.choice((None, 1))
    )


def _sequence(random: Random, rows: Sequence[Any]) -> bytes:
    return random.choice((b"", b"\n", b" ")).join(_text(row, indent=random.choice((None, 2))) for row in rows)


def _columns(_random: Random, rows: Sequence[Any]) -> bytes:
    return _text({key: [row.get(key) for row in _objects(rows)] for key in _keys(rows)})


def _bad_line_inside(random: Random, rows: Sequence[Any]) -> bytes:
    lines = [_text(row).decode(errors="replace") for row in rows]
    lines.insert(random.randint(0, len(lines)), BAD_ROW)
    return "\n".join(lines).encode()


def _in_utf16(random: Random, rows: Sequence[Any]) -> bytes:
    return _lines(random, rows).decode(errors="replace").encode(random.choice(("utf-16", "utf-16-le", "utf-16-be")))


def _in_latin(random: Random, rows: Sequence[Any]) -> bytes:
    return (
        _lines(random, rows).decode(errors="replace").encode(random.choice(("cp1252", "latin-1", "cp437")), "replace")
    )


def _csv(random: Random, rows: Sequence[Any]) -> bytes:
    table = io.StringIO(newline="")
    quoting = random.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL))
    writer = csv.writer(
        table, delimiter=random.choice(",;\t|"), quoting=quoting, lineterminator=random.choice(("\n", "\r\n", "\r"))
    )
    keys = _keys(rows)
    writer.writerows([keys, *([_cell(row.get(key)) for key in keys] for row in _objects(rows))])
    return table.getvalue().encode(errors="replace")


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _parquet(_random: Random, rows: Sequence[Any]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_objects(rows)), file)
    return file.getvalue()


def _arrow(random: Random, rows: Sequence[Any]) -> bytes:
    table = pa.Table.from_pylist(_objects(rows))
    file = io.BytesIO()
    new = random.choice((pa.ipc.new_file, pa.ipc.new_stream))
    with new(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def _workbook(_random: Random, rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    keys = _keys(rows)
    for values in (keys, *([_cell(row.get(key)) for key in keys] for row in _objects(rows))):
        book.worksheets[0].append(values)
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return _zipped({name: NOW.sub(b"2026-01-01T00:00:00Z", archive.read(name)) for name in archive.namelist()})


def _objects(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)]


def _keys(rows: Sequence[Any]) -> list[str]:
    return [*dict.fromkeys(key for row in _objects(rows) for key in row)]


SHARE_OF_TABLES = 0.02  #: which are read by a process of their own: each takes half a second
TABLES: tuple[Write, ...] = (_parquet, _arrow, _workbook)
TEXTS: tuple[Write, ...] = (
    _lines, _lines, _lines, _lines, _lines, _lines_with_repeated_keys, _array, _wrapped, _sequence, _columns,
    _bad_line_inside, _in_utf16, _in_latin, _csv, _csv,
)  # fmt: skip
