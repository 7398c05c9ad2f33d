import json
from pathlib import Path
from typing import Any

import pytest

from local.foundry.chat import Memory, complete, plain_answer, question, read_request
from local.foundry.errors import Refused
from local.foundry.lessons import Lessons, keep_lessons
from tests.local.foundry.examples import answer, lessons
from tests.local.foundry.examples import question as asked


def request(**other: Any) -> bytes:
    return json.dumps({"model": "d", "messages": [{"role": "user", "content": "Hi"}]} | other).encode()


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    path = tmp_path / "lessons.json"
    keep_lessons(path, Lessons(lessons(30), ()))
    return Memory([path])


def test_the_nearest_lesson_answers(memory: Memory) -> None:
    assert memory.recall(asked(17))["content"] == answer(17)
    assert memory.recall("please: the number 17, which colour?")["content"] == answer(17)


def test_anything_gets_some_answer(memory: Memory) -> None:
    assert memory.recall("")["role"] == "assistant"


def test_an_answer_has_the_apis_shape() -> None:
    shown = complete(read_request(request()), "m", {"role": "assistant", "content": "four word answer here"}, now=7.9)
    (choice,) = shown["choices"]  # type: ignore[misc]
    assert (shown["object"], shown["created"], choice["finish_reason"]) == ("chat.completion", 7, "stop")
    usage: Any = shown["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_a_call_is_answered_as_a_call() -> None:
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    shown: Any = complete(read_request(request()), "m", {"role": "assistant", "tool_calls": calls}, now=0)
    (choice,) = shown["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"] == calls
    assert choice["message"]["content"] is None


def test_a_limit_cuts_the_answer() -> None:
    given = read_request(request(max_completion_tokens=2))
    shown: Any = complete(given, "m", {"role": "assistant", "content": "0123456789"}, now=0)
    assert shown["choices"][0]["message"]["content"] == "01234567"
    assert shown["choices"][0]["finish_reason"] == "length"


def test_the_question_is_the_last_users() -> None:
    messages = [{"role": "user", "content": "first"}, {"role": "user", "content": [{"type": "text", "text": "last"}]}]
    assert question(read_request(request(messages=[*messages, {"role": "assistant", "content": "x"}]))) == "last"


def test_an_untaught_model_says_nothing_much() -> None:
    assert "stand-in for m" in plain_answer("m")["content"]


@pytest.mark.parametrize("other", [{"messages": []}, {"messages": "Hi"}, {"model": None}, {"stream": True}])
def test_bad_requests_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read_request(request(**other))
