"""Which runs hold a row is told from what they prepared, whatever recipe they had."""

import json

import pytest

from shared.tracing.runs import NoExample, sought_in, trace
from tests.driving import ROWS, deliver_all, drop, only_run
from tests.fakes import World

OTHER = json.dumps({"prompt": "What is a saw for?", "response": "For wood."}).encode()


def example(prompt: str, response: str, *before: dict[str, str]) -> bytes:
    said = [{"role": "user", "content": prompt}, {"role": "assistant", "content": response}]
    return json.dumps({"messages": [*before, *said]}).encode()


def as_trained(number: int, *before: dict[str, str]) -> bytes:
    return example(ROWS[number]["prompt"].strip(), ROWS[number]["response"], *before)


def traced(world: World, *lines: bytes) -> list[str]:
    return [*trace(sought_in([b"\n".join(lines)]), world.services)]


@pytest.fixture
def world() -> World:
    world = World()
    drop(world)
    deliver_all(world)
    return world


def test_a_row_is_found_where_it_was_trained_on_validated_or_tested(world: World) -> None:
    run = only_run(world)
    found = [place for number in range(len(ROWS)) for place in traced(world, as_trained(number))[:-1]]
    assert len(found) == len(ROWS)
    assert {place.split(", ")[1] for place in found} == {"train.jsonl", "validation.jsonl", "test.jsonl"}
    assert all(place.startswith(f"line 1: run {run.id}, ") for place in found)


def test_what_was_made_of_the_run_is_told_with_it(world: World) -> None:
    told = traced(world, as_trained(3), as_trained(5))
    assert [line.partition(":")[0] for line in told[:-1]] in (["line 1", "line 2"], ["line 2", "line 1"])
    assert "dropped as support/questions.jsonl; model gpt-4.1-nano-2025-04-14.ft-" in told[-1]
    assert told[-1].endswith("; expired")


def test_a_system_prompt_of_the_recipe_hides_no_row(world: World) -> None:
    assert traced(world, as_trained(3, {"role": "system", "content": "Be brief."}))


def test_other_words_are_not_taken_for_the_row(world: World) -> None:
    assert traced(world, example("What is a saw for?", "For wood.")) == []
    assert traced(world, example(ROWS[3]["response"], ROWS[3]["prompt"])) == []


def test_both_replies_of_a_pair_count() -> None:
    asked = {"messages": [{"role": "user", "content": "Which saw?"}]}
    pair = {
        "input": asked,
        "preferred_output": [{"role": "assistant", "content": "This one."}],
        "non_preferred_output": [{"role": "assistant", "content": "No idea."}],
    }
    turned = {
        **pair,
        "preferred_output": pair["non_preferred_output"],
        "non_preferred_output": pair["preferred_output"],
    }
    assert len(sought_in([b"\n".join(json.dumps(one).encode() for one in (pair, turned, pair))])) == 2


@pytest.mark.parametrize("line", [OTHER, b"{", b"[]", b'{"messages": []}'])
def test_a_file_in_another_format_is_refused_by_its_line(line: bytes) -> None:
    with pytest.raises(NoExample, match=r"^line 2: not an example in Azure's format; tunedrop convert writes it$"):
        sought_in([as_trained(1) + b"\n" + line])
