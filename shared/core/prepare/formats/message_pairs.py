"""TRL's prompt and completion as lists of messages, or one of them as a list and the other as a text."""

from collections.abc import Sequence

from msgspec import Raw, Struct

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.reference import by_reply

REPLIES = ("completion", "response")


class MessagePair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt and what is said after it, as `mend` writes them."""

    prompt: list[Message]
    completion: list[Message]
    tools: Raw = Raw(b"")


def claims(keys: Keys) -> bool:
    """A prompt and its completion, under one of its names."""
    return "prompt" in keys and not keys.isdisjoint(REPLIES) and "messages" not in keys


def fits(row: Row) -> bool:
    """Whether one of them is a list."""
    return any(isinstance(row.get(name), list) for name in ("prompt", *REPLIES))


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Both as lists, their messages mended as those of a chat."""
    reply = next(name for name in REPLIES if name in row)
    tools = {"tools": row["tools"]} if "tools" in row else {}
    asked, fixes = mend_chat({"messages": _listed(row["prompt"], "user"), **tools})
    said, more_fixes = mend_chat({"messages": _listed(row[reply], "assistant")})
    others = {key: value for key, value in row.items() if key != reply}
    declared = {"tools": asked["tools"]} if tools else {}
    mended = {**others, **declared, "prompt": asked["messages"], "completion": said["messages"]}
    return mended, [*dict.fromkeys([*fixes, *more_fixes])]


def _listed(said: object, role: str) -> object:
    return [{"role": role, "content": said}] if isinstance(said, str) else said


def convert(row: MessagePair, wishes: Wishes) -> Example:
    """The prompt and the completion as one chat."""
    chat = azure_chat.ChatRow([*row.prompt, *row.completion], row.tools)
    return azure_chat.convert(chat, wishes)


FORMATS = (
    Format(
        name="prompt/completion messages",
        order=151,
        fields="prompt and completion, as lists of messages",
        claims=claims,
        fits=fits,
        row=MessagePair,
        converts={"sft": convert, "rft": by_reply(convert)},
        mend=mend,
        rules=azure_chat.RULES,
    ),
)
