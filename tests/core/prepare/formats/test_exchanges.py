import pytest

from shared.core.prepare.formats.exchanges import NAMES
from tests.core.prepare.formats.converting import converted, example_of, refused

EXCHANGE = [("user", "Who made it?"), ("assistant", "We did.")]


@pytest.mark.parametrize(("asked", "replied"), [names[1:] for names in NAMES])
def test_a_pair_is_known_by_the_names_of_both_halves(asked: str, replied: str) -> None:
    row = {asked: "Who made it?", replied: "We did."}
    assert converted(row) == (f"{asked}/{replied}", EXCHANGE, [])
    assert refused({asked: "Who made it?"})[0] == 11


@pytest.mark.parametrize(
    ("row", "name", "becomes", "fixes"),
    [
        pytest.param(
            {"system": "Be brief.", "query": "Who made it?", "response": "We did.", "category": "qa"},
            "query/response",
            [("system", "Be brief."), *EXCHANGE],
            ["keys that are not learnt were left out: 'category'"],
            id="SageMaker",
        ),
        pytest.param(
            {"kind": "QA", "input": "Who made it?", "target": "We did."},
            "input/target",
            EXCHANGE,
            ["keys that are not learnt were left out: 'kind'"],
            id="firefly",
        ),
        pytest.param(
            {"instruction": "Name it.", "input": "a saw", "output": "A saw."},
            "Alpaca",
            [("user", "Name it.\n\na saw"), ("assistant", "A saw.")],
            [],
            id="an instruction makes it Alpaca's",
        ),
    ],
)
def test_what_else_a_row_has_is_heeded(row: object, name: str, becomes: list[object], fixes: list[str]) -> None:
    assert converted(row) == (name, becomes, fixes)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"input": "Who?", "output": ""}, 25, "'output' is empty"),
        ({"article": " ", "summary": "Short."}, 25, "'article' is empty"),
        ({"input": ["Who?"], "output": "We did."}, 13, "'input' is a list"),
    ],
)
def test_a_pair_of_which_a_half_is_missing_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_a_reply_that_can_be_checked_makes_a_problem() -> None:
    row = {"input": "6 * 7 = ?", "output": "6 * 7 is\n#### 42"}
    assert example_of(row, "rft") == {
        "messages": [{"role": "user", "content": "6 * 7 = ?"}],
        "answer": "6 * 7 is\n#### 42",
        "reference_answer": "42",
    }
    assert refused({"input": "Why?", "output": "Because of this.\nAnd of that."}, "rft")[0] == 107
