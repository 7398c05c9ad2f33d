"""Tool calls that stand in the text of a reply, in the ways that models write them.

The shapes are those of the chat templates of Hermes 2 Pro and Qwen 2.5, Qwen 3 Coder, GLM-4 and GLM-4.5, MiniMax M1
and M2, Seed, Mistral, LFM2 and Llama 3.1 (their model cards, as of 2025-10), of Glaive v2 and ToolACE (their dataset
cards), and of ReAct. Those without a mark of their own are read only if they name a declared tool.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.loose_json import Called, NotLiteral, read_calls, read_literal, read_values
from shared.core.prepare.markers import without_tokens
from shared.core.prepare.rules.tools import IS_CALL
from shared.core.prepare.tool_draft import call_of, calls_of
from shared.core.prepare.toolbox import Toolbox

BLOCK = re.compile(r"<(tool_call|tool_calls|seed:tool_call|minimax:tool_call)>(.*?)</\1>", re.DOTALL)
OPENING = re.compile(r"<(?:seed:|minimax:)?tool_calls?>|<\|tool_call\|?>|<functioncall>|\[TOOL_CALLS\]")
LFM2 = re.compile(r"<\|tool_call_start\|>(.*?)<\|tool_call_end\|>", re.DOTALL)
AHEAD = re.compile(r"<functioncall>|\[TOOL_CALLS\]")

FUNCTION = re.compile(r"<function=([^<>\s]+)>(.*?)</function>", re.DOTALL)
PARAMETER = re.compile(r"<parameter=([^<>\s]+)>(.*?)</parameter>", re.DOTALL)
INVOKE = re.compile(r'<invoke name="([^"]+)">(.*?)</invoke>', re.DOTALL)
NAMED_PARAMETER = re.compile(r'<parameter name="([^"]+)">(.*?)</parameter>', re.DOTALL)
GLM_NAME = re.compile(r"\s*([\w./-]+)\s*(.*)", re.DOTALL)
GLM_ARGUMENT = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)

BRACKETED = re.compile(r"\[\s*([^()\[\]{}=,\"'\n]{1,256}?)\s*\(")
NAME_ABOVE = re.compile(r"([\w.-]+)\n\s*(\{.*\})", re.DOTALL)
ACTION = re.compile(r"(.*?)\bAction:[ \t]*([\w.-]+)\s+Action Input:\s*(\{.*\})", re.DOTALL)
NAMED_JSON = frozenset({"name", "parameters", "arguments"})
TOOL_RESPONSE = re.compile(r"<tool_response>(.*?)</tool_response>", re.DOTALL)

UNREADABLE = Fault(IS_CALL, "a tool call in a text cannot be read", '{"name": ..., "arguments": {...}}')


class Reply(NamedTuple):
    """What a reply says, and which tools it calls."""

    text: str
    calls: Sequence[Called] = ()


def read_reply(text: str, toolbox: Toolbox) -> Reply:
    """The calls in a reply, apart from its words. Raises `Unusable` for a call that is marked, but cannot be read."""
    try:
        return _marked(text, toolbox) or _unmarked(text.strip(), toolbox) or Reply(text)
    except NotLiteral as error:
        raise Unusable(UNREADABLE) from error


def read_responses(text: str) -> list[str]:
    """What tools answered, from a text that consists of `<tool_response>` blocks; else nothing."""
    blocks = [inside.strip() for inside in TOOL_RESPONSE.findall(text)]
    return [] if TOOL_RESPONSE.sub("", text).strip() else blocks


def _marked(text: str, toolbox: Toolbox) -> Reply | None:
    if "<" not in text and "[TOOL_CALLS]" not in text:
        return None
    if ahead := AHEAD.search(text):
        return _ahead(text, ahead)
    calls = [call for block in BLOCK.finditer(text) for call in _in_block(block[2], toolbox)]
    calls += [call for inside in LFM2.findall(text) for call in read_calls(inside)]
    said = LFM2.sub("", BLOCK.sub("", text))
    if OPENING.search(said):
        raise Unusable(UNREADABLE)
    return Reply(said.strip(), calls) if calls else None


def _ahead(text: str, mark: re.Match[str]) -> Reply:
    """Calls that a mark stands ahead of, up to the end of the text."""
    values, end = read_values(text, mark.end())
    if without_tokens(text[end:].strip()):
        raise Unusable(UNREADABLE)
    return Reply(text[: mark.start()].strip(), [call for value in values for call in calls_of(value)])


def _in_block(inside: str, toolbox: Toolbox) -> list[Called]:
    inside = inside.strip()
    if inside.startswith(("{", "[")):
        values, end = read_values(inside)
        if inside[end:].strip():
            raise Unusable(UNREADABLE)
        return [call for value in values for call in calls_of(value)]
    for outer, inner in ((FUNCTION, PARAMETER), (INVOKE, NAMED_PARAMETER)):
        if functions := outer.findall(inside):
            return [Called(name, _arguments(name, inner.findall(rest), toolbox)) for name, rest in functions]
    if (named := GLM_NAME.fullmatch(inside)) and not GLM_ARGUMENT.sub("", named[2]).strip():
        return [Called(named[1], _arguments(named[1], GLM_ARGUMENT.findall(named[2]), toolbox))]
    raise Unusable(UNREADABLE)


def _arguments(name: str, pairs: Sequence[tuple[str, str]], toolbox: Toolbox) -> dict[str, object]:
    """Arguments between tags: texts as they are, other values as JSON."""
    return {key: _value(text.strip(), is_text=(name, key) in toolbox.texts) for key, text in pairs}


def _value(text: str, *, is_text: bool) -> object:
    if is_text:
        return text
    try:
        return read_literal(text)
    except NotLiteral:
        return text


def _unmarked(text: str, toolbox: Toolbox) -> Reply | None:
    if not toolbox.names:
        return None
    found = (read(text, toolbox) for read in UNMARKED)
    return next((reply for reply in found if reply), None)


def _in_brackets(text: str, toolbox: Toolbox) -> Reply | None:
    """`[name(key=value), ...]`, as ToolACE writes it."""
    opening = BRACKETED.match(text)
    if not opening or opening[1] not in toolbox.names:
        return None
    return Reply("", read_calls(text))


def _as_json(text: str, toolbox: Toolbox) -> Reply | None:
    """`{"name": ..., "parameters": {...}}`, as Llama 3.1 writes it, or a list of those."""
    if not text.startswith(("{", "[")):
        return None
    try:
        value = read_literal(text)
    except NotLiteral:
        return None
    described = cast("list[object]", value) if isinstance(value, list) else [value]
    is_call = bool(described) and all(_names_tool(each, toolbox) for each in described)
    return Reply("", [call_of(each) for each in described]) if is_call else None


def _names_tool(value: object, toolbox: Toolbox) -> bool:
    if not isinstance(value, dict):
        return False
    described = cast("dict[str, object]", value)
    is_call = len(described) > 1 and described.keys() <= NAMED_JSON
    return is_call and isinstance(name := described.get("name"), str) and name in toolbox.names


def _below_name(text: str, toolbox: Toolbox) -> Reply | None:
    """A name, and its arguments in the next line, as GLM-4 writes it."""
    found = NAME_ABOVE.fullmatch(text)
    if not found or found[1] not in toolbox.names:
        return None
    return Reply("", [Called(found[1], read_literal(found[2]))])


def _as_action(text: str, toolbox: Toolbox) -> Reply | None:
    """`Action: name` and `Action Input: {...}`, as ReAct writes it."""
    found = ACTION.fullmatch(text)
    if not found or found[2] not in toolbox.names:
        return None
    return Reply(found[1].strip(), [Called(found[2], read_literal(found[3]))])


UNMARKED: Sequence[Callable[[str, Toolbox], Reply | None]] = (_in_brackets, _as_json, _below_name, _as_action)
