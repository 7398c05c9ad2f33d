"""HelpSteer3 in its four parts (its dataset card, 2025-05): two responses to a conversation, and what makes one better.

Preferences run from -3 (the first response is much better) to 3 (the second one is), 0 if they are about the same.
Feedback begins by saying how helpful a response is, in one of five words. An edit is better than what was edited.
"""

import re
from collections.abc import Sequence
from statistics import fmean
from typing import Annotated

from msgspec import Meta, Struct

from shared.core.prepare.chat import Assistant, Message
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of
from shared.core.prepare.making.pair import check_gap, to_both

HELPFULNESS = ("not", "slightly", "partially", "mostly", "perfectly")  #: from 0 to 4, as HelpSteer2 scores it
OPENING = re.compile(rf"\W*the response is ({'|'.join(HELPFULNESS)}) helpful", re.IGNORECASE)

NOT_RATED = Fault(
    HAS_FIELDS, "the feedback does not begin with how helpful a response is", "'The response is mostly helpful', ..."
)

type Strength = Annotated[float, Meta(ge=-3, le=3)]


class Compared(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two responses and a preference."""

    context: list[Message]
    response1: str
    response2: str
    overall_preference: Strength
    domain: str | None = None
    language: str | None = None
    individual_preference: object = None


class Reviewed(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two responses with up to three pieces of feedback each."""

    context: list[Message]
    response1: str
    response2: str
    feedback1: list[str]
    feedback2: list[str]
    domain: str | None = None
    language: str | None = None


class Edited(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A response and what an editor made of it."""

    context: list[Message]
    original_response: str
    edited_response: str
    domain: str | None = None
    language: str | None = None
    change_summary: str | None = None
    feedback: list[str] | None = None


class TwiceEdited(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two edits, of which one follows the feedback; the original is neither."""

    context: list[Message]
    good_edited_response: str
    bad_edited_response: str
    original_response: str | None = None
    domain: str | None = None
    language: str | None = None
    feedback: list[str] | None = None


def claims_reviewed(keys: Keys) -> bool:
    """Two responses with feedback in place of a preference."""
    return {"context", "response1", "response2", "feedback1", "feedback2"} <= keys


def prefer(row: Compared, wishes: Wishes) -> Example:
    """The response that is preferred over the other."""
    check_gap(abs(row.overall_preference), 0, wishes)
    responses = [row.response1, row.response2]
    better, worse = responses if row.overall_preference < 0 else reversed(responses)
    return _pair(row.context, better, worse, wishes)


def prefer_helpful(row: Reviewed, wishes: Wishes) -> Example:
    """The response that the feedback calls more helpful, on the mean, over the other."""
    scored = [(_helpfulness(row.feedback1), row.response1), (_helpfulness(row.feedback2), row.response2)]
    (low, worse), (high, better) = sorted(scored, key=lambda each: each[0])
    check_gap(high, low, wishes)
    return _pair(row.context, better, worse, wishes)


def _helpfulness(feedback: Sequence[str]) -> float:
    openings = [match for text in feedback if (match := OPENING.match(text))]
    if not openings:
        raise Unusable(NOT_RATED)
    return fmean(HELPFULNESS.index(match[1].lower()) for match in openings)


def prefer_edit(row: Edited, wishes: Wishes) -> Example:
    """The edited response over the original one."""
    return _pair(row.context, row.edited_response, row.original_response, wishes)


def prefer_good_edit(row: TwiceEdited, wishes: Wishes) -> Example:
    """The edit that follows the feedback over the one that does not."""
    return _pair(row.context, row.good_edited_response, row.bad_edited_response, wishes)


def _pair(context: list[Message], better: str, worse: str, wishes: Wishes) -> Example:
    return pair_of(ChatRow(context), [Assistant(better)], [Assistant(worse)], wishes)


FORMATS = (
    Format(
        name="HelpSteer3 feedback",
        order=29,
        fields="context, response1, response2, feedback1, feedback2",
        claims=claims_reviewed,
        row=Reviewed,
        converts=to_both(prefer_helpful),
        mend=mend_messages("context"),
        rules=MESSAGE_RULES,
    ),
    Format(
        name="HelpSteer3 preference",
        order=30,
        fields="context, response1, response2, overall_preference",
        claims=having("context", "response1", "response2"),
        row=Compared,
        converts=to_both(prefer),
        mend=mend_messages("context"),
        rules=MESSAGE_RULES,
    ),
    Format(
        name="HelpSteer3 edit",
        order=31,
        fields="context, original_response, edited_response",
        claims=having("original_response", "edited_response"),
        row=Edited,
        converts=to_both(prefer_edit),
        mend=mend_messages("context"),
        rules=MESSAGE_RULES,
    ),
    Format(
        name="HelpSteer3 edit quality",
        order=32,
        fields="context, good_edited_response, bad_edited_response",
        claims=having("good_edited_response", "bad_edited_response"),
        row=TwiceEdited,
        converts=to_both(prefer_good_edit),
        mend=mend_messages("context"),
        rules=MESSAGE_RULES,
    ),
)
