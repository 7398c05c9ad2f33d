r"""Problems whose answer can be checked: what a grader compares a model's answer with, always a text.

An answer can be checked if it is a number, a label, a letter or another short phrase. Longer ones may end in such an
answer: behind `####` (GSM8K), or in `\boxed{...}` (MATH). The answer as it came stays beside it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from msgspec.json import encode

from shared.core.prepare.chat import Assistant, Chat, text_of
from shared.core.prepare.faults import Fault, Unusable, listed
from shared.core.prepare.format import LEAVES_OUT, Convert, Example, Keys, Row, Wishes
from shared.core.prepare.making.draft import HAS_TEXT
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.turns import ENDS_WITH_REPLY
from shared.core.prepare.targets import OF_CHATS, Problem

MOST_CHARACTERS = 64  #: of a short answer
MOST_WORDS = 6

KEY = "reference_answer"  #: what graders read as `item.reference_answer`
TYPED = f"{KEY}_typed"
IS_TEXT = Rule(
    107, "reference answer", "fix", f"let graders that read inside the reference answer read item.{TYPED} instead"
)
WRITTEN_OUT = Fault(IS_TEXT, f"'{KEY}' was an object or a list: it became JSON text, and '{TYPED}' holds the original")

IS_CHECKABLE = Rule(
    107, "reference answer", "reject", "give the short answer that is right, or train on the row by the sft method"
)
TOO_LONG = Fault(
    IS_CHECKABLE,
    "the answer is too long to be compared with another",
    f"one line, at most {MOST_WORDS} words and {MOST_CHARACTERS} characters; or such an answer behind #### at the end",
)
NO_REPLY = Fault(ENDS_WITH_REPLY, "the last message is no reply", "an assistant message, whose text is the answer")
NO_REFERENCE = Fault(HAS_TEXT, "the reference answer is empty", "a number, a label, a letter or a short phrase")

NUMBER = re.compile(r"\$?(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?)")


def checkable(answer: str) -> str:
    """The part of an answer that can be compared. Raises `Unusable` if there is none."""
    _, hashes, behind = answer.rpartition("####")
    short = (behind if hashes else boxed(answer) or answer).strip()
    if not short:
        raise Unusable(NO_REFERENCE)
    if "\n" in short or len(short) > MOST_CHARACTERS or len(short.split()) > MOST_WORDS:
        raise Unusable(TOO_LONG)
    number = NUMBER.fullmatch(short)
    return number[1].replace(",", "") if number else short


def boxed(text: str) -> str | None:
    r"""What stands in the last `\boxed{...}` of a text; `None` without a closed one."""
    start = text.rfind("\\boxed{")
    if start < 0:
        return None
    depth = 0
    opening = start + len("\\boxed")
    for at in range(opening, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return text[opening + 1 : at]
    return None


def as_text(value: object) -> str:
    """A reference answer of any type as a text: what is no text as JSON. Raises `Unusable` if it says nothing."""
    text = value if isinstance(value, str) else "" if value is None else encode(value).decode()
    if not text.strip():
        raise Unusable(NO_REFERENCE)
    return text


def with_text(item: Mapping[str, object]) -> tuple[Mapping[str, object], Sequence[Fault]]:
    """Item fields whose reference answer is a text, and not an object or a list."""
    original = item.get(KEY)
    if not isinstance(original, dict | list):
        return item, ()
    typed = cast("object", original)
    return {**item, KEY: as_text(typed), TYPED: typed}, (WRITTEN_OUT,)


def with_item(row: Row, own: Keys) -> Row:
    """The row with all keys but its `own` in an object `item`, for graders to read.

    Keys that have a meaning of their own in a problem stay outside, where the format leaves them out, and says so.
    """
    outside = own | OF_CHATS
    kept = {key: value for key, value in row.items() if key in outside}
    return {**kept, "item": {key: value for key, value in row.items() if key not in outside}}


def left_out(names: Iterable[str]) -> Sequence[Fault]:
    """The note that these item fields are not learnt, where rows become chats."""
    extra = sorted(names)
    return [Fault(LEAVES_OUT, f"keys that are not learnt were left out: {listed(extra)}")] if extra else []


def problem(chat: Chat, reference: str, originals: Mapping[str, object]) -> Problem:
    """A question and its reference answer, with what it was made from beside it."""
    typed = {} if isinstance(original := originals.get(KEY, ""), str) else {TYPED: original}
    return Problem(chat, {**originals, **typed, KEY: reference})


def by_reply[RowType](convert: Convert[RowType]) -> Convert[RowType]:
    """The same exchange as a problem: its reply, which is kept as `answer`, is what the model must come to itself."""

    def to_problem(row: RowType, wishes: Wishes) -> Example:
        example = convert(row, wishes)
        chat = example.target
        if not isinstance(chat, Chat) or not chat.messages or not isinstance(chat.messages[-1], Assistant):
            raise Unusable(NO_REPLY)
        *asked, reply = chat.messages
        answer = text_of(reply)
        target = problem(Chat(asked, chat.tools, chat.parallel_tool_calls), checkable(answer), {"answer": answer})
        return example._replace(target=target)

    return to_problem
