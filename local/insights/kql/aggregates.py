"""What `summarize` makes of the rows of a group. Nulls count for nothing, as in Kusto."""

import math
from collections.abc import Callable, Sequence
from operator import itemgetter

from local.insights.kql.expressions import Scope, value
from local.insights.kql.syntax import Node, kind, nodes, words
from local.insights.kql.values import Cell, QueryRefused, Row, Scalar, number, plain


class Group:
    """The rows of a group, and what an aggregate asks of them."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row], scope: Scope) -> None:
        self.columns, self.rows, self._scope = columns, rows, scope

    def each(self, tree: Node) -> list[Cell]:
        return [value(tree, row, self._scope) for row in self.rows]

    def known(self, tree: Node) -> list[Scalar]:
        values = [plain(cell, "an aggregate") for cell in self.each(tree)]
        return [one for one in values if one is not None]

    def numbers(self, tree: Node) -> list[float]:
        found = [number(plain(cell, "an aggregate")) for cell in self.each(tree)]
        return [one for one in found if one is not None]

    def constant(self, tree: Node) -> Cell:
        return value(tree, {}, self._scope)


def aggregate(tree: Node, group: Group) -> Cell:
    """One value of a group. Raises `QueryRefused` for what is no aggregate."""
    name = words(tree)[0] if kind(tree) == "call" else kind(tree)
    if name not in AGGREGATES:
        raise QueryRefused(f"summarize: {name!r} is no aggregate of the subset")
    return AGGREGATES[name](group, nodes(tree))


def best(tree: Node, group: Group) -> Row | None:
    """The row that `arg_max` or `arg_min` chooses, with its columns; `None` for any other aggregate."""
    if kind(tree) != "call" or words(tree)[0] not in BEST:
        return None
    by, *columns = nodes(tree)
    names = list(group.columns) if [kind(column) for column in columns] == ["everything"] else []
    names = names or [words(column)[0] for column in (by, *columns)]
    ranked = [(plain(cell, "arg_max"), row) for cell, row in zip(group.each(by), group.rows, strict=True)]
    found = [pair for pair in ranked if pair[0] is not None]
    if not found:
        return dict.fromkeys(names)
    _, row = BEST[words(tree)[0]](found, key=itemgetter(0))
    return {name: row[name] for name in names}


BEST: dict[str, Callable[..., tuple[Scalar, Row]]] = {"arg_max": max, "arg_min": min}


def _average(group: Group, arguments: list[Node]) -> Scalar:
    found = group.numbers(arguments[0])
    return sum(found) / len(found) if found else None


def _percentile(group: Group, arguments: list[Node]) -> Scalar:
    """The nearest rank, where Kusto estimates."""
    found, share = sorted(group.numbers(arguments[0])), number(group.constant(arguments[1])) or 0
    return found[max(math.ceil(share / 100 * len(found)) - 1, 0)] if found else None


def _extreme(choose: Callable[..., Scalar]) -> Callable[[Group, list[Node]], Scalar]:
    return lambda group, arguments: choose(group.known(arguments[0]), default=None)


AGGREGATES: dict[str, Callable[[Group, list[Node]], Cell]] = {
    "count": lambda group, _arguments: len(group.rows),
    "countif": lambda group, arguments: sum(cell is True for cell in group.each(arguments[0])),
    "dcount": lambda group, arguments: len(set(group.known(arguments[0]))),
    "sum": lambda group, arguments: math.fsum(group.numbers(arguments[0])),
    "avg": _average,
    "min": _extreme(min),
    "max": _extreme(max),
    "percentile": _percentile,
    "take_any": lambda group, arguments: next(iter(group.each(arguments[0])), None),
    "make_set": lambda group, arguments: list(dict.fromkeys(group.known(arguments[0]))),
}
