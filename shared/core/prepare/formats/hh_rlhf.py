r"""HH-RLHF: two dialogues, `\n\nHuman: ...\n\nAssistant: ...`, that differ in their last reply."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.core.prepare.chat import Assistant, Message, User
from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import Example, Format, Row, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import pair_of
from shared.core.prepare.making.draft import CUT_INTO_TURNS
from shared.core.prepare.making.hh_dialogue import BEGINNING, spoken_turns
from shared.core.prepare.making.pair import HAS_ONE_PROMPT, to_both
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rules.preferences import HAS_REPLIES

PARTED = Fault(HAS_ONE_PROMPT, "the two dialogues differ before their last reply", "the same turns up to there")

type Dialogue = Annotated[str, Meta(pattern=rf"\A{BEGINNING}")]


class HhRlhf(Struct, forbid_unknown_fields=True, gc=False):
    """Two dialogues, of which the first ends better."""

    chosen: Dialogue
    rejected: Dialogue


def fits(row: Row) -> bool:
    """Both are dialogues."""
    return all(isinstance(text, str) and text.startswith(BEGINNING) for text in (row["chosen"], row["rejected"]))


def prefer(row: HhRlhf, wishes: Wishes) -> Example:
    """The last reply of the chosen dialogue over that of the rejected one, if nothing else differs."""
    chosen, rejected = _messages(row.chosen, "chosen"), _messages(row.rejected, "rejected")
    if chosen[:-1] != rejected[:-1]:
        raise Unusable(PARTED)
    example = pair_of(ChatRow([]), chosen, rejected, wishes)
    return example._replace(fixes=[CUT_INTO_TURNS, *example.fixes])


def _messages(text: str, source: str) -> list[Message]:
    turns = spoken_turns(text) or []
    if turns[-1][0] != "assistant":
        raise Unusable(Fault(HAS_REPLIES, f"{shown(source)} does not end with a reply", "'Assistant:' and some text"))
    if not turns[-1][1]:
        raise Unusable(Fault(HAS_REPLIES, f"the last reply of {shown(source)} is empty", "some text"))
    if not all(said for _, said in turns):
        raise Unusable(Fault(HAS_REPLIES, f"a turn of {shown(source)} is empty", "some text"))
    return [User(said) if role == "user" else Assistant(said) for role, said in turns]


def _plain(row: HhRlhf) -> Quotes:
    return Quotes(8, row.chosen.count('"') + row.rejected.count('"'))


FORMATS = (
    Format(
        name="HH-RLHF",
        order=80,
        fields="chosen, rejected",
        claims=having("chosen", "rejected"),
        row=HhRlhf,
        converts=to_both(prefer),
        fits=fits,
        plain=_plain,
    ),
)
