"""The samples that come with the project end as their README says."""

import re
from pathlib import Path

import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import Prepared, drop, fates

SAMPLES = Path(__file__).parents[3] / "samples"


def dropped(name: str) -> Prepared:
    return drop((SAMPLES / name).read_bytes(), DataOptions(), name=name)


def told_lines(heading: str, word: str) -> list[int]:
    """The lines that the README's table under a heading names beside a word."""
    section = (SAMPLES / "README.md").read_text().split(f"## {heading}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\d, ]+) \|(.*)$", section, re.MULTILINE)
    return sorted(int(line) for lines, text in rows if word in text for line in lines.split(","))


def test_helpsteer_is_accepted_for_all_its_defects() -> None:
    prepared = dropped("helpsteer.jsonl")
    assert prepared.report.verdict == "accepted"
    assert fates(prepared) == {
        "read": 320, "kept": 236, "fixed": 4, "rejected": 10, "duplicates": 2, "filtered": 50, "test": 18,
    }  # fmt: skip
    assert [reject["line"] for reject in prepared.rejects] == told_lines("helpsteer.jsonl", "rejected")


@pytest.mark.parametrize(("word", "rules"), [("repaired", {35, 41}), ("duplicates", {120})])
def test_helpsteer_has_what_is_repaired_and_left_out_where_its_readme_says(word: str, rules: set[int]) -> None:
    findings = dropped("helpsteer.jsonl").report.findings
    lines = {place.line for one in findings if one.rule in rules for place in one.places}
    assert sorted(lines) == told_lines("helpsteer.jsonl", word)


def test_broken_is_rejected_row_by_row() -> None:
    prepared = dropped("broken.csv")
    assert prepared.report.verdict == "rejected"
    assert [reject["line"] for reject in prepared.rejects] == told_lines("broken.csv", "")
    assert prepared.report.reasons[0].startswith("11 of 24 rows (45.8%) cannot be used")
