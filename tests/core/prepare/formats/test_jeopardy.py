import pytest

from tests.core.prepare.formats.converting import converted, refused

CLUE = {"category": "TOOLS", "question": "It cuts wood", "answer": "a saw"}


def test_the_category_of_a_clue_is_part_of_it() -> None:
    row = {**CLUE, "round": "Jeopardy!", "show_number": "4680", "value": "$200", "air_date": "2004-12-31"}
    assert converted(row) == ("jeopardy", [("user", "TOOLS\n\nIt cuts wood"), ("assistant", "a saw")], [])


def test_the_category_of_another_question_is_left_out() -> None:
    becomes = [("user", "It cuts wood"), ("assistant", "a saw")]
    assert converted(CLUE) == ("question/answer", becomes, ["keys that are not learnt were left out: 'category'"])


@pytest.mark.parametrize(("field", "rule"), [("question", 25), ("answer", 25)])
def test_a_clue_has_a_question_and_an_answer(field: str, rule: int) -> None:
    assert refused({**CLUE, "round": "x", field: " "}) == (rule, f"'{field}' is empty")
