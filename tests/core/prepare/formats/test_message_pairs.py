import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.converting import converted, example_of, refused

ASKED, SAID = [{"role": "user", "content": "Hello?"}], [{"role": "assistant", "content": "Hello!"}]
HELLO = [("user", "Hello?"), ("assistant", "Hello!")]
SYSTEM = {"role": "system", "content": "Be brief."}
NAME = "prompt/completion messages"


@pytest.mark.parametrize(
    ("row", "becomes"),
    [
        ({"prompt": ASKED, "completion": SAID}, HELLO),
        ({"prompt": [SYSTEM, *ASKED], "completion": SAID}, [("system", "Be brief."), *HELLO]),
        ({"prompt": ASKED, "response": "Hello!"}, HELLO),
        ({"prompt": "Hello?", "completion": SAID}, HELLO),
    ],
)
def test_prompt_and_completion_become_a_chat(row: object, becomes: list[object]) -> None:
    assert converted(row) == (NAME, becomes, [])


def test_messages_are_mended_as_those_of_a_chat() -> None:
    row = {"prompt": [{"role": "human", "content": "Hello?"}], "completion": SAID}
    assert converted(row) == (NAME, HELLO, ["a role was renamed to the one the service knows"])


def test_tools_stay_with_their_calls() -> None:
    tool = {"type": "function", "function": {"name": "greet", "parameters": {"type": "object", "properties": {}}}}
    call = {"id": "call_1", "type": "function", "function": {"name": "greet", "arguments": "{}"}}
    calling = {"role": "assistant", "tool_calls": [call]}
    row = {"prompt": ASKED, "completion": [calling], "tools": [tool]}
    assert example_of({**row, "id": 1}) == {"messages": [*ASKED, calling], "tools": [tool]}


def test_a_completion_that_can_be_checked_makes_a_problem() -> None:
    row = {"prompt": ASKED, "completion": SAID, "id": 1}
    assert example_of(row, "rft") == {"messages": ASKED, "answer": "Hello!", "reference_answer": "Hello!"}


@pytest.mark.parametrize(
    ("row", "method", "rule", "reason"),
    [
        ({"prompt": ASKED, "completion": []}, "sft", 27, "no assistant message: there is no reply to learn"),
        ({"prompt": ASKED, "completion": []}, "rft", 28, "the last message is no reply"),
        ({"prompt": ASKED, "completion": None}, "sft", 13, "'completion' is null"),
        ({"prompt": 7, "completion": SAID}, "sft", 13, "'prompt' is a number"),
    ],
)
def test_a_pair_of_which_a_half_is_missing_is_refused(row: object, method: str, rule: int, reason: str) -> None:
    assert refused(row, method) == (rule, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", [0, 1])
def test_texts_and_messages_are_told_apart_wherever_they_stand(first: int) -> None:
    rows = [{"prompt": ASKED, "completion": SAID, "id": 1}, {"prompt": "Hello?", "completion": "Hello!"}]
    formats = drop(jsonl([rows[first], rows[1 - first], rows[first]])).report.formats
    names = [NAME, "prompt/completion"]
    assert formats == {names[first]: 2, names[1 - first]: 1}
