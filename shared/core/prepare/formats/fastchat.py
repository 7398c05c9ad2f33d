"""FastChat's questions and answers, in rows or files of their own: `turns` and `choices`, joined by `question_id`."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, IS_PREPARED, Example, Format, Gathering, Keys, Made, Wishes
from shared.core.prepare.making.draft import Draft

NO_REPLY = Fault(IS_PREPARED, "there are no replies to learn (FastChat questions)", "the answers in the same file")
NO_PROMPT = Fault(
    IS_PREPARED, "there are no prompts to these replies (FastChat answers)", "the questions in the same file"
)
ASKED_TWICE = Fault(IS_PREPARED, "another question has the same question_id", "an id for each question")
UNEQUAL = Fault(HAS_FIELDS, "an answer has not as many turns as its question", "a reply to each turn")


class Choice(Struct, gc=False):
    """One of the answers of a model."""

    turns: list[str]


class Question(Struct, forbid_unknown_fields=True, gc=False):
    """What is asked, turn by turn."""

    question_id: str | int
    turns: list[str]


class Answer(Struct, forbid_unknown_fields=True, gc=False):
    """What a model answered; the first choice counts."""

    question_id: str | int
    choices: list[Choice]


def _question_id(row: Question | Answer) -> str:
    return str(row.question_id)


def _joined(rows: Sequence[Question | Answer], _wishes: Wishes) -> Iterator[Made]:
    """An example for each answer to the question."""
    questions = [(place, row) for place, row in enumerate(rows) if isinstance(row, Question)]
    answers = [(place, row) for place, row in enumerate(rows) if isinstance(row, Answer)]
    for place, _ in questions if not answers else ():
        yield Made([place], Unusable(NO_REPLY))
    for place, answer in answers:
        if questions:
            asked, question = questions[0]
            yield Made([asked, place], _outcome(question, answer))
        else:
            yield Made([place], Unusable(NO_PROMPT))


def _outcome(question: Question, answer: Answer) -> Example | Unusable:
    said = answer.choices[0].turns if answer.choices else []
    if len(said) != len(question.turns):
        return Unusable(UNEQUAL)
    draft = Draft()
    try:
        for prompt, reply in zip(question.turns, said, strict=True):
            draft.say("user", prompt, "turns")
            draft.say("assistant", reply, "turns")
    except Unusable as error:
        return error
    return Example(draft.chat, draft.fixes)


def _claims_question(keys: Keys) -> bool:
    return {"question_id", "turns"} <= keys


def _claims_answer(keys: Keys) -> bool:
    return {"question_id", "choices"} <= keys and "question" not in keys


JOIN = Gathering[Question | Answer]("FastChat", _question_id, _joined, ASKED_TWICE)

FORMATS = (
    Format(
        name="FastChat questions",
        order=144,
        fields="question_id, turns",
        claims=_claims_question,
        row=Question,
        converts={"sft": JOIN},
    ),
    Format(
        name="FastChat answers",
        order=145,
        fields="question_id, choices",
        claims=_claims_answer,
        row=Answer,
        converts={"sft": JOIN},
    ),
)
