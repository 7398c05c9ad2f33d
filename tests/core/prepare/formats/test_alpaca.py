import pytest

from tests.core.prepare.dropping import drop, fates, jsonl
from tests.core.prepare.formats.converting import converted, example_of, refused

EXCHANGE = [("user", "Name a tool."), ("assistant", "A saw.")]


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param({"instruction": "Name a tool.", "input": "", "output": "A saw."}, EXCHANGE, [], id="empty input"),
        pytest.param({"instruction": "Name a tool.", "output": "A saw."}, EXCHANGE, [], id="no input"),
        pytest.param(
            {"instruction": "Sort these.", "input": "saw, axe", "output": "axe, saw"},
            [("user", "Sort these.\n\nsaw, axe"), ("assistant", "axe, saw")],
            [],
            id="input",
        ),
        pytest.param({"instruction": "Name a tool.", "response": "A saw."}, EXCHANGE, [], id="response"),
        pytest.param({"instruction": "Name a tool.", "answer": "A saw."}, EXCHANGE, [], id="answer"),
        pytest.param({"instruction": "Name a tool.", "completion": "A saw."}, EXCHANGE, [], id="completion"),
        pytest.param(
            {"instruction": "What cuts?", "context": "A saw cuts.", "response": "A saw.", "category": "qa"},
            [("user", "What cuts?\n\nA saw cuts."), ("assistant", "A saw.")],
            ["keys that are not learnt were left out: 'category'"],
            id="Dolly",
        ),
        pytest.param(
            {"instruction": "Name a tool.", "input": "", "output": "A saw.", "system": "Be brief."},
            [("system", "Be brief."), *EXCHANGE],
            [],
            id="system",
        ),
        pytest.param(
            {"instruction": "Name a tool.", "output": "A saw.", "history": [["Hello", "Hi!"]]},
            [("user", "Hello"), ("assistant", "Hi!"), *EXCHANGE],
            [],
            id="history",
        ),
    ],
)
def test_an_instruction_becomes_an_exchange(row: object, becomes: list[object], fixes: list[str]) -> None:
    assert converted(row) == ("Alpaca", becomes, fixes)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"instruction": "", "input": "", "output": "A saw."}, 25, "'instruction' is empty"),
        ({"instruction": "Name a tool.", "input": "", "output": ""}, 25, "'output' is empty"),
        ({"instruction": "Name a tool.", "output": None}, 13, "no reply beside 'instruction'"),
        (
            {"instruction": "Name a tool.", "output": "A saw.", "answer": "An axe."},
            13,
            "several replies beside 'instruction'",
        ),
        (
            {"instruction": "Name a tool.", "output": "A saw.", "history": [["Hello"]]},
            13,
            "'history[]' has another shape",
        ),
    ],
)
def test_an_instruction_without_one_reply_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_oasst_s_flat_rows_are_in_capitals() -> None:
    row = {"INSTRUCTION": "Name a tool.", "RESPONSE": "A saw.", "SOURCE": "x", "METADATA": "{}"}
    assert converted(row) == ("OASST flat", EXCHANGE, ["keys that are not learnt were left out: 'METADATA', 'SOURCE'"])


REFLECTION = {
    "instruction": "Name a tool.",
    "input": "",
    "output": "A table.",
    "reflection": "That is furniture.",
    "corrected": "A saw.",
}


def test_a_corrected_output_is_the_reply_and_the_better_one_of_both() -> None:
    assert converted(REFLECTION) == ("reflection", EXCHANGE, [])
    assert example_of(REFLECTION, "dpo") == {
        "input": {"messages": [{"role": "user", "content": "Name a tool."}]},
        "preferred_output": [{"role": "assistant", "content": "A saw."}],
        "non_preferred_output": [{"role": "assistant", "content": "A table."}],
    }


def test_an_output_that_needed_no_correction_is_no_preference() -> None:
    prepared = drop(jsonl([{**REFLECTION, "corrected": "A table."}]), method="dpo")
    assert fates(prepared) == {"read": 1, "ties": 1}
    assert prepared.messages() == ["'corrected' is equal to 'output'"]


def test_an_output_that_can_be_checked_makes_a_problem() -> None:
    row = {"instruction": "Add.", "input": "40 and 2", "output": "42"}
    assert example_of(row, "rft") == {
        "messages": [{"role": "user", "content": "Add.\n\n40 and 2"}],
        "answer": "42",
        "reference_answer": "42",
    }
