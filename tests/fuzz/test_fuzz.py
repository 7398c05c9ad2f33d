"""A few seconds of the fuzz target, and that it could fail."""

from random import Random

from tests.core.prepare.dropping import LENIENT, drop, jsonl
from tests.fuzz.case import Case, refused_by_the_service
from tests.fuzz.loop import Tried, drawn, run

INPUTS = 120


def test_a_short_run_finds_nothing_that_fails() -> None:
    tried = Tried()
    for tried in run(seed=0, seconds=60, most=INPUTS):
        assert not tried.failures, [*tried.failures]
    assert tried.inputs > INPUTS // 2
    assert tried.remembered


def test_the_same_seed_draws_the_same_cases() -> None:
    one, other = Random(7), Random(7)
    assert [drawn(one, [b"{}"]) for _ in range(30)] == [drawn(other, [b"{}"]) for _ in range(30)]


def test_a_case_that_was_kept_is_the_same_case() -> None:
    random = Random(3)
    for case in (drawn(random, [b"\xff\x00"]) for _ in range(30)):
        assert Case.from_json(case.as_json()) == case


def test_a_line_that_the_service_refuses_is_seen() -> None:
    shown = [{"type": "image_url", "image_url": {"url": "saw.png"}}]
    row = {"messages": [{"role": "user", "content": shown}, {"role": "assistant", "content": "A saw."}]}
    lax = LENIENT.model_copy(update={"rules": {62: "off"}})
    assert [*refused_by_the_service(drop(jsonl([row]), lax))]
    assert not [*refused_by_the_service(drop(jsonl([row])))]
