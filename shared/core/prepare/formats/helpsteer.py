"""NVIDIA HelpSteer and HelpSteer2: a prompt, a response, and up to five scores from 0 to 4 (their dataset cards).

HelpSteer2's "disagreements" list a score for each annotator: their mean counts.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from statistics import fmean
from typing import Annotated

from msgspec import Meta, Struct

from shared.core.prepare.chat import text_of
from shared.core.prepare.faults import Fault, Filtered, Tie, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Gathering, Keys, Made, Quick, Wishes
from shared.core.prepare.keep import Condition
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.markers import helpsteer_turns
from shared.core.prepare.making.pair import ARE_TWO, BETWEEN, answer, best_and_worst, made
from shared.core.prepare.making.quick import exchange
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule

SCORES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
ENOUGH_SCORES = 3  #: of the five, to be taken for HelpSteer

MARK = "<extra_id_"
HAS_NO_MARKER = Rule(35, "markers in a text", "reject", "take the <extra_id_...> out of the text")
IS_KEPT = Rule(None, "scores", "info", "to keep such rows, change 'keep' in the recipe")

NOT_RANKED = Fault(HAS_FIELDS, "'helpfulness' is missing, by which responses are compared", "0 to 4")
ALONE = Fault(ARE_TWO, "no other row has the same prompt", "two responses to each prompt, one more helpful")

type OneScore = Annotated[float, Meta(ge=0, le=4)]
type Score = OneScore | Annotated[list[OneScore], Meta(min_length=1)]


class HelpSteer(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A scored response."""

    prompt: str
    response: str
    helpfulness: Score | None = None
    correctness: Score | None = None
    coherence: Score | None = None
    complexity: Score | None = None
    verbosity: Score | None = None


def claims(keys: Keys) -> bool:
    """A prompt, a response, and most of the scores."""
    return {"prompt", "response"} <= keys and len(keys.intersection(SCORES)) >= ENOUGH_SCORES


def convert(row: HelpSteer, wishes: Wishes) -> Example:
    """The exchange without its scores, if the recipe keeps rows of such scores."""
    for condition in wishes.keep:
        _ask(row, condition)
    draft = _asked(row.prompt)
    draft.say("assistant", row.response, "response")
    return _unmarked(draft, Example(draft.chat, draft.fixes))


def _ask(row: HelpSteer, condition: Condition) -> None:
    score: Score | None = getattr(row, condition.score)
    if score is None:
        raise Unusable(Fault(HAS_FIELDS, f"{condition.score!r} is missing, by which the recipe keeps rows", "0 to 4"))
    if not condition.met_by(_mean(score)):
        raise Filtered(Fault(IS_KEPT, f"{condition.score} is not {condition.wish}"))


def _mean(score: Score) -> float:
    return fmean(score) if isinstance(score, list) else score


def _asked(prompt: str) -> Draft:
    draft = Draft()
    if turns := helpsteer_turns(prompt):
        draft.say_all(turns, "prompt")
    else:
        draft.say("user", prompt, "prompt")
    return draft


def _unmarked(draft: Draft, example: Example) -> Example:
    if any(MARK in text_of(message) for message in draft.messages):
        raise Unusable(Fault(HAS_NO_MARKER, "a marker is left that begins no turn", "User or Assistant behind it"))
    return example


def _group(row: HelpSteer) -> str:
    if row.helpfulness is None:
        raise Unusable(NOT_RANKED)
    return row.prompt


def _assemble(rows: Sequence[HelpSteer], wishes: Wishes) -> Iterable[Made]:
    """The most helpful response over the least helpful one, of equal ones the first; those between are left out.

    What the recipe keeps plays no part: a pair needs its worse response. `min_margin` is the gap that is asked for.
    """
    if len(rows) == 1:
        return
    every = range(len(rows))
    try:
        best, worst = best_and_worst([_mean(row.helpfulness or 0) for row in rows], wishes)
    except (Tie, Filtered) as outcome:
        yield Made(every, outcome)
        return
    yield made((best, worst), partial(_pair, rows[best], rows[worst]))
    yield Made([place for place in every if place not in {best, worst}], Filtered(BETWEEN))


def _pair(best: HelpSteer, worst: HelpSteer) -> Example:
    draft = _asked(best.prompt)
    return _unmarked(draft, answer(draft, (best.response, "response"), (worst.response, "response")))


def _quick(row: HelpSteer, wishes: Wishes) -> Quick | None:
    are_numbers = type(row.helpfulness) is type(row.correctness) is type(row.coherence) is float
    if not (are_numbers and type(row.complexity) is type(row.verbosity) is float):
        return None
    for condition in wishes.keep:
        _ask(row, condition)
    prompt, response = row.prompt, row.response
    if ("<" in prompt and MARK in prompt) or ("<" in response and MARK in response):
        return None
    return exchange(prompt, response)


def _plain(row: HelpSteer) -> Quotes | None:
    scores = (row.helpfulness, row.correctness, row.coherence, row.complexity, row.verbosity)
    return None if None in scores else Quotes(18, row.prompt.count('"') + row.response.count('"'))


FORMATS = (
    Format(
        name="HelpSteer",
        order=50,
        fields="prompt, response, helpfulness and other scores",
        claims=claims,
        row=HelpSteer,
        converts={"sft": convert, "dpo": Gathering("HelpSteer", _group, _assemble, ALONE)},
        plain=_plain,
        quick=_quick,
    ),
)
