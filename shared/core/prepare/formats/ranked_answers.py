"""Several answers to a prompt with a rank or a rating each: the best is preferred to the worst, the others left out.

Nectar (its dataset card, 2023-11) ranks from 1, the best; distilabel rates (`generations` and `ratings`).
"""

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, ask, best_and_worst, to_both

UNEQUAL = Fault(HAS_FIELDS, "'generations' and 'ratings' are not of one length", "a rating for each generation")


class Answer(Struct, omit_defaults=True, gc=False):
    """An answer and its rank."""

    answer: str
    rank: float
    model: str | None = None


class Nectar(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A transcript, and what may follow it."""

    prompt: str
    answers: list[Answer]
    turns: int | None = None
    num_responses: int | None = None
    source: list[str] | None = None
    good_natured: bool | None = None


class Generations(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An instruction with rated generations; one that could not be had or rated is null."""

    instruction: str
    generations: list[str | None]
    ratings: list[float | None]
    system_prompt: str | None = None
    generation_models: list[str] | None = None


def prefer_first(row: Nectar, wishes: Wishes) -> Example:
    """The answer of the first rank over that of the last. `min_margin` counts ranks."""
    best, worst = best_and_worst([-each.rank for each in row.answers], wishes)
    draft = Draft()
    ask(draft, row.prompt, "prompt")
    return answer(draft, (row.answers[best].answer, "answers"), (row.answers[worst].answer, "answers"))


def prefer_best(row: Generations, wishes: Wishes) -> Example:
    """The generation rated best over the one rated worst."""
    if len(row.generations) != len(row.ratings):
        raise Unusable(UNEQUAL)
    pairs = zip(row.ratings, row.generations, strict=True)
    rated = [(rating, said) for rating, said in pairs if rating is not None and said is not None]
    best, worst = best_and_worst([rating for rating, _ in rated], wishes)
    draft = Draft()
    ask(draft, row.instruction, "instruction")
    draft.instruct(row.system_prompt)
    return answer(draft, (rated[best][1], "generations"), (rated[worst][1], "generations"))


FORMATS = (
    Format(
        name="distilabel ratings",
        order=76,
        fields="instruction, generations, ratings",
        claims=having("instruction", "generations", "ratings"),
        row=Generations,
        converts=to_both(prefer_best),
    ),
    Format(
        name="Nectar",
        order=79,
        fields="prompt, answers",
        claims=having("prompt", "answers"),
        row=Nectar,
        converts=to_both(prefer_first),
    ),
)
