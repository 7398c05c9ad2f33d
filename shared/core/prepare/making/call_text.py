"""Tool calls that stand in the text of a reply, in the ways that models write them.

The shapes are those of the chat templates of Hermes 2 Pro and Qwen 2.5, Qwen 3 Coder, GLM-4 and GLM-4.5, MiniMax M1
and M2, Seed, Mistral and Llama 3.1, as LLaMA-Factory's `tool_utils.py` writes them (commit ff6d4d1), and, unconfirmed,
those of LFM2, Glaive v2, ToolACE and ReAct. Those without a mark of their own are read only if they name a declared
tool.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.making.loose_json import Called, NotLiteral, read_calls, read_literal, read_values
from shared.core.prepare.making.markers import without_tokens
from shared.core.prepare.making.tool_draft import call_of, calls_of
from shared.core.prepare.making.toolbox import Toolbox
from shared.core.prepare.rules.tools import IS_CALL

TAGS = ("tool_call", "tool_calls", "seed:tool_call", "minimax:tool_call")
BLOCKS = [(re.compile(f"<{tag}>"), f"</{tag}>") for tag in TAGS]
OPENING = re.compile(r"<(?:seed:|minimax:)?tool_calls?>|<\|tool_call\|?>|<functioncall>|\[TOOL_CALLS\]")
LFM2 = (re.compile(r"<\|tool_call_start\|>"), "<|tool_call_end|>")
AHEAD = re.compile(r"<functioncall>|\[TOOL_CALLS\]")

FUNCTIONS = (
    ((re.compile(r"<function=([^<>\s]+)>"), "</function>"), (re.compile(r"<parameter=([^<>\s]+)>"), "</parameter>")),
    (
        (re.compile(r'<invoke name="([^"]+)">'), "</invoke>"),
        (re.compile(r'<parameter name="([^"]+)">'), "</parameter>"),
    ),
)  #: the tags of a function, and of its parameters
GLM_NAME = re.compile(r"\s*([\w./-]+)\s*(.*)", re.DOTALL)
GLM_KEY = (re.compile("<arg_key>"), "</arg_key>")
GLM_VALUE = (re.compile("<arg_value>"), "</arg_value>")

BRACKETED = re.compile(r"\[\s*([^()\[\]{}=,\"'\n]{1,256}?)\s*\(")
NAME_ABOVE = re.compile(r"([\w.-]+)\n\s*(\{.*\})", re.DOTALL)
ACTION = re.compile(r"^Action:[ \t]*([\w.-]+)\s+Action Input:", re.MULTILINE)
NAMED_JSON = frozenset({"name", "parameters", "arguments"})
TOOL_RESPONSE = (re.compile("<tool_response>"), "</tool_response>")

UNREADABLE = Fault(IS_CALL, "a tool call in a text cannot be read", '{"name": ..., "arguments": {...}}')


type Tags = tuple[re.Pattern[str], str]  #: an opening and a closing one


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
    blocks, around = _cut(text, TOOL_RESPONSE)
    return [] if around.strip() else [inside.strip() for _, inside in blocks]


def _cut(text: str, tags: Tags) -> tuple[list[tuple[re.Match[str], str]], str]:
    """What stands between tags, each with its opening tag; and the text around them."""
    opening, closing = tags
    blocks: list[tuple[re.Match[str], str]] = []
    around, at = "", 0
    while (begin := opening.search(text, at)) and (end := text.find(closing, begin.end())) >= 0:
        blocks.append((begin, text[begin.end() : end]))
        around += text[at : begin.start()]
        at = end + len(closing)
    return blocks, around + text[at:]


def _marked(text: str, toolbox: Toolbox) -> Reply | None:
    if "<" not in text and "[TOOL_CALLS]" not in text:
        return None
    if ahead := AHEAD.search(text):
        return _ahead(text, ahead)
    blocks, said = _cut(text, LFM2)
    calls = [call for _, inside in blocks for call in read_calls(inside)]
    for tags in BLOCKS:
        blocks, said = _cut(said, tags)
        calls += [call for _, inside in blocks for call in _in_block(inside, toolbox)]
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
    for of_function, of_parameter in FUNCTIONS:
        functions, _ = _cut(inside, of_function)
        if functions:
            return [_with_parameters(opening[1], rest, of_parameter, toolbox) for opening, rest in functions]
    return [_below_keys(inside, toolbox)]


def _with_parameters(name: str, inside: str, tags: Tags, toolbox: Toolbox) -> Called:
    pairs = [(opening[1], value) for opening, value in _cut(inside, tags)[0]]
    return Called(name, _arguments(name, pairs, toolbox))


def _below_keys(inside: str, toolbox: Toolbox) -> Called:
    """A name, and tagged keys and values one after another, as GLM-4.5 writes it."""
    named = GLM_NAME.fullmatch(inside)
    keys, rest = _cut(named[2] if named else "", GLM_KEY)
    values, rest = _cut(rest, GLM_VALUE)
    if not named or len(keys) != len(values) or rest.strip():
        raise Unusable(UNREADABLE)
    pairs = [(key, value) for (_, key), (_, value) in zip(keys, values, strict=True)]
    return Called(named[1], _arguments(named[1], pairs, toolbox))


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
    found = ACTION.search(text)
    if not found or found[1] not in toolbox.names:
        return None
    return Reply(text[: found.start()].strip(), [Called(found[1], read_literal(text[found.end() :]))])


UNMARKED: Sequence[Callable[[str, Toolbox], Reply | None]] = (_in_brackets, _as_json, _below_name, _as_action)
