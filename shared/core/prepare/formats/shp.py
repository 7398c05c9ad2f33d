"""Stanford Human Preferences: a post, two comments on it, and which of them more people liked (its card, 2023-02)."""

from typing import Literal

from msgspec import Struct

from shared.core.prepare.format import Example, Format, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, check_gap, to_both
from shared.core.prepare.repeated_keys import Quotes


class Shp(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A post with two comments; the scores are votes."""

    history: str
    human_ref_A: str  # noqa: N815 - the format's own spelling
    human_ref_B: str  # noqa: N815 - the format's own spelling
    labels: Literal[0, 1]  #: 1 if A is the better one
    score_A: float | None = None  # noqa: N815 - the format's own spelling
    score_B: float | None = None  # noqa: N815 - the format's own spelling


def prefer(row: Shp, wishes: Wishes) -> Example:
    """The comment with more votes over the other."""
    comments = [(row.score_A, row.human_ref_A, "human_ref_A"), (row.score_B, row.human_ref_B, "human_ref_B")]
    better, worse = comments if row.labels else reversed(comments)
    check_gap(better[0], worse[0], wishes)
    draft = Draft()
    draft.say("user", row.history, "history")
    return answer(draft, better[1:], worse[1:])


def _plain(row: Shp) -> Quotes | None:
    if row.score_A is None or row.score_B is None:
        return None
    return Quotes(18, sum(text.count('"') for text in (row.history, row.human_ref_A, row.human_ref_B)))


FORMATS = (
    Format(
        name="SHP",
        order=78,
        fields="history, human_ref_A, human_ref_B, labels",
        claims=having("human_ref_A", "human_ref_B"),
        row=Shp,
        converts=to_both(prefer),
        plain=_plain,
    ),
)
