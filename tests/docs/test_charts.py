"""The charts in ARCHITECTURE.md show what there is."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from shared.core.stages import Step
from tests.core.every_stage import CLASSES, STATES
from tests.docs.charts import DOCUMENT, with_charts
from tests.docs.moves import moves
from tests.driving import only_run
from tests.fakes import World
from tests.infra.deployments import MAIN, MODULES
from tests.infra.test_roles import GRANTED, PEOPLE
from tests.test_steps import failed, held, infected, parked, paused_and_cancelled, rejected, trained

PAGE = DOCUMENT.read_text(encoding="utf-8")


def test_the_charts_are_those_of_the_code() -> None:
    assert with_charts(PAGE) == PAGE, "run: make charts"


def test_a_page_without_its_marks_is_not_taken_for_one_with_charts() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        with_charts(PAGE.replace("<!-- end of stages -->", ""))


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
    assert set(re.findall(r"\(infra/modules/(.+?)\)", PAGE)) == {path.name for path in MODULES}
    assert set(re.findall(r"modules/([\w-]+\.bicep)'", MAIN.read_text(encoding="utf-8"))) == {
        path.name for path in MODULES
    }


def test_every_right_is_drawn() -> None:
    drawn = PAGE.split("flowchart LR", 1)[1].split("```", 1)[0]
    for who, _, role in GRANTED | PEOPLE:
        assert re.search(rf'^    {who} -- ".*{role}.*" -->', drawn, re.MULTILINE), (who, role)
