"""The Countdown game, as Microsoft's sample for reinforcement has it before it is converted: `target` and `nums`.

There is nothing to ask in such rows, so they are refused, unless the recipe wants reinforcement: then they ask for the
expression, and the grader reads both numbers and target with their types, which the files write as texts.
"""

from typing import Annotated

from msgspec import DecodeError, Meta, Struct
from msgspec.json import Decoder

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.reference import problem
from shared.core.prepare.rules.turns import HAS_MESSAGES

NO_MESSAGES = Fault(
    HAS_MESSAGES,
    "'messages' is missing: the row has only the keys 'nums', 'target'",
    "chat rows; or, for reinforcement, 'method: rft' in the recipe",
)
NOT_NUMBERS = Fault(HAS_FIELDS, "'nums' is no list of whole numbers", "[3, 5, 7]")
NO_TARGET = Fault(HAS_FIELDS, "'target' is no whole number", "a number")

QUESTION = (
    "Using each of the numbers {nums} exactly once, and only +, -, * and /, write an expression that equals {target}. "
    "Answer with the expression alone."
)

type Numbers = Annotated[list[int], Meta(min_length=1)]

_decode_numbers = Decoder(Numbers).decode
_decode_number = Decoder(int).decode


class Countdown(Struct, forbid_unknown_fields=True, gc=False):
    """Numbers, and what is to be made of them."""

    target: int | str
    nums: Numbers | str


def refuse(_row: Countdown, _wishes: Wishes) -> Example:
    """Raises `Unusable`: there is no reply to learn, and no question."""
    raise Unusable(NO_MESSAGES)


def convert(row: Countdown, _wishes: Wishes) -> Example:
    """The task in words, its target as the reference answer, and the numbers for the grader."""
    target, nums = _target(row.target), _numbers(row.nums)
    draft = Draft()
    draft.say("user", QUESTION.format(nums=", ".join(map(str, nums)), target=target), "nums")
    return Example(problem(draft.chat, str(target), {"target": target, "nums": nums}))


def _target(target: int | str) -> int:
    try:
        return target if isinstance(target, int) else _decode_number(target)
    except DecodeError as error:
        raise Unusable(NO_TARGET) from error


def _numbers(nums: Numbers | str) -> Numbers:
    try:
        return nums if isinstance(nums, list) else _decode_numbers(nums)
    except DecodeError as error:
        raise Unusable(NOT_NUMBERS) from error


FORMATS = (
    Format(
        name="Countdown",
        order=146,
        fields="target, nums",
        claims=having("target", "nums"),
        row=Countdown,
        converts={"sft": refuse, "rft": convert},
    ),
)
