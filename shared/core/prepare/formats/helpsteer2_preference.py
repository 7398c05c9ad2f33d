"""HelpSteer2's preferences: a prompt, two responses, and how much better which of them is (its dataset card, 2024-10).

The card's scale: -3 (the first response is much better) to 3 (the second one is); 0 if they are about the same.
"""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from shared.core.prepare.chat import Part
from shared.core.prepare.format import Example, Format, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, ask, check_gap, to_both
from shared.core.prepare.repeated_keys import Quotes

PARTS: Mapping[str, Part] = {"train": "train", "val": "validation", "validation": "validation"}

type Strength = Annotated[float, Meta(ge=-3, le=3)]


class HelpSteer2Preference(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two responses and the strength of the preference; the other fields say why."""

    prompt: str
    response_1: str
    response_2: str
    preference_strength: Strength
    split: str | None = None
    preference_statement: str | None = None
    preference_elaboration: str | None = None
    three_most_similar_preferences: object = None
    all_preferences_unprocessed: object = None


def prefer(row: HelpSteer2Preference, wishes: Wishes) -> Example:
    """The better response over the other, in the part of the set that the row names."""
    check_gap(abs(row.preference_strength), 0, wishes)
    responses = [(row.response_1, "response_1"), (row.response_2, "response_2")]
    better, worse = responses if row.preference_strength < 0 else reversed(responses)
    draft = Draft()
    ask(draft, row.prompt, "prompt")
    return answer(draft, better, worse)._replace(part=PARTS.get(row.split or ""))


def _plain(row: HelpSteer2Preference) -> Quotes | None:
    if row.split is None:
        return None
    return Quotes(12, sum(text.count('"') for text in (row.prompt, row.response_1, row.response_2)))


FORMATS = (
    Format(
        name="HelpSteer2 preference",
        order=40,
        fields="prompt, response_1, response_2, preference_strength",
        claims=having("prompt", "response_1", "response_2"),
        row=HelpSteer2Preference,
        converts=to_both(prefer),
        plain=_plain,
    ),
)
