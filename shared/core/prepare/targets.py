"""What a row becomes: one of the three kinds of example that the service trains on.

Supervised (SFT): a `Chat`. Preference (DPO): a `Preference`, `{"input", "preferred_output", "non_preferred_output"}`.
Reinforcement (RFT): a `Problem`, `{"messages", ...}` with whatever the grader reads beside them. Fields as in Microsoft
Learn, "Customize a model with fine-tuning", "Direct preference optimization" and "Reinforcement fine-tuning", 2026-02.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.json import Encoder
from msgspec.structs import fields

from shared.core.prepare.chat import Assistant, Chat, Message, Tool, encode_chat

type Method = Literal["sft", "dpo", "rft"]
type Reply = Assistant | Tool


class Preference(Struct, gc=False):
    """One prompt with two replies to it, of which the first is the better one."""

    input: Chat  #: ends before the replies, usually with a user message
    preferred_output: list[Reply]
    non_preferred_output: list[Reply]


class Problem(Struct, gc=False):
    """A question, and what a grader needs to judge the answers that the model will try."""

    chat: Chat  #: ends with a user message
    item: Mapping[str, object] = field(default_factory=dict[str, object])  #: plain JSON, seen by graders as `item.*`


type Target = Chat | Preference | Problem

OF_CHATS = frozenset(each.encode_name for each in fields(Chat))
"""Keys that an item may not have, since they would stand beside the same keys of its chat."""

_encode = Encoder().encode


def encode_target(target: Target) -> bytes:
    """The line that is written for an example."""
    if isinstance(target, Chat):
        return encode_chat(target)
    if isinstance(target, Preference):
        return _encode(target)
    return _encode(_flat(target))


def _flat(problem: Problem) -> dict[str, object]:
    chat = problem.chat
    own = {
        "messages": chat.messages,
        "tools": chat.tools,
        "parallel_tool_calls": chat.parallel_tool_calls,
    }
    return {key: value for key, value in own.items() if value is not None} | dict(problem.item)


def chat_of(target: Target) -> Chat:
    """What is given before any reply that is judged: the whole of an SFT example, the input of the others."""
    if isinstance(target, Chat):
        return target
    return target.input if isinstance(target, Preference) else target.chat


def messages_of(target: Target) -> list[Message]:
    """Every message of an example, both replies of a preference included."""
    if isinstance(target, Preference):
        return [*target.input.messages, *target.preferred_output, *target.non_preferred_output]
    return chat_of(target).messages
