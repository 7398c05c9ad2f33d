"""Rules about tools: what may be called, that calls are well formed, and that each is answered.

A row may end in calls that nobody answers: that call is what is to be learnt (so do Microsoft's own samples).
"""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder

from shared.core.prepare import json_text
from shared.core.prepare.chat import Assistant, Chat, Message, Tool, ToolCall
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.misfit import explain_misfit
from shared.core.prepare.rule import Rule

# Azure OpenAI, "Quotas and limits" and the chat completions reference (Microsoft Learn, 2026-02).
MAX_TOOLS = 128
TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

DECLARES_TOOLS = Rule(50, "tools", "reject", "declare tools as the service does: type, function, name, parameters")
HAS_SCHEMA = Rule(51, "tool parameters", "reject", "describe a tool's parameters as JSON Schema of type object")
IS_CALL = Rule(52, "tool call", "reject", "write a call's arguments as a JSON object inside a string")
CALLS_DECLARED = Rule(53, "declared tool", "reject", "add the called tool to `tools`, or correct the call's name")
IS_ANSWERED = Rule(54, "answered call", "reject", "answer every call with one tool message before the next turn")


class ToolFunction(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A function that can be called."""

    name: str
    description: str | None = None
    parameters: dict[str, object] | None = None
    strict: bool | None = None


class DeclaredTool(Struct, forbid_unknown_fields=True):
    """An entry of `tools`."""

    type: Literal["function"]
    function: ToolFunction


_decode_tools = Decoder(list[DeclaredTool]).decode
_decode_arguments = Decoder(dict[str, object]).decode


def check(chat: Chat) -> None:
    """Raises `Unusable` for the first rule the tools or their calls break."""
    declared = _names(bytes(chat.tools)) if chat.tools is not None else frozenset[str]()
    open_calls = set[str]()
    used = set[str]()
    for index, message in enumerate(chat.messages):
        place = f"messages[{index}]"
        if isinstance(message, Tool):
            _check_answer(message, open_calls, place)
            open_calls.discard(message.tool_call_id)
            continue
        if open_calls:
            raise Unusable(Fault(IS_ANSWERED, "a tool call is not answered before the next turn", place=place))
        for call in _calls(message):
            _check_call(call, declared, used, place)
            used.add(call.id)
            open_calls.add(call.id)


def _calls(message: Message) -> list[ToolCall]:
    return (message.tool_calls or []) if isinstance(message, Assistant) else []


def _check_answer(message: Tool, open_calls: AbstractSet[str], place: str) -> None:
    if message.tool_call_id not in open_calls:
        raise Unusable(Fault(IS_ANSWERED, "a tool message answers no open call", "the id of a call just made", place))


def _check_call(call: ToolCall, declared: AbstractSet[str], used: AbstractSet[str], place: str) -> None:
    if call.function.name not in declared:
        raise Unusable(Fault(CALLS_DECLARED, "a tool is called that 'tools' does not declare", place=place))
    if call.id in used:
        raise Unusable(Fault(IS_ANSWERED, "two tool calls have the same id", "one id a call", place))
    try:
        _decode_arguments(call.function.arguments)
    except (DecodeError, RecursionError) as error:
        reason = "a call's arguments are not a JSON object"
        raise Unusable(Fault(IS_CALL, reason, "a JSON object inside a string", place)) from error


@lru_cache(maxsize=8)
def _names(tools: bytes) -> frozenset[str]:
    """The declared names. Cached, since all rows of a set usually declare the same tools."""
    if fault := json_text.explain(tools):
        raise Unusable(Fault(fault.rule, fault.reason, fault.expected, "tools"))
    declared = _declared(tools)
    if len(declared) > MAX_TOOLS:
        raise Unusable(Fault(DECLARES_TOOLS, "too many tools", f"at most {MAX_TOOLS}", "tools"))
    for index, tool in enumerate(declared):
        _check_declaration(tool.function, f"tools[{index}].function")
    names = frozenset(tool.function.name for tool in declared)
    if len(names) < len(declared):
        raise Unusable(Fault(DECLARES_TOOLS, "two tools have the same name", "one name a tool", "tools"))
    return names


def _declared(tools: bytes) -> list[DeclaredTool]:
    try:
        return _decode_tools(tools)
    except ValidationError as error:
        misfit = explain_misfit(str(error))
        place = f"tools{misfit.place}"
        raise Unusable(
            Fault(DECLARES_TOOLS, f"'tools{misfit.field}' {misfit.reason}", misfit.expected, place)
        ) from error


def _check_declaration(function: ToolFunction, place: str) -> None:
    if not TOOL_NAME.fullmatch(function.name):
        reason = "a tool's name has characters or a length that the service refuses"
        raise Unusable(Fault(DECLARES_TOOLS, reason, "1 to 64 of A-Z a-z 0-9 _ -", place))
    if function.parameters is not None and function.parameters.get("type") != "object":
        raise Unusable(Fault(HAS_SCHEMA, "a tool's parameters are not of type 'object'", "'type': 'object'", place))
