"""Promptflow's chats: `chat_history`, a list of inputs and outputs, then `question` and its `answer`.

Questions may be lists of texts and images; their images are paths or addresses.
"""

from collections.abc import Mapping
from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import ImagePart, TextPart, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Wishes, having
from shared.core.prepare.making.draft import HAS_TEXT, Draft
from shared.core.prepare.making.pictures import Parts, picture
from shared.core.prepare.rules.images import IS_PART
from shared.core.prepare.rules.turns import HAS_BOTH_SIDES

NO_REPLY = Fault(HAS_BOTH_SIDES, "there is no reply to learn: 'answer' is missing beside 'question'", "'answer'")
NO_EXCHANGE = Fault(HAS_FIELDS, "an entry of 'chat_history' has several fields, or none", "a question and an answer")
UNKNOWN_PART = Fault(IS_PART, "a part is neither text nor image", "texts and images")
NOT_USERS = Fault(IS_PART, "an image stands in an answer", "images in questions only")


class Exchange(Struct, forbid_unknown_fields=True, gc=False):
    """What went in and what came out."""

    inputs: dict[str, object]
    outputs: dict[str, object]


class Promptflow(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A chat and its next question."""

    chat_history: list[Exchange]
    question: object
    answer: object = None
    ground_truth: object = None


def convert(row: Promptflow, wishes: Wishes) -> Example:
    """The exchanges of the history, and the last question with its answer. Raises `Unusable`."""
    answer = row.ground_truth if row.answer is None else row.answer
    if answer is None:
        raise Unusable(NO_REPLY)
    draft = Draft()
    for exchange in row.chat_history:
        _ask(draft, _only(exchange.inputs, "question"), wishes)
        _reply(draft, _only(exchange.outputs, "answer"))
    _ask(draft, row.question, wishes)
    _reply(draft, answer)
    return Example(draft.chat, draft.fixes)


def _only(fields: Mapping[str, object], usual: str) -> object:
    if usual in fields:
        return fields[usual]
    if len(fields) != 1:
        raise Unusable(NO_EXCHANGE)
    return next(iter(fields.values()))


def _ask(draft: Draft, question: object, wishes: Wishes) -> None:
    if isinstance(question, str):
        draft.say("user", question, "question")
        return
    listed = cast("list[object]", question) if isinstance(question, list) else []
    parts: Parts = [_part(part, wishes) for part in listed]
    if not parts:
        raise Unusable(Fault(HAS_TEXT, "'question' is empty", "some text"))
    draft.messages.append(User(parts))


def _part(part: object, wishes: Wishes) -> TextPart | ImagePart:
    if isinstance(part, str):
        return TextPart(part)
    described = cast("dict[str, object]", part) if isinstance(part, dict) else {}
    if described.get("type") == "text" and isinstance(text := described.get("text"), str):
        return TextPart(text)
    if described.get("type") in ("image_file", "image_url"):
        return picture(described.get(str(described["type"])), wishes)
    raise Unusable(UNKNOWN_PART)


def _reply(draft: Draft, answer: object) -> None:
    texts = cast("list[object]", answer) if isinstance(answer, list) else [answer]
    if not all(isinstance(text, str) for text in texts):
        raise Unusable(NOT_USERS)
    draft.say("assistant", "\n".join(cast("list[str]", texts)), "answer")


FORMATS = (
    Format(
        name="promptflow chat",
        order=152,
        fields="chat_history, question, answer",
        claims=having("chat_history", "question"),
        row=Promptflow,
        converts={"sft": convert},
    ),
)
