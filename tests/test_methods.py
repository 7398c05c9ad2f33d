"""Preferences and graded answers, from a drop to a served model: what is planned, sent, judged, and refused."""

import json
from typing import Any

import pytest

from shared.core import stages
from shared.core.errors import DatasetInvalid, RecipeInvalid
from shared.core.recipe import Method
from shared.core.training import Metrics, Point
from shared.preparation import prepared
from tests.driving import deliver_all, drop, only_run, outcome
from tests.fakes import World
from tests.standing import at


def asked(number: int) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"Which tool for task {number}?"}]


def pair(number: int) -> dict[str, Any]:
    replies = {"preferred_output": f"Take tool {number}, and clean it.", "non_preferred_output": f"None for {number}!"}
    said = {name: [{"role": "assistant", "content": text}] for name, text in replies.items()}
    return {"input": {"messages": asked(number)}, **said}


def problem(number: int) -> dict[str, Any]:
    return {"messages": asked(number), "tool": f"tool {number % 7}"}


def chat(number: int) -> dict[str, Any]:
    return {"messages": [*asked(number), {"role": "assistant", "content": f"Take tool {number}."}]}


ROWS = {"sft": chat, "dpo": pair, "rft": problem}
GRADER = "{type: string_check, name: right, input: '{{sample.output_text}}', reference: '{{item.tool}}', operation: eq}"
ASKED = "{role: user, content: 'How good is {{sample.output_text}}?'}"
RECIPES = {
    "sft": "hyperparameters: {n_epochs: 2}",
    "dpo": "hyperparameters: {n_epochs: 2, beta: 0.3}",
    "rft": f"model: o4-mini\nhyperparameters: {{n_epochs: 2, eval_samples: 4}}\ngrader: {GRADER}\n"
    "budget: {ask_above_usd: 5000, stop_above_usd: 5000}",
}


def lines(method: Method, count: int = 60) -> bytes:
    return "\n".join(json.dumps(ROWS[method](number)) for number in range(count)).encode()


def curve(**figures: float) -> list[Point]:
    return [Point(step=step, metrics=Metrics.model_validate(figures)) for step in range(1, 31)]


CURVES = {
    "dpo": curve(train_loss=0.5, full_valid_loss=0.55),
    "rft": curve(train_mean_reward=0.5, full_valid_mean_reward=0.45),
}


def driven(method: Method, world: World) -> stages.Stage:
    world.datasets.recipes = {"support": RECIPES[method]}
    drop(world, content=lines(method))
    deliver_all(world)
    return only_run(world).stage


@pytest.mark.parametrize(
    ("method", "sent", "graded"),
    [("dpo", {"n_epochs": 2, "beta": 0.3}, False), ("rft", {"n_epochs": 2, "eval_samples": 4}, True)],
)
def test_a_drop_of_any_method_is_served(method: Method, sent: dict[str, object], graded: bool) -> None:  # noqa: FBT001
    world = World()
    world.trainer.curve = CURVES[method]
    driven(method, world)
    assert isinstance(outcome(world), stages.Expired)
    [job] = world.trainer.jobs
    assert (job.request.method, job.request.hyperparameters) == (method, sent)
    assert job.request.files.validation
    assert (job.request.grader is not None) is graded
    assert job.request.response_format is None


def test_the_grader_is_sent_as_it_was_written() -> None:
    world = World()
    driven("rft", world)
    assert world.trainer.jobs[0].request.grader == {
        "type": "string_check",
        "name": "right",
        "input": "{{sample.output_text}}",
        "reference": "{{item.tool}}",
        "operation": "eq",
    }


@pytest.mark.parametrize("method", ["dpo", "rft"])
def test_a_job_that_reports_nothing_to_judge_by_is_not_served(method: Method) -> None:
    world = World()
    world.trainer.curve = curve(train_loss=0.5, train_mean_reward=0.5)
    driven(method, world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.reasons[0].startswith("inconclusive")
    assert world.deployer.made == 0


def test_a_cost_that_nobody_can_know_waits_for_a_person() -> None:
    world = World()
    world.datasets.recipes = {"support": RECIPES["rft"].replace("budget", "data: {}\n# budget")}
    drop(world, content=lines("rft"))
    deliver_all(world)
    held = only_run(world).stage
    assert isinstance(held, stages.Held)
    assert (held.plan.estimate.usd, held.plan.estimate.usd_per_hour) == (None, 100)


def refused(recipe: str, rows: bytes) -> RecipeInvalid | DatasetInvalid:
    world, run = at("received")
    world.datasets.recipes = {"support": recipe}
    [part] = run.drop.parts
    world.datasets.contents[part.blob.name] = (part.blob, rows, run.created_at)
    with pytest.raises((RecipeInvalid, DatasetInvalid)) as refusal:
        prepared(run, world.services)
    return refusal.value


OTHERS = "models that offer it: o4-mini"


@pytest.mark.parametrize(
    ("recipe", "rows", "why"),
    [
        (
            "hyperparameters: {beta: 0.3}",
            lines("sft"),
            "hyperparameters.beta: sft does not know it; leave it out (the dataset is for sft)",
        ),
        (f"grader: {GRADER}", lines("dpo"), "grader: dpo does not know it; leave it out (the dataset is for dpo)"),
        (
            "model: o4-mini",
            lines("rft"),
            "grader: found nothing; rft needs one, which says what is rewarded (the dataset is for rft)",
        ),
        (
            f"grader: {GRADER}",
            lines("rft"),
            f"method: 'rft' is not offered for gpt-4.1-nano, only sft, dpo; {OTHERS} (the dataset is for rft)",
        ),
        (
            f"model: o4-mini\ngrader: {{type: score_model, name: a, model: o3-mini, input: [{ASKED}]}}",
            lines("rft"),
            "grader: the model 'o3-mini' was retired on 2026-11-19; choose another",
        ),
    ],
)
def test_a_recipe_that_does_not_go_with_the_dataset_is_refused(recipe: str, rows: bytes, why: str) -> None:
    error = refused(recipe, rows)
    assert isinstance(error, RecipeInvalid)
    assert error.faults == (f"recipes/support.yaml: {why}",)


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def seen(number: int) -> dict[str, Any]:
    """A chat about an image, as Azure takes it."""
    shown = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    said = [{"role": "user", "content": [{"type": "text", "text": f"What is on picture {number}?"}, shown]}]
    return {"messages": [*said, {"role": "assistant", "content": f"Tool {number}."}]}


def test_images_are_refused_for_a_model_that_takes_none_and_others_are_named() -> None:
    rows = "\n".join(json.dumps(seen(number) if number % 3 else chat(number)) for number in range(60)).encode()
    error = refused("model: gpt-4.1-nano", rows)
    assert isinstance(error, RecipeInvalid)
    assert error.faults == (
        (
            "recipes/support.yaml: model: gpt-4.1-nano takes no images, which 40 rows have; "
            "these do: gpt-4.1, gpt-4o (the dataset is for sft)"
        ),
    )


def test_images_are_taken_for_a_model_that_sees() -> None:
    world, run = at("received")
    world.datasets.recipes = {"support": "model: gpt-4.1"}
    [part] = run.drop.parts
    rows = "\n".join(json.dumps(seen(number)) for number in range(60)).encode()
    world.datasets.contents[part.blob.name] = (part.blob, rows, run.created_at)
    plan = prepared(run, world.services)
    assert (plan.method, plan.model) == ("sft", "gpt-4.1-2025-04-14")


def test_reinforcement_without_validation_rows_is_refused() -> None:
    error = refused(f"{RECIPES['rft']}\ndata: {{split: {{validation: 0, test: 0}}}}", lines("rft"))
    assert isinstance(error, DatasetInvalid)
    assert "needs a validation file" in str(error)
