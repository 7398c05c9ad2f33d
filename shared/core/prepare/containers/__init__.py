"""From the bytes of a file to its rows: what it is stored as is told by its content, never by its name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from shared.core.prepare.containers.encoding import LINE_ENDS_CHANGED, as_utf8, with_newlines
from shared.core.prepare.containers.foreign import refuse_foreign
from shared.core.prepare.containers.gzip import gunzip, is_gzip
from shared.core.prepare.containers.json_array import JSON_ARRAY
from shared.core.prepare.containers.json_lines import JSON_LINES
from shared.core.prepare.containers.json_object import JSON_OBJECT
from shared.core.prepare.containers.record import Block, Container, Record
from shared.core.prepare.containers.table import TABLE
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule

CONTAINERS = (JSON_ARRAY, JSON_OBJECT, TABLE, JSON_LINES)  #: in the order in which they are asked
HEAD_BYTES = 64 * 1024  #: enough to tell them apart

IS_NAMED_RIGHT = Rule(2, "name and content", "info", "nothing to do, but the name misleads people")


@dataclass(frozen=True)
class Opened:
    """A file whose rows can be read."""

    stored_as: str  #: for people
    notes: tuple[Fault, ...]  #: what was noticed on the way
    records: Iterator[Record | Block]  #: raises `Unreadable`


def open_rows(name: str, chunks: Iterable[bytes]) -> Opened:
    """The rows of a file. Raises `Unreadable` if it holds none that we can read."""
    head, whole = _peek(chunks)
    packed = is_gzip(head)
    if packed:
        head, whole = _peek(gunzip(whole))
    refuse_foreign(head.lstrip())
    utf8, notes = as_utf8(head, whole)
    head, utf8 = _peek(utf8)
    if b"\r" in head and b"\n" not in head:
        head, utf8 = _peek(with_newlines(utf8))
        notes = [*notes, LINE_ENDS_CHANGED]
    container = next(one for one in CONTAINERS if one.claims(head))
    notes = [*notes, *_name_note(name.lower().removesuffix(".gz"), container)]
    return Opened(
        f"{container.name}, packed with gzip" if packed else container.name, tuple(notes), container.read(utf8)
    )


def _peek(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all bytes again with the first ones in one piece."""
    stream = iter(chunks)
    pieces: list[bytes] = []
    length = 0
    for chunk in stream:
        pieces.append(chunk)
        length += len(chunk)
        if length >= HEAD_BYTES:
            break
    head = b"".join(pieces)
    return head, chain((head,), stream)


def _name_note(name: str, container: Container) -> list[Fault]:
    ending = next((e for other in CONTAINERS for e in other.endings if name.endswith(e)), None)
    if ending is None or ending in container.endings:
        return []
    return [Fault(IS_NAMED_RIGHT, f"the name ends in {ending}, but the file holds {container.name}")]
