"""Axolotl's `segments`: pieces of one text, each with a label that says whether it is learnt.

If the text is in a model's template, it is cut at its marks; else what is learnt answers what stands before it.
"""

from itertools import groupby

from msgspec import Struct

from shared.core.prepare.chat import Assistant
from shared.core.prepare.format import Example, Format, Keys, Wishes
from shared.core.prepare.making.dialects import bare, turns_of
from shared.core.prepare.making.draft import Draft


class Segment(Struct, forbid_unknown_fields=True, gc=False):
    """A piece of text."""

    label: bool  #: whether it is learnt
    text: str


class Segments(Struct, forbid_unknown_fields=True, gc=False):
    """A row `{"segments": [...]}`."""

    segments: list[Segment]


def claims(keys: Keys) -> bool:
    """Segments, and no messages beside them."""
    return "segments" in keys and keys.isdisjoint({"messages", "conversations"})


def convert(row: Segments, _wishes: Wishes) -> Example:
    """The turns that the text marks, or else those that the labels make."""
    draft = Draft()
    if marked := turns_of("".join(segment.text for segment in row.segments)):
        draft.say_all(marked, "segments")
        _weigh(draft, "".join(segment.text for segment in row.segments if segment.label))
    else:
        for is_learnt, pieces in groupby(row.segments, key=lambda segment: segment.label):
            text = bare("".join(piece.text for piece in pieces))
            draft.say("assistant" if is_learnt else "user", text, "segments")
    return Example(draft.chat, draft.fixes)


def _weigh(draft: Draft, learnt: str) -> None:
    """Give replies that stand in no learnt piece no weight."""
    for message in draft.messages:
        if isinstance(message, Assistant) and str(message.content) not in learnt:
            message.weight = 0


FORMATS = (
    Format(
        name="segments",
        order=156,
        fields="segments",
        claims=claims,
        row=Segments,
        converts={"sft": convert},
    ),
)
