import pytest

from tests.core.prepare.dropping import Line, drop, jsonl
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import CUT, LEFT_OUT, TRIMMED, apart, asked, end_of, learnt, preferred


def row(strength: object = -2, *, swapped: bool = False, **changes: object) -> Line:
    first, second = ("Any.", "A fine one.") if swapped else ("A fine one.", "Any.")
    return {
        "prompt": "Which saw?",
        "response_1": first,
        "response_2": second,
        "preference_strength": strength,
        **changes,
    }


ABOUT = {
    "preference_statement": "The first one says more.",
    "preference_elaboration": "It does.",
    "three_most_similar_preferences": [{"statement": "Yes.", "elaboration": "", "strength": -2}],
    "all_preferences_unprocessed": [{"strength": -2, "justification": "Yes."}],
}


@pytest.mark.parametrize(
    ("given", "becomes", "fixes"),
    [
        pytest.param(row(-1), asked(), [], id="below 0 the first is better"),
        pytest.param(row(3, swapped=True), asked(), [], id="above 0 the second is better"),
        pytest.param(row(-2, **ABOUT), asked(), [], id="what annotators said"),
        pytest.param(row(id=1), asked(), [f"{LEFT_OUT}'id'"], id="a key beside"),
        pytest.param(
            row(prompt="Hello\n<extra_id_1>Assistant\nHi!\n<extra_id_1>User\nWhich saw?"),
            asked("Hello", "Hi!", "Which saw?"),
            [CUT, TRIMMED],
            id="several turns",
        ),
    ],
)
def test_the_sign_says_which_response_is_preferred(given: object, becomes: object, fixes: list[str]) -> None:
    assert preferred(given) == ("HelpSteer2 preference", becomes, fixes)


def test_the_better_response_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(row(3, swapped=True)) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_rows_go_to_the_part_of_the_set_that_they_name() -> None:
    rows = [row(split="train"), row(split="val", prompt="Which axe?")]
    prepared = drop(jsonl(rows))
    assert len(prepared.training) == len(prepared.validation) == 1


def test_no_strength_is_a_tie_and_a_little_one_is_filtered() -> None:
    assert end_of(row(0)) == ("ties", 88, "neither reply is the better one")
    assert end_of(row(-1), apart(2))[:2] == ("filtered", 92)


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(-100), 13, "'preference_strength' is out of range"),
        (row("first"), 13, "'preference_strength' is text"),
        (
            {key: value for key, value in row().items() if key != "preference_strength"},
            13,
            "'preference_strength' is missing",
        ),
        (row(response_2=""), 25, "'response_2' is empty"),
    ],
)
def test_what_makes_no_pair_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)
