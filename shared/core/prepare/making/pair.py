"""Two replies to one prompt, of which one is preferred: what the formats of preference data share."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from shared.core.prepare.chat import Chat
from shared.core.prepare.faults import Fault, Filtered, Tie, Unusable
from shared.core.prepare.format import Convert, Example, Made, Wishes
from shared.core.prepare.making import exchange
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.hh_dialogue import human_turns
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.preferences import HAS_REPLIES
from shared.core.prepare.targets import Method, Preference, Reply

HAS_ONE_PROMPT = Rule(81, "input of a preference", "reject", "write both replies below the same prompt")
ARE_TWO = Rule(83, "two replies", "reject", "give each prompt a better and a worse reply")
IS_BETTER = Rule(88, "ties", "info", "nothing to do; where no reply is better, there is nothing to prefer")
IS_CLEAR = Rule(92, "margin", "info", "to keep such pairs, lower 'min_margin' in the recipe")
IS_CHOSEN = Rule(None, "best and worst", "info", "nothing to do; each prompt makes one pair")

REPEATED = Fault(
    Rule(86, "repeated prompt", "fix", "nothing to do; a reply is learnt without its prompt"),
    "the prompt stood in front of a reply once more, and was taken out there",
)
TIED = Fault(IS_BETTER, "neither reply is the better one")
TOO_FEW = Fault(ARE_TWO, "fewer than two replies to the prompt", "at least two, with different scores")
CONTRADICTED = Fault(HAS_REPLIES, "the reply that is not preferred has the higher score", "a lower one")
BETWEEN = Fault(IS_CHOSEN, "neither the best nor the worst reply to its prompt")


def check_gap(preferred: float | None, other: float | None, wishes: Wishes) -> None:
    """Raises `Tie`, `Filtered` or `Unusable` if the scores do not make one reply the better one; without, none does."""
    if preferred is None or other is None:
        return
    gap = preferred - other
    if not gap:
        raise Tie(TIED)
    if gap < 0:
        raise Unusable(CONTRADICTED)
    if wishes.min_margin is not None and gap < wishes.min_margin:
        raise Filtered(Fault(IS_CLEAR, f"the scores of the two replies are less than {wishes.min_margin:g} apart"))


def best_and_worst(scores: Sequence[float], wishes: Wishes) -> tuple[int, int]:
    """The places of the highest and of the lowest score, of equal ones the first.

    Raises `Tie` if all are equal, `Filtered` if they are too close, `Unusable` if there are fewer than two.
    """
    if len(scores) < 2:  # noqa: PLR2004 - a pair
        raise Unusable(TOO_FEW)
    best, worst = scores.index(max(scores)), scores.index(min(scores))
    check_gap(scores[best], scores[worst], wishes)
    return best, worst


def ask(draft: Draft, prompt: str, source: str) -> None:
    """Add a prompt, cut into its turns where it has several. Raises `Unusable` if it is empty."""
    if turns := human_turns(prompt):
        draft.say_all(turns, source)
    else:
        exchange.ask(draft, prompt, source)


def answer(draft: Draft, preferred: tuple[str, str], other: tuple[str, str]) -> Example:
    """The example of a draft that ends with its question. The replies are given with the fields they come from."""
    draft.say("assistant", *preferred)
    draft.say("assistant", *other)
    *asked, better, worse = draft.messages
    return Example(Preference(Chat(asked), cast("list[Reply]", [better]), cast("list[Reply]", [worse])), draft.fixes)


def preferred_chat(preference: Preference) -> Chat:
    """The prompt with the reply that is preferred, to be learnt by itself."""
    given = preference.input
    return Chat([*given.messages, *preference.preferred_output], given.tools, given.parallel_tool_calls)


def to_both[RowType](prefer: Convert[RowType]) -> Mapping[Method, Convert[RowType]]:
    """The conversions of rows that each hold a pair: as it is, or its preferred reply for supervised fine-tuning."""

    def learn(row: RowType, wishes: Wishes) -> Example:
        example = prefer(row, wishes)
        return example._replace(target=preferred_chat(cast("Preference", example.target)))

    return {"dpo": prefer, "sft": learn}


def made(rows: Sequence[int], make: Callable[[], Example]) -> Made:
    """What comes of some rows of a group, be it that they are given up."""
    try:
        return Made(rows, make())
    except (Unusable, Filtered, Tie) as outcome:
        return Made(rows, outcome)
