"""The list of rules and the code that applies them say the same."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from shared.core import prepare
from shared.core.prepare.rules.book import CHAPTERS, ELSEWHERE, Entry

ENTRIES = {entry.number: entry for _, entries in CHAPTERS for entry in entries}
PACKAGE = Path(prepare.__file__).parent
LISTED = {*range(1, 18), *range(20, 44), *range(50, 60), *range(60, 75), *range(80, 93), *range(100, 115)}
LISTED |= {*range(120, 137), *range(140, 154)}


def applied() -> Iterator[tuple[str, int, str, str]]:
    """Each `Rule(number, name, severity, ...)` of the package that has a number, and where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule":
                number, name, severity = (ast.literal_eval(argument) for argument in node.args[:3])
                if number is not None:
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", number, name, severity


def test_every_rule_that_is_applied_is_called_in_reports_what_the_list_calls_it() -> None:
    odd = [
        (place, number, name)
        for place, number, name, _ in applied()
        if number not in ENTRIES or name not in {ENTRIES[number].title, *ENTRIES[number].parts}
    ]
    assert not odd


def test_every_rule_that_is_applied_is_as_severe_as_the_list_says() -> None:
    odd = [
        (place, number, severity)
        for place, number, _, severity in applied()
        if severity not in ENTRIES[number].severities
    ]
    assert not odd


def test_the_list_claims_no_rule_and_no_severity_that_is_not_applied() -> None:
    found = {(number, severity) for _, number, _, severity in applied()}
    listed = {(number, severity) for number, entry in ENTRIES.items() for severity in entry.severities}
    assert listed == found


def test_every_number_is_applied_or_somebody_else_sees_to_it() -> None:
    elsewhere = [one.number for one in ELSEWHERE]
    assert sorted([*ENTRIES, *elsewhere]) == sorted(LISTED)


def test_the_list_is_in_order() -> None:
    assert all(before < after for before, after in pairwise(ENTRIES))
    assert all(before.number < after.number for before, after in pairwise(ELSEWHERE))


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: str(entry.number))
def test_what_the_list_says_are_sentences(entry: Entry) -> None:
    assert entry.title[0].islower() or entry.title.startswith("UTF-8")
    for text in (entry.checks, entry.why, entry.remedy):
        assert text[0].isupper()
        assert text[-1] in ".”)…"
