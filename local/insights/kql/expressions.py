"""What an expression comes to in a row."""

import datetime as dt
import operator as operators
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from local.insights.kql.functions import FUNCTIONS
from local.insights.kql.syntax import Node, kind, nodes, words
from local.insights.kql.values import Cell, Dynamic, QueryRefused, Row, Scalar, number, plain, text, timespan


class Scope(NamedTuple):
    """What an expression may speak of besides the row: the time it is, and what `let` named."""

    now: dt.datetime
    named: Mapping[str, Cell] = {}


def value(tree: Node, row: Row, scope: Scope) -> Cell:
    """Raises `QueryRefused` for a column or a function that is not known."""
    return _RULES[kind(tree)](tree, row, scope)


def _name(tree: Node, row: Row, scope: Scope) -> Cell:
    [name] = words(tree)
    if name in row:
        return row[name]
    if name in scope.named:
        return scope.named[name]
    raise QueryRefused(f"no column {name!r}; there are: {', '.join(row) or 'none'}")


def _property(tree: Node, row: Row, scope: Scope) -> Cell:
    [of], [name] = nodes(tree), words(tree)
    held = value(of, row, scope)
    if held is None:
        return Dynamic(None)
    if not isinstance(held, Dynamic):
        raise QueryRefused(f"{name!r} is asked of a value that is not dynamic")
    return held.part(name.strip('"'))


def _call(tree: Node, row: Row, scope: Scope) -> Cell:
    [name] = words(tree)
    arguments = [value(argument, row, scope) for argument in nodes(tree)]
    match name, arguments:
        case "now", []:
            return scope.now
        case "ago", [dt.timedelta() as span]:
            return scope.now - span
        case _ if name in FUNCTIONS:
            return FUNCTIONS[name](*arguments)
        case _:
            raise QueryRefused(f"no function {name!r} of {len(arguments)} arguments in the subset")


def _compare(tree: Node, row: Row, scope: Scope) -> Scalar:
    left, right = (value(side, row, scope) for side in nodes(tree))
    [operator] = words(tree)
    return _compared(left, operator, right)


def _compared(left: Cell, operator: str, right: Cell) -> Scalar:
    if isinstance(left, Dynamic) and isinstance(right, str):
        left = text(left)
    first, second = plain(left, operator), plain(right, operator)
    if operator in TEXT_TESTS:
        return TEXT_TESTS[operator](text(first).lower(), text(second).lower())
    if first is None or second is None:
        return operator == "!=" if first is not second else None
    if isinstance(first, str) != isinstance(second, str):
        raise QueryRefused(f"{operator}: {first!r} and {second!r} cannot be compared")
    return _ORDERS[operator](first, second)


TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=~": lambda left, right: left == right,
    "contains": lambda left, right: right in left,
    "has": lambda left, right: right in left.replace("-", " ").replace("/", " ").split(),
    "startswith": lambda left, right: left.startswith(right),
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    ">": operators.gt,
    "<=": operators.le,
    ">=": operators.ge,
}


def _among(tree: Node, row: Row, scope: Scope) -> bool:
    first, *rest = (value(each, row, scope) for each in nodes(tree))
    [operator] = words(tree)
    return any(_compared(first, "==", other) is True for other in rest) == (operator == "in")


def _calculate(tree: Node, row: Row, scope: Scope) -> Scalar:
    first, *rest = nodes(tree)
    found = plain(value(first, row, scope), "calculation")
    for operator, part in zip(words(tree), rest, strict=True):
        found = _calculated(found, operator, plain(value(part, row, scope), operator))
    return found


def _calculated(left: Scalar, operator: str, right: Scalar) -> Scalar:
    if left is None or right is None:
        return None
    if operator == "/" and not right:
        return None
    try:
        return _CALCULATIONS[operator](left, right)
    except TypeError as error:
        raise QueryRefused(f"{left!r} {operator} {right!r}: cannot be calculated") from error


_CALCULATIONS: dict[str, Callable[[Any, Any], Scalar]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
    "/": lambda left, right: left / right,
}


def _negate(tree: Node, row: Row, scope: Scope) -> Scalar:
    found = plain(value(nodes(tree)[0], row, scope), "-")
    return -found if isinstance(found, (int, float, dt.timedelta)) else None


_RULES: Mapping[str, Callable[[Node, Row, Scope], Cell]] = {
    "any_of": lambda tree, row, scope: any(value(each, row, scope) is True for each in nodes(tree)),
    "all_of": lambda tree, row, scope: all(value(each, row, scope) is True for each in nodes(tree)),
    "compare": _compare,
    "among": _among,
    "calculate": _calculate,
    "negate": _negate,
    "property": _property,
    "number": lambda tree, _row, _scope: number(words(tree)[0]),
    "timespan": lambda tree, _row, _scope: timespan(words(tree)[0]),
    "string": lambda tree, _row, _scope: words(tree)[0][1:-1],
    "boolean": lambda tree, _row, _scope: words(tree)[0] == "true",
    "name": _name,
    "call": _call,
}
