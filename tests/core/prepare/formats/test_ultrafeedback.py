import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import (
    REPEATED,
    Preferred,
    apart,
    asked,
    end_of,
    learnt,
    preferred,
    taken_for,
)

USER = {"role": "user", "content": "Which saw?"}
GOOD = {"role": "assistant", "content": "A fine one."}
BAD = {"role": "assistant", "content": "Any."}


def binarized(**changes: object) -> Line:
    return {
        "prompt": "Which saw?",
        "prompt_id": "p1",
        "chosen": [USER, GOOD],
        "rejected": [USER, BAD],
        "messages": [USER, GOOD],
        "score_chosen": 8.5,
        "score_rejected": 6,
        **changes,
    }


def raw(*answers: tuple[str, float | None, float | None]) -> Line:
    return {
        "source": "tools",
        "instruction": "Which saw?",
        "models": ["m"] * len(answers),
        "completions": [
            {"model": "m", "response": text, "annotations": {}, "fine-grained_score": fine, "overall_score": overall}
            for text, fine, overall in answers
        ],
        "correct_answers": ["None"],
        "incorrect_answers": ["None"],
    }


@pytest.mark.parametrize(
    ("row", "fixes"),
    [
        (binarized(), [REPEATED]),
        ({key: value for key, value in binarized().items() if key in {"chosen", "rejected", "prompt_id"}}, []),
        ({key: value for key, value in binarized().items() if key in {"chosen", "rejected", "score_chosen"}}, []),
        ({key: value for key, value in binarized().items() if key in {"chosen", "rejected", "messages"}}, []),
        ({"messages": [USER], "chosen": [GOOD], "rejected": [BAD]}, []),
        ({**binarized(chosen_rating=4, rejected_rating=1, chosen_model="m", rejected_model="n")}, [REPEATED]),
    ],
    ids=["whole", "prompt_id", "score", "messages with the reply", "messages for a prompt", "distilabel's"],
)
def test_a_binarized_row_becomes_a_pair(row: object, fixes: list[str]) -> None:
    assert preferred(row) == ("UltraFeedback binarized", asked(), fixes)


@pytest.mark.parametrize(
    ("row", "becomes"),
    [
        (raw(("Well.", 3, 8), ("A fine one.", 4.5, 7), ("Any.", 1.25, 9)), asked()),
        (raw(("Any.", None, 1), ("A fine one.", None, 8)), asked()),
        (raw(("A fine one.", 4, 8), ("Sure.", 4, 8), ("Any.", 1, 1), ("None.", 1, 1)), asked()),
    ],
    ids=["by the mean of its ratings", "by the overall score, where there is no other", "of equal ones the first"],
)
def test_the_best_answer_is_preferred_to_the_worst(row: object, becomes: Preferred) -> None:
    assert preferred(row) == ("UltraFeedback", becomes, [])


def test_the_better_reply_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(binarized()) == learnt(raw(("A fine one.", 4, 8), ("Any.", 1, 1)))
    assert learnt(binarized()) == [("user", "Which saw?"), ("assistant", "A fine one.")]


@pytest.mark.parametrize(
    ("row", "options", "end"),
    [
        (binarized(score_rejected=8.5), LENIENT, ("ties", 88, "neither reply is the better one")),
        (raw(("A", 4, 8), ("B", 4, 2)), LENIENT, ("ties", 88, "neither reply is the better one")),
        (binarized(), apart(3), ("filtered", 92, "the scores of the two replies are less than 3 apart")),
        (
            raw(("A", 4, 8), ("B", 3.5, 2)),
            apart(1),
            ("filtered", 92, "the scores of the two replies are less than 1 apart"),
        ),
    ],
)
def test_equal_or_close_scores_make_no_pair(row: object, options: DataOptions, end: tuple[str, int, str]) -> None:
    assert end_of(row, options) == end


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (binarized(score_rejected=9), 82, "the reply that is not preferred has the higher score"),
        (binarized(prompt="Which axe?"), 81, "the prompt is not what a reply's conversation asks"),
        (binarized(chosen="A fine one."), 13, "'chosen' is text"),
        (raw(("A", 4, 8)), 83, "fewer than two replies to the prompt"),
        (raw(("A", 4, 8), ("B", None, None)), 13, "an answer has no score"),
        (raw(("A", 4, 8), ("", 3, 2)), 25, "'response' is empty"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_one_message_is_chosen_in_axolotl_s_rows_and_a_conversation_here() -> None:
    axolotl = {"messages": [USER], "chosen": GOOD, "rejected": BAD}
    names = ["Axolotl preference", "UltraFeedback binarized"]
    assert taken_for(binarized(), axolotl) == taken_for(axolotl, binarized()) == names
    assert taken_for({"messages": [USER], "chosen": [GOOD], "rejected": [BAD]}, axolotl) == names
