"""JSON lines: one row a line."""

from collections.abc import Iterable, Iterator

from shared.core.prepare.containers.lines import Held, TooLong, even_pieces
from shared.core.prepare.containers.record import MAX_ROW_BYTES, Block, Container, Record
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule

BLOCK_BYTES = 256 * 1024  #: what is done once a block, by numpy, costs little for each row of it

FITS_IN_MEMORY = Rule(10, "length of a row", "reject", "cut the row into several, or give images as https addresses")
TOO_LONG = Fault(FITS_IN_MEMORY, "the row is too long", f"at most {MAX_ROW_BYTES:,} bytes")


def blocks(chunks: Iterable[bytes]) -> Iterator[Block | Record]:
    """All lines, blank ones among them, as blocks of many. One that is too long comes as a record, with its fault."""
    number = 1
    begun = Held()
    for piece in even_pieces(chunks, BLOCK_BYTES):
        first, last = piece.find(b"\n"), piece.rfind(b"\n") + 1
        begun.add(piece[:first] if last else piece)
        if last:
            for part in _with_begun(number, begun.take(), memoryview(piece)[first:last]):
                yield part
                number += part.text.count(b"\n") if isinstance(part, Block) else 1
            begun.add(piece[last:])
    if begun:
        yield from _with_begun(number, begun.take(), memoryview(b""))


def _with_begun(number: int, begun: bytes | TooLong, others: memoryview) -> Iterator[Block | Record]:
    """A line that began in an earlier piece, and the lines behind it, whose first newline is its end."""
    if not isinstance(begun, TooLong):
        yield Block(number, b"".join((begun, others)))
        return
    yield Record(number, begun.beginning, fault=TOO_LONG, cut=True)
    if behind := bytes(others[1:]):
        yield Block(number + 1, behind)


def records_of(block: Block) -> Iterator[Record]:
    """The rows of a block."""
    for number, line in enumerate(block.text.split(b"\n"), start=block.line):
        if line and not line.isspace():
            yield Record(number, line, member=block.member)


def rows(records: Iterable[Block | Record]) -> Iterator[Record]:
    """The rows one by one."""
    for one in records:
        if isinstance(one, Record):
            yield one
        else:
            yield from records_of(one)


JSON_LINES = Container("JSON lines", (".jsonl", ".ndjson"), lambda _head: True, blocks)
