"""The promises of the pipeline: delivered at least once in any order, paid for once, ended once, told at least once."""

import itertools
import json
from datetime import timedelta

import pytest

from shared import intake, pipeline
from shared.core import stages
from shared.core.errors import PermanentError, TrainingFailed, TransientError
from shared.core.stages import Step
from shared.core.training import JobStatus
from tests.driving import (
    ADA,
    CONTAINER,
    DATASET,
    assert_served_once,
    deliver,
    deliver_all,
    deliver_until_completed,
    drop,
    only_run,
    outcome,
)
from tests.fakes import NOON, World, points


def test_a_dropped_file_is_trained_served_and_ends_when_its_deployment_does() -> None:
    world = World()
    drop(world)
    deliver_all(world)
    assert_served_once(world)
    assert world.channel.kinds() == ["received", "submitted", "trained", "gate", "served", "expiring", "expired"]
    assert [passage.state for passage in only_run(world).history] == [
        "received",
        "prepared",
        "uploading",
        "uploaded",
        "ready",
        "submitting",
        "training",
        "trained",
        "accepted",
        "deploying",
        "serving",
        "expired",
        "closed",
    ]


def test_every_event_point_and_checkpoint_is_posted_once() -> None:
    world = World()
    drop(world)
    deliver_all(world)
    steps_posted = [record.training_step for record in world.telemetry.of("training_point")]
    assert steps_posted == [point.step for point in world.trainer.curve]
    assert len(world.telemetry.of("job_event")) == len(world.trainer.curve)
    assert [record.training_step for record in world.telemetry.of("checkpoint")] == [10, 20, 30]


def test_every_delivery_leaves_one_structured_record() -> None:
    world = World()
    drop(world)
    deliver_all(world)
    records = world.telemetry.of("delivery")
    assert len(records) == world.bus.sent
    assert {record.run_id for record in records} == {only_run(world).id}
    assert records[0].stage_before == "received"
    assert {"advanced", "waiting", "told", "ended"} == {record.outcome for record in records}


def test_the_job_carries_what_the_recipe_says_and_the_run_it_is_for() -> None:
    world = World()
    world.datasets.recipes["support"] = (
        "hyperparameters: {n_epochs: 4, batch_size: 8, learning_rate_multiplier: 0.5}\n"
        "training_type: developer\nseed: 7\nmodel: gpt-4.1-mini"
    )
    drop(world)
    deliver_all(world)
    [job] = world.trainer.jobs
    assert job.request.hyperparameters == {"n_epochs": 4, "batch_size": 8, "learning_rate_multiplier": 0.5}
    assert (job.request.model, job.request.training_type, job.request.seed) == (
        "gpt-4.1-mini-2025-04-14",
        "developer",
        7,
    )
    assert job.request.suffix == f"td{only_run(world).id}"
    assert job.request.metadata == {"tunedrop_run": only_run(world).id}


def test_announcing_a_drop_again_and_again_changes_nothing() -> None:
    world = World()
    drop(world)
    [blob] = [blob for blob, _ in world.datasets.blobs(CONTAINER)]
    for _ in range(5):
        intake.arrived(CONTAINER, blob, world.services)
    deliver_all(world)
    intake.arrived(CONTAINER, blob, world.services)
    deliver_all(world)
    assert_served_once(world)


def test_the_answer_to_the_job_post_is_lost_and_the_job_is_found() -> None:
    world = World()
    world.trainer.lost_answers["create_job"] = 1
    drop(world)
    deliver_all(world)
    assert_served_once(world)


def test_the_answer_to_an_upload_is_lost_and_the_file_is_found() -> None:
    world = World()
    world.trainer.lost_answers["upload"] = 2
    drop(world)
    deliver_all(world)
    assert_served_once(world)
    assert world.trainer.uploads == 2


def test_a_refused_job_is_posted_again_only_after_two_looks_found_none() -> None:
    world = World()
    world.trainer.refusals["create_job"] = [TransientError("429 too many queued jobs")] * 3
    drop(world)
    seen: list[int] = []
    find_job = world.trainer.find_job

    def counted(suffix: str, files: stages.UploadedFiles) -> str | None:
        seen.append(len(world.trainer.refusals["create_job"]))
        return find_job(suffix, files)

    world.trainer.find_job = counted
    deliver_all(world)
    assert_served_once(world)
    assert seen == [2, 2, 1, 1, 0, 0]


def test_a_job_that_is_refused_for_hours_parks_the_run_and_a_person_resumes_it() -> None:
    world = World()
    world.trainer.refusals["create_job"] = [TransientError("429 too many queued jobs")] * 400
    drop(world)
    deliver_all(world)
    parked = only_run(world).stage
    assert isinstance(parked, stages.Parked)
    assert parked.reason == "429 too many queued jobs"
    assert "parked" in world.channel.kinds()
    world.trainer.refusals["create_job"].clear()
    pipeline.decide(only_run(world).id, "resume", ADA, world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Expired)
    assert len(world.trainer.jobs) == 1


@pytest.mark.parametrize("call", ["find_files", "upload", "files_ready", "look"])
def test_throttling_is_waited_out(call: str) -> None:
    world = World()
    world.trainer.refusals[call] = [TransientError("503 busy")] * 5
    drop(world)
    deliver_all(world)
    assert_served_once(world)


def test_waits_between_refusals_grow_and_respect_what_the_service_asks() -> None:
    world = World()
    asks = TransientError("429", retry_after=timedelta(minutes=7))
    world.trainer.refusals["find_files"] = [TransientError("503"), TransientError("503"), TransientError("503"), asks]
    drop(world)
    deliver_until_completed(world.bus.next(), world)  # prepare
    waits: list[timedelta] = []
    before = world.clock.time
    while world.trainer.refusals["find_files"]:
        command = world.bus.next()
        waits.append(world.clock.time - before)
        before = world.clock.time
        deliver_until_completed(command, world)
    due, _, _ = min(entry for entry in world.bus.queue if entry[2].step is Step.SUBMIT)
    assert [wait.total_seconds() for wait in waits if wait] == [10, 10, 20]
    assert due - before == timedelta(minutes=7)


def test_a_job_that_fails_ends_the_run_with_the_services_own_words() -> None:
    world = World()
    world.trainer.ends_as = JobStatus.FAILED
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Failed)
    assert end.reason == "the training data is not to our liking"
    assert world.trainer.files == {}
    assert world.deployer.made == 0


def test_a_job_the_service_refuses_for_good_ends_the_run() -> None:
    world = World()
    world.trainer.refusals["create_job"] = [TrainingFailed("invalidPayload: the suffix is too long")]
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Failed)
    assert (end.step, end.reason) == (Step.SUBMIT, "invalidPayload: the suffix is too long")


def test_an_overfitted_model_is_never_deployed() -> None:
    world = World()
    world.trainer.curve = [
        point.model_copy(update={"metrics": point.metrics.model_copy(update={"full_valid_loss": 5.0})})
        for point in points()
    ]
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.by == "training gate"
    assert "overfit ratio" in end.reasons[1]
    assert world.deployer.made == 0
    assert world.trainer.files == {}


def test_a_deployment_that_never_answers_is_made_anew_once_and_then_given_up() -> None:
    world = World()
    world.deployer.looks_until_ready = 1000
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Failed)
    assert "never answered" in end.reason
    assert world.deployer.made == 2
    assert world.deployer.deployments == {}


def test_a_deployment_refused_for_want_of_quota_is_ordered_again_later() -> None:
    world = World()
    world.deployer.refusals["start"] = [TransientError("InsufficientQuota: 50 needed, 20 left")] * 3
    drop(world)
    deliver_all(world)
    assert_served_once(world)


def test_a_model_the_account_does_not_offer_is_not_paid_for() -> None:
    world = World()
    world.deployer.offers = False
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Failed)
    assert "does not offer" in end.reason
    assert world.trainer.jobs == []


def test_a_bad_recipe_rejects_the_drop_and_names_the_place() -> None:
    world = World()
    world.datasets.recipes["support"] = "model: gpt-4.1-nono\n"
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.by == "recipe"
    assert end.reasons[0].startswith("recipes/support.yaml: model: found 'gpt-4.1-nono'; did you mean 'gpt-4.1-nano'?")


def test_a_bad_dataset_is_rejected_with_a_report_and_costs_nothing() -> None:
    world = World()
    drop(world, content=b'{"prompt": "only a question"}\n' * 20)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.by == "dataset"
    assert world.trainer.jobs == []
    assert (only_run(world).id, "report.json") in world.files.contents
    assert world.channel.kinds() == ["rejected"]


def test_a_run_above_its_budget_waits_for_a_person_and_goes_on_when_approved() -> None:
    world = World()
    world.datasets.recipes["support"] = "budget: {ask_above_usd: 0, stop_above_usd: 100}"
    drop(world)
    deliver_all(world)
    assert isinstance(only_run(world).stage, stages.Held)
    assert world.trainer.uploads == 0
    pipeline.decide(only_run(world).id, "approve", ADA, world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Expired)
    assert len(world.trainer.jobs) == 1


def test_a_run_above_its_limit_is_rejected_before_any_upload() -> None:
    world = World()
    world.datasets.recipes["support"] = "budget: {ask_above_usd: 0, stop_above_usd: 0}"
    drop(world)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.by == "budget"
    assert world.trainer.uploads == 0


def test_a_newer_upload_supersedes_a_run_that_was_not_submitted() -> None:
    world = World()
    drop(world)
    deliver_until_completed(world.bus.next(), world)
    drop(world, content=DATASET + b"\n" + json.dumps({"prompt": "new", "response": "row"}).encode())
    deliver_all(world)
    ends = [world.runs.load(run_id)[0].stage.outcome for run_id in world.runs.documents]
    assert [type(end) for end in ends] == [stages.Cancelled, stages.Expired]
    assert "the newer version takes over" in ends[0].reason
    assert len(world.trainer.jobs) == 1


def test_an_older_event_that_arrives_late_starts_no_second_job() -> None:
    world = World()
    old = world.datasets.upload("support/questions.jsonl", DATASET)
    drop(world, content=DATASET + b"\n")
    intake.arrived(CONTAINER, old, world.services)
    deliver_all(world)
    ends = [world.runs.load(run_id)[0].stage.outcome for run_id in world.runs.documents]
    assert sorted(type(end).__name__ for end in ends) == ["Cancelled", "Expired"]
    assert len(world.trainer.jobs) == 1


def test_an_upload_taken_back_cancels_its_run() -> None:
    world = World()
    drop(world)
    world.datasets.contents.clear()
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Cancelled)
    assert "removed" in end.reason


def test_a_person_cancels_a_training_job_and_the_service_says_when_it_is_over() -> None:
    world = World()
    world.trainer.looks_until_done = 50
    drop(world)
    while not isinstance(only_run(world).stage, stages.Training):
        deliver_until_completed(world.bus.next(), world)
    pipeline.decide(only_run(world).id, "cancel", ADA, world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Cancelled)
    assert world.trainer.jobs[0].cancelled


def test_a_channel_that_is_down_holds_up_nothing_and_is_told_later() -> None:
    world = World()
    world.channel.refusals = [TransientError("503")] * 6
    drop(world)
    deliver_all(world)
    assert_served_once(world)


def test_a_channel_that_is_gone_for_good_keeps_the_run_alive_until_it_is_told() -> None:
    world = World()
    world.channel.refusals = [PermanentError("410: the webhook is gone")] * 1000
    drop(world)
    while world.bus.queue:
        command = world.bus.next()
        deliver(command, world)
    untold = [record for record in world.telemetry.of("delivery") if record.outcome == "untold"]
    assert {record.reason for record in untold} == {"410: the webhook is gone"}
    assert isinstance(outcome(world), stages.Expired)
    assert world.runs.markers == {only_run(world).id}
    world.channel.refusals.clear()
    world.clock.time += timedelta(hours=2)
    world.bus.seen.clear()
    pipeline.sweep(world.services)
    deliver_all(world)
    assert_served_once(world)


def test_a_run_that_is_refused_for_hours_keeps_to_its_own_retries_however_often_the_sweep_looks() -> None:
    world = World()
    world.trainer.refusals["files_ready"] = [TransientError("503 busy")] * 10_000
    drop(world)
    sweeps = 0
    end = world.clock() + timedelta(hours=8)
    while world.clock() < end:
        deliver_until_completed(world.bus.next(), world)
        if world.clock() > NOON + (sweeps + 1) * timedelta(minutes=15):
            sweeps += 1
            world.bus.seen.clear()
            pipeline.sweep(world.services)
    assert sweeps > 20
    refused = [record for record in world.telemetry.of("delivery") if record.outcome == "retry"]
    assert len(refused) < 60


def test_a_run_given_up_while_its_job_was_being_made_leaves_no_job_behind() -> None:
    world = World()
    world.trainer.lost_answers["create_job"] = 1
    world.trainer.refusals["find_job"] = [TransientError("503 busy")] * 400
    drop(world)
    deliver_all(world)
    assert isinstance(only_run(world).stage, stages.Parked)
    world.trainer.refusals["find_job"].clear()
    pipeline.decide(only_run(world).id, "cancel", ADA, world.services)
    deliver_all(world)
    assert isinstance(outcome(world), stages.Cancelled)
    assert [job.cancelled for job in world.trainer.jobs] == [True]


@pytest.mark.parametrize(
    ("wishes", "words"),
    [(b"\xff\xfe", "not UTF-8: byte offset 0"), (b"#" * 400_000, "400,000 bytes; a recipe has at most 327,680")],
)
def test_a_sets_recipe_that_cannot_be_read_rejects_the_set_and_says_why(wishes: bytes, words: str) -> None:
    world = World()
    world.datasets.upload("support/autumn/train.jsonl", DATASET)
    blob = world.datasets.upload("support/autumn/recipe.yaml", wishes)
    intake.arrived(CONTAINER, blob, world.services)
    intake.settled(*world.bus.settles[0], world.services)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.reasons == (f"support/autumn/recipe.yaml: {words}",)


def test_a_set_begins_once_its_folder_was_quiet() -> None:
    world = World()
    train = world.datasets.upload("support/autumn/train.jsonl", DATASET)
    intake.arrived(CONTAINER, train, world.services)
    validation = world.datasets.upload("support/autumn/validation.jsonl", DATASET.replace(b"task", b"chore"))
    intake.arrived(CONTAINER, validation, world.services)
    first, second = world.bus.settles
    intake.settled(*first, world.services)
    assert world.runs.documents == {}
    intake.settled(*second, world.services)
    deliver_all(world)
    assert_served_once(world)
    assert only_run(world).drop.name == "support/autumn"


def test_a_set_without_a_training_file_waits() -> None:
    world = World()
    blob = world.datasets.upload("support/autumn/validation.jsonl", DATASET)
    intake.arrived(CONTAINER, blob, world.services)
    intake.settled(*world.bus.settles[0], world.services)
    assert world.runs.documents == {}


def test_a_sets_own_recipe_changes_what_it_may_and_no_more() -> None:
    world = World()
    world.datasets.upload("support/autumn/train.jsonl", DATASET)
    blob = world.datasets.upload("support/autumn/recipe.yaml", b"model: gpt-4.1\n")
    intake.arrived(CONTAINER, blob, world.services)
    intake.settled(*world.bus.settles[0], world.services)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert end.reasons == (
        "support/autumn/recipe.yaml: model: may not be changed here; allowed: hyperparameters, seed, data",
    )


def test_uploads_that_were_never_announced_are_found_by_the_sweep() -> None:
    world = World()
    world.datasets.upload("support/questions.jsonl", DATASET)
    world.datasets.upload("support/autumn/train.jsonl", DATASET + b"\n\n")
    world.datasets.upload("support/.hidden", DATASET)
    world.clock.time += timedelta(minutes=5)
    assert intake.catch_up(CONTAINER, world.services) == 2
    assert intake.catch_up(CONTAINER, world.services) == 0
    deliver_all(world)
    assert len(world.trainer.jobs) == 2


def test_a_run_of_ten_hours_takes_few_messages() -> None:
    world = World()
    world.trainer.looks_until_done = 10**9
    drop(world)
    while not isinstance(only_run(world).stage, stages.Training):
        deliver(world.bus.next(), world)
    end = world.clock.time + timedelta(hours=10)
    looks = itertools.count()
    while world.clock.time < end:
        deliver(world.bus.next(), world)
        next(looks)
    assert next(looks) < 70
