"""The rejects file: each row that could not be used, as it stands, and why.

It holds dataset text, which reports may not.
"""

from base64 import b64encode
from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import encode

from shared.core.prepare.containers.record import Record
from shared.core.prepare.faults import Fault
from shared.core.prepare.findings import At


class Reason(Struct, omit_defaults=True):
    """One thing that is wrong with a row."""

    rule: int | None
    reason: str
    remedy: str
    expected: str = ""
    place: str = ""  #: inside the row
    line: int | None = None  #: of the file, where it is not the row's first
    column: int | None = None


class Reject(Struct, omit_defaults=True):
    """A line of the rejects file."""

    file: str
    line: int  #: where the row begins
    reasons: list[Reason]
    text: str | UnsetType = UNSET  #: the row as stored
    base64: str | UnsetType = UNSET  #: the same, where it is not UTF-8
    cut: bool = False  #: only the beginning is given: the row is longer than is held in memory


def place_of(file: str, record: Record, fault: Fault) -> At:
    """Where in its file a fault of a record is. A row may span lines; a fault's column counts from the row's start."""
    if fault.column is None:
        return At(file, record.line)
    before = record.text.decode(errors="replace")[: fault.column - 1]
    lines_before = before.count("\n")
    column = fault.column - before.rfind("\n") - 1 if lines_before else record.column + fault.column - 1
    return At(file, record.line + lines_before, column)


def reject(placed: Sequence[tuple[Fault, At]], record: Record) -> bytes:
    """The line for a record that has these faults at these places."""
    reasons = [_reason(fault, place, record.line) for fault, place in placed]
    entry = Reject(placed[0][1].file, record.line, reasons, cut=record.cut)
    try:
        entry.text = record.text.decode()
    except UnicodeDecodeError:
        entry.base64 = b64encode(record.text).decode()
    return encode(entry)


def _reason(fault: Fault, place: At, first_line: int) -> Reason:
    rule = fault.rule
    line = place.line if place.line != first_line else None
    return Reason(rule.number, fault.reason, rule.remedy, fault.expected, fault.place, line, place.column)
