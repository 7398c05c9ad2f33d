"""What a model is taught by a row: an answer to a prompt. Training and chat both work on lessons."""

from pathlib import Path
from typing import Any

import msgspec

from local.foundry.grader_rules import reference_of


class Lesson(msgspec.Struct, frozen=True):
    """One row, as the stand-in learns it."""

    prompt: str  #: all that comes before the answer, as text
    question: str  #: the last user message of it
    answer: dict[str, Any]  #: the assistant message to give
    rejected: str = ""  #: preference only: the worse answer's text

    @property
    def text(self) -> str:
        """The answer as text, calls included."""
        return _text(self.answer)


class Lessons(msgspec.Struct, frozen=True):
    """What a job learns from, and what it is checked on."""

    training: tuple[Lesson, ...]
    validation: tuple[Lesson, ...]


def read_lessons(path: Path) -> Lessons:
    """The lessons kept for a job."""
    return msgspec.json.decode(path.read_bytes(), type=Lessons)


def keep_lessons(path: Path, lessons: Lessons) -> None:
    """Write them so that the file is either whole or not there."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(lessons))
    draft.rename(path)


def lesson_of(line: bytes, method: str, grader: dict[str, Any] | None) -> Lesson:
    """The lesson of a row that the rules have passed."""
    row: dict[str, Any] = msgspec.json.decode(line)
    match method:
        case "dpo":
            messages, answers = row["input"]["messages"], row["preferred_output"]
            return _lesson(messages, answers[-1], "\n".join(map(_text, row["non_preferred_output"])))
        case "reinforcement":
            answer = {"role": "assistant", "content": reference_of(grader or {}, row)}
            return _lesson(row["messages"], answer)
        case _:
            return _lesson(row["messages"][:-1], row["messages"][-1])


def question_of(messages: list[dict[str, Any]]) -> str:
    """The text of the last user message."""
    return next((_text(message) for message in reversed(messages) if message.get("role") == "user"), "")


def _lesson(before: list[dict[str, Any]], answer: dict[str, Any], rejected: str = "") -> Lesson:
    prompt = "\n".join(_text(message) for message in before)
    kept = {key: answer[key] for key in ("role", "content", "tool_calls") if answer.get(key) is not None}
    return Lesson(prompt=prompt, question=question_of(before), answer=kept, rejected=rejected)


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    words = content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    written = [f"{call['name']}({call['arguments']})" for call in calls]
    return "\n".join(filter(None, [words, *written]))
