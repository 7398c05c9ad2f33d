import pytest

from tests.core.prepare.formats.converting import converted, example_of, refused

QUESTION = (
    "Using each of the numbers 67, 79, 39 exactly once, and only +, -, * and /, write an expression that equals 77. "
    "Answer with the expression alone."
)


def test_without_messages_there_is_nothing_to_learn() -> None:
    reason = "'messages' is missing: the row has only the keys 'nums', 'target'"
    assert refused({"target": "77", "nums": "[67, 79, 39]"}) == (20, reason)


@pytest.mark.parametrize("row", [{"target": "77", "nums": "[67, 79, 39]"}, {"target": 77, "nums": [67, 79, 39]}])
def test_who_asks_for_reinforcement_gets_the_task_in_words(row: object) -> None:
    assert example_of(row, "rft") == {
        "messages": [{"role": "user", "content": QUESTION}],
        "target": 77,
        "nums": [67, 79, 39],
        "reference_answer": "77",
    }
    assert converted(row, "rft") == ("Countdown", [("user", QUESTION)], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"target": "a lot", "nums": "[1]"}, "'target' is no whole number"),
        ({"target": "1", "nums": "1 and 2"}, "'nums' is no list of whole numbers"),
        ({"target": "1", "nums": "[]"}, "'nums' is no list of whole numbers"),
        ({"target": "1", "nums": ["1"]}, "'nums[]' is text"),
    ],
)
def test_what_is_no_number_is_refused(row: object, reason: str) -> None:
    assert refused(row, "rft") == (13, reason)
