import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.converting import converted, example_of, refused

SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "6 * 7 = ?"}
REPLY = {"role": "assistant", "content": "42"}
TOOL = {"type": "function", "function": {"name": "multiply", "parameters": {"type": "object", "properties": {}}}}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"messages": [USER]}, id="a question and nothing else"),
        pytest.param({"messages": [{"role": "developer", "content": "Be brief."}, USER]}, id="developer"),
        pytest.param({"messages": [SYSTEM, USER, REPLY, USER], "reference_answer": "42"}, id="several turns"),
        pytest.param({"messages": [USER], "tools": [TOOL], "reference_answer": "42"}, id="tools"),
        pytest.param({"messages": [USER], "answer": 42, "unit": None, "steps": ["a", {"b": 1.5}]}, id="typed items"),
        pytest.param({"messages": [USER], "question": "?", "choices": ["a"], "label": True}, id="others' keys"),
    ],
)
def test_a_row_of_the_service_passes_as_it_is(row: object) -> None:
    assert example_of(row) == row
    name, _, fixes = converted(row)
    assert (name, fixes) == ("Azure RFT", [])


def test_an_object_for_a_reference_answer_becomes_text_beside_the_original() -> None:
    row = {"messages": [USER], "reference_answer": {"value": 42}}
    assert example_of(row) == {
        "messages": [USER],
        "reference_answer": '{"value":42}',
        "reference_answer_typed": {"value": 42},
    }


def test_messages_are_mended_as_those_of_a_chat() -> None:
    row = {"messages": [{"role": "system", "content": ""}, {"role": "human", "content": "6 * 7 = ?"}]}
    name, said, fixes = converted(row)
    assert (name, said) == ("Azure RFT", [("user", "6 * 7 = ?")])
    assert sorted(fixes) == ["a role was renamed to the one the service knows", "an empty system message was left out"]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"messages": [SYSTEM, USER]}, 27, "no assistant message: there is no reply to learn"),
        ({"messages": [USER, REPLY, USER]}, 28, "the last message is a user message"),
    ],
)
def test_among_chats_a_question_lacks_its_reply(row: object, rule: int, reason: str) -> None:
    assert refused(row, "sft") == (rule, reason)


@pytest.mark.parametrize("first", [0, 1])
def test_chats_and_questions_are_told_apart_wherever_they_stand(first: int) -> None:
    rows = [{"messages": [USER]}, {"messages": [USER, REPLY]}]
    formats = drop(jsonl([rows[first], rows[1 - first], rows[first]])).report.formats
    names = ["Azure RFT", "Azure chat"]
    assert formats == {names[first]: 2, names[1 - first]: 1}


def test_a_prompt_of_a_preference_is_no_question() -> None:
    row = {"messages": [USER], "chosen": {"role": "assistant", "content": "42"}, "rejected": REPLY}
    assert drop(jsonl([row])).report.formats == {"Axolotl preference": 1}
