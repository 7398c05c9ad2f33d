"""Links lead somewhere, and commands that pages name are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.core.prepare.rules.book import CHAPTERS, ELSEWHERE
from tests.docs.pages import CHECKOUT, PAGES, anchors, links, text

GOAL = re.compile(r"^([a-z]+):", re.MULTILINE)
MAKE = re.compile(r"(?:^ {4,}|`)make((?: +[a-z]+\b(?!=))+)", re.MULTILINE)
TUNEDROP = re.compile(r"(?:^ {4,}|`)(?:\.venv/bin/)?tunedrop ([a-z]+)", re.MULTILINE)
MODULE = re.compile(r"python -m ((?:tests|local|shared|bench)[a-z_.]*)")
FILE = re.compile(r"`((?:shared|functions|infra|local|tests|docs|recipes|samples|bench)/[\w./-]+)`")
RULE = re.compile(r"\b[Rr]ule (\d+)\b")
RULES = {rule.number for _, entries in CHAPTERS for rule in entries} | {rule.number for rule in ELSEWHERE}


def named(pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for match in pattern.finditer(text(page)):
            yield page, match[1]


def test_all_pages_are_looked_at() -> None:
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {page.name for page in PAGES}
    assert (CHECKOUT / "docs" / "operations" / "dead-letters.md") in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        name, _, anchor = target.partition("#")
        leads_to = (page.parent / name).resolve() if name else page
        assert leads_to.exists(), target
        assert not anchor or anchor in anchors(leads_to), target


def test_a_link_that_leads_nowhere_is_seen() -> None:
    assert "needs-roles" not in anchors(CHECKOUT / "docs" / "replaying.md")
    assert "what-it-needs" in anchors(CHECKOUT / "docs" / "replaying.md")


def test_every_make_target_that_a_page_names_is_there() -> None:
    goals = set(GOAL.findall(text(CHECKOUT / "Makefile")))
    for page, words in named(MAKE):
        assert set(words.split()) <= goals, f"{page.name}: make{words}"


def test_every_command_that_a_page_names_is_there() -> None:
    acts = re.findall(r"acts\.add_parser\(\"([a-z]+)\"", text(CHECKOUT / "shared" / "command" / "arguments.py"))
    programs = [
        word
        for path in CHECKOUT.glob("shared/*/*.py")
        for word in re.findall(r"prog=\"tunedrop ([a-z]+)\"", text(path))
    ]
    commands = {*acts, *programs}
    for page, word in named(TUNEDROP):
        assert word in commands, f"{page.name}: tunedrop {word}"


def test_every_module_that_a_page_names_is_there() -> None:
    for page, name in named(MODULE):
        path = CHECKOUT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), f"{page.name}: python -m {name}"


def test_every_file_that_a_page_names_is_there() -> None:
    for page, name in named(FILE):
        assert (CHECKOUT / name).exists(), f"{page.name}: {name}"


def test_every_rule_that_a_page_names_is_in_the_book() -> None:
    for page, number in named(RULE):
        assert int(number) in RULES, f"{page.name}: rule {number}"
