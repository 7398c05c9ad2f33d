"""Each step alone: which stages it takes, and what it makes of what the world answers."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_type_hints

import pytest

from shared import pipeline, steps
from shared.core import naming, stages
from shared.core.errors import DropChanged, PermanentError, TrainingFailed, TransientError
from shared.core.polling import READY_LOOKS
from shared.core.preflight import Offer
from shared.core.run import Run
from shared.core.stages import Stage, Step
from shared.core.training import Checkpoint, Cursor, JobStatus, JobView
from tests.core.every_stage import CLASSES, DOCUMENTS, STATES, members
from tests.fakes import FakeDeployment, World
from tests.standing import standing
from tests.test_pipeline import deliver, deliver_all, drop, only_run

WORKING_STEPS = [step for step in Step if step is not Step.NOTIFY]


@pytest.mark.parametrize("step", WORKING_STEPS)
def test_a_step_takes_exactly_the_stages_that_lead_to_it(step: Step) -> None:
    hint = get_type_hints(getattr(steps, step))["stage"]
    assert set(members(hint)) == {stage for stage in CLASSES if stage.next_step == step}


def test_telling_is_no_step_of_a_run() -> None:
    assert not hasattr(steps, Step.NOTIFY)
    assert all(stage.next_step != Step.NOTIFY for stage in CLASSES)


def trained() -> World:
    world = World()
    drop(world)
    deliver_all(world)
    return world


def held() -> World:
    world = World()
    world.datasets.recipes["support"] = "budget: {ask_above_usd: 0}"
    drop(world)
    deliver_all(world)
    return world


def parked() -> World:
    world = World()
    world.trainer.refusals["find_files"] = [TransientError("403")] * 1000
    drop(world)
    deliver_all(world)
    return world


def rejected() -> World:
    world = World()
    drop(world, content=b'{"prompt": "only a question"}\n' * 20)
    deliver_all(world)
    return world


def failed() -> World:
    world = World()
    world.trainer.ends_as = JobStatus.FAILED
    drop(world)
    deliver_all(world)
    return world


def paused_and_cancelled() -> World:
    world = World()
    world.trainer.ends_as = JobStatus.PAUSED
    drop(world)
    while not isinstance(only_run(world).stage, stages.Paused):
        deliver(world.bus.next(), world)
    pipeline.decide(only_run(world).id, "cancel", "ada", world.services)
    deliver_all(world)
    return world


def test_every_stage_is_reached_on_some_way() -> None:
    worlds = [way() for way in (trained, held, parked, rejected, failed, paused_and_cancelled)]
    reached = {passage.state for world in worlds for passage in only_run(world).history}
    assert reached == set(STATES)


CANARY = "heliotrope-quokka"


GOOD = [{"prompt": f"{CANARY} {n}", "response": f"Take tool {CANARY} {n}."} for n in range(60)]
UNANSWERED = [{"prompt": f"{CANARY} {n}"} for n in range(60)]
OF_NO_ROLE = [{"messages": [{"role": "oracle", "content": CANARY}]}] * 20
OF_UNKNOWN_FORMAT = [{CANARY: CANARY}] * 20


def written(rows: list[dict[str, Any]]) -> World:
    world = World()
    drop(world, content="\n".join(map(json.dumps, rows)).encode())
    deliver_all(world)
    assert isinstance(only_run(world).stage, stages.Closed)
    assert CANARY in "".join(data.decode() for data in world.files.contents.values())
    return world


@pytest.mark.parametrize("rows", [GOOD, UNANSWERED, OF_NO_ROLE], ids=["good", "unanswered", "of no role"])
def test_no_text_of_a_dataset_reaches_a_notice_or_the_runs_document(rows: list[dict[str, Any]]) -> None:
    assert CANARY not in only_run(written(rows)).model_dump_json()


@pytest.mark.parametrize("rows", [GOOD, UNANSWERED, OF_NO_ROLE, OF_UNKNOWN_FORMAT])
def test_no_text_and_no_key_of_a_dataset_reaches_telemetry(rows: list[dict[str, Any]]) -> None:
    world = written(rows)
    assert world.telemetry.records
    assert all(CANARY not in record.model_dump_json() for record in world.telemetry.records)


def at(state: str) -> tuple[World, Run]:
    return standing(DOCUMENTS[state])


def taken(step: Step, run: Run, world: World) -> list[Stage]:
    return list(getattr(steps, step)(run, run.stage, world.services))


def with_plan(run: Run, **changes: object) -> Run:
    plan = run.stage.plan.model_copy(update=changes)
    return run.model_copy(update={"stage": run.stage.model_copy(update={"plan": plan})})


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


def test_files_that_are_not_processed_yet_are_looked_at_again() -> None:
    world, run = at("uploaded")
    world.trainer.files_ready = lambda ids: not ids
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]


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


def test_what_the_service_said_to_a_refused_post_is_kept() -> None:
    world, run = at("ready")
    world.trainer.refusals["create_job"] = [TransientError("429: 3 jobs run already")]
    _, refused = taken(Step.SUBMIT, run, world)
    assert isinstance(refused, stages.Submitting)
    assert (refused.refusal, refused.looks, refused.posts) == ("429: 3 jobs run already", 0, 1)


def answering(world: World, **changes: object) -> None:
    """Let every look at the job answer so."""
    look = world.trainer.look

    def changed(job_id: str, cursor: Cursor) -> JobView:
        return look(job_id, cursor).model_copy(update=changes)

    world.trainer.looks_until_done = 1
    world.trainer.look = changed


def test_a_job_without_news_is_looked_at_again_with_all_that_is_known() -> None:
    world, run = at("training")
    answering(world, status=JobStatus.QUEUED, events=(), checkpoints=())
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]


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
    asked = run.model_copy(update={"stage": run.stage.model_copy(update={"cancel": True})})
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


def judged(world: World, run: Run) -> Stage:
    [stage] = taken(Step.ASSESS, run, world)
    return stage


def test_a_job_without_checkpoints_is_judged_by_its_last_step() -> None:
    world, run = at("trained")
    answering(world, checkpoints=())
    stage = judged(world, run)
    assert isinstance(stage, stages.Accepted)
    last = world.trainer.curve[-1]
    model = stage.job.model
    assert stage.verdict.chosen == Checkpoint(id=model, model=model, step=last.step, metrics=last.metrics)


def test_a_job_that_left_neither_checkpoints_nor_results_is_not_served() -> None:
    world, run = at("trained")
    answering(world, checkpoints=(), result_file=None)
    stage = judged(world, run)
    assert isinstance(stage, stages.Rejected)
    assert stage.reasons == (
        "could not run: no checkpoint is worth deploying",
        "the job left no checkpoint",
    )


def test_results_that_are_not_there_do_without_the_curve() -> None:
    world, run = at("trained")
    world.trainer.results = lambda _: None
    answering(world)
    assert isinstance(judged(world, run), stages.Accepted)
    assert (run.id, "results.csv") not in world.files.contents


def test_results_are_kept_beside_the_run_and_its_files_go() -> None:
    world, run = at("trained")
    answering(world)
    judged(world, run)
    assert world.files.contents[run.id, "results.csv"] == b"file-results"
    assert world.trainer.files == {}
    [record] = world.telemetry.of("job")
    assert record.model_dump() == {
        "record": "job",
        "run_id": run.id,
        "job_id": world.trainer.jobs[0].id,
        "status": "succeeded",
        "queued_seconds": 300,
        "trained_seconds": 6900,
        "tokens_billed": 12_000,
    }


def test_what_a_job_said_last_is_posted_when_it_is_assessed() -> None:
    world, run = at("trained")
    world.trainer.looks_until_done = 1
    cursor = Cursor(event_id="ftevent-28", checkpoint_step=20)
    judged(world, run.model_copy(update={"stage": run.stage.model_copy(update={"cursor": cursor})}))
    assert [record.event_id for record in world.telemetry.of("job_event")] == ["ftevent-29", "ftevent-30"]
    assert [record.training_step for record in world.telemetry.of("checkpoint")] == [30]


def test_a_gate_that_chose_nothing_deploys_nothing() -> None:
    world, run = at("accepted")
    verdict = run.stage.verdict.model_copy(update={"chosen": None})
    with pytest.raises(PermanentError, match="the gate passed without choosing a checkpoint"):
        taken(Step.DEPLOY, run.model_copy(update={"stage": run.stage.model_copy(update={"verdict": verdict})}), world)
    assert world.deployer.made == 0


def test_the_chosen_checkpoint_is_what_is_deployed() -> None:
    world, run = at("accepted")
    [stage] = taken(Step.DEPLOY, run, world)
    assert isinstance(stage, stages.Deploying)
    assert stage.deployment.model == run.stage.verdict.chosen.model
    assert world.deployer.deployments[stage.deployment.name].model == stage.deployment.model


def test_provisioned_is_not_yet_served() -> None:
    world, run = at("deploying")
    assert taken(Step.WATCH, run, world) == [run.stage.once_more()]
    assert (run.id, "lineage.json") not in world.files.contents
    [serving] = taken(Step.WATCH, run, world)
    assert isinstance(serving, stages.Serving)
    assert not serving.reminded
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


def test_people_are_reminded_once_and_then_the_end_is_looked_for() -> None:
    world, run = at("serving")
    [reminded] = taken(Step.WATCH, run, world)
    assert reminded == run.stage.model_copy(update={"reminded": True})
    later = run.model_copy(update={"stage": reminded})
    assert taken(Step.WATCH, later, world) == [reminded.once_more()]
    world.clock.time += timedelta(hours=24)
    assert taken(Step.WATCH, later, world) == [stages.Expired(before=reminded)]


@pytest.mark.parametrize(
    ("before", "left"), [("submitting", 1), ("trained", 1), ("accepted", 0), ("deploying", 0), ("serving", 0)]
)
def test_an_end_takes_along_the_deployment_that_the_run_may_have_made(before: str, left: int) -> None:
    world, run = at(before)
    world.deployer.deployments = {naming.deployment_name(run.drop.name, run.id): FakeDeployment("tuned")}
    ended = run.model_copy(update={"stage": stages.Cancelled(reason="cancelled by ada", before=run.stage)})
    [closed] = taken(Step.CLOSE, ended, world)
    assert closed == stages.Closed(outcome=ended.stage)
    assert len(world.deployer.deployments) == left
    assert world.trainer.files == {}
    assert (run.id, "lineage.json") in world.files.contents


@pytest.mark.parametrize("step", [Step.SUBMIT, Step.WATCH])
def test_a_step_does_nothing_at_a_stage_that_is_not_its_own(step: Step) -> None:
    world, run = at("received")
    calls = world.fuse.calls
    assert taken(step, run, world) == []
    assert world.fuse.calls == calls
