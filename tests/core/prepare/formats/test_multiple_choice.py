import pytest

from tests.core.prepare.dropping import drop, said
from tests.core.prepare.formats.converting import converted, example_of, refused

ROW = {"question": "Which is a capital?", "choices": ["Milan", "Rome"], "answer": "B"}
ASKED = "Which is a capital?\n\nA. Milan\nB. Rome"


@pytest.mark.parametrize(
    ("row", "reply", "fixes"),
    [
        (ROW, "B. Rome", []),
        ({**ROW, "explanation": "Of Italy."}, "B. Rome\n\nOf Italy.", []),
        ({"question": ROW["question"], "choices": ROW["choices"], "solution": "Rome it is."}, "Rome it is.", []),
        ({"question": ROW["question"], "A": "Milan", "B": "Rome", "answer": "B"}, "B. Rome", []),
        ({**ROW, "subject": "geography"}, "B. Rome", ["keys that are not learnt were left out: 'subject'"]),
    ],
)
def test_the_right_choice_is_learnt(row: object, reply: str, fixes: list[str]) -> None:
    assert converted(row) == ("multiple choice", [("user", ASKED), ("assistant", reply)], fixes)


def test_what_a_question_is_about_stands_above_it() -> None:
    _, dialogue, _ = converted({**ROW, "context": "Italy."})
    assert dialogue[0] == ("user", f"Italy.\n\n{ASKED}")


def test_the_letter_is_the_reference() -> None:
    row = {**ROW, "answer": 1, "subject": "geography"}
    assert example_of(row, "rft") == {
        "messages": [{"role": "user", "content": f"{ASKED}\n\nAnswer with the letter of the right choice alone."}],
        **row,
        "reference_answer": "B",
    }


def test_places_are_counted_from_0_and_that_is_said() -> None:
    prepared = drop(b'{"question": "Which?", "choices": ["Milan", "Rome"], "answer": 0}')
    assert said(prepared.training[0])[1] == ("assistant", "A. Milan")
    assert prepared.messages() == ["answers that are numbers were taken for the places of the choices, counted from 0"]


def test_a_table_has_a_column_for_each_choice() -> None:
    table = "question,A,B,C,answer\nWhich?,Milan,Rome,,A\nWhich one?,Milan,Rome,Oslo,C\n"
    prepared = drop(table.encode(), name="drop.csv")
    assert [said(line) for line in prepared.training] == [
        [("user", "Which?\n\nA. Milan\nB. Rome"), ("assistant", "A. Milan")],
        [("user", "Which one?\n\nA. Milan\nB. Rome\nC. Oslo"), ("assistant", "C. Oslo")],
    ]


@pytest.mark.parametrize(
    ("row", "method", "rule", "reason"),
    [
        ({**ROW, "answer": "E"}, "sft", 13, "the answer names none of the choices"),
        ({**ROW, "answer": None}, "sft", 13, "the answer names none of the choices"),
        ({**ROW, "choices": "Rome"}, "sft", 13, "the choices are not a list of texts"),
        ({**ROW, "question": " "}, "sft", 25, "'question' is empty"),
        ({**ROW, "question": None}, "sft", 13, "'question' is null"),
        ({**ROW, "answer": None, "solution": "Rome it is."}, "rft", 13, "the answer names none of the choices"),
    ],
)
def test_a_question_without_a_right_choice_is_refused(row: object, method: str, rule: int, reason: str) -> None:
    assert refused(row, method) == (rule, reason)  # type: ignore[arg-type]
