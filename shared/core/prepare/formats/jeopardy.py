"""Jeopardy clues: `category`, `question`, `answer`, told from other questions by what else its rows say of the show.

There the category belongs to the clue; elsewhere it only sorts the rows, and is left out.
"""

from msgspec import Struct

from shared.core.prepare.format import Example, Format, Keys, Wishes
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.reference import by_reply

OF_THE_SHOW = frozenset({"air_date", "round", "show_number"})


class Jeopardy(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A clue."""

    category: str
    question: str
    answer: str
    air_date: str | None = None
    round: str | None = None
    show_number: str | int | None = None
    value: str | int | None = None


def claims(keys: Keys) -> bool:
    """A clue, and where it was asked."""
    return {"category", "question", "answer"} <= keys and not keys.isdisjoint(OF_THE_SHOW)


def convert(row: Jeopardy, _wishes: Wishes) -> Example:
    """The clue below its category, and what it asks for."""
    question = f"{row.category}\n\n{row.question}" if row.question.strip() else ""
    return exchange((question, "question"), (row.answer, "answer"), None)


FORMATS = (
    Format(
        name="jeopardy",
        order=149,
        fields="category, question, answer, round",
        claims=claims,
        row=Jeopardy,
        converts={"sft": convert, "rft": by_reply(convert)},
    ),
)
