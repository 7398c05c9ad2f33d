"""Zip archives of one dataset."""

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

import pytest

from shared.core.prepare.containers import archive, open_rows
from shared.core.prepare.containers.opened import Opened
from shared.core.prepare.faults import Fault, Unreadable, Unusable

LINES = b'{"a": 1}\n{"a": 2}\n'
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


class Memory:
    """Room for files; there is no reader of tables."""

    def keep(self, chunks: Iterable[bytes]) -> IO[bytes]:
        return io.BytesIO(b"".join(chunks))

    def rows(self, kind: str, file: IO[bytes], notes: list[Fault]) -> Iterator[bytes]:
        notes.append(Fault(archive.HAS_NO_OTHERS, f"read as {kind}, from byte {file.tell()}"))
        yield b'["a"]\n' if kind == "sheet" else b'{"kind": "parquet"}\n'
        yield b'["3"]\n' if kind == "sheet" else b""


def zipped(
    files: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as out:
        for name, data in files.items() if isinstance(files, dict) else files:
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)  # not dated with the time
            out.writestr(entry, data, method)
    return packed.getvalue()


def opened(data: bytes, name: str = "drop.zip") -> Opened:
    return open_rows(name, (data[start : start + 100] for start in range(0, len(data), 100)), Memory())


def rows(of: Opened) -> list[tuple[str, int, bytes]]:
    return [(record.member, record.line, record.text) for record in of.rows()]


@pytest.mark.parametrize(
    ("name", "data", "stored_as"),
    [
        ("rows.jsonl", LINES, "JSON lines, in a zip archive"),
        ("set/rows.json", b'[{"a": 1},\n{"a": 2}]', "a JSON array, in a zip archive"),
        ("rows.jsonl.gz", gzip.compress(LINES, mtime=0), "JSON lines, packed with gzip, in a zip archive"),
        ("rows.txt", LINES, "JSON lines, in a zip archive"),
    ],
)
def test_the_file_of_rows_is_read_as_what_it_is(name: str, data: bytes, stored_as: str) -> None:
    of = opened(zipped({name: data, "images/1.png": PNG}))
    assert (of.stored_as, of.notes) == (stored_as, [])
    assert rows(of) == [("", 1, b'{"a": 1}'), ("", 2, b'{"a": 2}')]


def test_several_files_are_read_in_the_order_of_their_names_which_their_rows_bear() -> None:
    of = opened(zipped({"b.csv": b"a\n3\n", "a.jsonl": LINES, "c.parquet": b"PAR1"}))
    assert rows(of) == [
        ("a.jsonl", 1, b'{"a": 1}'),
        ("a.jsonl", 2, b'{"a": 2}'),
        ("b.csv", 2, b"3"),
        ("c.parquet", 1, b'{"kind": "parquet"}'),
    ]
    assert [note.reason for note in of.notes] == ["'c.parquet': read as parquet, from byte 4"]


def test_a_workbook_is_told_by_what_is_in_it_and_may_lie_in_an_archive() -> None:
    workbook = zipped({"docProps/app.xml": b"", "xl/workbook.xml": b""})
    assert opened(workbook, "drop.xlsx").stored_as == "an Excel workbook"
    of = opened(zipped({"rows.xlsx": workbook}))
    assert of.stored_as == "an Excel workbook, in a zip archive"
    assert [record.cells for record in of.rows()] == [{"a": "3"}]


def test_what_systems_leave_in_archives_is_ignored_and_what_people_leave_is_noted() -> None:
    litter = {"__MACOSX/._rows.jsonl": b"", ".DS_Store": b"", "a/Thumbs.db": b"", "a/": b"", "a/._x.zip": b""}
    of = opened(zipped({**litter, "rows.jsonl": LINES, "README.txt": b"", "a/notes.md": b"", "LICENSE": b""}))
    assert [note.reason for note in of.notes] == [
        "left aside in the zip archive: 'LICENSE', 'README.txt', 'a/notes.md'"
    ]
    assert len(rows(of)) == 2


def test_images_are_found_beside_the_rows_and_from_the_top() -> None:
    of = opened(zipped({"set/rows.jsonl": LINES, "set/images/1.png": PNG, "top/2.JPG": b"jpg", "3.txt": b"{}\n{}\n"}))
    assert of.companions("images/1.png") == PNG
    assert of.companions("./images/1.png") == of.companions("images\\1.png") == of.companions("set/images/1.png") == PNG
    assert of.companions("top/2.JPG") == b"jpg"
    for path in ("images/2.png", "rows.jsonl", "../set/images/1.png", "/set/images/1.png", ""):
        assert of.companions(path) is None


def test_an_image_too_large_costs_the_rows_that_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_IMAGE_BYTES", 20)
    with pytest.raises(Unusable, match="an image is too large"):
        opened(zipped({"rows.jsonl": LINES, "1.png": PNG})).companions("1.png")


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("rows.jsonl")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def with_flags(data: bytes, flags: int) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + struct.pack("<H", flags) + data[at + 10 :]


def with_flipped_bit(data: bytes) -> bytes:
    at = data.index(b"rows.jsonl") + len("rows.jsonl") + 3
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def without_a_stretch(data: bytes) -> bytes:
    return data[:20] + data[30:]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"images/1.png": PNG}), "the zip archive holds no file of rows"),
        (zipped({}), "the zip archive holds no file of rows"),
        (zipped({"rows.jsonl": LINES, "more.zip": b""}), "the zip archive holds another archive: 'more.zip'"),
        (zipped({"rows.jsonl": zipped({"rows.jsonl": LINES})}), "the zip archive holds another archive"),
        (zipped({"rows.jsonl": LINES, "x.exe": b""}), "the zip archive holds neither rows nor an image: 'x.exe'"),
        (zipped({"../rows.jsonl": LINES}), "a name in the zip archive leads out of it: '../rows.jsonl'"),
        (zipped({"a/../../r.jsonl": LINES}), "a name in the zip archive leads out of it: 'a/../../r.jsonl'"),
        (zipped({"/etc/rows.jsonl": LINES}), "a name in the zip archive leads out of it: '/etc/rows.jsonl'"),
        (zipped({"C:/rows.jsonl": LINES}), "a name in the zip archive leads out of it: 'C:/rows.jsonl'"),
        (zipped({"..\\rows.jsonl": LINES}), "a name in the zip archive leads out of it: (a name of 13 characters)"),
        (zipped([(link(), b"/etc/passwd")]), "the zip archive holds a link: 'rows.jsonl'"),
        (with_flags(zipped({"rows.jsonl": LINES}), 1), "the zip archive is encrypted"),
        (zipped({"rows.jsonl": LINES}, zipfile.ZIP_BZIP2), "the zip archive is packed in an unusual way"),
        (zipped({"word/document.xml": b""}), "the file is a Word document"),
        (zipped({"rows.jsonl": LINES})[:-30], "the zip archive is cut: its directory is missing"),
        (zipped({"rows.jsonl": LINES}).replace(b"PK\x01\x02", b"PK\x01\x03"), "the zip archive is damaged"),
        (without_a_stretch(zipped({"rows.jsonl": LINES})), "the zip archive is damaged"),
        (with_flipped_bit(zipped({"rows.jsonl": LINES})), "the zip archive is damaged"),
        (zipped({"rows.jsonl": b"0" * 30_000_000}), "the file unpacks to more than a dataset does"),
        (zipped({"a.jsonl": LINES, "b.json": b'{\n"a": {\n}}'}), "'b.json': the file is one JSON object, not rows"),
    ],
)
def test_what_is_no_dataset_or_means_harm_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        rows(opened(data))
    assert caught.value.fault.reason.startswith(reason)


@pytest.mark.parametrize(("name", "most"), [("MAX_ENTRIES", 1), ("MAX_DIRECTORY_BYTES", 50)])
def test_an_archive_of_too_many_files_is_not_opened(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(archive, name, most)
    with pytest.raises(Unreadable, match="holds too many files"):
        opened(zipped({"rows.jsonl": LINES, "1.png": PNG}))
