import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import LEFT_OUT, Preferred, apart, asked, end_of, learnt, preferred

HEADING = "a heading before a text, such as '### Assistant:', was removed"
BRIEF = Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse)


def intel(**changes: object) -> Line:
    return {"system": "Be brief.", "question": "Which saw?", "chosen": "A fine one.", "rejected": "Any.", **changes}


def distilabel(**changes: object) -> Line:
    return {
        "system": "Be brief.",
        "input": "Which saw?",
        "chosen": "A fine one.",
        "rejected": "Any.",
        "rating": [9, 7],
        "status": "unchanged",
        "chosen_score": 9,
        "in_gsm8k_train": False,
        **changes,
    }


@pytest.mark.parametrize(
    ("row", "name", "becomes", "fixes"),
    [
        pytest.param(intel(), "Intel Orca", BRIEF, [], id="Intel's"),
        pytest.param(intel(system=""), "Intel Orca", asked(), [], id="an empty system prompt"),
        pytest.param(
            {key: value for key, value in intel().items() if key != "system"}, "Intel Orca", asked(), [], id="none"
        ),
        pytest.param(
            intel(
                system="### System:\nBe brief.",
                question="### User:\nWhich saw?",
                chosen="### Assistant: A fine one.",
                rejected="### Response:\n\nAny.",
            ),
            "Intel Orca",
            BRIEF,
            [HEADING],
            id="headings",
        ),
        pytest.param(
            intel(chosen="### A fine one", rejected="###"),
            "Intel Orca",
            Preferred(BRIEF.prompt, [("assistant", "### A fine one")], [("assistant", "###")]),
            [],
            id="headings of the answer itself",
        ),
        pytest.param(distilabel(), "distilabel Orca", BRIEF, [], id="distilabel's"),
        pytest.param(distilabel(status="swapped", rating=[7, 9]), "distilabel Orca", BRIEF, [], id="swapped"),
        pytest.param(distilabel(rating=None, status=None), "distilabel Orca", BRIEF, [], id="not rated"),
        pytest.param(
            distilabel(generations=["A fine one.", "Any."], order=["chosen", "rejected"]),
            "distilabel Orca",
            BRIEF,
            [f"{LEFT_OUT}'generations', 'order'"],
            id="what the rating left behind",
        ),
    ],
)
def test_a_question_with_two_answers_becomes_a_pair(
    row: object, name: str, becomes: Preferred, fixes: list[str]
) -> None:
    assert preferred(row) == (name, becomes, fixes)


@pytest.mark.parametrize("row", [intel(system=""), distilabel(system="")], ids=["Intel's", "distilabel's"])
def test_the_chosen_answer_is_what_is_learnt_by_the_supervised_method(row: object) -> None:
    assert learnt(row) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_rows_that_were_rated_alike_are_ties_and_close_ones_are_filtered() -> None:
    tie = ("ties", 88, "neither reply is the better one")
    assert end_of(distilabel(status="tie")) == end_of(distilabel(rating=[8, 8])) == tie
    assert end_of(distilabel(), apart(3))[:2] == ("filtered", 92)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (intel(question=" "), 25, "'question' is empty"),
        (intel(chosen="### Assistant:\n"), 25, "'chosen' is empty"),
        (distilabel(input=None), 13, "'input' is null"),
        (distilabel(rating="good"), 13, "'rating' is text"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
