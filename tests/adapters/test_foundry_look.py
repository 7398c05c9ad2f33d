"""Looking at a job: the service's words, read leniently."""

import logging
from datetime import UTC, datetime

import pytest

from shared.adapters.foundry_jobs import MOST_OTHERS
from shared.adapters.foundry_trainer import FoundryTrainer
from shared.core.errors import TrainingFailed
from shared.core.training import Cursor, JobStatus, Metrics
from tests.adapters.foundry_wire import JOB, FoundryWire, event, page, status


def looked_at(wire: FoundryWire, job: dict[str, object], *events: object, checkpoints: object = None) -> None:
    wire.on("GET /fine_tuning/jobs/ftjob-1", JOB | job)
    wire.on("GET /fine_tuning/jobs/ftjob-1/events", page(*events))
    wire.on("GET /fine_tuning/jobs/ftjob-1/checkpoints", checkpoints or page())


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        *((word, JobStatus.QUEUED) for word in ("created", "pending", "validating_files", "queued", "notRunning")),
        *((word, JobStatus.RUNNING) for word in ("running", "pausing", "resuming", "cancelling", "Running")),
        ("paused", JobStatus.PAUSED),
        ("succeeded", JobStatus.SUCCEEDED),
        ("failed", JobStatus.FAILED),
        ("cancelled", JobStatus.CANCELLED),
        ("canceled", JobStatus.CANCELLED),
    ],
)
def test_the_services_words_come_down_to_six(
    wire: FoundryWire,
    trainer: FoundryTrainer,
    caplog: pytest.LogCaptureFixture,
    word: str,
    ours: JobStatus,
) -> None:
    looked_at(wire, {"status": word})
    view = trainer.look("ftjob-1", Cursor())
    assert (view.status, view.status_word) == (ours, word)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("word", ["preempted", "", None])
def test_an_unknown_word_is_taken_to_be_running_and_said_once(
    wire: FoundryWire,
    trainer: FoundryTrainer,
    caplog: pytest.LogCaptureFixture,
    word: str | None,
) -> None:
    looked_at(wire, {"status": word})
    assert trainer.look("ftjob-1", Cursor()).status is JobStatus.RUNNING
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1


def test_a_job_with_nulls_is_read(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    looked_at(wire, {"error": None, "fine_tuned_model": None, "finished_at": None})
    view = trainer.look("ftjob-1", Cursor())
    assert (view.model, view.result_file, view.finished_at, view.reason) == (None, None, None, None)
    assert view.created_at == datetime.fromtimestamp(1_765_460_000, UTC)


def test_new_events_come_oldest_first_from_every_page_up_to_the_cursor(
    wire: FoundryWire, trainer: FoundryTrainer
) -> None:
    looked_at(wire, {"status": "running"})
    wire.on(
        "GET /fine_tuning/jobs/ftjob-1/events",
        page(event(5, "same"), event(4, "same"), more=True),
        page(event(3, "new"), event(2, "seen"), event(1, "seen"), more=True),
    )
    view = trainer.look("ftjob-1", Cursor(event_id="ftevent-2"))
    assert [each.id for each in view.events] == ["ftevent-3", "ftevent-4", "ftevent-5"]
    events = [request for request in wire.requests if request.url.path.endswith("/events")]
    assert [request.url.params.get("after") for request in events] == [None, "ftevent-4"]


def test_a_job_that_is_over_is_told_whole_whatever_was_seen_before(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    log = (
        event(400, "Training tokens billed: 7223000"),
        event(300, "Job succeeded."),
        event(60, "Job started."),
        event(0, "Job enqueued. Waiting for jobs ahead to complete."),
    )
    done = {"status": "succeeded", "fine_tuned_model": "m.ft-1", "result_files": ["file-r"]}
    looked_at(wire, done | {"finished_at": 1_765_460_360}, *log)
    view = trainer.look("ftjob-1", Cursor(event_id="ftevent-300"))
    assert [each.id for each in view.events] == ["ftevent-400"]
    assert (view.model, view.result_file, view.tokens_billed) == ("m.ft-1", "file-r", 7_223_000)
    assert (view.queued_seconds, view.trained_seconds) == (60, 300)


def test_metrics_are_read_under_both_families_of_names(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    old = {"step": 10, "train_loss": 0.9, "valid_loss": 1.0, "valid_mean_token_accuracy": 0.5}
    new = {"step": 20, "train_loss": 0.8, "validation_loss": 0.95, "validation_mean_token_accuracy": 0.6}
    looked_at(wire, {"status": "running"}, event(2, "b", data=new), event(1, "a", data=old))
    points = [each.point for each in trainer.look("ftjob-1", Cursor()).events]
    assert [point and point.step for point in points] == [10, 20]
    assert [point and point.metrics.valid_loss for point in points] == [1.0, 0.95]
    assert [point and point.metrics.valid_mean_token_accuracy for point in points] == [0.5, 0.6]


def test_rewards_are_read_under_both_families_of_names(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    nested = {
        "step": 3,
        "scores": {"train_reward_mean": 0.4, "valid_reward_mean": 0.5, "graders": {"exact": {"mean": 0.3}}},
        "usage": {"samples": {"train_reasoning_tokens_mean": 812.5, "valid_reasoning_tokens_mean": 790}},
        "errors": {"graders": {}},
    }
    flat = {"train_mean_reward": 0.6, "full_valid_mean_reward": 0.7, "train_sample_parse_error_count": 2}
    checkpoint = {"id": "ftchkpt-1", "step_number": 6, "fine_tuned_model_checkpoint": "m", "metrics": flat}
    looked_at(wire, {"status": "running"}, event(1, "a", data=nested), checkpoints=page(checkpoint))
    view = trainer.look("ftjob-1", Cursor())
    [point] = [each.point for each in view.events]
    assert point is not None
    assert point.metrics == Metrics(
        train_mean_reward=0.4,
        full_valid_mean_reward=0.5,
        reasoning_tokens_mean=812.5,
        valid_reasoning_tokens_mean=790,
        others={"scores.graders.exact.mean": 0.3},
    )
    assert view.checkpoints[0].metrics == Metrics(
        train_mean_reward=0.6, full_valid_mean_reward=0.7, train_sample_parse_error_count=2
    )


def test_figures_under_names_that_nobody_published_are_kept(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    data = {"step": 3, "train_loss": 0.6, "rewards/margins": 0.2, "rewards/accuracies": "0.75", "note": "fine"}
    looked_at(wire, {"status": "running"}, event(1, "a", data=data))
    [only] = trainer.look("ftjob-1", Cursor()).events
    assert only.point is not None
    assert only.point.metrics == Metrics(train_loss=0.6, others={"rewards/margins": 0.2, "rewards/accuracies": 0.75})


def test_of_a_flood_of_names_the_first_are_kept(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    looked_at(wire, {"status": "running"}, event(1, "a", data={"step": 3} | {f"x{n}": n for n in range(1_000)}))
    [only] = trainer.look("ftjob-1", Cursor()).events
    assert only.point is not None
    assert list(only.point.metrics.others) == [f"x{n}" for n in range(MOST_OTHERS)]


def test_a_job_paid_by_the_hour_tells_its_hours(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    looked_at(wire, {"status": "succeeded"}, event(9, "Training hours billed: 0.500"))
    view = trainer.look("ftjob-1", Cursor())
    assert (view.hours_billed, view.tokens_billed) == (0.5, None)


@pytest.mark.parametrize("data", [None, {}, {"step": 3}, {"train_loss": 0.5}, {"step": 3, "train_loss": "NaN"}])
def test_an_event_without_figures_has_no_point(wire: FoundryWire, trainer: FoundryTrainer, data: object) -> None:
    looked_at(wire, {"status": "running"}, event(1, "Job started.", data=data))
    [only] = trainer.look("ftjob-1", Cursor()).events
    assert only.point is None


def test_checkpoints_come_by_step_under_the_names_they_are_deployed_by(
    wire: FoundryWire, trainer: FoundryTrainer
) -> None:
    last = {"id": "ftchkpt-2", "step_number": 90, "fine_tuned_model_checkpoint": "m.ft-1", "metrics": None}
    early = {
        "id": "ftchkpt-1",
        "step_number": 30,
        "fine_tuned_model_checkpoint": "m.ft-1:ckpt-step-30",
        "metrics": {"step": 30, "train_loss": 0.5, "full_valid_loss": 0.6},
    }
    looked_at(wire, {"status": "succeeded"}, checkpoints=page(last, early))
    found = trainer.look("ftjob-1", Cursor()).checkpoints
    assert [(one.step, one.model) for one in found] == [(30, "m.ft-1:ckpt-step-30"), (90, "m.ft-1")]
    assert found[0].metrics.validation_loss == 0.6


def test_checkpoints_refused_to_a_running_job_are_none_yet(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    looked_at(wire, {"status": "running"}, checkpoints=status(400))
    assert trainer.look("ftjob-1", Cursor()).checkpoints == ()
    looked_at(wire, {"status": "succeeded"}, checkpoints=status(400))
    with pytest.raises(TrainingFailed, match="listing the checkpoints"):
        trainer.look("ftjob-1", Cursor())


def test_a_failed_job_gives_the_services_reason(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    words = "The provided training data failed RAI checks for harm types: [violence]."
    looked_at(wire, {"status": "failed", "error": {"code": "contentFilter", "message": words}})
    assert trainer.look("ftjob-1", Cursor()).reason == f"contentFilter: {words}"


def test_a_failed_job_without_a_reason_gives_its_last_logged_error(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    log = (event(2, "Job failed."), event(1, "out of memory", level="error"))
    looked_at(wire, {"status": "failed", "error": {"code": None, "message": ""}}, *log)
    assert trainer.look("ftjob-1", Cursor()).reason == "out of memory"


def test_a_job_that_disappeared_is_not_waited_for(trainer: FoundryTrainer) -> None:
    with pytest.raises(TrainingFailed, match="looking at the job 'gone': 404"):
        trainer.look("gone", Cursor())
