"""BFCL: questions with the functions there are, and in a file of their own the calls that answer them, joined by `id`.

As in the Berkeley Function-Calling Leaderboard, v4 (ShishirPatil/gorilla, 2025-10). In an answer, each argument is a
list of the values that are right; an empty text among them says that it may be left out.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, IS_PREPARED, Example, Format, Gathering, Made, Wishes, having
from shared.core.prepare.making.loose_json import Called
from shared.core.prepare.making.tool_draft import ToolDraft
from shared.core.prepare.making.toolbox import toolbox_of
from shared.core.prepare.rules.tools import IS_CALL
from shared.core.prepare.rules.turns import HAS_BOTH_SIDES

NO_REPLY = Fault(IS_PREPARED, "there are no replies to learn (BFCL questions)", "their answers in the same file")
NO_PROMPT = Fault(
    IS_PREPARED, "there are no prompts to these replies (BFCL answers)", "their questions in the same file"
)
SEVERAL = Fault(IS_PREPARED, "several questions or answers have the same 'id'", "one question and one answer")
NO_CALL = Fault(HAS_BOTH_SIDES, "'ground_truth' is empty: there is no call to learn", "at least one call")
IS_NO_CALL = Fault(
    IS_CALL, "a call of 'ground_truth' is not one function with its arguments", "{name: {key: [values]}}"
)
IS_NO_QUESTION = Fault(HAS_FIELDS, "'question' is not the messages of one turn", "[[{role, content}]]")
MAY_BE_ABSENT = ""


class Question(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question and its functions."""

    id: str | int
    question: str | list[object]
    function: list[object] | dict[str, object]


class Answer(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The calls that answer a question."""

    id: str | int
    ground_truth: list[object]


type Half = Question | Answer


def _assemble(halves: Sequence[Half], _wishes: Wishes) -> Iterable[Made]:
    questions = [place for place, half in enumerate(halves) if isinstance(half, Question)]
    answers = [place for place, half in enumerate(halves) if isinstance(half, Answer)]
    if not questions or not answers:
        return [Made(range(len(halves)), Unusable(NO_REPLY if questions else NO_PROMPT))]
    if len(halves) > 2:  # noqa: PLR2004 - a question and its answer
        return [Made(range(len(halves)), Unusable(SEVERAL))]
    pair = (questions[0], answers[0])
    try:
        return [Made(pair, _example(cast("Question", halves[pair[0]]), cast("Answer", halves[pair[1]])))]
    except Unusable as error:
        return [Made(pair, error)]


def _example(question: Question, answer: Answer) -> Example:
    draft = ToolDraft(toolbox_of(question.function))
    for role, content in _messages(question.question):
        draft.say(role, content, "question")
    if not answer.ground_truth:
        raise Unusable(NO_CALL)
    draft.call([_call(each) for each in answer.ground_truth])
    return Example(draft.chat, draft.fixes)


def _messages(question: str | list[object]) -> list[tuple[str, str]]:
    """The messages of a question, which is a text, a list of messages, or a list of the one turn's messages."""
    if isinstance(question, str):
        return [("user", question)]
    turn = cast("list[object]", question[0]) if len(question) == 1 and isinstance(question[0], list) else question
    return [_message(message) for message in turn]


def _message(message: object) -> tuple[str, str]:
    if isinstance(message, dict):
        said = cast("dict[str, object]", message)
        role, content = said.get("role"), said.get("content")
        if isinstance(role, str) and role in {"system", "user", "assistant"} and isinstance(content, str):
            return role, content
    raise Unusable(IS_NO_QUESTION)


def _call(expected: object) -> Called:
    """The call with the first of the values that are right for each argument."""
    calls = [*cast("dict[str, object]", expected).items()] if isinstance(expected, dict) else []
    if len(calls) == 1 and isinstance(allowed := calls[0][1], dict):
        return Called(calls[0][0], _chosen_of(cast("dict[str, object]", allowed)))
    raise Unusable(IS_NO_CALL)


def _chosen_of(allowed: dict[str, object]) -> dict[str, object]:
    chosen: dict[str, object] = {}
    for key, values in allowed.items():
        if not isinstance(values, list) or not values:
            raise Unusable(IS_NO_CALL)
        if values[0] != MAY_BE_ABSENT:
            chosen[key] = _plain_value(cast("list[object]", values)[0])
    return chosen


def _plain_value(value: object) -> object:
    """A value that is right; inside of objects, each key again has a list of those."""
    if isinstance(value, dict):
        return _chosen_of(cast("dict[str, object]", value))
    return [_plain_value(each) for each in cast("list[object]", value)] if isinstance(value, list) else value


def _identity(half: Half) -> str:
    return str(half.id)


PAIRS = Gathering[Half](name="BFCL", group=_identity, assemble=_assemble, left=SEVERAL)

FORMATS = (
    Format(
        name="BFCL questions",
        order=91,
        fields="id, question, function",
        claims=having("id", "question", "function"),
        row=Question,
        converts={"sft": PAIRS},
    ),
    Format(
        name="BFCL answers",
        order=181,
        fields="id, ground_truth",
        claims=having("id", "ground_truth"),
        row=Answer,
        converts={"sft": PAIRS},
    ),
)
