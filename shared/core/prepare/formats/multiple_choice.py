"""Multiple choice: a question, its choices as a list or in columns A, B, C, D, and which of them is right.

The reply to learn is the right choice with its letter, and the explanation if there is one. For reinforcement the
letter is the reference answer. Rows without an answer, but with a solution or an explanation, are learnt from that.
"""

from collections.abc import Sequence
from string import ascii_uppercase

from msgspec import Struct, field

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.choices import ANSWERS, LISTS, NO_SUCH_CHOICE, Choices, choices_of, right_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.reference import left_out, problem, with_item
from shared.core.prepare.rule import Rule

COUNTED_FROM_0 = Fault(
    Rule(13, "fields", "info", "write the letter of the right choice, if places were counted from 1"),
    "answers that are numbers were taken for the places of the choices, counted from 0",
)
ASKS_FOR_LETTER = "Answer with the letter of the right choice alone."

EXPLANATIONS = ("explanation", "solution", "rationale")
COLUMNS = frozenset({"a", "b"})
LETTERS = frozenset(ascii_uppercase.lower())


class MultipleChoice(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question as `mend` writes it."""

    question: str
    choices: list[str]
    right: str | None = None  #: the letter of the right choice
    is_counted: bool = False  #: the answer was a number
    context: str | None = None
    explanation: str | None = None
    item: dict[str, object] = field(default_factory=dict[str, object])


def claims(keys: Keys) -> bool:
    """A question, and choices as a list or in columns of their own."""
    names = {key.casefold() for key in keys}
    has_choices = not names.isdisjoint(LISTS) or names >= COLUMNS
    return "question" in names and has_choices and "messages" not in names


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row in one way of writing, with its columns as they were in `item`. Raises `Unusable`."""
    small = {key.casefold(): value for key, value in row.items()}
    choices = choices_of(small)
    answer = next((small[name] for name in ANSWERS if small.get(name) not in (None, "")), None)
    explanation = next((small[name] for name in EXPLANATIONS if small.get(name)), None)
    written: Row = {
        **with_item(row, own=frozenset()),
        "question": small["question"],
        "choices": choices.texts,
        "context": small.get("context") or None,
        "explanation": explanation,
    }
    return {**written, **_answered(answer, explanation, choices)}, ()


def _answered(answer: object, explanation: object, choices: Choices) -> Row:
    if answer is None:
        if explanation is None:
            raise Unusable(NO_SUCH_CHOICE)
        return {}
    right = right_of(answer, choices)
    return {"right": ascii_uppercase[right.place], "is_counted": right.is_counted}


def convert(row: MultipleChoice, _wishes: Wishes) -> Example:
    """The question with its choices, and the right one."""
    draft = _asked(row)
    right = [f"{row.right}. {row.choices[ascii_uppercase.index(row.right)]}"] if row.right else []
    explained = [row.explanation] if row.explanation else []
    draft.say("assistant", "\n\n".join([*right, *explained]), "answer")
    return Example(draft.chat, [*draft.fixes, *_counted(row), *left_out(_unused(row))])


def to_problem(row: MultipleChoice, _wishes: Wishes) -> Example:
    """The question with its choices, and the letter of the right one."""
    if row.right is None:
        raise Unusable(NO_SUCH_CHOICE)
    draft = _asked(row, ASKS_FOR_LETTER)
    return Example(problem(draft.chat, row.right, row.item), [*draft.fixes, *_counted(row)])


def _asked(row: MultipleChoice, *after: str) -> Draft:
    listed = "\n".join(f"{letter}. {text}" for letter, text in zip(ascii_uppercase, row.choices, strict=False))
    draft = Draft()
    above = [row.context] if row.context and row.context.strip() else []
    asked = row.question.strip()
    draft.say("user", "\n\n".join([*above, asked, listed, *after]) if asked else "", "question")
    return draft


def _counted(row: MultipleChoice) -> Sequence[Fault]:
    return (COUNTED_FROM_0,) if row.is_counted else ()


def _unused(row: MultipleChoice) -> list[str]:
    used = {"question", "context", *LISTS, *ANSWERS, *EXPLANATIONS, *LETTERS}
    return [key for key in row.item if key.casefold() not in used]


FORMATS = (
    Format(
        name="multiple choice",
        order=141,
        fields="question, choices, answer",
        claims=claims,
        row=MultipleChoice,
        converts={"sft": convert, "rft": to_problem},
        mend=mend,
    ),
)
