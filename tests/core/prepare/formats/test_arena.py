import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import LEFT_OUT, asked, end_of, learnt, preferred

USER = {"role": "user", "content": "Which saw?"}
THANKS = {"role": "user", "content": "Thanks!"}
GOOD = {"role": "assistant", "content": "A fine one."}
BAD = {"role": "assistant", "content": "Any."}


def battle(a: object = GOOD, b: object = BAD, winner: object = "model_a", **more: object) -> Line:
    named = {"model_a": "m", "model_b": "n", "winner": winner}
    return {**named, "conversation_a": [USER, a], "conversation_b": [USER, b], **more}


@pytest.mark.parametrize(
    ("row", "fixes"),
    [
        (battle(), []),
        (battle(BAD, GOOD, "model_b"), []),
        ({key: value for key, value in battle().items() if key not in {"model_a", "model_b"}}, []),
        (battle(judge="j", turn=1), [f"{LEFT_OUT}'judge', 'turn'"]),
    ],
    ids=["the first wins", "the second wins", "no names", "keys beside"],
)
def test_the_winner_is_preferred(row: object, fixes: list[str]) -> None:
    assert preferred(row) == ("Arena", asked(), fixes)


def test_the_winner_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(battle(BAD, GOOD, "model_b")) == [("user", "Which saw?"), ("assistant", "A fine one.")]


@pytest.mark.parametrize("winner", ["tie", "tie (bothbad)", "both_bad"])
def test_a_battle_without_a_winner_is_a_tie(winner: str) -> None:
    assert end_of(battle(winner=winner)) == ("ties", 88, "neither reply is the better one")


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (battle(winner="model_c"), 13, "'winner' has another value"),
        (battle(winner=None), 13, "'winner' is null"),
        (
            {**battle(), "conversation_a": [USER, GOOD, THANKS, GOOD], "conversation_b": [USER, BAD, THANKS, BAD]},
            81,
            "the two conversations part before the last question",
        ),
        ({**battle(), "conversation_b": [THANKS, BAD]}, 81, "the two conversations begin with different prompts"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
