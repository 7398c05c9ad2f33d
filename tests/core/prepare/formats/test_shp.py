import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import LEFT_OUT, apart, asked, end_of, learnt, preferred


def row(**changes: object) -> Line:
    return {
        "history": "Which saw?",
        "human_ref_A": "A fine one.",
        "human_ref_B": "Any.",
        "labels": 1,
        "score_A": 30,
        "score_B": 10,
        **changes,
    }


@pytest.mark.parametrize(
    ("given", "fixes"),
    [
        (row(), []),
        (row(human_ref_A="Any.", human_ref_B="A fine one.", labels=0, score_A=10, score_B=30), []),
        ({key: value for key, value in row().items() if "score" not in key}, []),
        (row(post_id="x"), [f"{LEFT_OUT}'post_id'"]),
    ],
    ids=["1 means the first", "0 means the second", "no scores", "a key beside"],
)
def test_the_comment_that_more_people_liked_is_preferred(given: object, fixes: list[str]) -> None:
    assert preferred(given) == ("SHP", asked(), fixes)


def test_the_better_comment_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(row()) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_equal_votes_are_a_tie_and_close_ones_are_filtered() -> None:
    assert end_of(row(score_B=30)) == ("ties", 88, "neither reply is the better one")
    assert end_of(row(), apart(25))[:2] == ("filtered", 92)


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(labels=2), 13, "'labels' has a value it must not have: '2'"),
        (row(score_A=1), 82, "the reply that is not preferred has the higher score"),
        (row(history=""), 25, "'history' is empty"),
    ],
)
def test_what_makes_no_pair_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)
