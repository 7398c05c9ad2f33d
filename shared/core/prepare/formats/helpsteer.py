"""NVIDIA HelpSteer and HelpSteer2: a prompt, a response, and up to five scores from 0 to 4 (their dataset cards)."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.core.prepare.chat import text_of
from shared.core.prepare.draft import Draft
from shared.core.prepare.faults import Fault, Filtered, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes
from shared.core.prepare.keep import Condition
from shared.core.prepare.markers import helpsteer_turns
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule

SCORES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
ENOUGH_SCORES = 3  #: of the five, to be taken for HelpSteer

MARK = "<extra_id_"
HAS_NO_MARKER = Rule(35, "markers in a text", "reject", "take the <extra_id_...> out of the text")
IS_KEPT = Rule(None, "scores", "info", "to keep such rows, change 'keep' in the recipe")

type Score = Annotated[float, Meta(ge=0, le=4)]


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
    draft = Draft()
    if turns := helpsteer_turns(row.prompt):
        draft.say_all(turns, "prompt")
    else:
        draft.say("user", row.prompt, "prompt")
    draft.say("assistant", row.response, "response")
    if any(MARK in text_of(message) for message in draft.messages):
        raise Unusable(Fault(HAS_NO_MARKER, "a marker is left that begins no turn", "User or Assistant behind it"))
    return Example(draft.chat, draft.fixes)


def _ask(row: HelpSteer, condition: Condition) -> None:
    score: float | None = getattr(row, condition.score)
    if score is None:
        raise Unusable(Fault(HAS_FIELDS, f"{condition.score!r} is missing, by which the recipe keeps rows", "0 to 4"))
    if not condition.met_by(score):
        raise Filtered(Fault(IS_KEPT, f"{condition.score} is not {condition.wish}"))


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
        converts={"sft": convert},
        plain=_plain,
    ),
)
