"""Conversations as ShareGPT and its relatives write them, with tool calls in whichever way a row has them.

Hermes, ToolACE and LLaMA-Factory's tool rows share their keys with plain conversations: `conversations` of
`{from, value}` or `{role, content}`, with `system` and `tools` beside them.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import HAS_FIELDS, Example, Row, Wishes
from shared.core.prepare.making.call_text import BRACKETED, read_reply, read_responses
from shared.core.prepare.making.loose_json import NotLiteral, read_literal
from shared.core.prepare.making.pictures import AS_MANY_AS_MARKS
from shared.core.prepare.making.tool_draft import ToolDraft, calls_of
from shared.core.prepare.making.tool_prompt import DESCRIPTION_REMOVED, Prompt, read_prompt
from shared.core.prepare.making.toolbox import Toolbox, toolbox_of
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rules.tools import IS_CALL

CALL, ANSWER = "call", "answer"
ROLES: Mapping[str, str] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "system": "system",
    "function_call": CALL,
    "function-call": CALL,
    "observation": ANSWER,
    "function-response": ANSWER,
    "function_response": ANSWER,
    "tool": ANSWER,
    "function": ANSWER,
}

INVITATION = "functions in JSON format that you can invoke"  #: in the system messages of ToolACE

IMAGE_MISSING = Fault(
    AS_MANY_AS_MARKS, "a text shows an <image>, but the row names none", "its path or address in 'images' or 'image'"
)
UNREADABLE = Fault(IS_CALL, "a function call is not JSON", '{"name": ..., "arguments": {...}}')


class Turn(Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"speaker": "from"}, gc=False):
    """What one side says."""

    speaker: str | None = None
    value: str | None = None
    role: str | None = None
    content: str | None = None


class ShareGpt(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation; `tools` is a JSON text in LLaMA-Factory's files, and `[]` where there are none."""

    conversations: list[Turn]
    system: str | None = None
    tools: str | list[object] | None = None


def convert(row: ShareGpt, _wishes: Wishes) -> Example:
    """The same turns under the service's names, with tool calls and their answers paired."""
    turns = [_read(turn, f"conversations[{index}]") for index, turn in enumerate(row.conversations)]
    prompts = [read_prompt(text) for text in _instructions(row, turns)]
    toolbox = _toolbox(row, prompts)
    draft = ToolDraft(toolbox)
    for role, text in turns:
        _take(draft, role, text, toolbox)
    _instruct(draft, row.system)
    return Example(draft.chat, draft.fixes)


def _read(turn: Turn, place: str) -> tuple[str, str]:
    speaker = turn.speaker or turn.role or ""
    if not (role := ROLES.get(speaker.lower())):
        expected = ", ".join(ROLES)
        raise Unusable(Fault(HAS_FIELDS, f"a turn is spoken by {shown(speaker)}", f"one of {expected}", place))
    said = turn.value if turn.value is not None else turn.content
    if said is None:
        raise Unusable(Fault(HAS_FIELDS, "a turn has no text", "'value' or 'content'", place))
    if "<image>" in said:
        raise Unusable(IMAGE_MISSING)
    return role, said


def _instructions(row: ShareGpt, turns: Iterable[tuple[str, str]]) -> list[str]:
    return [row.system or "", *(text for role, text in turns if role == "system")]


def _toolbox(row: ShareGpt, prompts: Iterable[Prompt | None]) -> Toolbox:
    """The tools beside the turns, or else those that a system message describes."""
    toolbox = toolbox_of(row.tools)
    if toolbox.tools is not None:
        return toolbox
    return toolbox_of([tool for prompt in prompts if prompt for tool in prompt.tools])


def _take(draft: ToolDraft, role: str, text: str, toolbox: Toolbox) -> None:
    if role == CALL:
        _take_call(draft, text)
    elif role == ANSWER or (role == "user" and "<tool_response>" in text and read_responses(text)):
        for said in read_responses(text) or [text]:
            draft.answer(said)
    elif role == "system":
        _say_system(draft, text)
    elif role == "assistant" and (reply := read_reply(text, toolbox)).calls:
        draft.call(reply.calls, reply.text)
    else:
        draft.say(role, text, "conversations")


def _take_call(draft: ToolDraft, text: str) -> None:
    try:
        value = read_literal(text)
    except NotLiteral as error:
        raise Unusable(UNREADABLE) from error
    draft.call(calls_of(value))


def _say_system(draft: ToolDraft, text: str) -> None:
    prompt = read_prompt(text)
    if prompt is None:
        draft.say("system", text, "conversations")
        return
    draft.note(DESCRIPTION_REMOVED)
    if prompt.text:
        draft.say("system", prompt.text, "conversations")


def _instruct(draft: ToolDraft, system: str | None) -> None:
    prompt = read_prompt(system) if system else None
    if prompt:
        draft.note(DESCRIPTION_REMOVED)
    if not prompt or prompt.text:
        draft.instruct(prompt.text if prompt else system)


def texts_of(row: Row) -> Iterable[str]:
    """The texts of a row that was not decoded yet, as far as they are there."""
    if isinstance(system := row.get("system"), str):
        yield system
    turns = row.get("conversations")
    for turn in cast("list[object]", turns) if isinstance(turns, list) else ():
        if isinstance(turn, dict):
            said = cast("Row", turn)
            yield from (text for key in ("value", "content") if isinstance(text := said.get(key), str))


def is_hermes(texts: Iterable[str]) -> bool:
    """Whether calls or tools stand in tags."""
    return any("<tool_call>" in text or "<tools>" in text for text in texts)


def is_toolace(texts: Iterable[str]) -> bool:
    """Whether a reply is a call in brackets, or a system message asks for such."""
    return any(INVITATION in text or _is_in_brackets(text.strip()) for text in texts)


def _is_in_brackets(text: str) -> bool:
    return text.startswith("[") and text.endswith(")]") and BRACKETED.match(text) is not None


def said_in(row: ShareGpt) -> list[str]:
    """The texts of a row."""
    return [row.system or "", *(turn.value or turn.content or "" for turn in row.conversations)]


def quotes_of(row: ShareGpt) -> Quotes:
    """Those of turns with a speaker and a text; whatever else a sound row may have adds quotes."""
    said = [turn.value or turn.content or "" for turn in row.conversations]
    return Quotes(2 + 8 * len(said), sum(text.count('"') for text in said))
