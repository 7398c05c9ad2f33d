"""JSON lines: one row a line."""

from collections.abc import Iterator

from shared.core.prepare.containers.lines import TooLong, lines
from shared.core.prepare.containers.record import MAX_ROW_BYTES, Container, Record
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule

FITS_IN_MEMORY = Rule(10, "length of a row", "reject", "cut the row into several, or give images as https addresses")
TOO_LONG = Fault(FITS_IN_MEMORY, "the row is too long", f"at most {MAX_ROW_BYTES:,} bytes")


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """Every line that is not blank."""
    for number, line in enumerate(lines(chunks), start=1):
        if isinstance(line, TooLong):
            yield Record(number, line.beginning, fault=TOO_LONG, cut=True)
        elif line and not line.isspace():
            yield Record(number, line)


JSON_LINES = Container("JSON lines", (".jsonl", ".ndjson"), lambda _head: True, read)
