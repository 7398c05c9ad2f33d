"""Each rule has a row that breaks it and one that nearly does."""

import pytest

from shared.core.prepare.rules.book import CHAPTERS
from tests.core.prepare.rules.specimens import Specimen, specimens
from tests.core.prepare.rules.telling import Told, told

APPLIED = {entry.number for _, entries in CHAPTERS for entry in entries}


def of_rule(specimen: Specimen) -> list[Told]:
    return [each for each in told(specimen) if each.rule == specimen.rule]


@pytest.mark.parametrize("specimen", [each for each in specimens() if each.kind == "breaks"], ids=str)
def test_a_row_that_breaks_a_rule_is_told_under_its_number(specimen: Specimen) -> None:
    assert of_rule(specimen), [(each.rule, each.message) for each in told(specimen)]


@pytest.mark.parametrize("specimen", [each for each in specimens() if each.kind == "nearly"], ids=str)
def test_a_row_that_nearly_breaks_a_rule_is_not(specimen: Specimen) -> None:
    assert not of_rule(specimen)


@pytest.mark.parametrize("kind", ["breaks", "nearly"])
def test_every_rule_has_its_rows(kind: str) -> None:
    assert {each.rule for each in specimens() if each.kind == kind} == APPLIED


@pytest.mark.parametrize("specimen", [each for each in specimens() if each.kind == "breaks"], ids=str)
def test_messages_are_for_people(specimen: Specimen) -> None:
    for each in of_rule(specimen):
        assert each.message[-1] not in ".:,"
        assert each.remedy[-1] not in ".:,"
        assert each.remedy[0].islower()
