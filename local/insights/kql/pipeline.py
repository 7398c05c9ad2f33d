"""A query, from its tables to its answer."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from local.insights.kql.aggregates import AGGREGATES, BEST, Group, aggregate, best
from local.insights.kql.expressions import Scope, value
from local.insights.kql.functions import FUNCTIONS
from local.insights.kql.syntax import Node, kind, nodes, parse, words
from local.insights.kql.tables import COLUMNS, Tables
from local.insights.kql.values import Cell, QueryRefused, Row, number, plain

type Columns = list[str]

JOINS = ("inner", "leftouter", "leftanti")
CALLED = {*FUNCTIONS, *AGGREGATES, *BEST, "ago", "now"}


class Answer:
    """Rows, and the columns that they have even where there is no row."""

    def __init__(self, columns: Columns, rows: list[Row]) -> None:
        self.columns, self.rows = columns, rows


def ask(query: str, tables: Tables, now: dt.datetime) -> Answer:
    """What a query answers. Raises `QueryRefused` for what the subset does not have, also where no row would ask it."""
    *lets, pipeline = nodes(parse(query))
    asked = _Asked(tables, now)
    for let in lets:
        asked.name(words(let)[0], nodes(let)[0])
    return asked.answer(pipeline)


class _Asked:
    """One asking: what `let` named so far, and the tables."""

    def __init__(self, tables: Tables, now: dt.datetime) -> None:
        self._tables = {name: Answer(sorted(COLUMNS[name]), rows) for name, rows in tables.items()}
        self._named: dict[str, Cell] = {}
        self._now = now

    @property
    def _scope(self) -> Scope:
        return Scope(self._now, self._named)

    def name(self, name: str, tree: Node) -> None:
        if kind(tree) == "piped":
            self._tables[name] = self.answer(tree)
        else:
            self._named[name] = value(tree, {}, self._scope)

    def answer(self, tree: Node) -> Answer:
        source, *operators = nodes(tree)
        found = self._source(source)
        for operator in operators:
            found = self._operated(operator, found)
        return found

    def _source(self, tree: Node) -> Answer:
        if kind(tree) == "union":
            parts = [self.answer(nodes(nested)[0]) for nested in nodes(tree)]
            columns = list(dict.fromkeys(name for part in parts for name in part.columns))
            return Answer(columns, [{**dict.fromkeys(columns), **row} for part in parts for row in part.rows])
        [name] = words(tree)
        if name not in self._tables:
            raise QueryRefused(f"no table {name!r}; there are: {', '.join(self._tables)}")
        return self._tables[name]

    def _operated(self, tree: Node, on: Answer) -> Answer:
        if kind(tree) == "join":
            return _joined(tree, on, self.answer(nodes(nodes(tree)[0])[0]))
        _check_names(tree, on, self._scope)
        return _OPERATORS[kind(tree)](tree, on, self._scope)


def _check_names(tree: Node, on: Answer, scope: Scope) -> None:
    """Refuse an unknown column or function although there is no row that would miss it."""
    for call in tree.find_data("call"):
        if words(call)[0] not in CALLED:
            raise QueryRefused(f"no function {words(call)[0]!r} in the subset")
    known = {*on.columns, *scope.named}
    for name in tree.find_data("name"):
        if str(name.children[0]) not in known:
            raise QueryRefused(f"no column {name.children[0]!s}; there are: {', '.join(on.columns)}")


def _where(tree: Node, on: Answer, scope: Scope) -> Answer:
    return Answer(on.columns, [row for row in on.rows if value(nodes(tree)[0], row, scope) is True])


def _columns(tree: Node) -> Iterator[tuple[str, Node]]:
    """Names and expressions; what is no plain column needs a name, for Kusto's own are easily mistaken."""
    for column in nodes(tree):
        [expression] = nodes(column)
        names = words(column) or (words(expression) if kind(expression) == "name" else [])
        if not names:
            names = [""] if _chooses(expression) else []
        if not names:
            raise QueryRefused(f"a column needs a name: {kind(expression)}")
        yield names[0], expression


def _chooses(expression: Node) -> bool:
    return kind(expression) == "call" and words(expression)[0] in {"arg_max", "arg_min"}


def _extend(tree: Node, on: Answer, scope: Scope) -> Answer:
    columns = list(_columns(nodes(tree)[0]))
    rows = [{**row, **{name: value(expression, row, scope) for name, expression in columns}} for row in on.rows]
    return Answer(list(dict.fromkeys([*on.columns, *(name for name, _ in columns)])), rows)


def _project(tree: Node, on: Answer, scope: Scope) -> Answer:
    columns = list(_columns(nodes(tree)[0]))
    rows: list[Row] = [{name: value(expression, row, scope) for name, expression in columns} for row in on.rows]
    return Answer([name for name, _ in columns], rows)


def _summarize(tree: Node, on: Answer, scope: Scope) -> Answer:
    wanted, *by = [list(_columns(part)) for part in nodes(tree)]
    keys = by[0] if by else []
    groups: dict[tuple[Cell, ...], list[Row]] = {} if keys else {(): []}
    for row in on.rows:
        key = tuple(plain(value(expression, row, scope), "summarize by") for _, expression in keys)
        groups.setdefault(key, []).append(row)
    names = [name for name, _ in keys]
    rows = [
        {**dict(zip(names, key, strict=True)), **_aggregated(wanted, Group(on.columns, members, scope))}
        for key, members in groups.items()
    ]
    return Answer(list(dict.fromkeys([*names, *(name for one in wanted for name in _named(one, on))])), rows)


def _named(wanted: tuple[str, Node], on: Answer) -> list[str]:
    name, expression = wanted
    if name:
        return [name]
    chosen = nodes(expression)
    return on.columns if kind(chosen[-1]) == "everything" else [words(column)[0] for column in chosen]


def _aggregated(wanted: list[tuple[str, Node]], group: Group) -> Row:
    made: Row = {}
    for name, expression in wanted:
        chosen = best(expression, group)
        made |= {name: aggregate(expression, group)} if chosen is None else chosen
    return made


def _distinct(tree: Node, on: Answer, _scope: Scope) -> Answer:
    names = words(tree)
    if unknown := [name for name in names if name not in on.columns]:
        raise QueryRefused(f"no column {unknown[0]!r}; there are: {', '.join(on.columns)}")
    unique = {tuple(plain(row[name], "distinct") for name in names): None for row in on.rows}
    return Answer(names, [dict(zip(names, cells, strict=True)) for cells in unique])


def _order(tree: Node, on: Answer, scope: Scope) -> Answer:
    rows = on.rows
    for sort in reversed(nodes(tree)):
        [expression] = nodes(sort)
        descends = words(sort) != ["asc"]
        rows = sorted(rows, key=lambda row, by=expression: _rank(value(by, row, scope)), reverse=descends)
    return Answer(on.columns, rows)


def _rank(cell: Cell) -> tuple[bool, object]:
    """Nulls come first where it ascends, last where it descends."""
    found = plain(cell, "order by")
    return (found is not None, found if found is not None else 0)


def _top(tree: Node, on: Answer, scope: Scope) -> Answer:
    count, sort = nodes(tree)
    most = number(value(count, {}, scope)) or 0
    rows = sorted(on.rows, key=lambda row: _rank(value(nodes(sort)[0], row, scope)), reverse=words(sort) != ["asc"])
    return Answer(on.columns, rows[: int(most)])


def _take(tree: Node, on: Answer, _scope: Scope) -> Answer:
    return Answer(on.columns, on.rows[: int(words(tree)[0])])


def _render(_tree: Node, on: Answer, _scope: Scope) -> Answer:
    """How it is drawn is the portal's affair."""
    return on


def _joined(tree: Node, left: Answer, right: Answer) -> Answer:
    how, *keys = words(tree)
    if how not in JOINS:
        raise QueryRefused(f"join kind={how} is not in the subset: {', '.join(JOINS)}")
    found: dict[tuple[Cell, ...], list[Row]] = {}
    for row in right.rows:
        found.setdefault(tuple(plain(row[key], "join") for key in keys), []).append(row)
    renamed = {name: f"{name}1" if name in left.columns else name for name in right.columns}
    nothing: Row = dict.fromkeys(right.columns)
    rows: list[Row] = []
    for row in left.rows:
        matching = found.get(tuple(plain(row[key], "join") for key in keys), [])
        if how == "leftanti":
            rows += [] if matching else [row]
        else:
            others = matching or ([nothing] if how == "leftouter" else [])
            rows += [{**row, **{renamed[name]: cell for name, cell in other.items()}} for other in others]
    columns = left.columns if how == "leftanti" else [*left.columns, *renamed.values()]
    return Answer(columns, rows)


_OPERATORS: Mapping[str, Callable[[Node, Answer, Scope], Answer]] = {
    "where": _where,
    "extend": _extend,
    "project": _project,
    "summarize": _summarize,
    "distinct": _distinct,
    "order": _order,
    "top": _top,
    "take": _take,
    "render": _render,
}
