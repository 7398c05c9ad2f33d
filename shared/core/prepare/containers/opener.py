"""Through the wrappings of a file to its rows: gzip, a zip archive, an encoding, and what its rows are stored as."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import IO

from shared.core.prepare.containers import binary_table
from shared.core.prepare.containers.archive import NESTED, Archive, folders_of, is_zip
from shared.core.prepare.containers.encoding import LINE_ENDS_CHANGED, SAMPLE_BYTES, as_utf8, with_newlines
from shared.core.prepare.containers.foreign import IS_DATASET, refuse_foreign
from shared.core.prepare.containers.gzip import gunzip, is_gzip
from shared.core.prepare.containers.json_array import JSON_ARRAY
from shared.core.prepare.containers.json_columns import JSON_COLUMNS
from shared.core.prepare.containers.json_lines import JSON_LINES
from shared.core.prepare.containers.json_sequence import JSON_SEQUENCE
from shared.core.prepare.containers.opened import Opened
from shared.core.prepare.containers.record import HEAD_BYTES, Block, Record
from shared.core.prepare.containers.scratch import Scratch
from shared.core.prepare.containers.table import TABLE
from shared.core.prepare.faults import Fault, Unreadable, shown
from shared.core.prepare.rule import Rule

CONTAINERS = (JSON_ARRAY, JSON_COLUMNS, JSON_SEQUENCE, TABLE, JSON_LINES)  #: in the order in which they are asked
ENDINGS = tuple(ending for one in (*CONTAINERS, *binary_table.KINDS) for ending in one.endings)

IS_NAMED_RIGHT = Rule(2, "name and content", "info", "nothing to do, but the name misleads people")

NO_ROOM = Fault(IS_DATASET, "files of this kind cannot be read here", "JSON lines, JSON or CSV")


class Opener:
    """Opens files, and those inside a zip archive."""

    def __init__(self, scratch: Scratch | None, *, is_in_archive: bool = False) -> None:
        self._scratch = scratch
        self._is_in_archive = is_in_archive

    def open(self, name: str, chunks: Iterable[bytes]) -> Opened:
        """The rows of a file. Raises `Unreadable` if it holds none that we can read."""
        head, whole = _peek(chunks)
        if not is_gzip(head):
            return self._open_unpacked(name, head, whole)
        opened = self._open_unpacked(name.lower().removesuffix(".gz"), *_peek(gunzip(whole)))
        return replace(opened, stored_as=f"{opened.stored_as}, packed with gzip")

    def _open_unpacked(self, name: str, head: bytes, whole: Iterator[bytes]) -> Opened:
        if is_zip(head):
            return self._open_zip(name, whole, self._room())
        if kind := binary_table.kind_of(head):
            return _open_table(name, kind, self._room().keep(whole), self._room())
        refuse_foreign(head.lstrip())
        return _open_text(name, head, whole)

    def _room(self) -> Scratch:
        if self._scratch is None:
            raise Unreadable(NO_ROOM)
        return self._scratch

    def _open_zip(self, name: str, whole: Iterator[bytes], room: Scratch) -> Opened:
        file = room.keep(whole)
        archive = Archive(file)
        if archive.is_workbook:
            return _open_table(name, binary_table.SHEET, file, room)
        if self._is_in_archive:
            raise Unreadable(NESTED)
        members = archive.files_of_rows()
        notes = [*_name_note(name, "a zip archive", ()), *archive.notes()]
        first = self._open_member(archive, members[0])
        records = self._records(archive, first, members, notes)
        companions = partial(archive.companion, folders=folders_of(members))
        return Opened(f"{first.stored_as}, in a zip archive", notes, records, companions)

    def _open_member(self, archive: Archive, member: str) -> Opened:
        return Opener(self._scratch, is_in_archive=True).open(member, archive.chunks(member))

    def _records(
        self, archive: Archive, first: Opened, members: list[str], notes: list[Fault]
    ) -> Iterator[Block | Record]:
        """The rows of all members. Where there are several, rows and faults name theirs."""
        opened: Opened | None = first
        for member in members:
            name = member if len(members) > 1 else ""
            try:
                opened = opened or self._open_member(archive, member)
                yield from (record._replace(member=name) for record in opened.records)
            except Unreadable as error:
                raise Unreadable(_in_member(name, error.fault)) from error
            notes.extend(_in_member(name, note) for note in opened.notes)
            opened = None


def _in_member(name: str, fault: Fault) -> Fault:
    return replace(fault, reason=f"{shown(name)}: {fault.reason}") if name else fault


def _open_table(name: str, kind: binary_table.Kind, file: IO[bytes], room: Scratch) -> Opened:
    notes = _name_note(name, kind.name, kind.endings)
    return Opened(kind.name, notes, binary_table.read(kind, file, room, notes))


def _open_text(name: str, head: bytes, whole: Iterator[bytes]) -> Opened:
    utf8, notes = as_utf8(head[:SAMPLE_BYTES], whole)
    head, utf8 = _peek(utf8)
    if b"\r" in head[:HEAD_BYTES] and b"\n" not in head[:HEAD_BYTES]:
        head, utf8 = _peek(with_newlines(utf8))
        notes = [*notes, LINE_ENDS_CHANGED]
    container = next(one for one in CONTAINERS if one.claims(head[:HEAD_BYTES]))
    notes = [*notes, *_name_note(name, container.name, container.endings)]
    return Opened(container.name, notes, container.read(utf8))


def _peek(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all bytes again with the first ones in one piece."""
    stream = iter(chunks)
    pieces: list[bytes] = []
    length = 0
    for chunk in stream:
        pieces.append(chunk)
        length += len(chunk)
        if length >= SAMPLE_BYTES:
            break
    head = b"".join(pieces)
    return head, chain((head,), stream)


def _name_note(name: str, stored_as: str, endings: tuple[str, ...]) -> list[Fault]:
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), None)
    if ending is None or ending in endings:
        return []
    return [Fault(IS_NAMED_RIGHT, f"the name ends in {ending}, but the file holds {stored_as}")]
