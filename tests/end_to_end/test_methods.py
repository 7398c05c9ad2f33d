"""On the local stack: preferences and graded answers become served models, as chats do."""

import json

import pytest

from local.demo.client import ask
from local.stack.running import Stack
from tests.end_to_end.stack import (
    Node,
    decide,
    effects,
    file_of,
    get,
    page_of,
    put_recipe,
    run_that_reached,
    states,
    wait_for,
)

pytestmark = pytest.mark.stack

COLOURS = ("red", "green", "blue", "white")


def asked(number: int) -> dict[str, str]:
    return {"role": "user", "content": f"What colour is the door with the number {number}?"}


def preferred(number: int) -> Node:
    good = f"The door with the number {number} is {COLOURS[number % 4]}, and it always was."
    return {
        "input": {"messages": [asked(number)]},
        "preferred_output": [{"role": "assistant", "content": good}],
        "non_preferred_output": [{"role": "assistant", "content": f"Who would know that of {number}, and why?"}],
    }


def graded(number: int) -> Node:
    return {"messages": [asked(number)], "colour": COLOURS[number % 4]}


def lines(rows: list[Node]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def recorded(stack: Stack, run: Node, record: str) -> list[Node]:
    return get(stack, "insights", f"/api/records?run_id={run['id']}&record={record}")


def test_preferences_become_a_served_model(stack: Stack) -> None:
    put_recipe(stack, "pairs", b"deployment: {capacity: 5}\nhyperparameters: {beta: 0.2}")
    stack.drop(lines([preferred(number) for number in range(80)]), "pairs/doors.jsonl")
    run = run_that_reached(stack, "pairs/doors.jsonl", "serving", "rejected", "failed")
    assert "serving" in states(run), run["stage"]
    assert run["stage"]["plan"]["method"] == "dpo"
    [job], deployments = effects(stack, run)
    assert job["method"]["type"] == "dpo"
    assert len(deployments) == 1
    assert file_of(stack, run, "results.csv").startswith(b"step,train_loss,valid_loss,full_valid_loss\n")
    assert wait_for(lambda: recorded(stack, run, "training_point"), "points")
    assert ask(stack, run["stage"]["deployment"]["name"], "What colour is the door with the number 7?")


GRADED_RECIPE = b"""
model: o4-mini
deployment: {capacity: 5}
hyperparameters: {reasoning_effort: low, eval_interval: 5}
grader:
  type: string_check
  name: right colour
  input: "{{sample.output_json.colour}}"
  reference: "{{item.colour}}"
  operation: eq
response_format:
  type: json_schema
  json_schema:
    name: colour
    schema: {type: object, properties: {colour: {type: string}}, required: [colour], additionalProperties: false}
"""


def test_graded_answers_become_a_served_model_once_a_person_has_approved_what_nobody_can_price(stack: Stack) -> None:
    put_recipe(stack, "graded", GRADED_RECIPE)
    for part, numbers in (("train", range(60)), ("validation", range(60, 80))):
        stack.drop(lines([graded(number) for number in numbers]), f"graded/doors/{part}.jsonl")
    held = run_that_reached(stack, "graded/doors", "held", "rejected", "failed")
    assert held["stage"]["state"] == "held", held["stage"]
    assert held["stage"]["plan"]["estimate"]["usd_per_hour"] == 100
    decide(stack, held, "approve")

    run = run_that_reached(stack, "graded/doors", "serving", "rejected", "failed")
    assert "serving" in states(run), run["stage"]
    assert run["stage"]["plan"]["method"] == "rft"
    [job], deployments = effects(stack, run)
    assert job["method"]["type"] == "reinforcement"
    assert len(deployments) == 1
    assert b"full_valid_mean_reward" in file_of(stack, run, "results.csv").splitlines()[0]
    chosen = run["stage"]["verdict"]["chosen"]
    assert chosen["metrics"]["full_valid_mean_reward"] is not None
    points = wait_for(lambda: recorded(stack, run, "training_point"), "points")
    assert all("train_mean_reward" in point["properties"] for point in points)
    assert "Reward over training steps" in page_of(stack, run)
