"""Chatbot Arena: two conversations with different models, and which of them people found better."""

from msgspec import Struct

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault, Tie, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of, quotes_of
from shared.core.prepare.making.pair import TIED, to_both
from shared.core.prepare.repeated_keys import Quotes

WINNERS = ("model_a", "model_b")
TIES = ("tie", "tie (bothbad)", "bothbad", "both_bad")

NO_WINNER = Fault(HAS_FIELDS, "'winner' has another value", f"one of {', '.join((*WINNERS, *TIES[:2]))}")


class Arena(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A battle of two models."""

    conversation_a: list[Message]
    conversation_b: list[Message]
    winner: str
    model_a: str | None = None
    model_b: str | None = None


def prefer(row: Arena, wishes: Wishes) -> Example:
    """The winner's replies over the other's."""
    if row.winner in TIES:
        raise Tie(TIED)
    if row.winner not in WINNERS:
        raise Unusable(NO_WINNER)
    conversations = (row.conversation_a, row.conversation_b)
    better, worse = conversations if row.winner == "model_a" else reversed(conversations)
    return pair_of(ChatRow([]), better, worse, wishes)


def _plain(row: Arena) -> Quotes | None:
    if row.model_a is None or row.model_b is None:
        return None
    around, inside = quotes_of(5, row.conversation_a, row.conversation_b)
    return Quotes(around + 6, inside)


FORMATS = (
    Format(
        name="Arena",
        order=77,
        fields="conversation_a, conversation_b, winner",
        claims=having("conversation_a", "conversation_b"),
        row=Arena,
        converts=to_both(prefer),
        mend=mend_messages("conversation_a", "conversation_b"),
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
)
