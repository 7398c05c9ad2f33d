"""The cases of JSONTestSuite, each as one line in the middle of a good file (MIT, nst/JSONTestSuite).

The file is large enough for the case to stand in a block whose rows go the quick way.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.core.prepare.containers.json_lines import BLOCK_BYTES
from shared.core.prepare.targets import Method
from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import Line, chat, chats, drop, jsonl

CASES = sorted(corpus().joinpath("nst__JSONTestSuite/test_parsing").glob("*.json")) if corpus() else []
ON_ONE_LINE = [case for case in CASES if b"\n" not in case.read_bytes()]


def pair(number: int, better: str = "Yes.") -> Line:
    asked = {"messages": [{"role": "user", "content": f"Question {number}?"}]}
    one, other = ([{"role": "assistant", "content": text}] for text in (better, "No."))
    return {"input": asked, "preferred_output": one, "non_preferred_output": other}


LONG = "word " * (BLOCK_BYTES // 8)  #: more than half a block
ROWS: dict[Method, list[Line]] = {"sft": chats(12), "dpo": [pair(number) for number in range(12)]}
BEFORE: dict[Method, list[Line]] = {
    "sft": [chat(f"Question {number}?", LONG) for number in (12, 13)],
    "dpo": [pair(number, LONG) for number in (12, 13)],
}
"""Rows that fill a block, so that the others stand in the next one."""

pytestmark = needs_corpus


class Outcome(NamedTuple):
    others_are_kept: bool
    rejects: list[tuple[int, int]]  #: the line and the rule of each


@cache
def beside(case: Path, method: Method) -> Outcome:
    """What becomes of a case in the middle of sound rows."""
    before, rows = BEFORE[method], ROWS[method]
    prepared = drop(jsonl([*before, *rows[:6]]) + case.read_bytes() + b"\n" + jsonl(rows[6:]))
    kept = prepared.report.method == method and prepared.training == [*before, *rows]
    return Outcome(kept, [(int(str(reject["line"])), int(str(reject["rule"]))) for reject in prepared.rejects])


@pytest.mark.parametrize("method", ROWS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_costs_its_own_lines_and_no_others(case: Path, method: Method) -> None:
    outcome = beside(case, method)
    assert outcome.others_are_kept
    lines = case.read_bytes().split(b"\n")
    written = [number for number, line in enumerate(lines, start=len(BEFORE[method]) + 7) if line.strip()]
    assert sorted({line for line, _ in outcome.rejects}) == written


@pytest.mark.parametrize("case", ON_ONE_LINE, ids=lambda case: case.stem)
def test_json_is_called_json_and_what_is_not_is_not(case: Path) -> None:
    for _, rule in beside(case, "sft").rejects:
        is_called_json = rule not in {5, 8}
        if case.stem.startswith("n_"):
            assert not is_called_json or _is_taken_by_python(case.read_bytes())
        if case.stem.startswith("y_"):
            assert is_called_json


def _is_taken_by_python(content: bytes) -> bool:
    """NaN, Infinity, and nesting without end: called unsound rather than no JSON."""
    try:
        json.loads(content)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True
