"""Arguments of a call against the JSON Schema of the tool they are for.

What a tool declares comes from the dataset, so a schema may not keep us busy or reach out: references are followed
inside the schema only, and only so deep; patterns are not matched, since a regular expression can take for ever.
Schemas are read as draft 7: later drafts add keywords, and a schema that is sound there is sound here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from msgspec.json import decode

from shared.core.prepare.faults import listed, shown

MOST_DEPTH = 64  #: schemas inside each other
MOST_NODES = 5_000  #: of a schema whose references are put in place; beyond them anything is allowed
MOST_VIOLATIONS = 8  #: told of one call

MAPS = frozenset(("properties", "dependentSchemas"))  #: keywords that hold schemas by names
VALUES = frozenset(("enum", "const"))  #: keywords that hold no schemas
NOT_CHECKED = frozenset(  # numbers too large for a double have no multiples
    ("$ref", "$id", "$schema", "$defs", "definitions", "pattern", "patternProperties", "multipleOf")
)

type Node = dict[str, Any]
type Severe = Literal["reject", "warning"]


class Violation(NamedTuple):
    """Something in a call's arguments that its tool does not take."""

    severity: Severe
    reason: str
    expected: str


class Schema(NamedTuple):
    """The parameters of a tool."""

    complaint: str  #: why they are no JSON Schema of an object; empty if they are
    place: str  #: inside the parameters, of what is complained about: `.properties.city.type`
    arguments: Any = None  #: their validator, if they are sound
    names: frozenset[str] = frozenset()
    is_open: bool = False  #: arguments that are not declared are not forbidden


ANYTHING = Schema("", "", Draft7Validator(True), is_open=False)
NOT_OBJECT = "a tool's parameters are not of type 'object'"


def schema_of(parameters: bytes) -> Schema:
    """A tool's parameters, given as JSON, ready to be asked."""
    schema: object = decode(parameters)
    if not isinstance(schema, dict) or cast("Node", schema).get("type") != "object":
        return Schema(NOT_OBJECT, ".type")
    node = cast("Node", schema)
    try:
        _check(node)
        inlined = _Inlined(node)
        if inlined.has_references:
            _check(inlined.schema)  # a reference may name what is no schema
    except SchemaError as error:
        return Schema(_complaint(error), "".join(f".{step}" for step in error.path))
    except RecursionError:
        return Schema("a tool's parameters are nested too deep", "")
    names = frozenset(cast("Node", node.get("properties", {})))
    is_open = bool(names) and "additionalProperties" not in node and "patternProperties" not in node
    return Schema("", "", Draft7Validator(inlined.schema), names, is_open)


kept_schema_of = lru_cache(maxsize=4_096)(schema_of)
"""The same, remembered: a set repeats the tools of its rows."""


def violations(schema: Schema, arguments: Node) -> Iterator[Violation]:
    """What is wrong with a call's arguments, each thing once."""
    errors: Iterable[ValidationError] = schema.arguments.iter_errors(arguments)
    told = dict.fromkeys(each for error in errors for each in _violations(error))
    yield from list(told)[:MOST_VIOLATIONS]
    if schema.is_open:
        for name in sorted(arguments.keys() - schema.names)[:MOST_VIOLATIONS]:
            yield Violation("warning", f"a call has an argument that its tool does not declare: {shown(name)}", "")


def _check(schema: Node) -> None:
    """Raises `SchemaError`, for what is wrong with a schema; formats of its values are not looked at."""
    Draft7Validator.check_schema(schema, format_checker=FormatChecker(formats=()))


def _complaint(error: SchemaError) -> str:
    keyword = next((step for step in reversed(error.path) if isinstance(step, str)), "")
    about = f": {shown(keyword)} has a value it must not have" if keyword else ""
    return f"a tool's parameters are no valid JSON Schema{about}"


def _violations(error: ValidationError) -> Iterator[Violation]:
    """What an error says, without the values that it quotes."""
    return REASONS.get(str(error.validator), _others)(error)


def _lacking(error: ValidationError) -> Iterator[Violation]:
    for name in cast("list[str]", error.validator_value):
        if name not in cast("Node", error.instance):
            yield Violation("reject", f"a call lacks what its tool requires{_inside(error)}: {shown(name)}", "")


def _not_allowed(error: ValidationError) -> Iterator[Violation]:
    allowed = cast("Node", error.schema).get("properties", {})
    others = sorted(cast("Node", error.instance).keys() - allowed.keys())
    yield Violation("reject", f"a call has what its tool does not allow{_inside(error)}: {listed(others)}", "")


def _of_another_type(error: ValidationError) -> Iterator[Violation]:
    kinds = error.validator_value
    expected = " or ".join(map(str, cast("list[object]", kinds if isinstance(kinds, list) else [kinds])))
    yield Violation("reject", f"{_subject(error)} is not of the type its tool declares", expected)


def _of_another_value(error: ValidationError) -> Iterator[Violation]:
    yield Violation("reject", f"{_subject(error)} is none of the values its tool allows", "")


def _others(error: ValidationError) -> Iterator[Violation]:
    yield Violation("reject", f"{_subject(error)} breaks {shown(str(error.validator))} of its tool's schema", "")


REASONS: Mapping[str, Callable[[ValidationError], Iterator[Violation]]] = {
    "required": _lacking,
    "additionalProperties": _not_allowed,
    "type": _of_another_type,
    "enum": _of_another_value,
    "const": _of_another_value,
}
"""How a violation is told, by the keyword of JSON Schema that it breaks."""


def _name(error: ValidationError) -> str:
    """The argument in which an error is, as messages show it; empty for the call as a whole."""
    name = next((step for step in error.absolute_path if isinstance(step, str)), None)
    return "" if name is None else f"argument {shown(name)}"


def _subject(error: ValidationError) -> str:
    return _name(error) or "a call's arguments"


def _inside(error: ValidationError) -> str:
    name = _name(error)
    return f" inside {name}" if name else ""


class _Inlined:
    """A schema in which references stand no longer: what they name is put in their place."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._left = MOST_NODES
        self.has_references = False
        self.schema: Node = self._schema(root, 0)

    def _schema(self, node: object, depth: int) -> Any:
        if isinstance(node, list):
            return [self._schema(each, depth) for each in cast("list[object]", node)]
        if not isinstance(node, dict):
            return node
        self._left -= 1
        return {} if self._left < 0 or depth > MOST_DEPTH else self._keywords(cast("Node", node), depth)

    def _keywords(self, schema: Node, depth: int) -> Node:
        own = {key: self._keyword(key, value, depth) for key, value in schema.items() if key not in NOT_CHECKED}
        if "patternProperties" in schema:
            own.pop("additionalProperties", None)
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return own
        self.has_references = True
        named = self._schema(self._named(reference), depth + 1)
        return {**cast("Node", named), **own} if isinstance(named, dict) else own

    def _keyword(self, key: str, value: object, depth: int) -> Any:
        if key in VALUES:
            return value
        if key in MAPS and isinstance(value, dict):
            return {name: self._schema(each, depth + 1) for name, each in cast("Node", value).items()}
        return self._schema(value, depth + 1)

    def _named(self, reference: str) -> object:
        """What a reference names inside the schema; a schema that allows anything where it names nothing there."""
        here: object = self._root
        if reference != "#" and not reference.startswith("#/"):
            return {}
        for step in reference.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(here, dict) or key not in here:
                return {}
            here = cast("dict[str, object]", here)[key]
        return here
