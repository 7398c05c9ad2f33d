"""On the local stack, with a scanner beside it: what it finds decides what is read."""

import pytest

from local.scanner.scans import EICAR
from local.stack.running import Stack
from tests.end_to_end.stack import effects, get, run_that_reached, runs_named, states, wait_for
from tests.security.dropped import ROWS, lines

pytestmark = pytest.mark.stack


def titles(stack: Stack, name: str) -> list[str]:
    return [card["title"] for card in get(stack, "teams", "/cards.json") if name in card["title"]]


def files_of(stack: Stack, run_id: str) -> set[str]:
    with stack.blobs() as blobs:
        names = blobs.get_container_client("runs").list_blob_names(name_starts_with=f"{run_id}/")
        return {name.split("/", 1)[1] for name in names}


def test_a_clean_drop_waits_for_its_scan_and_is_served(stack: Stack) -> None:
    stack.drop(lines(ROWS), "support/clean.jsonl")
    run = run_that_reached(stack, "support/clean.jsonl", "serving")
    assert len(effects(stack, run)[0]) == 1


def test_an_infected_drop_is_refused_with_a_card_and_leaves_nothing_behind(stack: Stack) -> None:
    stack.drop(lines(ROWS) + b"\n" + EICAR, "support/infected.jsonl")
    run = run_that_reached(stack, "support/infected.jsonl", "closed")
    assert "prepared" not in states(run)
    told = wait_for(lambda: titles(stack, "support/infected.jsonl"), "a card")
    assert told == ["support/infected.jsonl was refused: malware was found in it"]
    assert {name for name in files_of(stack, run["id"]) if not name.startswith("told/")} == {"run.json", "lineage.json"}
    assert effects(stack, run) == ([], [])


def test_a_drop_that_is_never_scanned_is_never_read_and_asks_a_person(stack: Stack) -> None:
    stack.drop(lines(ROWS), "support/unscanned.jsonl")
    run = run_that_reached(stack, "support/unscanned.jsonl", "parked")
    assert states(run) == ["received", "scanning", "parked"]
    told = wait_for(lambda: titles(stack, "support/unscanned.jsonl"), "a card")
    assert told == ["support/unscanned.jsonl is stuck at prepare"]


def test_a_set_is_scanned_file_by_file(stack: Stack) -> None:
    stack.drop(lines(ROWS[:40]), "support/mixed/train.jsonl")
    stack.drop(EICAR, "support/mixed/test.jsonl")
    run = run_that_reached(stack, "support/mixed", "closed")
    assert len(runs_named(stack, "support/mixed")) == 1
    assert "'support/mixed/test.jsonl': malware was found in it" in run["stage"]["outcome"]["reasons"][0]
