"""Axolotl's pairs: `messages` is the prompt, `chosen` and `rejected` are one message each."""

from msgspec import Struct

from shared.core.prepare.chat import Assistant, Message
from shared.core.prepare.format import Example, Format, Row, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of, quotes_of
from shared.core.prepare.making.pair import to_both
from shared.core.prepare.repeated_keys import Quotes


class AxolotlPair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two replies to a conversation."""

    messages: list[Message]
    chosen: Assistant
    rejected: Assistant
    system: str | None = None


def fits(row: Row) -> bool:
    """A single message is chosen: where it is a list, `messages` is another thing."""
    chosen = row["chosen"]
    return isinstance(chosen, dict) and "messages" not in chosen


def prefer(row: AxolotlPair, wishes: Wishes) -> Example:
    """The chosen reply over the rejected one."""
    return pair_of(ChatRow(row.messages, system=row.system), [row.chosen], [row.rejected], wishes)


def _plain(row: AxolotlPair) -> Quotes:
    return quotes_of(3, row.messages, [row.chosen], [row.rejected])


FORMATS = (
    Format(
        name="Axolotl preference",
        order=81,
        fields="messages, chosen, rejected",
        claims=having("messages", "chosen", "rejected"),
        row=AxolotlPair,
        converts=to_both(prefer),
        fits=fits,
        mend=mend_messages("messages", "chosen", "rejected"),
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
)
