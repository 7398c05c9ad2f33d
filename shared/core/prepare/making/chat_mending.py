"""Chat rows of other trainers and of older APIs, brought to the messages that the service takes.

Whatever says the same in another way is rewritten, and each repair is noted: roles under other names, `functions` and
`function_call`, calls without ids or with their arguments as objects, tools in a text, the parts of LLaMA-Factory.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Row
from shared.core.prepare.making.loose_json import NotLiteral, read_literal
from shared.core.prepare.making.tool_draft import READ_LOOSELY, arguments_as_json, as_text, call_of, shared_out
from shared.core.prepare.making.toolbox import Toolbox, toolbox_of
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules import turns
from shared.core.prepare.rules.tools import IS_ANSWERED, IS_CALL

HAS_ONE_KIND = Rule(56, "older function calls", "reject", "declare them all in 'tools'")
BOTH = Fault(HAS_ONE_KIND, "'tools' and the older 'functions' stand in one row", "only 'tools'")

ROLE_FOLDED = Fault(Rule(24, "role", "fix", "nothing to do"), "a role was renamed to the one the service knows")
PART_RENAMED = Fault(
    Rule(61, "content part", "fix", "nothing to do"), "the text of a content part was called its value"
)
IS_WEIGHTED = Rule(32, "weight", "fix", "nothing to do; only replies are learnt, and only they are weighted")
WEIGHT_REMOVED = Fault(IS_WEIGHTED, "a weight was removed from a message that is no reply")
NULLS_REMOVED = Fault(
    Rule(23, "keys of a message", "fix", "nothing to do; a key without a value says nothing"),
    "keys without a value were left out",
)
CHANNEL_REMOVED = Fault(Rule(23, "keys of a message", "fix", "nothing to do"), "the channel of a message was left out")
IS_CURRENT = Fault(
    Rule(56, "older function calls", "fix", "nothing to do"), "older function calls were written as tool calls"
)
CALL_WRITTEN = Fault(Rule(52, "tool call", "fix", "nothing to do"), "tool calls were written as the service takes them")
IDS_MADE = Fault(Rule(54, "answered call", "fix", "nothing to do"), "tool calls without an id were given one")
ANSWERS_SHARED = Fault(
    Rule(54, "answered call", "fix", "nothing to do"), "answers to several calls in one message were put apart"
)
ANSWER_WRITTEN = Fault(Rule(55, "answer of a tool", "fix", "nothing to do"), "what a tool answered was made a text")
REASONING_LEFT_OUT = Fault(
    Rule(42, "reasoning", "fix", "nothing to do; the service trains on replies, not on the reasoning before them"),
    "reasoning that stood beside a reply was left out",
)
REASONING_UNWANTED = Fault(
    Rule(42, "reasoning", "reject", "take the reasoning out, or let the recipe drop it"),
    "reasoning stands beside a reply",
)
UNREADABLE = Fault(IS_CALL, "a tool call has no name, or cannot be read", '{"name": ..., "arguments": {...}}')
NO_QUESTION = Fault(IS_ANSWERED, "a tool message answers no open call", "the id of a call just made")

ROLES: Mapping[object, str] = {
    "human": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "chatgpt": "assistant",
    "function": "tool",
    "observation": "tool",
}
OLDER_ROLE = "function"
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking", "thinking_content")
REASONING_PARTS = frozenset({"reasoning", "thinking", "redacted_thinking"})


def mend_chat(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row with mended `messages` and `tools`, and what had to be done. Raises `Unusable`."""
    mending = _Mending(row)
    return mending.row, tuple(mending.fixes)


class _Mending:
    """A row on its way to the service's spelling."""

    def __init__(self, row: Row) -> None:
        self.fixes: dict[Fault, None] = {}
        self._toolbox = self._declared(row)
        self._used = set[str]()
        self._made = 0
        self._open: list[str] = []  #: ids of the calls that wait for their answers
        self.row = self._mended(row)

    def _declared(self, row: Row) -> Toolbox:
        if "functions" in row:
            if row.get("tools"):
                raise Unusable(BOTH)
            self.fixes[IS_CURRENT] = None
        declared = row.get("functions", row.get("tools"))
        return toolbox_of(declared) if _may_declare(declared) else Toolbox()

    def _mended(self, row: Row) -> Row:
        mended = {key: value for key, value in row.items() if key != "functions"}
        if "functions" in row or _may_declare(row.get("tools")):
            mended["tools"] = self._toolbox.tools
            self.fixes |= dict.fromkeys(self._toolbox.fixes)
        if isinstance(messages := row.get("messages"), list):
            given = cast("list[object]", messages)
            self._used = {*_ids(given)}
            mended["messages"] = [made for message in given for made in self._message(message)] or given
        return mended

    def _message(self, message: object) -> Iterable[object]:
        if not isinstance(message, dict):
            return [message]
        kept = {**cast("Row", message)}
        if role := self._role(kept.get("role")):
            kept["role"] = role
        if self._is_thought(kept):
            return []
        self._without_weight(kept)
        self._take_parts(kept)
        self._leave_out_empty(kept)
        if role == "assistant":
            self._mend_calls(kept)
        if role == "tool":
            return self._answers(kept)
        return [kept]

    def _role(self, role: object) -> object:
        folded = ROLES.get(role) if isinstance(role, str) else None
        if folded is None:
            return role
        self.fixes[IS_CURRENT if role == OLDER_ROLE else ROLE_FOLDED] = None
        return folded

    def _is_thought(self, kept: Row) -> bool:
        """Whether a message is nothing but reasoning, as in Harmony's channel of analysis. Keys for reasoning go."""
        if kept.get("role") != "assistant":
            return False
        for key in REASONING_KEYS:
            if kept.pop(key, None):
                self.fixes[REASONING_LEFT_OUT] = None
        if kept.get("channel") == "analysis":
            self.fixes[REASONING_LEFT_OUT] = None
            return True
        if kept.pop("channel", None) is not None:
            self.fixes[CHANNEL_REMOVED] = None
        return False

    def _without_weight(self, kept: Row) -> None:
        if kept.get("role") == "assistant" or "weight" not in kept:
            return
        if kept.pop("weight") not in (0, 1):
            raise Unusable(Fault(turns.HAS_WEIGHT, "a weight is neither 0 nor 1", "0 or 1"))
        self.fixes[WEIGHT_REMOVED] = None

    def _leave_out_empty(self, kept: Row) -> None:
        empty = [key for key, value in kept.items() if value is None and key not in {"role", "content"}]
        if kept.get("tool_calls") == []:
            empty.append("tool_calls")
        for key in empty:
            del kept[key]
            self.fixes[NULLS_REMOVED] = None

    def _take_parts(self, kept: Row) -> None:
        """LLaMA-Factory keeps texts, reasoning and calls as parts `{type, value}` of the content."""
        if not isinstance(parts := kept.get("content"), list):
            return
        is_reply = kept.get("role") == "assistant"
        texts: list[object] = []
        calls: list[object] = []
        for part in cast("list[object]", parts):
            kind = cast("Row", part).get("type") if isinstance(part, dict) else None
            if isinstance(kind, str) and kind in REASONING_PARTS and is_reply:
                self.fixes[REASONING_LEFT_OUT] = None
            elif kind == "tool_call" and is_reply:
                calls.append(_call_of_part(cast("Row", part)))
            else:
                texts.append(self._part(cast("object", part)))
        kept["content"] = texts or (None if calls else [])
        if calls:
            kept["tool_calls"] = calls

    def _part(self, part: object) -> object:
        if not isinstance(part, dict) or "text" in part or "value" not in part:
            return cast("object", part)
        given = cast("Row", part)
        self.fixes[PART_RENAMED] = None
        return {("text" if key == "value" else key): value for key, value in given.items()}

    def _mend_calls(self, kept: Row) -> None:
        if "function_call" in kept:
            self.fixes[IS_CURRENT] = None
            kept["tool_calls"] = [{"type": "function", "function": kept.pop("function_call")}]
        if not isinstance(calls := kept.get("tool_calls"), list):
            self._open = []
            return
        kept["tool_calls"] = [self._call(call) for call in cast("list[object]", calls)]
        self._open = [*_ids([kept])]

    def _call(self, call: object) -> Row:
        given = cast("Row", call) if isinstance(call, dict) else {}
        identity = given.get("id")
        if not isinstance(identity, str):
            identity = self._new_id()
        called = call_of(given)
        arguments, is_loose = arguments_as_json(called.arguments)
        function = {"name": self._toolbox.name_of(called.name), "arguments": arguments}
        mended: Row = {"id": identity, "type": "function", "function": function}
        if is_loose:
            self.fixes[READ_LOOSELY] = None
        elif mended != {**given, "id": identity}:
            self.fixes[CALL_WRITTEN] = None
        return mended

    def _new_id(self) -> str:
        self.fixes[IDS_MADE] = None
        while True:
            self._made += 1
            if (made := f"call_{self._made}") not in self._used:
                return made

    def _answers(self, kept: Row) -> Iterable[Row]:
        said = kept.get("content")
        texts = [self._answer(said)]
        if "tool_call_id" in kept:
            self._open = [identity for identity in self._open if identity != kept["tool_call_id"]]
            return [{**kept, "content": texts[0]}]
        texts = [*shared_out(texts, len(self._open))]
        if len(texts) > len(self._open):
            raise Unusable(NO_QUESTION)
        self.fixes[ANSWERS_SHARED if len(texts) > 1 else IDS_MADE] = None
        identities, self._open = self._open[: len(texts)], self._open[len(texts) :]
        return [
            {**kept, "content": text, "tool_call_id": identity}
            for text, identity in zip(texts, identities, strict=True)
        ]

    def _answer(self, said: object) -> str:
        if isinstance(said, str):
            return said
        self.fixes[ANSWER_WRITTEN] = None
        texts = [cast("Row", part).get("text") for part in cast("list[object]", said)] if _are_texts(said) else []
        return "\n".join(cast("list[str]", texts)) if texts else as_text(said)


def _may_declare(declared: object) -> bool:
    return isinstance(declared, str | list | dict)


def _are_texts(said: object) -> bool:
    parts = cast("list[object]", said) if isinstance(said, list) else []
    return bool(parts) and all(
        isinstance(part, dict) and isinstance(cast("Row", part).get("text"), str) for part in parts
    )


def _call_of_part(part: Row) -> object:
    value = part.get("value")
    if not isinstance(value, str):
        return value
    try:
        return read_literal(value)
    except NotLiteral as error:
        raise Unusable(UNREADABLE) from error


def _ids(messages: Iterable[object]) -> Iterable[str]:
    """The ids of the calls in some messages."""
    for message in messages:
        calls = cast("Row", message).get("tool_calls") if isinstance(message, dict) else None
        for call in cast("list[object]", calls) if isinstance(calls, list) else ():
            identity = cast("Row", call).get("id") if isinstance(call, dict) else None
            if isinstance(identity, str):
                yield identity
