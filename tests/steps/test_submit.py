"""The files go to Foundry and become a job: admitted, found or made, posted once."""

from collections.abc import Iterator

import pytest

from shared import steps
from shared.core import stages
from shared.core.errors import DropChanged, PermanentError, TrainingFailed, TransientError
from shared.core.polling import MOST_POSTS, SURE_AFTER_LOOKS
from shared.core.preflight import Offer
from shared.core.recipe import Budget
from shared.core.stages import Stage, Step
from tests.standing import at, taken, with_plan


@pytest.mark.parametrize(
    ("budget", "way"),
    [
        ({"ask_above_usd": 1, "stop_above_usd": 2}, ["uploading", "uploaded"]),
        ({"ask_above_usd": 0, "stop_above_usd": 1}, ["held"]),
        ({"ask_above_usd": 0, "stop_above_usd": 0}, ["rejected"]),
    ],
)
def test_what_a_job_would_cost_decides_before_anything_is_uploaded(budget: dict[str, int], way: list[str]) -> None:
    world, run = at("prepared")
    recipe = run.stage.plan.recipe.model_copy(update={"budget": Budget.model_validate(budget)})
    assert [stage.state for stage in taken(Step.SUBMIT, with_plan(run, recipe=recipe), world)] == way
    assert world.trainer.uploads == (2 if "uploading" in way else 0)


def test_an_approval_lets_a_run_through_that_a_person_was_asked_about_but_not_above_the_limit() -> None:
    world, run = at("prepared")
    for limit, end in ((1, "uploaded"), (0, "rejected")):
        budget = Budget(ask_above_usd=0, stop_above_usd=limit)
        approved = with_plan(run, recipe=run.stage.plan.recipe.model_copy(update={"budget": budget}), approved_by="ada")
        assert taken(Step.SUBMIT, approved, world)[-1].state == end


def test_a_file_that_was_uploaded_before_is_not_uploaded_again() -> None:
    world, run = at("uploading")
    [uploaded] = taken(Step.SUBMIT, run, world)
    [again] = taken(Step.SUBMIT, run, world)
    assert uploaded == again
    assert world.trainer.uploads == 2


def test_without_a_validation_file_only_the_training_file_goes_up() -> None:
    world, run = at("uploading")
    run = with_plan(run, validation=None)
    [uploaded] = taken(Step.SUBMIT, run, world)
    assert isinstance(uploaded, stages.Uploaded)
    assert (uploaded.files.validation, world.trainer.uploads) == (None, 1)
    [ready] = taken(Step.WATCH, run.model_copy(update={"stage": uploaded}), world)
    assert isinstance(ready, stages.Ready)


def test_a_prepared_file_that_is_gone_ends_the_run() -> None:
    world, run = at("uploading")
    world.files.contents.clear()
    with pytest.raises(PermanentError, match=r"the prepared file 'train\.jsonl' is gone from the runs container"):
        taken(Step.SUBMIT, run, world)
    assert world.trainer.uploads == 0


@pytest.mark.parametrize("state", ["prepared", "ready"])
def test_nothing_is_sent_for_a_drop_that_changed(state: str) -> None:
    world, run = at(state)
    [part] = run.drop.parts
    world.datasets.upload(part.blob.name, b"newer")
    with pytest.raises(DropChanged, match="was uploaded again: the newer version takes over"):
        taken(Step.SUBMIT, run, world)
    world.datasets.contents.clear()
    with pytest.raises(DropChanged, match="was removed before its job was submitted"):
        taken(Step.SUBMIT, run, world)
    assert world.trainer.jobs == []


def test_a_model_that_left_the_catalogue_is_not_trained() -> None:
    world, run = at("ready")
    with pytest.raises(TrainingFailed, match=r"'gpt-4\.1-femto' is no longer in the catalogue"):
        taken(Step.SUBMIT, with_plan(run, model="gpt-4.1-femto"), world)
    assert world.trainer.jobs == []


def test_a_model_whose_training_has_ended_is_not_trained() -> None:
    world, run = at("ready")
    offer = world.deployer.offer

    def ended(model: str, version: str) -> Offer:
        return offer(model, version).model_copy(update={"training_ends": world.clock.time})

    world.deployer.offer = ended
    with pytest.raises(TrainingFailed, match=r"training of 'gpt-4\.1-nano-2025-04-14' was retired on 2026-11-24"):
        taken(Step.SUBMIT, run, world)
    assert world.trainer.jobs == []


def test_the_intent_is_yielded_before_the_post() -> None:
    world, run = at("ready")
    way: Iterator[Stage] = steps.submit(run, run.stage, world.services)
    assert isinstance(next(way), stages.Submitting)
    assert world.trainer.jobs == []
    assert isinstance(next(way), stages.Training)
    assert len(world.trainer.jobs) == 1


def test_a_job_that_an_earlier_post_made_is_taken_for_the_runs_own() -> None:
    world, run = at("submitting")
    training_world, training_run = at("training")
    world.trainer.jobs = training_world.trainer.jobs
    [training] = taken(Step.SUBMIT, run, world)
    assert isinstance(training, stages.Training)
    assert training.job_id == training_run.stage.job_id
    assert len(world.trainer.jobs) == 1


def test_one_look_that_finds_no_job_is_not_enough_to_post_again() -> None:
    world, run = at("submitting")
    [looked] = taken(Step.SUBMIT, run, world)
    assert looked == run.stage.once_more()
    assert world.trainer.jobs == []
    intent, training = taken(Step.SUBMIT, run.model_copy(update={"stage": looked}), world)
    assert isinstance(intent, stages.Submitting)
    assert (intent.looks, intent.posts) == (0, 2)
    assert isinstance(training, stages.Training)


@pytest.mark.parametrize(
    ("posts", "refusal", "way"),
    [
        (MOST_POSTS - 1, "429", ["submitting", "training"]),
        (MOST_POSTS, "429: 3 jobs run already", ["parked"]),
        (MOST_POSTS, None, ["parked"]),
    ],
)
def test_a_job_is_posted_so_often_and_then_a_person_is_asked(posts: int, refusal: str | None, way: list[str]) -> None:
    world, run = at("submitting")
    worn = run.stage.model_copy(update={"posts": posts, "refusal": refusal, "looks": SURE_AFTER_LOOKS - 1})
    reached = taken(Step.SUBMIT, run.model_copy(update={"stage": worn}), world)
    assert [stage.state for stage in reached] == way
    if isinstance(reached[-1], stages.Parked):
        assert reached[-1].reason == (refusal or "no job could be made")
        assert world.trainer.jobs == []


def test_what_the_service_said_to_a_refused_post_is_kept() -> None:
    world, run = at("ready")
    world.trainer.refusals["create_job"] = [TransientError("429: 3 jobs run already")]
    _, refused = taken(Step.SUBMIT, run, world)
    assert isinstance(refused, stages.Submitting)
    assert (refused.refusal, refused.looks, refused.posts) == ("429: 3 jobs run already", 0, 1)
