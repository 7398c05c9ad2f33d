import pytest

from tests.core.prepare.formats.converting import converted, example_of, refused

ROW = {"problem": "6 * 7 = ?", "solution": "It is $\\boxed{42}$.", "level": 1}
ASKED = {"role": "user", "content": "6 * 7 = ?"}


@pytest.mark.parametrize(
    ("row", "reply", "fixes"),
    [
        ({"problem": "6 * 7 = ?", "solution": "It is 42."}, "It is 42.", []),
        ({"problem": "6 * 7 = ?", "answer": 42}, "42", []),
        (ROW, "It is $\\boxed{42}$.", ["keys that are not learnt were left out: 'level'"]),
        ({**ROW, "answer": "42"}, ROW["solution"], ["keys that are not learnt were left out: 'answer', 'level'"]),
    ],
)
def test_the_solution_is_learnt(row: object, reply: str, fixes: list[str]) -> None:
    assert converted(row) == ("problem/solution", [("user", "6 * 7 = ?"), ("assistant", reply)], fixes)


def test_the_answer_is_the_reference() -> None:
    assert example_of(ROW, "rft") == {"messages": [ASKED], **ROW, "reference_answer": "42"}
    with_answer = {**ROW, "answer": 42.5}
    assert example_of(with_answer, "rft") == {"messages": [ASKED], **with_answer, "reference_answer": "42.5"}


@pytest.mark.parametrize(
    ("row", "method", "rule", "reason"),
    [
        ({"problem": "Why?", "solution": "Because of this,\nand of that."}, "rft", 107, "the answer is too long"),
        ({"problem": "Why?", "solution": None}, "sft", 13, "'solution' is missing beside 'problem'"),
        ({"problem": "", "solution": "42"}, "sft", 25, "'problem' is empty"),
    ],
)
def test_a_problem_without_its_end_is_refused(row: object, method: str, rule: int, reason: str) -> None:
    found, told = refused(row, method)  # type: ignore[arg-type]
    assert (found, told.startswith(reason)) == (rule, True)
