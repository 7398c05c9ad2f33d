"""The service's own rows for reinforcement: `messages` that end with a user message, and what a grader reads.

Any other key is an item field. Amazon Nova's rows are alike, but their `reference_answer` is an object.
"""

from collections.abc import Sequence
from typing import cast

from msgspec import Raw, Struct, field

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.reference import with_text
from shared.core.prepare.targets import Problem, chat_of

OF_OTHERS = frozenset(("images", "videos", "audios", "schemaVersion"))
PAIRS = (frozenset(("chosen", "rejected")), frozenset(("chosen_messages", "rejected_messages")))
"""Keys beside which `messages` is part of something else: one of the former, or both of a pair."""


class RftRow(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question, with everything else in `item`."""

    messages: list[Message]
    tools: Raw = Raw(b"")
    parallel_tool_calls: bool | None = None
    item: dict[str, object] = field(default_factory=dict[str, object])


OWN = frozenset({"messages", "tools", "parallel_tool_calls"})


def claims(keys: Keys) -> bool:
    """Messages, and nothing that makes them part of something else."""
    return "messages" in keys and keys.isdisjoint(OF_OTHERS) and not any(pair <= keys for pair in PAIRS)


def fits(row: Row) -> bool:
    """Whether the messages end with a question."""
    messages = row["messages"]
    last = cast("list[object]", messages)[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and cast("Row", last).get("role") in ("user", "human")


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Mend the messages as those of a chat."""
    chat, fixes = mend_chat({key: value for key, value in row.items() if key in OWN})
    return {**chat, "item": {key: value for key, value in row.items() if key not in OWN}}, fixes


def convert(row: RftRow, wishes: Wishes) -> Example:
    """The same question and item fields, with a reference answer that is a text."""
    made = _chat(row, wishes)
    item, fixes = with_text(row.item)
    return Example(Problem(chat_of(made.target), item), [*made.fixes, *fixes])


def _chat(row: RftRow, wishes: Wishes) -> Example:
    chat = azure_chat.ChatRow(row.messages, row.tools, row.parallel_tool_calls)
    return azure_chat.convert(chat, wishes)


FORMATS = (
    Format(
        name="Azure RFT",
        order=10,
        fields="messages that end with a user message",
        claims=claims,
        fits=fits,
        row=RftRow,
        converts={"rft": convert, "sft": _chat},
        mend=mend,
        rules=azure_chat.RULES,
    ),
)
