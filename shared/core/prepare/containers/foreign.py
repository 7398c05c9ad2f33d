"""Files that are no text with rows, told by their first bytes and refused by name."""

from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

IS_DATASET = Rule(2, "content", "error", "drop the rows themselves, as JSON lines, a JSON array or CSV")

NEVER = "JSON lines, JSON, CSV, Parquet or an .xlsx workbook"

FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer, not the data it points to", "the file itself: git lfs pull"),
    (b"PARE", "an encrypted Parquet file", "one without encryption"),
    (b"FEA1", "a Feather file of the first version", "an Arrow file (Feather version 2), or Parquet"),
    (b"Obj\x01", "an Avro file", NEVER),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls, .doc)", "'Save as' in Excel: .xlsx or 'CSV UTF-8'"),
    (b"\x80\x02", "a Python pickle, which is never opened: it can run code", NEVER),
    (b"\x80\x03", "a Python pickle, which is never opened: it can run code", NEVER),
    (b"\x80\x04", "a Python pickle, which is never opened: it can run code", NEVER),
    (b"\x80\x05", "a Python pickle, which is never opened: it can run code", NEVER),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "the file unpacked, or packed with gzip"),
    (b"BZh", "a bzip2 file", "the file unpacked, or packed with gzip"),
    (b"\xfd7zXZ", "an xz file", "the file unpacked, or packed with gzip"),
    (b"7z\xbc\xaf", "a 7z archive", "the file unpacked, or packed with gzip"),
    (b"\x1f\x8b", "a gzip file inside a gzip file", "a file that is packed once"),
    (b"%PDF", "a PDF", NEVER),
    (b"SQLite format 3", "an SQLite database", NEVER),
    (b"\x89HDF", "an HDF5 file", NEVER),
    (b"\x89PNG", "an image", NEVER),
    (b"\xff\xd8\xff", "an image", NEVER),
    (b"<!DOCTYPE", "an HTML page", NEVER),
    (b"<html", "an HTML page", NEVER),
)


def refuse_foreign(head: bytes) -> None:
    """Raises `Unreadable` for a file of a kind that holds no rows, or that we cannot read."""
    for magic, name, expected in FOREIGN:
        if head.startswith(magic):
            raise Unreadable(Fault(IS_DATASET, f"the file is {name}", expected))
