"""The values of a query: text, numbers, truths, times, spans of time, null; and dynamic values, of any shape."""

import datetime as dt
import re
from typing import Any, NamedTuple, cast

UNITS = {
    "d": dt.timedelta(days=1),
    "h": dt.timedelta(hours=1),
    "m": dt.timedelta(minutes=1),
    "s": dt.timedelta(seconds=1),
}
SPAN = re.compile(r"(\d+(?:\.\d+)?)([dhms])")


class QueryRefused(ValueError):
    """The query is none, or uses what this subset does not have."""


class Dynamic(NamedTuple):
    """A value whose type the table does not tell; it has to be converted before it is grouped, joined or calculated."""

    held: Any

    def part(self, name: str) -> "Dynamic":
        """A part of it by its name; null where there is none."""
        has_parts = isinstance(self.held, dict)
        return Dynamic(cast("dict[str, object]", self.held).get(name) if has_parts else None)


type Scalar = str | int | float | bool | dt.datetime | dt.timedelta | None
type Cell = Scalar | Dynamic | list[Scalar]
type Row = dict[str, Cell]


def timespan(text: str) -> dt.timedelta:
    """What `15m` or `1.5h` means."""
    match = SPAN.fullmatch(text)
    if match is None:
        raise QueryRefused(f"{text!r} is no span of time")
    return float(match[1]) * UNITS[match[2]]


def plain(cell: Cell, use: str) -> Scalar:
    """A value that is not dynamic. Kusto, too, refuses dynamic values where it has to know a type."""
    if isinstance(cell, (Dynamic, list)):
        raise QueryRefused(f"{use}: the value is dynamic; convert it first, with tostring() say")
    return cell


def text(cell: Cell) -> str:
    """Text as `tostring` makes it; null is empty."""
    held = cell.held if isinstance(cell, Dynamic) else cell
    match held:
        case None:
            return ""
        case bool():
            return "true" if held else "false"
        case dt.datetime():
            return held.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
        case _:
            return str(held)


def number(cell: Cell) -> float | None:
    """A number as `todouble` makes it; null where there is none."""
    held = cell.held if isinstance(cell, Dynamic) else cell
    if isinstance(held, (bool, int, float)):
        return float(held)
    try:
        return float(held) if isinstance(held, str) else None
    except ValueError:
        return None


def time(cell: Cell) -> dt.datetime | None:
    """A time as `todatetime` makes it; null where there is none."""
    held = cell.held if isinstance(cell, Dynamic) else cell
    if isinstance(held, dt.datetime):
        return held
    try:
        found = dt.datetime.fromisoformat(held) if isinstance(held, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=dt.UTC)
