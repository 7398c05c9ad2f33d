import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line, drop, fates, jsonl
from tests.core.prepare.formats.converting import converted, refused
from tests.core.prepare.formats.preferring import Preferred, asked, pair_in, taken_for

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
            row(helpfulness=[4, 3, 4], correctness=[4, 4, 2]),
            [("user", "Is oil good for steel?"), ("assistant", "Yes, a drop.")],
            [],
            id="the scores of several annotators",
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
        (row(helpfulness=[]), 13, "'helpfulness' has another shape"),
        (row(helpfulness=[4, 9]), 13, "'helpfulness[]' is out of range"),
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


def test_the_mean_of_several_annotators_is_what_the_recipe_asks_about() -> None:
    prepared = drop(jsonl([row(helpfulness=[4, 2]), row(helpfulness=[4, 1, 3])]), DataOptions())
    assert fates(prepared) == {"read": 2, "kept": 1, "filtered": 1}


PROMPT = "Is oil good for steel?"


def said(response: str, helpfulness: object, prompt: str = PROMPT) -> Line:
    return row(prompt, response, helpfulness=helpfulness)


def compare(*rows: Line, margin: float | None = None) -> tuple[list[Preferred], dict[str, int], list[object]]:
    options = DataOptions(min_margin=margin, split=LENIENT.split)
    prepared = drop(jsonl(rows), options, method="dpo")
    pairs = [pair_in(line) for line in prepared.training]
    return pairs, fates(prepared), [line["reason"] for line in prepared.rejects]


def test_of_two_responses_to_a_prompt_the_more_helpful_one_is_preferred() -> None:
    pair = asked(PROMPT, better="Yes.", worse="No.")
    for rows in ((said("Yes.", 3), said("No.", 1)), (said("No.", 1), said("Yes.", 3))):
        assert compare(*rows) == ([pair], {"read": 2, "kept": 2}, [])


def test_of_more_responses_the_best_is_preferred_to_the_worst_and_the_others_are_filtered() -> None:
    rows = [said("Well.", 2), said("Yes.", 4), said("No.", 0), said("Yes!", 4), said("Hm.", 0)]
    pairs, ends, _ = compare(*rows)
    assert pairs == [asked(PROMPT, better="Yes.", worse="No.")]
    assert ends == {"read": 5, "kept": 2, "filtered": 3}


def test_the_recipe_s_conditions_on_scores_do_not_part_a_pair() -> None:
    assert compare(said("Hm.", 1), said("No.", 0))[1] == {"read": 2, "kept": 2}


def test_several_annotators_are_compared_by_their_mean() -> None:
    pairs, _, _ = compare(said("Yes.", [4, 3]), said("No.", [4, 2, 4]))
    assert pairs == [asked(PROMPT, better="Yes.", worse="No.")]


def test_turns_are_cut_in_pairs_as_well() -> None:
    prompt = f"Hello<extra_id_1>Assistant\nHi!<extra_id_1>User\n{PROMPT}"
    pairs, ends, _ = compare(said("Yes.", 3, prompt), said("No.", 1, prompt))
    assert pairs == [asked("Hello", "Hi!", PROMPT, better="Yes.", worse="No.")]
    assert ends == {"read": 2, "fixed": 2}


@pytest.mark.parametrize(
    ("rows", "margin", "ends"),
    [
        ([said("Yes.", 3), said("No.", 3), said("Hm.", 3)], None, {"read": 3, "ties": 3}),
        ([said("Yes.", 3), said("No.", 2)], 2, {"read": 2, "filtered": 2}),
        ([said("Yes.", 4), said("No.", 2)], 2, {"read": 2, "kept": 2}),
        ([said("Yes.", 4), said("No.", 2, "Which oil?")], None, {"read": 2, "rejected": 2}),
        ([said("Yes.", 4), said("", 2)], None, {"read": 2, "rejected": 2}),
        ([said("Yes.", 4), said("No.", None)], None, {"read": 2, "rejected": 2}),
        ([said("Yes.", 4), said("No <extra_id_1>", 2)], None, {"read": 2, "rejected": 2}),
    ],
    ids=["equal", "too close", "just far enough", "another prompt", "an empty one", "no score", "a marker"],
)
def test_responses_that_make_no_pair_are_accounted_for(
    rows: list[Line], margin: float | None, ends: dict[str, int]
) -> None:
    assert compare(*rows, margin=margin)[1] == ends


def test_a_response_without_another_one_is_rejected_and_told_why() -> None:
    assert compare(said("Yes.", 4))[2] == ["no other row has the same prompt"]
    assert compare(said("Yes.", None))[2] == ["'helpfulness' is missing, by which responses are compared"]


def test_without_scores_a_response_is_a_plain_one() -> None:
    assert taken_for(row(), {"prompt": PROMPT, "response": "Yes."}) == ["HelpSteer", "prompt/response"]
    assert taken_for({"prompt": PROMPT, "response": "Yes."}, row()) == ["HelpSteer", "prompt/response"]
