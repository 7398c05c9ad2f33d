"""What the app says when it refuses, waits or gives up, where people meet it: on the fakes, in its own words."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from shared import intake
from shared.core import stages
from shared.core.errors import TrainingFailed, TransientError
from shared.core.preflight import Offer
from shared.core.scan import Scan
from shared.core.training import JobStatus, Metrics, Point
from tests.driving import CONTAINER, DATASET, ROWS, deliver, drop, only_run
from tests.fakes import NOON, World
from tests.test_methods import GRADER, lines

type Situation = Callable[[World], None]

NAME = "support/questions.jsonl"
MOST_DELIVERIES = 1500  #: a run that waits for a person at the service is looked at for ever
RETIRED = "{type: score_model, name: judge, model: o3-mini, input: [{role: user, content: '{{sample.output_text}}'}]}"
WITH_IMAGES = "\n".join(
    json.dumps(
        {
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "image_url", "image_url": {"url": f"https://example.com/{number}.png"}}],
                },
                {"role": "assistant", "content": f"It is tool {number}."},
            ]
        }
    )
    for number in range(60)
).encode()
FEW = "\n".join(map(json.dumps, ROWS[:5])).encode()


@cache
def said(situation: Situation) -> str:
    """The titles of all cards of a run in a situation, and the reasons with which it ends or rests."""
    world = World()
    situation(world)
    for _ in range(MOST_DELIVERIES):
        if world.bus.queue:
            deliver(world.bus.next(), world)
    run = only_run(world)
    stage = run.stage.outcome if isinstance(run.stage, stages.Closed) else run.stage
    reasons = getattr(stage, "reasons", None) or [getattr(stage, "reason", "")]
    return "\n".join([*(notice.message.title for notice in run.notices), *reasons])


def by_recipe(text: str) -> Situation:
    def situation(world: World) -> None:
        world.datasets.recipes["support"] = text
        drop(world)

    return situation


def for_grading(recipe: str) -> Situation:
    """Problems of reinforcement, with a recipe for them."""

    def situation(world: World) -> None:
        world.datasets.recipes["support"] = f"model: o4-mini\n{recipe}"
        drop(world, content=lines("rft"))

    return situation


def with_content(content: bytes) -> Situation:
    return lambda world: drop(world, content=content)


def with_set_recipe(world: World) -> None:
    world.datasets.upload("support/march/train.jsonl", DATASET)
    wishes = world.datasets.upload("support/march/recipe.yaml", b"model: gpt-4.1")
    intake.arrived(CONTAINER, wishes, world.services)
    intake.settled(*world.bus.settles[-1], world.services)


def scanned(outcome: str) -> Situation:
    def situation(world: World) -> None:
        world.scanner.says[NAME] = Scan.model_validate({"outcome": outcome, "said": "no result of a malware scan"})
        drop(world)

    return situation


def dropped_again(world: World) -> None:
    drop(world)
    deliver(world.bus.next(), world)
    world.datasets.upload(NAME, DATASET)


def taken_back(world: World) -> None:
    drop(world)
    deliver(world.bus.next(), world)
    world.datasets.contents.clear()


def retired(world: World) -> None:
    ended = NOON - timedelta(days=1)
    world.deployer.offer = lambda model, version: Offer(
        name=model, version=version, lifecycle="Deprecated", training_ends=ended, inference_ends=None
    )
    drop(world)


def not_offered(world: World) -> None:
    world.deployer.offers = False
    drop(world)


def unmeasured(world: World) -> None:
    """The service reports no figure of the validation file."""
    world.trainer.curve = [Point(step=step, metrics=Metrics(train_loss=1 / step)) for step in range(1, 31)]
    drop(world)


def ended(status: JobStatus) -> Situation:
    def situation(world: World) -> None:
        world.trainer.ends_as = status
        drop(world)

    return situation


def never_answers(world: World) -> None:
    world.deployer.looks_until_ready = MOST_DELIVERIES
    drop(world)


def refused(error: Exception) -> Situation:
    def situation(world: World) -> None:
        world.trainer.refusals["find_files"] = [error] * MOST_DELIVERIES
        drop(world)

    return situation


SITUATIONS: dict[str, Situation] = {
    "a key with a typing error": by_recipe("modell: gpt-4.1"),
    "a model that is not in the catalogue": by_recipe("model: gpt-5-nano"),
    "a value out of bounds": by_recipe("hyperparameters: {n_epochs: 500}"),
    "no YAML": by_recipe("model: [gpt"),
    "no grader": by_recipe("method: rft\nmodel: o4-mini"),
    "a hyperparameter of another method": by_recipe("hyperparameters: {beta: 0.1}"),
    "a model without the deployment": by_recipe("model: gpt-4o"),
    "a model without the method": by_recipe("model: o4-mini\nmethod: sft"),
    "a judge that is gone": for_grading(f"grader: {RETIRED}"),
    "a model that sees nothing": with_content(WITH_IMAGES),
    "no validation file for reinforcement": for_grading(
        f"grader: {GRADER}\ndata: {{split: {{validation: 0, test: 0}}}}"
    ),
    "a set that asks for too much": with_set_recipe,
    "another method than the rows are for": by_recipe("method: dpo"),
    "rows that cannot be used": with_content(DATASET + b'\n{"prompt": ""}' * 10),
    "rows of no format": with_content(b'{"colour": "red"}\n' * 20),
    "too few rows": with_content(FEW),
    "no data": with_content(b"%PDF-1.7 and more"),
    "too dear": by_recipe("budget: {ask_above_usd: 0, stop_above_usd: 0}"),
    "dear": by_recipe("budget: {ask_above_usd: 0}"),
    "no checkpoint that is good enough": by_recipe("training_gate: {min_validation_token_accuracy: 0.99}"),
    "nothing to judge by": unmeasured,
    "malware": scanned("infected"),
    "no scan": scanned("awaited"),
    "uploaded again": dropped_again,
    "removed": taken_back,
    "a retired model": retired,
    "a model that the account does not offer": not_offered,
    "a job that failed": ended(JobStatus.FAILED),
    "a job that is paused": ended(JobStatus.PAUSED),
    "a job that was cancelled": ended(JobStatus.CANCELLED),
    "a deployment that never answers": never_answers,
    "a right that is missing": refused(TransientError("uploading a file: 403; it takes the role 'Foundry User'")),
    "a file that the service does not take": refused(TrainingFailed("400 invalidPayload")),
}
