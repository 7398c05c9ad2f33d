"""Rules about the tools a row declares: what may be called, and with which arguments."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Raw, Struct, ValidationError
from msgspec.json import Decoder

from shared.core.prepare import json_text
from shared.core.prepare.faults import Fault
from shared.core.prepare.misfit import explain_misfit
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.schemas import ANYTHING, Schema, kept_schema_of, schema_of

# Azure OpenAI, "Quotas and limits" and the chat completions reference (Microsoft Learn, 2026-02).
MAX_TOOLS = 128
LARGE = 32 * 1024  #: bytes of JSON; what is larger is looked at anew in each row, so that little is kept in memory
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

DECLARES_TOOLS = Rule(50, "tools", "reject", "declare tools as the service does: type, function, name, parameters")
HAS_SCHEMA = Rule(51, "tool parameters", "reject", "describe a tool's parameters as JSON Schema of type object")
IS_CALL = Rule(52, "tool call", "reject", "write a call's arguments as a JSON object inside a string")
CALLS_DECLARED = Rule(53, "declared tool", "reject", "add the called tool to `tools`, or correct the call's name")
TAKES_ARGUMENTS = Rule(53, "declared tool", "reject", "give a call the arguments its tool declares, or declare them")
KNOWS_ARGUMENT = Rule(53, "declared tool", "warning", "declare the argument, or leave it out of the call")
IS_ANSWERED = Rule(54, "answered call", "reject", "answer every call with one tool message before the next turn")


class ToolFunction(Struct, forbid_unknown_fields=True):
    """A function that can be called."""

    name: str
    description: str | None = None
    parameters: Raw = Raw(b"null")
    strict: bool | None = None


class DeclaredTool(Struct, forbid_unknown_fields=True):
    """An entry of `tools`."""

    type: Literal["function"]
    function: ToolFunction


class Declared(NamedTuple):
    """The tools of a row."""

    faults: tuple[Fault, ...] = ()
    schemas: Mapping[str, Schema] | None = {}  #: by name; `None` if they cannot be told


_decode_tools = Decoder(list[DeclaredTool]).decode


def declared(tools: bytes) -> Declared:
    """What the JSON of `tools` declares, and what is wrong with it. Kept, since rows of a set share their tools."""
    return _kept(tools) if len(tools) <= LARGE else _declared(tools)


def _declared(tools: bytes) -> Declared:
    if fault := json_text.explain(tools):
        return Declared((Fault(fault.rule, fault.reason, fault.expected, "tools"),), None)
    try:
        entries = _decode_tools(tools)
    except ValidationError as error:
        misfit = explain_misfit(str(error))
        reason = f"'tools{misfit.field}' {misfit.reason}"
        return Declared((Fault(DECLARES_TOOLS, reason, misfit.expected, f"tools{misfit.place}"),), None)
    functions = [entry.function for entry in entries]
    schemas = {each.name: _schema(each) for each in functions}
    faults = [*_judged(functions)]
    for index, function in enumerate(functions):
        schema = schemas[function.name]
        if schema.complaint:
            place = f"tools[{index}].function.parameters{schema.place}"
            faults.append(Fault(HAS_SCHEMA, schema.complaint, "JSON Schema with 'type': 'object'", place))
    return Declared(tuple(faults), schemas)


_kept = lru_cache(maxsize=64)(_declared)


def _schema(function: ToolFunction) -> Schema:
    parameters = bytes(function.parameters)
    if parameters == b"null":
        return ANYTHING
    return kept_schema_of(parameters) if len(parameters) <= LARGE else schema_of(parameters)


def _judged(functions: list[ToolFunction]) -> Iterator[Fault]:
    if len(functions) > MAX_TOOLS:
        yield Fault(DECLARES_TOOLS, "too many tools", f"at most {MAX_TOOLS}", "tools")
    if len({each.name for each in functions}) < len(functions):
        yield Fault(DECLARES_TOOLS, "two tools have the same name", "one name a tool", "tools")
    for index, function in enumerate(functions):
        if not TOOL_NAME.fullmatch(function.name):
            reason = "a tool's name has characters or a length that the service refuses"
            yield Fault(DECLARES_TOOLS, reason, "1 to 64 of A-Z a-z 0-9 _ -", f"tools[{index}].function.name")
