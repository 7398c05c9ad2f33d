import pytest

from shared.core.prepare.faults import Unusable
from shared.core.prepare.making.choices import Choices, Right, choices_of, right_of

CITIES = Choices(["Rome", "Oslo", "Bern"])


@pytest.mark.parametrize(
    ("row", "texts", "labels"),
    [
        ({"choices": ["Rome", "Oslo"]}, ["Rome", "Oslo"], []),
        ({"options": '["Rome", "Oslo"]'}, ["Rome", "Oslo"], []),
        ({"options": {"A": "Rome", "B": "Oslo"}}, ["Rome", "Oslo"], ["A", "B"]),
        ({"choices": {"text": ["Rome", "Oslo"], "label": ["1", "2"]}}, ["Rome", "Oslo"], ["1", "2"]),
        ({"choices": [{"label": "A", "text": "Rome"}, {"label": "B", "text": "Oslo"}]}, ["Rome", "Oslo"], ["A", "B"]),
        ({"options": ["A) Rome", "B) Oslo"]}, ["Rome", "Oslo"], []),
        ({"options": ["A. Rome", "Oslo"]}, ["A. Rome", "Oslo"], []),
        ({"a": "Rome", "b": " Oslo ", "c": ""}, ["Rome", "Oslo"], ()),
    ],
)
def test_choices_are_found_however_they_are_written(row: dict[str, object], texts: object, labels: object) -> None:
    assert choices_of(row) == Choices(texts, labels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "choices", [["Rome"], [], "Rome", '"Rome"', None, ["Rome", None], ["Rome", " "], {"text": "Rome"}, ["x"] * 27, [{}]]
)
def test_what_offers_no_choice_is_refused(choices: object) -> None:
    with pytest.raises(Unusable, match="not a list of texts"):
        choices_of({"choices": choices})


@pytest.mark.parametrize(
    ("answer", "choices", "right"),
    [
        ("B", CITIES, Right(1)),
        ("b", CITIES, Right(1)),
        ("(A)", CITIES, Right(0)),
        ("C.", CITIES, Right(2)),
        ("Rome", CITIES, Right(0)),
        (0, CITIES, Right(0, is_counted=True)),
        ("2", CITIES, Right(2, is_counted=True)),
        ("3", Choices(["3", "4"]), Right(0)),
        (1, Choices(["3", "1"]), Right(1, is_counted=True)),
        ("2", Choices(["Rome", "Oslo"], ["1", "2"]), Right(1)),
        (1, Choices(["Rome", "Oslo"], ["1", "2"]), Right(0)),
    ],
)
def test_an_answer_names_a_choice(answer: object, choices: Choices, right: Right) -> None:
    assert right_of(answer, choices) == right


@pytest.mark.parametrize("answer", ["D", "Paris", 3, -1, 1.0, True, "9" * 5000, ""])
def test_an_answer_that_names_no_choice_is_refused(answer: object) -> None:
    with pytest.raises(Unusable, match="names none of the choices"):
        right_of(answer, CITIES)
