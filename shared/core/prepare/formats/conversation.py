"""Conversations under other names than `messages` and `conversations`: LMSYS and WildChat, `items`, UltraChat.

LMSYS-Chat and WildChat write `conversation`, whose turns have more keys than a role and a text; some relatives of
ShareGPT write `items`. UltraChat's first release writes `data`, texts that take turns.
"""

from collections.abc import Callable, Sequence
from typing import cast

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.dialects import SPEAKERS
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.raw_turns import left_out, objects_in, speaker_of, text_of

OTHERS = frozenset({"messages", "conversations"})


class Turn(Struct, forbid_unknown_fields=True, gc=False):
    """What one side says, as `mend` writes it."""

    role: str
    content: str


class Conversation(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"conversation": [...]}`."""

    conversation: list[Turn]
    system: str | None = None


class Items(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"items": [...]}`."""

    items: list[Turn]
    system: str | None = None


class UltraChat(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"data": ["...", "..."]}`."""

    data: list[str]


def claims(name: str) -> Callable[[Keys], bool]:
    """A claim on rows with this field, and no other conversation."""
    return lambda keys: name in keys and keys.isdisjoint(OTHERS)


def mend(name: str) -> Callable[[Row], tuple[Row, Sequence[Fault]]]:
    """How turns in this field become a role and a text each."""

    def mend_row(row: Row) -> tuple[Row, Sequence[Fault]]:
        turns = row[name]
        if not isinstance(turns, list):
            return row, ()
        given = cast("list[object]", turns)
        return {**row, name: [_turn(turn) for turn in given]}, [*left_out(objects_in(given))]

    return mend_row


def _turn(turn: object) -> object:
    if not isinstance(turn, dict):
        return turn
    given = cast("Row", turn)
    return {"role": speaker_of(given), "content": text_of(given)}


def from_conversation(row: Conversation, _wishes: Wishes) -> Example:
    """The same turns under the service's names."""
    return _example(row.conversation, row.system, "conversation")


def from_items(row: Items, _wishes: Wishes) -> Example:
    """The same turns under the service's names."""
    return _example(row.items, row.system, "items")


def _example(turns: Sequence[Turn], system: str | None, name: str) -> Example:
    draft = Draft()
    for index, turn in enumerate(turns):
        role = SPEAKERS.get(turn.role.lower())
        if role is None:
            reason = f"a turn is spoken by {shown(turn.role)}"
            raise Unusable(Fault(HAS_FIELDS, reason, "user, assistant or system", f"{name}[{index}]"))
        draft.say(role, turn.content, name)
    draft.instruct(system)
    return Example(draft.chat, draft.fixes)


def from_data(row: UltraChat, _wishes: Wishes) -> Example:
    """The texts as turns, of which the user has the first."""
    draft = Draft()
    for index, text in enumerate(row.data):
        draft.say("assistant" if index % 2 else "user", text, "data")
    return Example(draft.chat, draft.fixes)


FORMATS = (
    Format(
        name="conversation",
        order=153,
        fields="conversation",
        claims=claims("conversation"),
        row=Conversation,
        converts={"sft": from_conversation},
        mend=mend("conversation"),
    ),
    Format(
        name="items",
        order=154,
        fields="items",
        claims=claims("items"),
        row=Items,
        converts={"sft": from_items},
        mend=mend("items"),
    ),
    Format(
        name="UltraChat",
        order=155,
        fields="data",
        claims=claims("data"),
        row=UltraChat,
        converts={"sft": from_data},
    ),
)
