"""The scalar functions of the subset. What is handed a null, or what is no number, answers null as Kusto does."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from local.insights.kql.values import Cell, Dynamic, QueryRefused, Scalar, number, plain, text, time

type Function = Callable[..., Cell]

DAY_ONE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)  #: bins of times are counted from here


def _bin(value: Cell, size: Cell) -> Scalar:
    width = plain(size, "bin")
    match plain(value, "bin"):
        case None:
            return None
        case dt.datetime() as at if isinstance(width, dt.timedelta):
            return at - (at - DAY_ONE) % width
        case int() | float() as count if isinstance(width, (int, float)):
            return count // width * width
        case other:
            raise QueryRefused(f"bin: found {other!r} in steps of {width!r}")


def _case(*parts: Cell) -> Cell:
    """Condition, value, condition, value, ..., otherwise."""
    found = (value for condition, value in zip(parts[:-1:2], parts[1:-1:2], strict=True) if condition is True)
    return next(found, parts[-1])


def _coalesce(*values: Cell) -> Cell:
    return next((value for value in values if not _is_null(value) and value != ""), values[-1])


def _is_null(value: Cell) -> bool:
    return value is None or value == Dynamic(None)


def _round(value: Cell, digits: Cell = 0) -> Scalar:
    found = number(value)
    return None if found is None else round(found, int(number(digits) or 0))


def _strcat(*values: Cell) -> str:
    return "".join(map(text, values))


def _tolong(value: Cell) -> Scalar:
    found = number(value)
    return None if found is None else int(found)


def _tobool(value: Cell) -> Scalar:
    return {"true": True, "false": False}.get(text(value).lower())


def _iff(condition: Cell, yes: Cell, no: Cell) -> Cell:
    return yes if condition is True else no


def _is_empty(value: Cell) -> bool:
    return text(value) == ""


def _negated(test: Callable[[Cell], bool], value: Cell) -> bool:
    return not test(value)


def _not(value: Cell) -> Scalar:
    return None if value is None else value is not True


FUNCTIONS: dict[str, Function] = {
    "bin": _bin,
    "case": _case,
    "coalesce": _coalesce,
    "iff": _iff,
    "isempty": _is_empty,
    "isnotempty": partial(_negated, _is_empty),
    "isnull": _is_null,
    "isnotnull": partial(_negated, _is_null),
    "not": _not,
    "round": _round,
    "strcat": _strcat,
    "tobool": _tobool,
    "todatetime": time,
    "todouble": number,
    "tolong": _tolong,
    "tostring": text,
}
