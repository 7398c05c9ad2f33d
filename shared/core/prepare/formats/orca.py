"""Orca's pairs: Intel's, and distilabel's, which were rated again and may have come out as ties."""

import re

from msgspec import Struct

from shared.core.prepare.faults import Fault, Tie
from shared.core.prepare.format import Example, Format, Wishes, having
from shared.core.prepare.making.draft import NO_MARKERS, Draft
from shared.core.prepare.making.pair import TIED, answer, ask, check_gap, to_both
from shared.core.prepare.repeated_keys import Quotes

HEADING = re.compile(
    r"\A\s*### ?(?:System|User|Human|Instruction|Question|Input|Assistant|Response|Answer) ?:\s*", re.IGNORECASE
)
HEADING_REMOVED = Fault(NO_MARKERS, "a heading before a text, such as '### Assistant:', was removed")


class IntelOrca(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question with two answers; the system prompt is empty in many rows."""

    question: str
    chosen: str
    rejected: str
    system: str | None = None


class DistilabelOrca(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The same, with what the rating left behind."""

    input: str
    chosen: str
    rejected: str
    system: str | None = None
    status: str | None = None  #: tie, swapped, unchanged
    rating: list[float] | None = None  #: of the two answers, in the order of `generations`
    chosen_score: float | None = None
    in_gsm8k_train: bool | None = None


def prefer(row: IntelOrca, _wishes: Wishes) -> Example:
    """The chosen answer over the rejected one."""
    return _pair(row.question, "question", row.chosen, row.rejected, row.system)


def prefer_rated(row: DistilabelOrca, wishes: Wishes) -> Example:
    """The same, unless the rating found no difference."""
    if row.status == "tie":
        raise Tie(TIED)
    if row.rating and len(row.rating) > 1:
        check_gap(max(row.rating), min(row.rating), wishes)
    return _pair(row.input, "input", row.chosen, row.rejected, row.system)


def _pair(question: str, source: str, chosen: str, rejected: str, system: str | None) -> Example:
    draft = Draft()
    ask(draft, _bare(draft, question), source)
    if system and system.strip():
        draft.instruct(_bare(draft, system))
    return answer(draft, (_bare(draft, chosen), "chosen"), (_bare(draft, rejected), "rejected"))


def _bare(draft: Draft, text: str) -> str:
    bare = HEADING.sub("", text)
    if len(bare) < len(text):
        draft.note(HEADING_REMOVED)
    return bare


def _plain(row: IntelOrca) -> Quotes | None:
    if row.system is None:
        return None
    texts = (row.system, row.question, row.chosen, row.rejected)
    return Quotes(16, sum(text.count('"') for text in texts))


FORMATS = (
    Format(
        name="Intel Orca",
        order=84,
        fields="system, question, chosen, rejected",
        claims=having("question", "chosen", "rejected"),
        row=IntelOrca,
        converts=to_both(prefer),
        plain=_plain,
    ),
    Format(
        name="distilabel Orca",
        order=86,
        fields="system, input, chosen, rejected, status",
        claims=having("input", "chosen", "rejected"),
        row=DistilabelOrca,
        converts=to_both(prefer_rated),
    ),
)
