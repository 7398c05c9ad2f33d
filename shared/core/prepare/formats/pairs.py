"""A prompt and its reply in two fields: prompt/response, prompt/completion, question/answer."""

from msgspec import Struct

from shared.core.prepare.format import Example, Format, Quick, Wishes, having
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.quick import unmarked_exchange
from shared.core.prepare.making.reference import by_reply
from shared.core.prepare.repeated_keys import Quotes


class PromptResponse(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"prompt": ..., "response": ...}`."""

    prompt: str
    response: str
    system: str | None = None


class PromptCompletion(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"prompt": ..., "completion": ...}`."""

    prompt: str
    completion: str
    system: str | None = None


class QuestionAnswer(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"question": ..., "answer": ...}`, with the text that the question is about in `context`, if any."""

    question: str
    answer: str
    context: str | None = None
    system: str | None = None


class QuestionResponse(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"system_prompt": ..., "question": ..., "response": ...}`, as OpenOrca writes it."""

    question: str
    response: str
    system_prompt: str | None = None


def from_response(row: PromptResponse, _wishes: Wishes) -> Example:
    """A prompt and its response."""
    return exchange((row.prompt, "prompt"), (row.response, "response"), row.system)


def from_completion(row: PromptCompletion, _wishes: Wishes) -> Example:
    """A prompt and its completion."""
    return exchange((row.prompt, "prompt"), (row.completion, "completion"), row.system)


def from_answer(row: QuestionAnswer, _wishes: Wishes) -> Example:
    """A question, below the text it is about, and its answer."""
    is_asked = row.context and row.context.strip() and row.question.strip()
    question = f"{row.context}\n\n{row.question}" if is_asked else row.question
    return exchange((question, "question"), (row.answer, "answer"), row.system)


def from_orca(row: QuestionResponse, _wishes: Wishes) -> Example:
    """A question and its response, under a system prompt."""
    return exchange((row.question, "question"), (row.response, "response"), row.system_prompt)


def _quick_response(row: PromptResponse, _wishes: Wishes) -> Quick | None:
    return unmarked_exchange(row.prompt, row.response) if row.system is None else None


def _quick_completion(row: PromptCompletion, _wishes: Wishes) -> Quick | None:
    return unmarked_exchange(row.prompt, row.completion) if row.system is None else None


def _quick_answer(row: QuestionAnswer, _wishes: Wishes) -> Quick | None:
    return unmarked_exchange(row.question, row.answer) if row.system is None and row.context is None else None


def _plain_response(row: PromptResponse) -> Quotes:
    return Quotes(8, row.prompt.count('"') + row.response.count('"'))


def _plain_completion(row: PromptCompletion) -> Quotes:
    return Quotes(8, row.prompt.count('"') + row.completion.count('"'))


def _plain_answer(row: QuestionAnswer) -> Quotes:
    return Quotes(8, row.question.count('"') + row.answer.count('"'))


def _plain_orca(row: QuestionResponse) -> Quotes | None:
    if row.system_prompt is None:
        return None
    return Quotes(12, row.system_prompt.count('"') + row.question.count('"') + row.response.count('"'))


FORMATS = (
    Format(
        name="prompt/response",
        order=171,
        fields="prompt, response",
        claims=having("prompt", "response"),
        row=PromptResponse,
        converts={"sft": from_response, "rft": by_reply(from_response)},
        plain=_plain_response,
        quick=_quick_response,
        quotes_less=10,
    ),
    Format(
        name="prompt/completion",
        order=172,
        fields="prompt, completion",
        claims=having("prompt", "completion"),
        row=PromptCompletion,
        converts={"sft": from_completion, "rft": by_reply(from_completion)},
        plain=_plain_completion,
        quick=_quick_completion,
        quotes_less=10,
    ),
    Format(
        name="question/answer",
        order=173,
        fields="question, answer",
        claims=having("question", "answer"),
        row=QuestionAnswer,
        converts={"sft": from_answer, "rft": by_reply(from_answer)},
        plain=_plain_answer,
        quick=_quick_answer,
        quotes_less=10,
    ),
    Format(
        name="question/response",
        order=174,
        fields="question, response",
        claims=having("question", "response"),
        row=QuestionResponse,
        converts={"sft": from_orca, "rft": by_reply(from_orca)},
        plain=_plain_orca,
    ),
)
