"""The cases of JSONTestSuite, each as one line in the middle of a good file (MIT, nst/JSONTestSuite)."""

import json
from pathlib import Path

import pytest

from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import chats, drop, jsonl

CASES = sorted(corpus().joinpath("nst__JSONTestSuite/test_parsing").glob("*.json")) if corpus() else []
ROWS = chats(12)

pytestmark = needs_corpus


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_costs_its_own_lines_and_no_others(case: Path) -> None:
    content = case.read_bytes()
    prepared = drop(jsonl(ROWS[:6]) + content + b"\n" + jsonl(ROWS[6:]))

    assert prepared.training == ROWS
    written = [number for number, line in enumerate(content.split(b"\n"), start=7) if line.strip()]
    assert sorted({reject["line"] for reject in prepared.rejects}) == written


@pytest.mark.parametrize("case", [case for case in CASES if b"\n" not in case.read_bytes()], ids=lambda case: case.stem)
def test_json_is_called_json_and_what_is_not_is_not(case: Path) -> None:
    content = case.read_bytes()
    for reject in drop(jsonl(ROWS) + content + b"\n").rejects:
        is_called_json = reject["rule"] not in {5, 8}
        if case.stem.startswith("n_"):
            assert not is_called_json or _is_taken_by_python(content)
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
