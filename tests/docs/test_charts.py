"""What pages show from the code is what there is."""

import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from shared.core.stages import Step
from tests.core.every_stage import CLASSES, STATES
from tests.docs.charts import CHARTS, with_charts
from tests.docs.moves import moves
from tests.docs.pages import CHECKOUT, PAGES, text
from tests.driving import only_run
from tests.fakes import World
from tests.infra.deployments import MAIN
from tests.infra.test_roles import GRANTED, PEOPLE
from tests.test_steps import failed, held, infected, parked, paused_and_cancelled, rejected, trained

PAGE = text(CHECKOUT / "ARCHITECTURE.md")


@pytest.mark.parametrize("page", CHARTS, ids=lambda page: page.name)
def test_what_pages_show_from_the_code_is_up_to_date(page: Path) -> None:
    assert with_charts(page) == page.read_text(encoding="utf-8"), "run: make charts"


def test_every_page_with_marks_is_written() -> None:
    assert {page for page in PAGES if "written by `make charts` -->" in text(page)} == set(CHARTS)


def test_every_stage_but_the_first_is_come_to_and_every_stage_but_the_last_is_left() -> None:
    found = moves()
    assert {move.after for move in found} == set(STATES) - {"received"}
    assert {move.before for move in found} == set(STATES) - {"closed"}


def test_a_stage_is_left_by_the_step_that_it_orders_or_by_a_person() -> None:
    steps = {state: kind.next_step for kind, state in zip(CLASSES, STATES, strict=True)}
    assert all(move.by == steps[move.before] for move in moves() if move.by in set(Step))
    assert {move.by for move in moves()} - set(Step) == {"approve", "refuse", "resume", "cancel"}


@pytest.mark.parametrize("way", [trained, infected, held, parked, rejected, failed, paused_and_cancelled])
def test_what_whole_runs_do_is_in_the_chart(way: Callable[[], World]) -> None:
    seen = {(move.before, move.after) for move in moves()}
    states = [passage.state for passage in only_run(way()).history]
    assert set(pairwise(states)) <= seen


def test_every_module_is_in_the_table() -> None:
    listed = re.findall(r"^\| \[[\w-]+\]\((infra/.+?\.bicep)\)", PAGE, re.MULTILINE)
    there = sorted(str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "infra").rglob("*.bicep") if path != MAIN)
    assert sorted(listed) == there


def test_every_right_is_drawn() -> None:
    drawn = PAGE.split("flowchart LR", 1)[1].split("```", 1)[0]
    for who, _, role in GRANTED | PEOPLE:
        assert re.search(rf'^    {who} -- ".*{role}.*" -->', drawn, re.MULTILINE), (who, role)


def test_the_layers_are_those_that_are_linted() -> None:
    contracts = tomllib.loads(text(CHECKOUT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    [linted] = [one["layers"] for one in contracts if one["type"] == "layers"]
    block = PAGE.split("**Layers**", 1)[1].split("\n\n", 2)[1]
    drawn = [re.split(r" {2,}", line.strip())[:-1] for line in block.splitlines()]
    named = [[f"shared{name}" if name.startswith(".") else name for name in layer] for layer in drawn]
    assert named == [layer.split(" | ") for layer in linted]
