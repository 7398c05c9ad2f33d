import pytest

from shared.core.prepare.faults import Unusable
from shared.core.prepare.making.reference import as_text, boxed, checkable


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("72", "72"),
        (" B \n", "B"),
        ("They sold 48/2 = 24.\n48 + 24 = 72.\n#### 72", "72"),
        ("Together:\n#### 1,234,500", "1234500"),
        ("$1,234.50", "1234.50"),
        ("1,2", "1,2"),
        ("So it is $\\boxed{\\frac{1}{2}}$.", "\\frac{1}{2}"),
        ("not a knave", "not a knave"),
    ],
)
def test_the_end_of_an_answer_is_what_can_be_compared(answer: str, reference: str) -> None:
    assert checkable(answer) == reference


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Oil it, and then keep it in a dry place.", "the answer is too long to be compared with another"),
        ("x" * 65, "the answer is too long to be compared with another"),
        ("yes\nno", "the answer is too long to be compared with another"),
        ("Because.\n#### ", "the reference answer is empty"),
        (" ", "the reference answer is empty"),
    ],
)
def test_an_answer_that_no_grader_can_compare_makes_no_problem(answer: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        checkable(answer)


@pytest.mark.parametrize(
    ("text", "inside"),
    [("\\boxed{1} or \\boxed{2}", "2"), ("\\boxed{{a}}", "{a}"), ("\\boxed{1", None), ("1", None)],
)
def test_the_last_closed_box_is_the_answer(text: str, inside: str | None) -> None:
    assert boxed(text) == inside


@pytest.mark.parametrize(
    ("value", "text"), [("12", "12"), (12, "12"), (True, "true"), ([1, "a"], '[1,"a"]'), ({"n": 1.5}, '{"n":1.5}')]
)
def test_a_reference_answer_of_any_type_is_written_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_a_reference_answer_says_something(value: object) -> None:
    with pytest.raises(Unusable):
        as_text(value)
