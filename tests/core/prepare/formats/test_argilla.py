import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import LEFT_OUT, REPEATED, apart, asked, end_of, learnt, preferred

USER = {"role": "user", "content": "Which saw?"}
RESPONSES = {"instruction": "Which saw?", "chosen_response": "A fine one.", "rejected_response": "Any."}


def cleaned(**changes: object) -> Line:
    return {
        "source": "tools",
        "prompt": "Which saw?",
        "chosen": [USER, {"role": "assistant", "content": "A fine one."}],
        "chosen-rating": 5,
        "chosen-model": "m",
        "rejected": [USER, {"role": "assistant", "content": "Any."}],
        "rejected-rating": 3.5,
        "rejected-model": "n",
        **changes,
    }


@pytest.mark.parametrize(
    ("row", "name", "fixes"),
    [
        (cleaned(), "Argilla cleaned", [REPEATED]),
        ({key: value for key, value in cleaned().items() if "model" not in key}, "Argilla cleaned", [REPEATED]),
        (RESPONSES, "Argilla responses", []),
        ({**RESPONSES, "id": 3}, "Argilla responses", [f"{LEFT_OUT}'id'"]),
    ],
    ids=["cleaned", "without its models", "responses", "a key beside"],
)
def test_a_row_becomes_a_pair(row: object, name: str, fixes: list[str]) -> None:
    assert preferred(row) == (name, asked(), fixes)


@pytest.mark.parametrize("row", [cleaned(), RESPONSES], ids=["cleaned", "responses"])
def test_the_chosen_reply_is_what_is_learnt_by_the_supervised_method(row: object) -> None:
    assert learnt(row) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_equal_ratings_are_a_tie_and_close_ones_are_filtered() -> None:
    assert end_of(cleaned(**{"rejected-rating": 5})) == ("ties", 88, "neither reply is the better one")
    assert end_of(cleaned(), apart(2))[:2] == ("filtered", 92)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (cleaned(prompt=None), 13, "'prompt' is null"),
        (cleaned(**{"chosen-rating": "good"}), 13, "'chosen-rating' is text"),
        ({**RESPONSES, "rejected_response": ""}, 25, "'rejected_response' is empty"),
        ({key: value for key, value in RESPONSES.items() if key != "instruction"}, 13, "'instruction' is missing"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
