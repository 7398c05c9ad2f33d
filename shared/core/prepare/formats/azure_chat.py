"""The chat rows that the service takes: they pass as they are, unless they carry what it would refuse."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from msgspec import Raw, Struct
from msgspec.json import decode, encode

from shared.core.prepare import json_text
from shared.core.prepare.chat import Chat, Message, Part, System, User
from shared.core.prepare.draft import EMPTY_SYSTEM_REMOVED
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import LEAVES_OUT, Example, Format, Row, Wishes, having
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules import images, tools, turns

KNOWN_KEYS = Rule(23, "keys of a message", "reject", "leave the key out, or move its text into the content")
HAS_ROLE = Rule(24, "role", "reject", "use one of system, developer, user, assistant, tool")
IS_WEIGHTED = Rule(32, "weight", "fix", "nothing to do; only replies are learnt, and only they are weighted")
IS_CURRENT = Rule(56, "older function calls", "reject", "write 'functions' as 'tools', and function_call as tool_calls")
NO_NULLS = Rule(23, "keys of a message", "fix", "nothing to do; a key without a value says nothing")

ROLE_FOLDED = Fault(Rule(24, "role", "fix", "nothing to do"), "a role was renamed to the one the service knows")
PART_RENAMED = Fault(
    Rule(61, "content part", "fix", "nothing to do"), "the text of a content part was called its value"
)
WEIGHT_REMOVED = Fault(IS_WEIGHTED, "a weight was removed from a message that is no reply")
NULLS_REMOVED = Fault(NO_NULLS, "keys without a value were left out")
SPLIT_UNKNOWN = Fault(LEAVES_OUT, "a 'split' other than train, test and validation was left out")
PARALLEL_REMOVED = Fault(
    Rule(57, "parallel tool calls", "fix", "nothing to do"), "'parallel_tool_calls' was left out: no tools are declared"
)
SYSTEM_MOVED = Fault(Rule(29, "system message", "fix", "nothing to do"), "the row's 'system' became its first message")

ROLES: Mapping[object, str] = {
    "human": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "chatgpt": "assistant",
}
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


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Fold roles of other trainers, and leave out weights and empty keys where they mean nothing."""
    if "functions" in row:
        raise Unusable(Fault(IS_CURRENT, "'functions' is the older way to declare tools", "'tools'"))
    messages = row.get("messages")
    if not isinstance(messages, list):
        return row, ()
    fixes: dict[str, Fault] = {}
    mended = [_mend_message(message, fixes) for message in cast("list[object]", messages)]
    return {**row, "messages": mended}, tuple(fixes.values())


def _mend_message(message: object, fixes: dict[str, Fault]) -> object:
    if not isinstance(message, dict):
        return message
    kept = cast("Row", message)
    role = kept.get("role")
    if isinstance(role, str) and (folded := ROLES.get(role)):
        kept, role = {**kept, "role": folded}, folded
        fixes["role"] = ROLE_FOLDED
    if role != "assistant" and "weight" in kept:
        if kept["weight"] not in (0, 1):
            raise Unusable(Fault(turns.HAS_WEIGHT, "a weight is neither 0 nor 1", "0 or 1"))
        kept = {key: value for key, value in kept.items() if key != "weight"}
        fixes["weight"] = WEIGHT_REMOVED
    content = kept.get("content")
    if isinstance(content, list):
        kept = {**kept, "content": [_mend_part(part, fixes) for part in cast("list[object]", content)]}
    valued = {key: value for key, value in kept.items() if value is not None or key in {"role", "content"}}
    if len(valued) < len(kept):
        fixes["null"] = NULLS_REMOVED
    return valued


def _mend_part(part: object, fixes: dict[str, Fault]) -> object:
    """LLaMA-Factory calls the text of a part its value."""
    if not isinstance(part, dict) or "text" in part or "value" not in part:
        return cast("object", part)
    fixes["part"] = PART_RENAMED
    return {("text" if key == "value" else key): value for key, value in cast("Row", part).items()}


def _plain(row: ChatRow) -> Quotes | None:
    """Messages of a role and a text, a reply the last; whatever else a sound row may have adds quotes."""
    if not row.messages or isinstance(row.messages[-1], User):
        return None
    inside = 0
    for message in row.messages:
        content = message.content
        if type(content) is str:
            inside += content.count('"')
    return Quotes(2 + 8 * len(row.messages), inside)


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
        mend=mend,
        plain=_plain,
        rules=RULES,
    ),
)
