"""Chat: a tuned model gives the answer of the lesson whose question is nearest; any other model says nothing much."""

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from local.foundry.errors import Refused, invalid
from local.foundry.lessons import question_of, read_lessons

BYTES_A_TOKEN = 4
MEMORIES = 4  # models whose lessons are held ready
_WORD = re.compile(r"\w+")
_SAFE = {"filtered": False, "severity": "safe"}
_FILTERS = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}


class ChatMessage(msgspec.Struct):
    """Who says what; other keys do not matter here."""

    role: str
    content: str | list[dict[str, Any]] | None = None


class ChatRequest(msgspec.Struct):
    """The part of POST /chat/completions that the stand-in looks at."""

    model: str
    messages: list[ChatMessage]
    stream: bool = False
    max_tokens: int | None = None
    max_completion_tokens: int | None = None

    @property
    def limit(self) -> int | None:
        """Tokens of the answer, at most."""
        return self.max_completion_tokens or self.max_tokens


def read_request(body: bytes) -> ChatRequest:
    """The request, if it has the right shape. Raises `Refused`."""
    try:
        request = msgspec.json.decode(body, type=ChatRequest)
    except msgspec.MsgspecError as error:
        raise invalid(str(error)) from error
    if not request.messages:
        raise invalid("messages must not be empty", "messages")
    if request.stream:
        raise Refused(501, "notImplemented", "the stand-in does not stream", "stream")
    return request


class Memory:
    """The lessons of a model, found by the words of their questions; of two equally near, the first."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._lessons = [lesson for path in paths for lesson in read_lessons(path).training]
        self._questions = [_words(lesson.question) for lesson in self._lessons]
        self._rarity = Counter(word for words in self._questions for word in words)

    def recall(self, question: str) -> dict[str, Any]:
        """The assistant message of the nearest lesson: the one that shares most words, rare ones counting more."""
        asked = _words(question)
        nearness = [self._nearness(asked, words) for words in self._questions]
        return self._lessons[nearness.index(max(nearness))].answer

    def _nearness(self, asked: frozenset[str], known: frozenset[str]) -> float:
        weigh = self._rarity
        shared = sum(1 / weigh[word] for word in asked & known)
        return shared / (sum(1 / weigh[word] for word in known) + len(asked - known) + 1)


@lru_cache(MEMORIES)
def memory(paths: tuple[Path, ...]) -> Memory:
    """The lessons kept at some paths; they never change."""
    return Memory(paths)


def plain_answer(model: str) -> dict[str, Any]:
    """What a model says that was taught nothing."""
    return {"role": "assistant", "content": f"This is a general remark by the stand-in for {model}."}


def complete(request: ChatRequest, model: str, answer: dict[str, Any], now: float) -> dict[str, object]:
    """An answer in the API's shape, with Azure's content filter results."""
    content, is_cut = _cut(answer.get("content"), request.limit)
    calls = answer.get("tool_calls")
    message: dict[str, object] = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    choice: dict[str, object] = {
        "index": 0,
        "message": message | ({"tool_calls": calls} if calls else {}),
        "finish_reason": "length" if is_cut else "tool_calls" if calls else "stop",
        "logprobs": None,
        "content_filter_results": _FILTERS,
    }
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(now),
        "model": model,
        "choices": [choice],
        "usage": _usage(request.messages, message, calls),
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _FILTERS}],
        "system_fingerprint": "fp_standin",
    }


def question(request: ChatRequest) -> str:
    """What is asked."""
    return question_of(msgspec.to_builtins(request.messages))


def _cut(content: Any, limit: int | None) -> tuple[Any, bool]:
    if not isinstance(content, str) or limit is None or len(content) <= limit * BYTES_A_TOKEN:
        return content, False
    return content[: limit * BYTES_A_TOKEN], True


def _usage(messages: Sequence[ChatMessage], answer: dict[str, object], calls: object) -> dict[str, object]:
    prompt = sum(_tokens(message.content) for message in messages)
    completion = _tokens(answer["content"]) + _tokens(calls)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": 0},
        "completion_tokens_details": {"audio_tokens": 0, "reasoning_tokens": 0},
    }


def _tokens(content: object) -> int:
    return -(-len(msgspec.json.encode(content)) // BYTES_A_TOKEN) if content else 0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
