"""UltraFeedback: four scored answers a prompt, or the two conversations that were made of them ("binarized").

`messages` stands beside `chosen` in the latter: it is the chosen conversation once more, or the prompt of both.
"""

from collections.abc import Sequence

from msgspec import Struct

from shared.core.prepare.chat import Assistant, Message, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, pair_of, quotes_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import answer, best_and_worst, check_gap, to_both
from shared.core.prepare.repeated_keys import Quotes

BESIDE_PAIRS = ("score_chosen", "prompt_id", "messages")  #: one of them tells binarized rows from other pairs

NO_SCORE = Fault(HAS_FIELDS, "an answer has no score", "'fine-grained_score' or 'overall_score'")


class Binarized(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A pair of conversations; `*_rating` and `*_model` are distilabel's."""

    chosen: list[Message]
    rejected: list[Message]
    prompt: str | None = None
    prompt_id: str | None = None
    messages: list[Message] | None = None
    score_chosen: float | None = None
    score_rejected: float | None = None
    chosen_rating: float | None = None
    rejected_rating: float | None = None
    chosen_model: str | None = None
    rejected_model: str | None = None


class Completion(Struct, omit_defaults=True, rename={"fine_grained_score": "fine-grained_score"}, gc=False):
    """A scored answer; its other fields are not needed."""

    response: str
    fine_grained_score: float | None = None
    overall_score: float | None = None


class Raw(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt with its answers."""

    instruction: str
    completions: list[Completion]
    source: str | None = None
    models: list[str] | None = None
    correct_answers: list[str] | None = None
    incorrect_answers: list[str] | None = None


def claims_pairs(keys: Keys) -> bool:
    """A pair, and one of the fields that stand beside it here."""
    return {"chosen", "rejected"} <= keys and not keys.isdisjoint(BESIDE_PAIRS)


def prefer(row: Binarized, wishes: Wishes) -> Example:
    """The chosen conversation's reply over the rejected one's."""
    check_gap(row.score_chosen, row.score_rejected, wishes)
    check_gap(row.chosen_rating, row.rejected_rating, wishes)
    return pair_of(ChatRow([*_prompt(row)]), row.chosen, row.rejected, wishes)


def _prompt(row: Binarized) -> Sequence[Message]:
    if row.prompt is not None:
        return [User(row.prompt)]
    is_prompt = row.messages and not isinstance(row.messages[-1], Assistant)
    return row.messages if row.messages and is_prompt else ()


def prefer_best(row: Raw, wishes: Wishes) -> Example:
    """The best answer over the worst.

    By the mean of the ratings for single aspects (`fine-grained_score`): in published rows, `overall_score` is now and
    then 10 where 1 was meant (Argilla's note on its cleaned copy, 2023-12). It counts where the other is missing.
    """
    best, worst = best_and_worst([_score(each) for each in row.completions], wishes)
    draft = Draft()
    draft.say("user", row.instruction, "instruction")
    answers = [(each.response, "response") for each in row.completions]
    return answer(draft, answers[best], answers[worst])


def _score(completion: Completion) -> float:
    score = completion.overall_score if completion.fine_grained_score is None else completion.fine_grained_score
    if score is None:
        raise Unusable(NO_SCORE)
    return score


def _plain(row: Binarized) -> Quotes | None:
    if row.prompt is None or row.prompt_id is None or row.messages is None:
        return None
    around, inside = quotes_of(7, row.chosen, row.rejected, row.messages)
    return Quotes(around + 4, inside + row.prompt.count('"') + row.prompt_id.count('"'))


FORMATS = (
    Format(
        name="UltraFeedback",
        order=74,
        fields="instruction, completions, models",
        claims=having("instruction", "completions"),
        row=Raw,
        converts=to_both(prefer_best),
    ),
    Format(
        name="UltraFeedback binarized",
        order=82,
        fields="prompt, prompt_id, chosen, rejected, messages, score_chosen, score_rejected",
        claims=claims_pairs,
        row=Binarized,
        converts=to_both(prefer),
        mend=mend_messages("chosen", "rejected", "messages"),
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
)
