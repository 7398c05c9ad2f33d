"""CSV and its relatives: a line that names the columns, then one row a record, which may span lines in quotes."""

import csv
import re
from collections.abc import Iterator

from shared.core.prepare import json_text
from shared.core.prepare.containers.json_lines import TOO_LONG
from shared.core.prepare.containers.lines import TooLong, lines
from shared.core.prepare.containers.record import MAX_ROW_BYTES, Container, Record
from shared.core.prepare.faults import Fault, Unreadable, listed, shown
from shared.core.prepare.rule import Rule

DELIMITERS = (",", ";", "\t", "|")
TOLD_DELIMITER = re.compile(r'"?sep=([,;\t|])"?\n', re.IGNORECASE)  #: what Excel writes and reads above the columns
IS_UTF8 = Rule(5, "UTF-8", "error", "save the table as UTF-8 (in Excel: 'CSV UTF-8')")
HAS_COLUMNS = Rule(13, "columns", "error", "name each column once in the first line")
IS_REGULAR = Rule(13, "cells", "reject", "put text that holds a delimiter, a quote or a line break in quotes")


class PhysicalLines:
    """The lines of a table as a csv reader wants them, which remembers those of the current record."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._lines = lines(chunks)
        self._again: list[bytes] = []
        self._taken: list[bytes] = []
        self._taken_bytes = 0
        self._offset = 0  #: bytes before the next new line
        self.number = 0  #: of the last line taken, from 1
        self.first = 1  #: line of the current record

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._new_line()
        self.number += 1
        self._taken.append(line)
        self._taken_bytes += len(line)
        if self._taken_bytes > MAX_ROW_BYTES:
            raise csv.Error("the record is too long")
        return line.decode().removesuffix("\r") + "\n"

    def _new_line(self) -> bytes:
        line = next(self._lines)
        if isinstance(line, TooLong):
            raise Unreadable(Fault(TOO_LONG.rule, f"line {self.number + 1} is too long", TOO_LONG.expected))
        try:
            line.decode()
        except UnicodeDecodeError as error:
            reason = f"not UTF-8: line {self.number + 1}, byte offset {self._offset + error.start} of the file"
            raise Unreadable(Fault(IS_UTF8, reason, "UTF-8")) from error
        self._offset += len(line) + 1
        return line

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self._taken, self._taken_bytes = [], 0
        self.first = self.number + 1

    def record(self) -> bytes:
        """The current record as stored."""
        return b"\n".join(self._taken).removesuffix(b"\r")

    def give_back_all_but_first(self) -> None:
        """Let the lines that a stray quote swallowed be read again, as records of their own."""
        swallowed = self._taken[1:]
        self._taken = self._taken[:1]
        self._again.extend(reversed(swallowed))
        self.number -= len(swallowed)


def read(chunks: Iterator[bytes]) -> Iterator[Record]:
    """Every record below the line that names the columns. Raises `Unreadable` without such a line."""
    csv.field_size_limit(MAX_ROW_BYTES)  # a setting of the whole process; its default is less than real replies need
    physical = PhysicalLines(chunks)
    first = next(physical, "")
    told = TOLD_DELIMITER.fullmatch(first)
    if told:
        first = next(physical, "")
    delimiter = told[1] if told else _delimiter(first)
    columns = named_columns(_cells(first, delimiter))
    yield from _records(physical, columns, delimiter)
    if physical.number <= 1 + bool(told):
        raise Unreadable(Fault(HAS_COLUMNS, f"the table has no rows below its columns {listed(columns)}"))


def _records(physical: PhysicalLines, columns: list[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(physical, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        physical.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            physical.give_back_all_but_first()
            fault = Fault(IS_REGULAR, "a quote is not closed, or stands inside a cell", "quotes in quotes doubled")
            yield Record(physical.first, physical.record(), fault=fault)
            continue
        if cells:
            yield named_cells(Record(physical.first, physical.record()), columns, cells)


def named_cells(record: Record, columns: list[str], cells: list[str]) -> Record:
    """A record with its cells by column, or with a fault if there are not as many."""
    if len(cells) != len(columns):
        fault = Fault(IS_REGULAR, f"the row has {_count(len(cells))}", f"{_count(len(columns))}, as the first line has")
        return record._replace(fault=fault)
    return record._replace(cells={column: cell for column, cell in zip(columns, cells, strict=True) if column})


def _count(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"


def _delimiter(first: str) -> str:
    """The delimiter that cuts the first line into the most columns; a comma if none cuts it."""
    return max(DELIMITERS, key=lambda delimiter: len(_cells(first, delimiter)))


def _cells(first: str, delimiter: str) -> list[str]:
    """The cells of the first line; none if it cannot be read."""
    try:
        return next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), list[str]())
    except csv.Error:
        return []


def named_columns(names: list[str]) -> list[str]:
    """Column names without regard to case; one without a name is left out of the rows. Raises `Unreadable`."""
    columns = [name.strip().casefold() for name in names]
    named = [column for column in columns if column]
    if not named:
        raise Unreadable(Fault(HAS_COLUMNS, "the first line names no columns"))
    if twice := next((column for column in named if named.count(column) > 1), None):
        raise Unreadable(Fault(HAS_COLUMNS, f"two columns are named {shown(twice)}", "each name once"))
    return columns


def claims(head: bytes) -> bool:
    """Text whose lines do not look like JSON. One broken row at the top of JSON lines does not make a table."""
    written = [line for line in head.split(b"\n") if line.strip()]
    like_json = sum(line.lstrip().startswith((b"{", b"[")) for line in written)
    return bool(written) and 2 * like_json < len(written) and json_text.explain(written[0]) is not None


TABLE = Container("a table", (".csv", ".tsv"), claims, read)
