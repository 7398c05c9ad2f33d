"""What there is to record of a run's passages, its plan and its gate."""

from datetime import timedelta

import pytest

from shared.core import stages
from shared.core.gate import judge
from shared.core.news import labels_of, passages, record_of_gate, record_of_plan
from shared.core.recipe import TrainingGate
from shared.core.training import Checkpoint, Metrics, Point
from tests.core.every_stage import STATES
from tests.report.examples import JOB, WAYS, example
from tests.standing import at

RUNS = {run.stage.state: run for run in map(example, WAYS)}


def test_work_is_labelled_with_the_run_as_it_was_found() -> None:
    run = RUNS["training"]
    assert labels_of(run, "watch", 3).model_dump() == {
        "run_id": run.id,
        "family": run.family,
        "stage": "training",
        "step": "watch",
        "attempt": 3,
    }


@pytest.mark.parametrize("state", STATES)
def test_every_stage_that_a_run_came_to_is_told_once_in_order(state: str) -> None:
    run = RUNS[state]
    told = passages(run, since=0)
    assert [(one.stage_entered, one.revision) for one in told] == [(one.state, one.revision) for one in run.history]
    assert [one.stage_left for one in told[1:]] == [one.stage_entered for one in told[:-1]]
    assert told[0].stage_left is None


@pytest.mark.parametrize("state", STATES)
def test_the_time_in_all_stages_is_the_time_since_the_run_began(state: str) -> None:
    run = RUNS[state]
    seconds = sum(one.stage_seconds or 0 for one in passages(run, since=0))
    assert timedelta(seconds=seconds) == run.history[-1].at - run.history[0].at


def test_only_what_came_after_a_revision_is_told_and_a_repeat_tells_the_same() -> None:
    run = RUNS["training"]
    last = run.history[-1]
    assert passages(run, since=last.revision) == []
    assert [one.stage_entered for one in passages(run, since=last.revision - 1)] == ["training"]
    assert passages(run, since=0) == passages(run, since=0)


@pytest.mark.parametrize("state", STATES)
def test_exactly_the_stages_that_wait_for_a_person_say_so(state: str) -> None:
    waits = passages(RUNS[state], since=0)[-1].waits_for_person
    assert waits == (state in {"held", "paused", "parked"})


def test_a_serving_run_tells_its_deployment_and_when_it_ends() -> None:
    run = RUNS["serving"]
    assert isinstance(run.stage, stages.Serving)
    told = passages(run, since=0)[-1]
    assert (told.deployment, told.expires_at) == (run.stage.deployment.name, run.stage.expires_at)
    assert (told.base_model, told.job_id) == (run.stage.plan.model, run.stage.job.id)


def test_a_run_that_was_rejected_tells_by_what_also_once_it_is_closed() -> None:
    world, run = at("rejected")
    assert passages(run, since=0)[-1].rejected_by
    closed = run.moved_to(stages.Closed(outcome=run.stage), world.clock())
    assert passages(closed, since=run.revision)[-1].rejected_by == passages(run, since=0)[-1].rejected_by


def test_a_plan_tells_what_it_is_about_to_cost() -> None:
    stage = RUNS["prepared"].stage
    assert isinstance(stage, stages.Prepared)
    told = record_of_plan("3f9c", stage.plan)
    assert (told.usd_estimated, told.tokens_estimated) == (stage.plan.estimate.usd, stage.plan.estimate.tokens)


def measured(step: int, loss: float) -> Checkpoint:
    metrics = Metrics(train_loss=loss, full_valid_loss=loss, full_valid_mean_token_accuracy=0.8)
    return Checkpoint(id=f"c{step}", model=f"m{step}", step=step, metrics=metrics)


def test_the_gates_gain_is_the_first_validation_loss_less_the_chosen_checkpoints() -> None:
    points = [Point(step=1, metrics=Metrics(valid_loss=2.5))]
    verdict = judge(TrainingGate(), "sft", [measured(10, 1.5), measured(20, 1.0), measured(30, 1.25)], points)
    told = record_of_gate("3f9c", JOB, verdict, points)
    assert (told.gate_outcome, told.chosen_step, told.loss_gain) == ("passed", 20, 1.5)


def test_a_gate_that_could_not_run_tells_no_figures() -> None:
    told = record_of_gate("3f9c", JOB, judge(TrainingGate(), "sft", [], []), [])
    assert told.gate_outcome == "could not run"
    assert told.chosen_step is told.validation_loss is told.loss_gain is told.reward_gain is None
