"""A zip archive that holds one dataset: its files of rows, and the images that the rows name.

Nothing is ever written under a name from the archive. Still, names that would lead out of it are refused, for whoever
unpacks it elsewhere; so is whatever a dataset has no need of.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from shared.core.prepare.containers.bursting import check_size
from shared.core.prepare.faults import Fault, Unreadable, Unusable, listed, shown
from shared.core.prepare.rule import Rule

MAX_ENTRIES = 60_000  #: more than the images of the largest dataset the service takes (Microsoft Learn, 2026-02)
MAX_DIRECTORY_BYTES = 16 * 1024 * 1024  #: all names; it is held in memory
MAX_IMAGE_BYTES = 10 * 1024 * 1024  #: of an image in a row (Microsoft Learn, 2026-02)
READ_BYTES = 256 * 1024

ROW_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".parquet", ".arrow", ".feather", ".xlsx")
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
ARCHIVE_ENDINGS = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz")
OF_NO_MATTER = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)|.*/", re.DOTALL)
ABOUT = re.compile(r"(.*/)?((README|LICENSE|NOTICE|CITATION)[^/]*|[^/]*\.md)", re.DOTALL | re.IGNORECASE)
LEADS_OUT = re.compile(r"/.*|[A-Za-z]:.*|.*[\\\0].*|(.*/)?\.\.(/.*)?", re.DOTALL)
OTHER_DOCUMENTS = {
    "xl/workbook.bin": "a binary Excel workbook",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
}
WORKBOOK = "xl/workbook.xml"

IS_SOUND = Rule(17, "archive", "error", "pack the files of the dataset again, as a plain zip archive")
IS_DATASET = Rule(17, "archive", "error", "pack the files of rows and the images they name, and nothing else")
NAMES_IMAGES = Rule(63, "size of an image", "reject", "make the image smaller, or give it as an https address")
HAS_NO_OTHERS = Rule(17, "archive", "info", "nothing to do")
NESTED = Fault(IS_DATASET, "the zip archive holds another archive", "the files of rows themselves")
DAMAGED = Fault(IS_SOUND, "the zip archive is damaged", "a whole archive")
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
UNSOUND = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError, struct.error, zlib.error)


def is_zip(head: bytes) -> bool:
    """Whether these first bytes of a file say so."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Archive:
    """An archive whose entries are known. Raises `Unreadable` for one that is not to be opened."""

    def __init__(self, file: IO[bytes]) -> None:
        packed = _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except UNSOUND as error:
            raise Unreadable(DAMAGED) from error
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        for entry in self._entries.values():
            _check_entry(entry)
        check_size(packed, sum(entry.file_size for entry in self._entries.values()))

    @property
    def is_workbook(self) -> bool:
        """Whether it is an Excel workbook. Raises `Unreadable` for other documents that are zip archives."""
        for name, document in OTHER_DOCUMENTS.items():
            if name in self._entries:
                raise Unreadable(Fault(IS_DATASET, f"the file is {document}", "an .xlsx workbook, CSV or JSON lines"))
        return WORKBOOK in self._entries

    def files_of_rows(self) -> list[str]:
        """Their names, in order. Raises `Unreadable` if there are none, or others than images beside them."""
        names = sorted(name for name in self._entries if not OF_NO_MATTER.fullmatch(name))
        names = [name for name in names if not ABOUT.fullmatch(name)]
        rows = [name for name in names if name.lower().removesuffix(".gz").endswith(ROW_ENDINGS)]
        others = [name for name in names if name not in rows and not name.lower().endswith(IMAGE_ENDINGS)]
        if others:
            what = "another archive" if others[0].lower().endswith(ARCHIVE_ENDINGS) else "neither rows nor an image"
            reason = f"the zip archive holds {what}: {shown(others[0])}"
            raise Unreadable(Fault(IS_DATASET, reason, f"rows ({', '.join(ROW_ENDINGS)}) and images"))
        if not rows:
            raise Unreadable(Fault(IS_DATASET, "the zip archive holds no file of rows", ", ".join(ROW_ENDINGS)))
        return rows

    def notes(self) -> list[Fault]:
        """What is left aside."""
        aside = sorted(name for name in self._entries if ABOUT.fullmatch(name) and not OF_NO_MATTER.fullmatch(name))
        return [Fault(HAS_NO_OTHERS, f"left aside in the zip archive: {listed(aside)}")] if aside else []

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry. Raises `Unreadable`."""
        try:
            with self._zip.open(name) as entry:
                while chunk := entry.read(READ_BYTES):
                    yield chunk
        except UNSOUND as error:
            raise Unreadable(DAMAGED) from error

    def companion(self, path: str, folders: list[str]) -> bytes | None:
        """The image that a row names, beside a file of rows or from the top. Raises `Unusable` if it is too large."""
        relative = path.replace("\\", "/").removeprefix("./")
        found = next((self._entries[at] for folder in folders if (at := folder + relative) in self._entries), None)
        if found is None or not found.filename.lower().endswith(IMAGE_ENDINGS):
            return None
        if found.file_size > MAX_IMAGE_BYTES:
            raise Unusable(Fault(NAMES_IMAGES, "an image is too large", f"at most {MAX_IMAGE_BYTES:,} bytes"))
        return b"".join(self.chunks(found.filename))


def folders_of(names: list[str]) -> list[str]:
    """Where images are sought: beside each of these files, then at the top."""
    return [*dict.fromkeys(name[: name.rfind("/") + 1] for name in names), ""]


def _check_directory(file: IO[bytes]) -> int:
    """The length of the file, if its directory is small enough to be held in memory. Raises `Unreadable`."""
    length = file.seek(0, 2)
    file.seek(max(0, length - 65_535 - END_OF_DIRECTORY.size))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END_OF_DIRECTORY.size:
        raise Unreadable(Fault(IS_SOUND, "the zip archive is cut: its directory is missing", "a whole archive"))
    end = END_OF_DIRECTORY.unpack_from(tail, at)
    if end[4] > MAX_ENTRIES or end[5] > MAX_DIRECTORY_BYTES:
        raise Unreadable(Fault(IS_DATASET, "the zip archive holds too many files", f"at most {MAX_ENTRIES:,}"))
    return length


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.header_offset < 0:
        raise Unreadable(DAMAGED)
    name = entry.orig_filename
    if LEADS_OUT.fullmatch(name):
        raise Unreadable(Fault(IS_SOUND, f"a name in the zip archive leads out of it: {shown(name)}", "plain names"))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unreadable(Fault(IS_SOUND, f"the zip archive holds a link: {shown(name)}", "the file itself"))
    if entry.flag_bits & 0x41:
        raise Unreadable(Fault(IS_SOUND, "the zip archive is encrypted", "one without a password"))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(Fault(IS_SOUND, "the zip archive is packed in an unusual way", "the method 'deflate'"))
