"""On a local stack that loses every event: what nobody announced is found by the timer."""

from collections.abc import Iterator

import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import effects, run_that_reached, stack_in
from tests.end_to_end.test_drops import ROWS, lines

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def deaf_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_in(tmp_path_factory.mktemp("deaf"), lose_events=1, sweep_schedule="*/3 * * * * *") as running:
        yield running


def test_a_file_whose_event_was_lost_is_served_all_the_same(deaf_stack: Stack) -> None:
    deaf_stack.drop(lines(ROWS), "support/unheard.jsonl")
    run = run_that_reached(deaf_stack, "support/unheard.jsonl", "serving")
    assert len(effects(deaf_stack, run)[0]) == 1


def test_a_set_whose_events_were_lost_becomes_one_run(deaf_stack: Stack) -> None:
    deaf_stack.drop(lines(ROWS[:60]), "support/unheard/train.jsonl")
    deaf_stack.drop(lines(ROWS[60:]), "support/unheard/validation.jsonl")
    run = run_that_reached(deaf_stack, "support/unheard", "training")
    assert [part["part"] for part in run["drop"]["parts"]] == ["train", "validation"]
