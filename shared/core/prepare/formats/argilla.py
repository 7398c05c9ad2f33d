"""Argilla's pairs: UltraFeedback cleaned, whose keys have hyphens, and `chosen_response` / `rejected_response`."""

from msgspec import Struct

from shared.core.prepare.chat import Message, User
from shared.core.prepare.format import Example, Format, Keys, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of, quotes_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, ask, check_gap, to_both
from shared.core.prepare.repeated_keys import Quotes

HYPHENS = {f"{name}_{what}": f"{name}-{what}" for name in ("chosen", "rejected") for what in ("rating", "model")}


class Cleaned(Struct, forbid_unknown_fields=True, omit_defaults=True, rename=HYPHENS, gc=False):
    """A rated pair of conversations."""

    prompt: str
    chosen: list[Message]
    rejected: list[Message]
    chosen_rating: float | None = None
    rejected_rating: float | None = None
    chosen_model: str | None = None
    rejected_model: str | None = None
    source: str | None = None


class Responses(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A pair of responses."""

    instruction: str
    chosen_response: str
    rejected_response: str


def claims_cleaned(keys: Keys) -> bool:
    """A pair and a rating with a hyphen."""
    return {"chosen", "rejected", "chosen-rating"} <= keys


def prefer(row: Cleaned, wishes: Wishes) -> Example:
    """The chosen conversation's reply over the rejected one's."""
    check_gap(row.chosen_rating, row.rejected_rating, wishes)
    return pair_of(ChatRow([User(row.prompt)]), row.chosen, row.rejected, wishes)


def prefer_response(row: Responses, _wishes: Wishes) -> Example:
    """The chosen response over the rejected one."""
    draft = Draft()
    ask(draft, row.instruction, "instruction")
    return answer(draft, (row.chosen_response, "chosen_response"), (row.rejected_response, "rejected_response"))


def _plain(row: Cleaned) -> Quotes | None:
    texts = (row.prompt, row.chosen_model, row.rejected_model, row.source)
    if None in texts:
        return None
    around, inside = quotes_of(8, row.chosen, row.rejected)
    return Quotes(around + 8, inside + sum(text.count('"') for text in texts if text))


def _plain_responses(row: Responses) -> Quotes:
    texts = (row.instruction, row.chosen_response, row.rejected_response)
    return Quotes(12, sum(text.count('"') for text in texts))


FORMATS = (
    Format(
        name="Argilla responses",
        order=73,
        fields="instruction, chosen_response, rejected_response",
        claims=having("chosen_response", "rejected_response"),
        row=Responses,
        converts=to_both(prefer_response),
        plain=_plain_responses,
    ),
    Format(
        name="Argilla cleaned",
        order=83,
        fields="prompt, chosen, chosen-rating, rejected, rejected-rating",
        claims=claims_cleaned,
        row=Cleaned,
        converts=to_both(prefer),
        mend=mend_messages("chosen", "rejected"),
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
)
