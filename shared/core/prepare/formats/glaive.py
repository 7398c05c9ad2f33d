"""Glaive function calling v2: `system`, which describes the functions, and `chat`, all turns in one text.

As in glaiveai/glaive-function-calling-v2 (from memory: unconfirmed): turns begin with USER:, ASSISTANT: or FUNCTION
RESPONSE:, replies end in `<|endoftext|>`, calls stand behind `<functioncall>`, their arguments as JSON between single
quotes in which nothing is escaped.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.making.call_text import read_reply
from shared.core.prepare.making.markers import Turns, without_tokens
from shared.core.prepare.making.tool_draft import ToolDraft
from shared.core.prepare.making.tool_prompt import DESCRIPTION_REMOVED, read_prompt
from shared.core.prepare.making.toolbox import toolbox_of
from shared.core.prepare.repeated_keys import Quotes

SPEAKER = re.compile(r"(?:\A|(?<=\n))[ \t]*(USER|ASSISTANT|FUNCTION RESPONSE):")
ROLES: Mapping[str, str] = {"USER": "user", "ASSISTANT": "assistant", "FUNCTION RESPONSE": "tool"}
SYSTEM = "SYSTEM:"


class Glaive(Struct, forbid_unknown_fields=True, gc=False):
    """A row."""

    system: str
    chat: str


def convert(row: Glaive, _wishes: Wishes) -> Example:
    """The turns one by one, calls paired with their responses."""
    system = row.system.strip().removeprefix(SYSTEM).strip()
    prompt = read_prompt(system)
    toolbox = toolbox_of(prompt.tools if prompt else None)
    draft = ToolDraft(toolbox)
    for role, text in _turns(row.chat):
        if role == "tool":
            draft.answer(text)
        elif role == "assistant" and (reply := read_reply(text, toolbox)).calls:
            draft.call(reply.calls, reply.text)
        else:
            draft.say(role, text, "chat")
    if prompt:
        draft.note(DESCRIPTION_REMOVED)
        system = prompt.text
    if system:
        draft.instruct(system)
    return Example(draft.chat, draft.fixes)


def _turns(chat: str) -> Turns:
    before, *rest = SPEAKER.split(chat)
    if before.strip():
        raise Unusable(Fault(HAS_FIELDS, "'chat' does not begin with a speaker", "USER:"))
    return [(ROLES[who], without_tokens(said.strip())) for who, said in zip(rest[::2], rest[1::2], strict=True)]


def _plain(row: Glaive) -> Quotes:
    return Quotes(8, row.system.count('"') + row.chat.count('"'))


FORMATS = (
    Format(
        name="Glaive",
        order=100,
        fields="system, chat",
        claims=having("system", "chat"),
        row=Glaive,
        converts={"sft": convert},
        plain=_plain,
    ),
)
