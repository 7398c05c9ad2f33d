"""The tools of a row as the service declares them, whatever way they were written down.

They may be a list or its JSON in a text, wrapped (`{"type": "function", "function": {...}}`) or flat (`{"name": ...}`,
as in the Responses API), with parameters as JSON Schema or almost, and under names that the service refuses.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from msgspec import Raw
from msgspec.json import decode, encode

from shared.core.prepare import json_text
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.making.loose_json import NotLiteral, read_json, read_literal
from shared.core.prepare.making.tool_schema import Schema, parameters_of
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.tools import DECLARES_TOOLS, TOOL_NAME

MAX_NAME = 64
REFUSED_SIGNS = re.compile(r"[^A-Za-z0-9_-]")
KEYS = frozenset({"name", "description", "parameters", "strict"})
NO_TOOLS = frozenset({"", "null", "None", "[]"})

TOOLS_FIXED = Rule(50, "tools", "fix", "nothing to do")
SCHEMA_FIXED = Rule(51, "tool parameters", "fix", "nothing to do; say what a tool takes in JSON Schema next time")

PARSED = Fault(TOOLS_FIXED, "tools written in a text were read from it")
READ_LOOSELY = Fault(TOOLS_FIXED, "tools written as Python prints them were read as JSON")
WRAPPED = Fault(TOOLS_FIXED, "tools were wrapped as the service declares them: type and function")
KEYS_LEFT_OUT = Fault(TOOLS_FIXED, "keys of a tool that the service does not know were left out")
RENAMED = Fault(TOOLS_FIXED, "tools were renamed: the service takes names of A-Z a-z 0-9 _ - only")
SCHEMA_WRITTEN = Fault(SCHEMA_FIXED, "a tool's parameters were rewritten as JSON Schema")

UNREADABLE = Fault(DECLARES_TOOLS, "the text of the tools is not JSON", "a list of tools", "tools")


class Toolbox(NamedTuple):
    """The tools of a row, ready for the service."""

    tools: Raw | None = None  #: JSON without white space; `None` if there are none
    names: Mapping[str, str] = {}  #: the service's name of each tool, by the one it was declared under
    texts: frozenset[tuple[str, str]] = frozenset()  #: declared names of tools and of their arguments that are texts
    fixes: tuple[Fault, ...] = ()

    def name_of(self, called: str) -> str:
        """The service's name of a tool; one that is not declared keeps its own."""
        return self.names.get(called, called)


def toolbox_of(declared: object) -> Toolbox:
    """The tools that a row declares: a list, one tool, or a text that holds them. Raises `Unusable`."""
    if declared is None:
        return Toolbox()
    return _from_text(declared.strip()) if isinstance(declared, str) else from_json(encode(declared))


@lru_cache(maxsize=32)
def _from_text(declared: str) -> Toolbox:
    """Cached, since the rows of a set usually declare the same tools."""
    if declared in NO_TOOLS:
        return Toolbox()
    try:
        return _with(from_json(encode(read_json(declared))), PARSED)
    except NotLiteral:
        return _read_loosely(declared)


def _read_loosely(declared: str) -> Toolbox:
    fault = json_text.explain(declared.encode())
    if fault and fault.rule is not json_text.IS_JSON:
        raise Unusable(Fault(fault.rule, fault.reason, fault.expected, "tools"))
    try:
        value = read_literal(declared)
    except NotLiteral as error:
        raise Unusable(UNREADABLE) from error
    return _with(from_json(encode(value)), READ_LOOSELY)


@lru_cache(maxsize=32)
def from_json(declared: bytes) -> Toolbox:
    """The tools of a list that is sound JSON; an entry that is no tool stays, for the rules to judge."""
    if json_text.may_be_deep(declared) and (fault := json_text.explain(declared)):
        raise Unusable(Fault(fault.rule, fault.reason, fault.expected, "tools"))
    value = cast("object", decode(declared))
    if isinstance(value, str):
        return _from_text(value.strip())
    entries = cast("list[object]", value) if isinstance(value, list) else [value]
    if not entries or value is None:
        return Toolbox()
    fixes: dict[Fault, None] = {}
    wrapped = [_wrapped(entry, fixes) for entry in entries]
    names = _service_names(_names(wrapped))
    if any(name != given for given, name in names.items()):
        fixes[RENAMED] = None
    tools = [_tool(entry, names, fixes) for entry in wrapped]
    called = {name.strip(): new for name, new in names.items()} | names  # calls bear no white space around their names
    return Toolbox(Raw(encode(tools)), called, frozenset(_texts(wrapped)), tuple(fixes))


def are_native(declared: bytes) -> bool:
    """Whether the JSON of tools is as the service takes it, or so that the rules say what is wrong."""
    if declared in {b"null", b"[]"}:
        return True
    try:
        toolbox = from_json(declared)
    except (Unusable, UnicodeDecodeError):
        return False
    return toolbox.tools is not None and not toolbox.fixes


def _with(toolbox: Toolbox, fix: Fault) -> Toolbox:
    return toolbox._replace(fixes=(fix, *toolbox.fixes))


def _wrapped(entry: object, fixes: dict[Fault, None]) -> object:
    """One entry, wrapped; a text that holds one is read."""
    if isinstance(entry, str) and entry.lstrip().startswith("{"):
        try:
            entry = read_literal(entry)
        except NotLiteral as error:
            raise Unusable(UNREADABLE) from error
        fixes[PARSED] = None
    if not isinstance(entry, dict):
        return entry
    tool = cast("Schema", entry)
    if "function" in tool or "name" not in tool or tool.get("type", "function") != "function":
        return tool
    fixes[WRAPPED] = None
    return {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}}


def _function(entry: object) -> Schema | None:
    function = cast("Schema", entry).get("function") if isinstance(entry, dict) else None
    return cast("Schema", function) if isinstance(function, dict) else None


def _names(entries: Iterable[object]) -> list[str]:
    functions = [_function(entry) for entry in entries]
    return [name for function in functions if function and isinstance(name := function.get("name"), str)]


def _service_names(given: Sequence[str]) -> dict[str, str]:
    """A name for each tool that the service takes, no two the same. An empty name stays, and is refused."""
    taken = {name for name in given if TOOL_NAME.fullmatch(name)}
    names = {name: name for name in taken}
    for number, name in enumerate(given, start=1):
        if name not in names:
            names[name] = _free_name(name, number, taken) if name.strip() else name
            taken.add(names[name])
    return {name: names[name] for name in given}


def _free_name(name: str, number: int, taken: set[str]) -> str:
    plain = REFUSED_SIGNS.sub("_", name.strip())
    if not plain.strip("_-"):
        plain = f"tool_{number}"
    candidate, count = plain[:MAX_NAME], 1
    while candidate in taken:
        count += 1
        candidate = f"{plain[: MAX_NAME - len(str(count)) - 1]}_{count}"
    return candidate


def _tool(entry: object, names: Mapping[str, str], fixes: dict[Fault, None]) -> object:
    given = _function(entry)
    if given is None:
        return entry
    function = {key: value for key, value in given.items() if key in KEYS and value is not None}
    wrapping = {"type": "function"} | {key: value for key, value in cast("Schema", entry).items() if key == "type"}
    if len(function) < len(given) or cast("Schema", entry).keys() != {"type", "function"}:
        fixes[KEYS_LEFT_OUT] = None
    if isinstance(name := function.get("name"), str):
        function["name"] = names[name]
    if isinstance(parameters := function.get("parameters"), dict):
        schema = parameters_of(cast("Schema", parameters), given.get("required"))
        if schema != parameters:
            function["parameters"] = schema
            fixes[SCHEMA_WRITTEN] = None
    return {**wrapping, "function": function}


def _texts(entries: Iterable[object]) -> Iterable[tuple[str, str]]:
    for function in map(_function, entries):
        if function and isinstance(given := function.get("parameters"), dict):
            properties = parameters_of(cast("Schema", given)).get("properties")
            if isinstance(properties, dict):
                for key, schema in cast("dict[str, object]", properties).items():
                    if isinstance(schema, dict) and cast("Schema", schema).get("type") == "string":
                        yield str(function.get("name")), key
