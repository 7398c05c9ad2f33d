"""What Bicep's expressions come to."""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from tree_sitter import Node

from tests.infra.bicep.functions import FUNCTIONS
from tests.infra.bicep.resources import Answer, Resource
from tests.infra.bicep.syntax import parts, text_of

ESCAPES = {"\\'": "'", "\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\$": "$"}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
}


class Names(Protocol):
    """Where an expression stands: what its names mean, and the functions that depend on the place."""

    def value(self, name: str) -> Any: ...

    def call(self, function: str, arguments: list[Any]) -> Any: ...


class Local:
    """The names around, with some of a loop's own on top."""

    def __init__(self, around: Names, own: Mapping[str, Any]) -> None:
        self._around, self._own = around, own

    def value(self, name: str) -> Any:
        return self._own[name] if name in self._own else self._around.value(name)

    def call(self, function: str, arguments: list[Any]) -> Any:
        return self._around.call(function, arguments)


def evaluate(node: Node, names: Names) -> Any:
    evaluator = EVALUATORS.get(node.type)
    if evaluator is None:
        raise NotImplementedError(f"{node.type}: {text_of(node)[:60]}")
    return evaluator(node, names)


def member(value: Any, name: str) -> Any:
    """Of an object, a module's outputs, or a resource; what is not written in the file Azure would have to say."""
    if isinstance(value, Resource):
        return getattr(value, name) if name in ("id", "name", "type") else Answer(value, name)
    if isinstance(value, Answer):
        return value.member(name)
    return value[name]


def iterations(node: Node, names: Names) -> Iterator[tuple[Names, Node]]:
    """What a loop's body is evaluated with, each time."""
    *variables, over, body = parts(node)
    inner = parts(variables[0]) if variables[0].type == "for_loop_parameters" else variables
    for index, item in enumerate(evaluate(over, names)):
        own = dict(zip((text_of(one) for one in inner), (item, index), strict=False))
        yield Local(names, own), body


def _string(node: Node, names: Names) -> str:
    return "".join(_piece(piece, names) for piece in parts(node))


def _piece(node: Node, names: Names) -> str:
    if node.type == "interpolation":
        return str(evaluate(parts(node)[0], names))
    text = text_of(node)
    return ESCAPES[text] if node.type == "escape_sequence" else text


def _object(node: Node, names: Names) -> dict[str, Any]:
    pairs = [parts(one) for one in parts(node) if one.type == "object_property"]
    return {_key(pair[0], names): evaluate(pair[1], names) for pair in pairs if len(pair) == 2}


def _key(node: Node, names: Names) -> str:
    return _string(node, names) if node.type == "string" else text_of(node)


def _ternary(node: Node, names: Names) -> Any:
    condition, then, otherwise = parts(node)
    return evaluate(then if evaluate(condition, names) else otherwise, names)


def _binary(node: Node, names: Names) -> Any:
    left, right = parts(node)
    sign = next(text_of(child) for child in node.children if not child.is_named)
    if sign in ("&&", "||"):
        found = evaluate(left, names)
        return found if found is (sign == "||") else evaluate(right, names)
    return OPERATORS[sign](evaluate(left, names), evaluate(right, names))


def _unary(node: Node, names: Names) -> Any:
    value = evaluate(parts(node)[0], names)
    return not value if text_of(node).startswith("!") else -value


def _call(node: Node, names: Names) -> Any:
    called, arguments = parts(node)
    values = [evaluate(one, names) for one in parts(arguments)]
    name = text_of(called)
    return FUNCTIONS[name](*values) if name in FUNCTIONS else names.call(name, values)


def _member(node: Node, names: Names) -> Any:
    of, name = parts(node)
    return member(evaluate(of, names), text_of(name))


def _subscript(node: Node, names: Names) -> Any:
    of, index = parts(node)
    return evaluate(of, names)[evaluate(index, names)]


def _loop(node: Node, names: Names) -> list[Any]:
    return [evaluate(body, inner) for inner, body in iterations(node, names)]


EVALUATORS: dict[str, Callable[[Node, Names], Any]] = {
    "string": _string,
    "number": lambda node, _: int(text_of(node)),
    "boolean": lambda node, _: text_of(node) == "true",
    "null": lambda *_: None,
    "array": lambda node, names: [evaluate(one, names) for one in parts(node)],
    "object": _object,
    "identifier": lambda node, names: names.value(text_of(node)),
    "resource_expression": lambda node, names: names.value(text_of(node)),
    "member_expression": _member,
    "subscript_expression": _subscript,
    "call_expression": _call,
    "ternary_expression": _ternary,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "parenthesized_expression": lambda node, names: evaluate(parts(node)[0], names),
    "for_statement": _loop,
}
