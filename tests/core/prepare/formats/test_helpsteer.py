import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line, drop, fates, jsonl
from tests.core.prepare.formats.converting import converted, refused

SCORES = {"helpfulness": 4, "correctness": 4, "coherence": 4, "complexity": 1, "verbosity": 2}


def row(prompt: object = "Is oil good for steel?", response: object = "Yes, a drop.", **changes: object) -> Line:
    return {"prompt": prompt, "response": response, **SCORES, **changes}


@pytest.mark.parametrize(
    ("given", "becomes", "fixes"),
    [
        pytest.param(row(), [("user", "Is oil good for steel?"), ("assistant", "Yes, a drop.")], [], id="plain"),
        pytest.param(
            row(response="Yes, a drop.\n"),
            [("user", "Is oil good for steel?"), ("assistant", "Yes, a drop.")],
            ["white space around a text was removed"],
            id="white space",
        ),
        pytest.param(
            row("Hello<extra_id_1>Assistant\nHi!\n<extra_id_1>User\nIs oil good?"),
            [("user", "Hello"), ("assistant", "Hi!"), ("user", "Is oil good?"), ("assistant", "Yes, a drop.")],
            ["white space around a text was removed", "a prompt was cut into turns at its markers"],
            id="several turns",
        ),
        pytest.param(
            row("Is oil good?\n<extra_id_1>Assistant\n"),
            [("user", "Is oil good?"), ("assistant", "Yes, a drop.")],
            ["white space around a text was removed", "a prompt was cut into turns at its markers"],
            id="an opened reply",
        ),
        pytest.param(
            {key: value for key, value in row().items() if key not in {"complexity", "verbosity"}},
            [("user", "Is oil good for steel?"), ("assistant", "Yes, a drop.")],
            [],
            id="three of the scores",
        ),
        pytest.param(
            row(helpfulness=3.5), [("user", "Is oil good for steel?"), ("assistant", "Yes, a drop.")], [], id="a mean"
        ),
    ],
)
def test_a_scored_response_becomes_an_exchange(given: object, becomes: list[object], fixes: list[str]) -> None:
    name, said, repaired = converted(given)
    assert (name, said, sorted(repaired)) == ("HelpSteer", becomes, sorted(fixes))


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(prompt=None), 13, "'prompt' is null"),
        (row(prompt=" "), 25, "'prompt' is empty"),
        (row(response=""), 25, "'response' is empty"),
        (row(response=["Yes"]), 13, "'response' is a list"),
        (row("Hello<extra_id_1>System\nHi!"), 35, "a marker is left that begins no turn"),
        (row(response="Yes.<extra_id_1>"), 35, "a marker is left that begins no turn"),
        (row(helpfulness=9), 13, "'helpfulness' is out of range"),
        (row(correctness=-1), 13, "'correctness' is out of range"),
        (row(helpfulness=[4, 3, 4]), 13, "'helpfulness' is a list"),
        (row(helpfulness="high"), 13, "'helpfulness' is text"),
        (row(helpfulness=None), 13, "'helpfulness' is missing, by which the recipe keeps rows"),
    ],
)
def test_a_row_without_prompt_response_or_sound_scores_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ({"helpfulness": ">=3"}, [3, 4]),
        ({"helpfulness": ">3"}, [4]),
        ({"helpfulness": "<= 1"}, [0, 1]),
        ({"helpfulness": "==2"}, [2]),
        ({"helpfulness": "<4", "verbosity": ">=2"}, [0, 1, 2, 3]),
        ({"verbosity": ">2"}, []),
        ({}, [0, 1, 2, 3, 4]),
    ],
)
def test_the_recipe_keeps_rows_by_their_scores(keep: dict[str, str], kept: list[int]) -> None:
    options = LENIENT.model_copy(update={"keep": keep})
    rows = [row(response=str(score), helpfulness=score) for score in range(5)]

    prepared = drop(jsonl(rows), options)

    assert [line["messages"][1]["content"] for line in prepared.training] == [str(score) for score in kept]  # type: ignore[index]
    assert fates(prepared) == {
        key: n for key, n in {"read": 5, "kept": len(kept), "filtered": 5 - len(kept)}.items() if n
    }


def test_low_scores_are_filtered_unless_the_recipe_says_otherwise() -> None:
    prepared = drop(jsonl([row(helpfulness=2), row(helpfulness=3)]), DataOptions())
    assert fates(prepared) == {"read": 2, "kept": 1, "filtered": 1}
    assert "helpfulness is not >=3" in prepared.messages()
