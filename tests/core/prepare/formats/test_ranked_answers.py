import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import CUT, Preferred, apart, asked, end_of, learnt, preferred


def nectar(*answers: tuple[str, float], prompt: str = "\n\nHuman: Which saw?\n\nAssistant: ") -> Line:
    return {
        "prompt": prompt,
        "answers": [{"answer": text, "model": "m", "rank": rank} for text, rank in answers],
        "turns": 1,
        "num_responses": len(answers),
        "source": ["tools"],
        "good_natured": True,
    }


def rated(generations: list[str | None], ratings: list[float | None], **more: object) -> Line:
    return {"instruction": "Which saw?", "generations": generations, "ratings": ratings, **more}


@pytest.mark.parametrize(
    ("row", "name", "becomes", "fixes"),
    [
        pytest.param(
            nectar(("Well.", 2), ("A fine one.", 1), ("Any.", 3)), "Nectar", asked(), [CUT], id="ranks from 1, the best"
        ),
        pytest.param(
            nectar(("A fine one.", 1), ("Any.", 2), prompt="\n\nHuman: Hello\n\nAssistant: Hi!\n\nHuman: Which saw?"),
            "Nectar",
            asked("Hello", "Hi!", "Which saw?"),
            [CUT],
            id="several turns",
        ),
        pytest.param(
            nectar(("A fine one.", 1), ("Any.", 2), prompt="Which saw?"), "Nectar", asked(), [], id="a bare prompt"
        ),
        pytest.param(
            rated(["Well.", "Any.", "A fine one."], [3, 1, 5]), "distilabel ratings", asked(), [], id="ratings"
        ),
        pytest.param(
            rated(["Well.", None, "A fine one.", "Any."], [None, 0, 5, 1]),
            "distilabel ratings",
            asked(),
            [],
            id="generations that failed, and ratings that did",
        ),
        pytest.param(
            rated(["A fine one.", "Any."], [5, 1], system_prompt="Be brief.", generation_models=["m", "n"]),
            "distilabel ratings",
            Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse),
            [],
            id="a system prompt",
        ),
        pytest.param(
            rated(["A fine one.", "Fine.", "Any.", "None."], [5, 5, 1, 1]),
            "distilabel ratings",
            asked(),
            [],
            id="of equal ones the first",
        ),
    ],
)
def test_the_best_answer_is_preferred_to_the_worst(
    row: object, name: str, becomes: Preferred, fixes: list[str]
) -> None:
    assert preferred(row) == (name, becomes, fixes)


@pytest.mark.parametrize(
    "row", [nectar(("A fine one.", 1), ("Any.", 2)), rated(["A fine one.", "Any."], [5, 1])], ids=["ranks", "ratings"]
)
def test_the_best_answer_is_what_is_learnt_by_the_supervised_method(row: object) -> None:
    assert learnt(row) == [("user", "Which saw?"), ("assistant", "A fine one.")]


@pytest.mark.parametrize(
    ("row", "options", "end"),
    [
        (nectar(("A", 1), ("B", 1)), LENIENT, ("ties", 88)),
        (rated(["A", "B"], [4, 4]), LENIENT, ("ties", 88)),
        (nectar(("A", 1), ("B", 2)), apart(2), ("filtered", 92)),
        (rated(["A", "B"], [4, 3]), apart(2), ("filtered", 92)),
    ],
)
def test_equal_or_close_ranks_make_no_pair(row: object, options: DataOptions, end: tuple[str, int]) -> None:
    assert end_of(row, options)[:2] == end


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (nectar(("A", 1)), 83, "fewer than two replies to the prompt"),
        (rated([], []), 83, "fewer than two replies to the prompt"),
        (rated(["A", "B"], [4, None]), 83, "fewer than two replies to the prompt"),
        (rated(["A", "B"], [4]), 13, "'generations' and 'ratings' are not of one length"),
        (nectar(("A", 1), ("", 2)), 25, "'answers' is empty"),
        ({**nectar(), "answers": ["A"]}, 13, "'answers[]' is text"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
