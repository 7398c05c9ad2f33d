"""Formats that share field names are told apart wherever their rows stand, and what they become is told again."""

import pytest

from shared.core.prepare.targets import Method
from tests.core.prepare.dropping import LENIENT, drop, jsonl
from tests.core.prepare.one_of_each import MADE, ROWS

FIRST = {name: rows[0] for name, rows in ROWS.items()}
OF_SETS = {"images", "schemaVersion", "chosen", "rejected", "chosen_messages", "rejected_messages"}
"""Keys beside which `messages` belong to something else."""


@pytest.mark.parametrize("first", FIRST)
def test_a_row_is_taken_for_what_it_is_behind_every_other(first: str) -> None:
    names = [name for other in FIRST for name in (first, other)]
    formats = drop(jsonl(FIRST[name] for name in names)).report.formats
    assert formats == {name: len(FIRST) + 1 if name == first else 1 for name in FIRST}


@pytest.mark.parametrize(("name", "method"), MADE)
def test_what_a_row_becomes_stays_as_it_is(name: str, method: Method) -> None:
    rows = ROWS[name] * (2 if len(ROWS[name]) == 1 else 1)  # a single row may be a file of another kind
    once = drop(jsonl(rows), method=method)
    twice = drop(once.written["training"] * 2, method=method)
    assert once.training
    assert not once.rejects
    assert twice.training == once.training
    assert twice.report.rows.fixed == 0


@pytest.mark.parametrize("name", ["Azure RFT", "multiple choice", "question/answer", "Alpaca"])
def test_keys_of_others_do_not_make_a_problem_something_else(name: str) -> None:
    others = {key: value for row in FIRST.values() for key, value in row.items() if key not in OF_SETS}
    [problem] = drop(jsonl([FIRST[name]] * 2), method="rft").training
    row = {**others, **problem}
    assert drop(jsonl([row, row])).report.formats == {"Azure RFT": 2}


@pytest.mark.parametrize("name", ["Verl", "TRL GRPO", "Nova RFT", "problem/solution", "multiple choice"])
def test_what_has_a_meaning_in_a_problem_is_no_field_for_its_grader(name: str) -> None:
    prepared = drop(jsonl([{**FIRST[name], "parallel_tool_calls": "sometimes"}] * 2), method="rft")
    [line] = prepared.training
    assert "parallel_tool_calls" not in line
    assert "keys that are not learnt were left out: 'parallel_tool_calls'" in prepared.messages()


def reasoned(value: object) -> object:
    """The same with reasoning beside each reply."""
    if isinstance(value, list):
        return [reasoned(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {key: reasoned(one) for key, one in value.items()}
    return {**inner, "reasoning_content": "Six sevens."} if value.get("role") == "assistant" else inner


REASONED = [name for name, row in FIRST.items() if reasoned(row) != row and "Nova" not in name]


@pytest.mark.parametrize("name", REASONED)
def test_reasoning_beside_a_reply_goes_or_the_row_does_as_the_recipe_says(name: str) -> None:
    rows = jsonl([reasoned(row) for row in ROWS[name]] * 2)
    dropping, rejecting = drop(rows), drop(rows, LENIENT.model_copy(update={"reasoning": "reject"}))
    assert "Six sevens" not in dropping.written["training"].decode()
    assert "reasoning that stood beside a reply was left out" in dropping.messages()
    assert "Six sevens" not in rejecting.written["training"].decode()
    assert "reasoning stands beside a reply" in rejecting.messages()
