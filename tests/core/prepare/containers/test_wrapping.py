"""Gzip, and files that are no datasets at all."""

import gzip
import zlib

import pytest

from shared.core.prepare.containers import bursting, open_rows
from shared.core.prepare.faults import Unreadable
from tests.core.prepare.dropping import chats, drop, jsonl

ROWS = chats(12)


def packed(data: bytes) -> bytes:
    """Without the time of packing, so that tests have the same names each time."""
    return gzip.compress(data, mtime=0)


PACKED = packed(jsonl(ROWS))


@pytest.mark.parametrize("chunk", [1, 10, 1 << 16])
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PACKED, id="one member"),
        pytest.param(packed(jsonl(ROWS[:5])) + packed(jsonl(ROWS[5:])), id="two members"),
        pytest.param(PACKED + b"\0" * 100, id="padded with zeros"),
    ],
)
def test_gzip_is_unpacked(data: bytes, chunk: int) -> None:
    prepared = drop(data, name="drop.jsonl.gz", chunk=chunk)
    assert prepared.training == ROWS
    assert prepared.report.inputs[0].stored_as == "JSON lines, packed with gzip"


def test_gzip_is_told_by_its_content() -> None:
    assert drop(PACKED, name="drop.jsonl").training == ROWS


def test_a_large_file_is_unpacked_whole() -> None:
    rows = [{"prompt": f"{number}" * 400, "response": "Yes."} for number in range(2000)]
    assert drop(packed(jsonl(rows)), name="drop.jsonl.gz", chunk=1000).report.rows.kept == 2000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PACKED[:-20], "the gzip file is cut: it ends in the middle"),
        (PACKED[:2], "the gzip file is cut: it ends in the middle"),
        (PACKED[:30] + b"\xff\xff\xff" + PACKED[33:], "the gzip file is damaged"),
        (PACKED + b"more", "the gzip file is damaged"),
        (packed(PACKED), "the file is a gzip file inside a gzip file"),
        (packed(b"PAR1" + b"x" * 50), "the Parquet file is damaged"),
    ],
)
def test_bad_gzip_is_refused_by_what_it_is(data: bytes, reason: str) -> None:
    prepared = drop(data, name="drop.jsonl.gz", chunk=7)
    assert prepared.report.verdict == "rejected"
    assert f"drop.jsonl.gz: {reason}" in prepared.messages()


def test_a_file_made_to_burst_is_left_early() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(b"\n" * 1_000_000) for _ in range(64)), packer.flush()])

    prepared = drop(bomb, name="drop.jsonl.gz", chunk=1024)

    [message] = [message for message in prepared.messages() if "burst" in message]
    assert message == "drop.jsonl.gz: the file unpacks to more than a dataset does: it may be made to burst"


def test_a_file_too_large_unpacked_is_left_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursting, "MAX_UNPACKED_BYTES", 500)
    prepared = drop(PACKED, name="drop.jsonl.gz", chunk=20)
    assert "drop.jsonl.gz: the file is too large unpacked" in prepared.messages()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            "a Git LFS pointer, not the data it points to",
        ),
        (b"\x80\x04\x95\x00", "a Python pickle, which is never opened: it can run code"),
        (b"\x28\xb5\x2f\xfd\x04", "a zstd file"),
        (b"%PDF-1.7", "a PDF"),
        (b"PARE\0\0", "an encrypted Parquet file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document (.xls, .doc)"),
        (b"<!DOCTYPE html>\n<html>", "an HTML page"),
    ],
)
def test_what_is_no_text_with_rows_is_refused_by_name(data: bytes, reason: str) -> None:
    prepared = drop(data)
    assert prepared.messages() == [f"drop.jsonl: the file is {reason}"]
    assert prepared.report.reasons[0].startswith(f"drop.jsonl: the file is {reason}. Expected: ")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (jsonl(ROWS).decode().encode("utf-32"), "the file is UTF-32"),
        (
            b"{\0a\0" + b"\0\xd8" + b"a\0" * 9,
            "it begins as UTF-16 without a byte order mark, but is not: byte offset 4",
        ),
        (b"\xff\xfe\xfd", "marked as UTF-16 (ff fe or fe ff), but neither that nor UTF-8: byte offset 2"),
        (b"\xff\xfe" + "{}\n\ud800".encode("utf-16-le", "surrogatepass") + b"a\0", "byte offset 8"),
    ],
)
def test_other_encodings_are_refused_by_name(data: bytes, reason: str) -> None:
    prepared = drop(data, chunk=3)
    [message] = [message for message in prepared.messages() if message.startswith("drop.jsonl: ")][:1]
    assert message.endswith(reason)


@pytest.mark.parametrize(
    "data",
    [b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff\x10\0\0\0", b"PK\x03\x04"],
    ids=["parquet", "arrow", "stream", "zip"],
)
def test_what_needs_a_disk_is_refused_where_there_is_none(data: bytes) -> None:
    with pytest.raises(Unreadable, match="files of this kind cannot be read here"):
        open_rows("drop", iter([data]))


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n \r\n"], ids=["no bytes", "only a mark", "only newlines"])
def test_nothing_is_an_empty_dataset(data: bytes) -> None:
    report = drop(data).report
    assert (report.verdict, report.reasons) == ("rejected", ("The dataset is empty: it has no rows.",))


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("drop.json", jsonl(ROWS), "the name ends in .json, but the file holds JSON lines"),
        ("drop.csv", jsonl(ROWS), "the name ends in .csv, but the file holds JSON lines"),
        (
            "drop.jsonl",
            b"[" + b",".join(jsonl(ROWS).splitlines()) + b"]",
            "the name ends in .jsonl, but the file holds a JSON array",
        ),
        ("drop.jsonl", b"question,answer\n" + b"a,b\n" * 3, "the name ends in .jsonl, but the file holds a table"),
        ("drop.json.gz", PACKED, "the name ends in .json, but the file holds JSON lines"),
    ],
)
def test_a_name_that_misleads_is_said_and_changes_nothing(name: str, data: bytes, note: str) -> None:
    prepared = drop(data, name=name)
    assert f"{name}: {note}" in prepared.messages()
    assert prepared.training
