"""LLaMA-Factory's pairs in its three spellings: Alpaca's fields, ShareGPT's, and lists of messages (v1)."""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import Assistant, Message
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import IS_PREPARED, Example, Format, Row, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, to_both
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule

TOOLS_LATER = Fault(IS_PREPARED, "pairs with tools beside 'conversations' are not prepared", "'input' with 'tools'")
WEIGHT_LEFT_OUT = Fault(
    Rule(32, "weight", "fix", "nothing to do; of a pair, the replies are compared"), "loss weights were left out"
)


class AlpacaPair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An instruction with two outputs."""

    instruction: str
    chosen: str
    rejected: str
    input: str | None = None
    system: str | None = None
    history: list[tuple[str, str]] | None = None


class ShareGptPair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation with two next turns; `tools` is a JSON text, and `[]` where there are none."""

    conversations: list[Message]
    chosen: Assistant
    rejected: Assistant
    system: str | None = None
    tools: str | None = None


class MessagesPair(Struct, forbid_unknown_fields=True, gc=False):
    """Two conversations that differ in their last turn."""

    chosen_messages: list[Message]
    rejected_messages: list[Message]


def prefer_output(row: AlpacaPair, _wishes: Wishes) -> Example:
    """The chosen output over the rejected one, below the instruction and its input."""
    draft = Draft()
    for asked, said in row.history or ():
        draft.say("user", asked, "history")
        draft.say("assistant", said, "history")
    below = [row.input] if row.input and row.input.strip() else []
    draft.say("user", "\n\n".join([row.instruction, *below]), "instruction")
    draft.instruct(row.system)
    return answer(draft, (row.chosen, "chosen"), (row.rejected, "rejected"))


def prefer_turn(row: ShareGptPair, wishes: Wishes) -> Example:
    """The chosen turn over the rejected one."""
    if row.tools and row.tools != "[]":
        raise Unusable(TOOLS_LATER)
    return pair_of(ChatRow(row.conversations, system=row.system), [row.chosen], [row.rejected], wishes)


def prefer_messages(row: MessagesPair, wishes: Wishes) -> Example:
    """The last turn of the chosen messages over that of the rejected ones."""
    return pair_of(ChatRow([]), row.chosen_messages, row.rejected_messages, wishes)


_mend_spelling = mend_messages("chosen_messages", "rejected_messages")


def mend_weighted(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Leave out `loss_weight`, which v1 writes beside every message."""
    unweighted = {key: _unweighted(value) for key, value in row.items()}
    mended, fixes = _mend_spelling(unweighted)
    return mended, [*fixes, WEIGHT_LEFT_OUT] if unweighted != row else fixes


def _unweighted(messages: object) -> object:
    if not isinstance(messages, list):
        return messages
    every = cast("list[object]", messages)
    return [_without_weight(cast("Row", each)) if isinstance(each, dict) else each for each in every]


def _without_weight(message: Row) -> Row:
    return {key: value for key, value in message.items() if key != "loss_weight"}


def _plain(row: AlpacaPair) -> Quotes | None:
    if row.input is None:
        return None
    texts = (row.instruction, row.input, row.chosen, row.rejected)
    return Quotes(16, sum(text.count('"') for text in texts))


FORMATS = (
    Format(
        name="LLaMA-Factory ranking",
        order=85,
        fields="instruction, input, chosen, rejected",
        claims=having("instruction", "chosen", "rejected"),
        row=AlpacaPair,
        converts=to_both(prefer_output),
        plain=_plain,
    ),
    Format(
        name="LLaMA-Factory ranking of turns",
        order=87,
        fields="conversations, chosen, rejected",
        claims=having("conversations", "chosen", "rejected"),
        row=ShareGptPair,
        converts=to_both(prefer_turn),
        mend=mend_messages("conversations", "chosen", "rejected"),
        rules=MESSAGE_RULES,
    ),
    Format(
        name="LLaMA-Factory ranking of messages",
        order=89,
        fields="chosen_messages, rejected_messages",
        claims=having("chosen_messages", "rejected_messages"),
        row=MessagesPair,
        converts=to_both(prefer_messages),
        mend=mend_weighted,
        rules=MESSAGE_RULES,
    ),
)
