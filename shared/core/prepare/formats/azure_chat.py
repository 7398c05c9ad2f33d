"""The chat rows that the service takes: they pass as they are, unless they carry what it would refuse."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Raw, Struct
from msgspec.json import decode, encode

from shared.core.prepare import json_text
from shared.core.prepare.chat import Assistant, Chat, Message, Part, System, User
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import LEAVES_OUT, Example, Format, Quick, Wishes, having
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.draft import EMPTY_SYSTEM_REMOVED
from shared.core.prepare.making.tool_draft import is_json_object
from shared.core.prepare.making.toolbox import are_native
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules import images, tools, turns

KNOWN_KEYS = Rule(23, "keys of a message", "reject", "leave the key out, or move its text into the content")
HAS_ROLE = Rule(24, "role", "reject", "use one of system, developer, user, assistant, tool")
SPLIT_UNKNOWN = Fault(LEAVES_OUT, "a 'split' other than train, test and validation was left out")
PARALLEL_REMOVED = Fault(
    Rule(57, "parallel tool calls", "fix", "nothing to do"), "'parallel_tool_calls' was left out: no tools are declared"
)
SYSTEM_MOVED = Fault(Rule(29, "system message", "fix", "nothing to do"), "the row's 'system' became its first message")

SPLITS: Mapping[str, Part] = {"train": "train", "test": "validation", "validation": "validation"}


class ChatRow(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A chat row; `system` stands outside in Claude's files, and `split` is OpenPipe's."""

    messages: list[Message]
    tools: Raw = Raw(b"")
    parallel_tool_calls: bool | None = None
    system: str | None = None
    split: str | None = None


def convert(row: ChatRow, _wishes: Wishes) -> Example:
    """The same chat, without an empty system message."""
    tools_given = bytes(row.tools)
    declared = _compact(tools_given) if tools_given not in {b"", b"null", b"[]"} else None
    chat = Chat(row.messages, declared, row.parallel_tool_calls if declared else None)
    fixes = _first_message_fixed(chat, row.system)
    part = SPLITS.get(row.split.lower()) if row.split else None
    if row.split and part is None:
        fixes = [*fixes, SPLIT_UNKNOWN]
    if row.parallel_tool_calls is not None and not declared:
        fixes = [*fixes, PARALLEL_REMOVED]
    return Example(chat, fixes, part)


@lru_cache(maxsize=8)
def _compact(declared: bytes) -> Raw:
    """The same tools without white space, so that equal rows are written alike. Faulty ones stay, to be explained."""
    return Raw(declared) if json_text.explain(declared) else Raw(encode(decode(declared)))


def _first_message_fixed(chat: Chat, system: str | None) -> Sequence[Fault]:
    if system is not None and system.strip():
        chat.messages = [System(system), *chat.messages]
        return (SYSTEM_MOVED,)
    first = chat.messages[0] if chat.messages else None
    if isinstance(first, System) and isinstance(first.content, str) and not first.content.strip():
        chat.messages = chat.messages[1:]
        return (EMPTY_SYSTEM_REMOVED,)
    return ()


def _plain(row: ChatRow) -> Quotes | None:
    """Messages of a role and a text, a reply the last; whatever else a sound row may have adds quotes."""
    if not row.messages or isinstance(row.messages[-1], User):
        return None
    declared = bytes(row.tools)
    if declared and not (are_native(declared) and _calls_are_native(row.messages)):
        return None
    inside = 0
    for message in row.messages:
        content = message.content
        if type(content) is str:
            inside += content.count('"')
    return Quotes(2 + 8 * len(row.messages), inside)


def _calls_are_native(messages: Iterable[Message]) -> bool:
    calls = [call for message in messages if isinstance(message, Assistant) for call in message.tool_calls or ()]
    return all(is_json_object(call.function.arguments) for call in calls)


def _quick(row: ChatRow, _wishes: Wishes) -> Quick | None:
    """A chat with words of a user in it; whatever may stand beside its messages is left to a closer look."""
    first = next((message for message in row.messages if type(message) is User), None)
    if first is None or type(first.content) is not str or row.system is not None or row.split is not None:
        return None
    if bytes(row.tools) or row.parallel_tool_calls is not None:
        return None
    return Quick(Chat(row.messages), first.content)


RULES: Mapping[str, Rule] = {
    "messages": turns.HAS_MESSAGES,
    "messages[]": KNOWN_KEYS,
    "role": HAS_ROLE,
    "content": turns.HAS_CONTENT,
    "content[]": images.IS_PART,
    "type": images.IS_PART,
    "weight": turns.HAS_WEIGHT,
    "tools": tools.DECLARES_TOOLS,
    "tool_calls[]": tools.IS_CALL,
    "arguments": tools.IS_CALL,
    "image_url": images.IS_IMAGE,
    "url": images.IS_IMAGE,
}
"""By field of a chat row."""

FORMATS = (
    Format(
        name="Azure chat",
        order=150,
        fields="messages",
        claims=having("messages"),
        row=ChatRow,
        converts={"sft": convert},
        mend=mend_chat,
        plain=_plain,
        quick=_quick,
        rules=RULES,
    ),
)
