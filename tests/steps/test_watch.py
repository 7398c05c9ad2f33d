"""What a look at files, jobs and deployments leads to."""

from datetime import timedelta

import pytest

from shared.core import stages
from shared.core.errors import PermanentError, TransientError
from shared.core.polling import READY_LOOKS
from shared.core.stages import Step
from shared.core.training import Cursor, JobStatus
from tests.fakes import NOON
from tests.standing import answering, at, taken, with_stage


def test_files_that_are_not_processed_yet_are_looked_at_again() -> None:
    world, run = at("uploaded")
    world.trainer.files_ready = lambda ids: not ids
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]


def test_a_job_without_news_is_looked_at_again_with_all_that_is_known() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.QUEUED, events=(), checkpoints=())
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]


def test_what_a_look_shows_is_posted_once() -> None:
    world, run = at("training")
    cursor = Cursor(event_id="ftevent-13", checkpoint_step=10)
    world.trainer.looks_until_done = 2
    first = with_stage(run, cursor=cursor)
    [stage] = taken(Step.WATCH, first, world)
    assert [record.event_id for record in world.telemetry.of("job_event")] == ["ftevent-14", "ftevent-15"]
    assert [record.training_step for record in world.telemetry.of("training_point")] == [14, 15]
    assert world.telemetry.of("checkpoint") == []
    assert stage.cursor == Cursor(event_id="ftevent-15", checkpoint_step=10)
    [stage] = taken(Step.WATCH, run.model_copy(update={"stage": stage}), world)
    assert [record.training_step for record in world.telemetry.of("training_point")] == list(range(14, 31))
    assert [record.training_step for record in world.telemetry.of("checkpoint")] == [20, 30]
    assert stage.cursor == Cursor(event_id="ftevent-30", checkpoint_step=30)


def test_what_the_service_does_not_say_of_a_jobs_times_is_not_made_up() -> None:
    world, run = at("training")
    answering(world, started_at=None)
    [stage] = taken(Step.WATCH, run, world)
    assert (stage.job.queued_seconds, stage.job.trained_seconds) == (None, None)


def test_a_paused_job_waits_longer_with_each_look_until_it_goes_on() -> None:
    world, run = at("paused")
    answering(world, status=JobStatus.PAUSED, events=(), checkpoints=())
    [still] = taken(Step.WATCH, run, world)
    assert still == run.stage.once_more()
    answering(world, status=JobStatus.RUNNING, events=(), checkpoints=())
    [on] = taken(Step.WATCH, run, world)
    assert isinstance(on, stages.Training)
    assert not on.cancel


def test_a_training_that_is_paused_begins_to_wait_anew() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.PAUSED)
    stage = run.stage.model_copy(update={"looks": 30})
    [paused] = taken(Step.WATCH, run.model_copy(update={"stage": stage}), world)
    assert isinstance(paused, stages.Paused)
    assert paused.looks == 0


def test_a_wish_to_cancel_stands_until_the_service_has_cancelled() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.RUNNING)
    asked = with_stage(run, cancel=True)
    [still] = taken(Step.WATCH, asked, world)
    assert world.trainer.jobs[0].cancelled
    assert isinstance(still, stages.Training)
    assert still.cancel
    answering(world, status=JobStatus.CANCELLED)
    [end] = taken(Step.WATCH, asked, world)
    assert isinstance(end, stages.Cancelled)


def test_a_job_that_nobody_wants_cancelled_is_not() -> None:
    world, run = at("training")
    taken(Step.WATCH, run, world)
    assert not world.trainer.jobs[0].cancelled


def test_a_job_that_succeeded_without_naming_its_model_is_looked_at_later() -> None:
    world, run = at("training")
    answering(world, model=None)
    with pytest.raises(TransientError, match="does not name its model yet"):
        taken(Step.WATCH, run, world)


def test_a_failure_without_a_reason_says_so() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.FAILED, status_word="expired", reason=None)
    [end] = taken(Step.WATCH, run, world)
    assert isinstance(end, stages.Failed)
    assert end.reason == "the training service gives no reason (status 'expired')"


def test_the_last_point_that_was_seen_is_kept_for_the_page() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.RUNNING)
    [stage] = taken(Step.WATCH, run, world)
    assert isinstance(stage, stages.Training)
    assert stage.latest == world.trainer.curve[-1]
    answering(world, status=JobStatus.RUNNING, events=())
    [later] = taken(Step.WATCH, run.model_copy(update={"stage": stage}), world)
    assert later.latest == stage.latest


def test_provisioned_is_not_yet_served() -> None:
    world, run = at("deploying")
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]
    assert (run.id, "lineage.json") not in world.files.contents
    [serving] = taken(Step.WATCH, run, world)
    assert isinstance(serving, stages.Serving)
    assert not serving.reminded
    assert serving.expires_at == NOON + timedelta(hours=24)
    assert (run.id, "lineage.json") in world.files.contents


def test_a_deployment_that_is_not_provisioned_is_not_asked() -> None:
    world, run = at("deploying")
    world.deployer.created_at = lambda _: None
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]
    [deployment] = world.deployer.deployments.values()
    assert deployment.looks == 0


def test_patience_with_a_deployment_is_as_long_as_the_looks_say() -> None:
    world, run = at("deploying")
    world.deployer.looks_until_ready = 1000
    patient = run.stage.model_copy(update={"looks": READY_LOOKS - 2})
    [stage] = taken(Step.WATCH, run.model_copy(update={"stage": patient}), world)
    assert isinstance(stage, stages.Deploying)
    [anew] = taken(Step.WATCH, run.model_copy(update={"stage": stage}), world)
    assert isinstance(anew, stages.Accepted)
    assert (anew.tries, world.deployer.deployments) == (2, {})


def test_a_second_deployment_that_never_answers_is_the_last() -> None:
    world, run = at("deploying")
    world.deployer.looks_until_ready = 1000
    worn = run.stage.model_copy(update={"looks": READY_LOOKS - 1, "tries": 2})
    with pytest.raises(PermanentError, match="was made 2 times and never answered a request"):
        taken(Step.WATCH, run.model_copy(update={"stage": worn}), world)
    assert world.deployer.deployments == {}


def test_people_are_reminded_once_and_then_the_end_is_looked_for() -> None:
    world, run = at("serving")
    [reminded] = taken(Step.WATCH, run, world)
    assert reminded == run.stage.model_copy(update={"reminded": True})
    later = run.model_copy(update={"stage": reminded})
    assert taken(Step.WATCH, later, world) == [reminded.once_more()]
    world.clock.time += timedelta(hours=24)
    assert taken(Step.WATCH, later, world) == [stages.Expired(before=reminded)]
