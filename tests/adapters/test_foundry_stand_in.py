"""Trainer and deployer through the real SDKs over TLS: checked against our stand-in."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.arm_deployer import Account, ArmDeployer
from shared.adapters.foundry_trainer import FoundryTrainer
from shared.core.errors import PermanentError, TrainingFailed, TransientError
from shared.core.gate import judge
from shared.core.recipe import TrainingGate
from shared.core.stages import UploadedFiles
from shared.core.training import Cursor, JobStatus, JobView
from shared.ports import JobRequest
from tests.local.foundry.examples import COLOURS, chat_file, chat_row, jsonl, preference_row
from tests.local.foundry.wire import ACCOUNT, DEADLINE_SECONDS, Wire, connected, until

pytestmark = pytest.mark.stack

NANO = "gpt-4.1-nano-2025-04-14"


@pytest.fixture(scope="module")
def foundry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with connected(tmp_path_factory.mktemp("foundry"), "--speed", "3600", "--job-hours", "0.5") as wire:
        yield wire


@pytest.fixture
def trainer(foundry: Wire) -> FoundryTrainer:
    return FoundryTrainer(foundry.project, "account")


@pytest.fixture
def deployer(foundry: Wire) -> ArmDeployer:
    return ArmDeployer(foundry.arm, Account(*ACCOUNT), foundry.project, lambda: datetime.now(UTC))


@pytest.fixture
def files(trainer: FoundryTrainer, run: str) -> UploadedFiles:
    ids = [
        trainer.upload(f"tunedrop-{run}-{part}.jsonl", [content], len(content))
        for part, content in (("training", chat_file(40)), ("validation", chat_file(10, first=100)))
    ]
    until(lambda: trainer.files_ready(ids))
    return UploadedFiles(training=ids[0], validation=ids[1])


@pytest.fixture
def run(request: pytest.FixtureRequest) -> str:
    """A run id of the test's own: the stand-in is shared."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:16]


def ask_for(run: str, files: UploadedFiles, model: str = NANO) -> JobRequest:
    return JobRequest(
        suffix=f"td{run}",
        model=model,
        method="sft",
        training_type="developer",
        files=files,
        hyperparameters={"n_epochs": 3},
        seed=None,
        metadata={"tunedrop_run": run},
    )


def watched(trainer: FoundryTrainer, job_id: str) -> list[JobView]:
    """Looks, each from where the last one ended, until the job is over."""
    views: list[JobView] = []
    cursor = Cursor()
    while not views or views[-1].status in (JobStatus.QUEUED, JobStatus.RUNNING):
        views.append(trainer.look(job_id, cursor))
        events = views[-1].events
        cursor = Cursor(event_id=events[-1].id) if events else cursor
        assert len(views) < DEADLINE_SECONDS / 0.05
        time.sleep(0.05)
    return views


def test_a_dataset_becomes_a_job_and_a_deployment_that_answers(
    trainer: FoundryTrainer, deployer: ArmDeployer, files: UploadedFiles, run: str
) -> None:
    assert trainer.find_files(f"tunedrop-{run}-") == {
        f"tunedrop-{run}-training.jsonl": files.training,
        f"tunedrop-{run}-validation.jsonl": files.validation,
    }
    assert trainer.find_job(f"td{run}", files) is None
    job_id = trainer.create_job(ask_for(run, files))
    assert trainer.find_job(f"td{run}", files) == job_id

    views = watched(trainer, job_id)
    last = views[-1]
    assert last.status is JobStatus.SUCCEEDED
    ids = [event.id for view in views for event in view.events]
    assert len(ids) == len(set(ids))
    times = [event.at for view in views for event in view.events]
    assert times == sorted(times)
    assert last.queued_seconds is not None
    assert last.trained_seconds
    assert last.tokens_billed
    assert last.model
    assert last.checkpoints[-1].model == last.model

    results = trainer.results(last.result_file or "")
    points = trainer.points(results or b"")
    assert points[-1].step == last.checkpoints[-1].step
    assert points[-1].metrics.validation_token_accuracy is not None

    trainer.cancel(job_id)
    trainer.remove_files(f"tunedrop-{run}-")
    assert trainer.find_files(f"tunedrop-{run}-") == {}

    name = f"support-{run[:8]}"
    assert deployer.created_at(name) is None
    deployer.start(name, last.model, "developer", 50)
    deployer.start(name, last.model, "developer", 50)
    with pytest.raises(PermanentError, match="is there already and serves"):
        deployer.start(name, "another", "developer", 50)
    until(lambda: deployer.created_at(name) is not None)
    until(lambda: deployer.answers(name))
    assert deployer.exists(name)
    deployer.remove(name)
    until(lambda: not deployer.exists(name))
    deployer.remove(name)
    assert not deployer.answers(name)


def uploaded(trainer: FoundryTrainer, run: str, training: bytes, validation: bytes) -> UploadedFiles:
    ids = [
        trainer.upload(f"tunedrop-{run}-{part}.jsonl", [content], len(content))
        for part, content in (("training", training), ("validation", validation))
    ]
    until(lambda: trainer.files_ready(ids))
    return UploadedFiles(training=ids[0], validation=ids[1])


def test_preferences_are_learnt(trainer: FoundryTrainer, run: str) -> None:
    rows = [preference_row(number) for number in range(50)]
    files = uploaded(trainer, run, jsonl(rows[:40]), jsonl(rows[40:]))
    wishes = {"method": "dpo", "hyperparameters": {"n_epochs": 2, "beta": 0.2}}
    last = watched(trainer, trainer.create_job(replace(ask_for(run, files), **wishes)))[-1]
    assert last.status is JobStatus.SUCCEEDED, last.reason
    points = trainer.points(trainer.results(last.result_file or "") or b"")
    assert judge(TrainingGate(max_overfit_ratio=10), "dpo", last.checkpoints, points).outcome == "passed"
    assert last.tokens_billed


GRADER: dict[str, object] = {
    "type": "string_check",
    "name": "right",
    "input": "{{sample.output_json.colour}}",
    "reference": "{{item.colour}}",
    "operation": "eq",
}
FORMAT: dict[str, object] = {
    "type": "json_schema",
    "json_schema": {"name": "colour", "strict": True, "schema": {"type": "object"}},
}


def test_answers_are_rewarded(trainer: FoundryTrainer, run: str) -> None:
    rows = [{"messages": chat_row(number)["messages"][:1], "colour": COLOURS[number % 8]} for number in range(50)]
    files = uploaded(trainer, run, jsonl(rows[:40]), jsonl(rows[40:]))
    wishes = {
        "method": "rft",
        "hyperparameters": {"n_epochs": 4, "eval_interval": 2, "reasoning_effort": "low"},
        "grader": GRADER,
        "response_format": FORMAT,
    }
    views = watched(trainer, trainer.create_job(replace(ask_for(run, files, "o4-mini-2025-04-16"), **wishes)))
    assert views[-1].status is JobStatus.SUCCEEDED, views[-1].reason
    told = [event.point for view in views for event in view.events if event.point]
    assert all(point.metrics.train_mean_reward is not None for point in told)
    assert all(one.metrics.full_valid_mean_reward is not None for one in views[-1].checkpoints)
    points = trainer.points(trainer.results(views[-1].result_file or "") or b"")
    assert points[-1].metrics.completion_tokens_mean
    assert judge(TrainingGate(min_reward_gain=-1), "rft", views[-1].checkpoints, points).outcome == "passed"
    assert (views[-1].tokens_billed, bool(views[-1].hours_billed)) == (None, True)


def test_an_earlier_checkpoint_is_deployed_by_its_name(
    trainer: FoundryTrainer, deployer: ArmDeployer, files: UploadedFiles, run: str
) -> None:
    checkpoint = watched(trainer, trainer.create_job(ask_for(run, files)))[-1].checkpoints[0]
    assert ":ckpt-step-" in checkpoint.model
    deployer.start(f"early-{run[:8]}", checkpoint.model, "developer", 1)
    deployer.remove(f"early-{run[:8]}")


def test_a_job_whose_answer_was_lost_is_found(
    foundry: Wire, trainer: FoundryTrainer, files: UploadedFiles, run: str
) -> None:
    foundry.fault("/fine_tuning/jobs$", lose_answer_after_commit=True)
    with pytest.raises(TransientError, match="creating the job"):
        trainer.create_job(ask_for(run, files))
    assert trainer.find_job(f"td{run}", files)
    assert sum(job.suffix == f"td{run}" for job in foundry.project.fine_tuning.jobs.list()) == 1


def test_an_upload_whose_answer_was_lost_is_found(foundry: Wire, trainer: FoundryTrainer, run: str) -> None:
    foundry.fault("/files$", lose_answer_after_commit=True)
    content = chat_file()
    with pytest.raises(TransientError, match="uploading"):
        trainer.upload(f"tunedrop-{run}-training.jsonl", [content], len(content))
    assert list(trainer.find_files(f"tunedrop-{run}-")) == [f"tunedrop-{run}-training.jsonl"]


def test_a_file_that_is_no_dataset_is_refused_in_the_services_words(trainer: FoundryTrainer, run: str) -> None:
    file_id = trainer.upload(f"tunedrop-{run}-training.jsonl", [b"not json\n"], 9)

    def refused() -> bool:
        try:
            return trainer.files_ready([file_id])
        except TrainingFailed as error:
            return "refused the file" in str(error)

    until(refused)


def test_a_job_that_is_cancelled_ends_as_cancelled(trainer: FoundryTrainer, files: UploadedFiles, run: str) -> None:
    job_id = trainer.create_job(ask_for(run, files))
    trainer.cancel(job_id)
    trainer.cancel(job_id)
    assert watched(trainer, job_id)[-1].status is JobStatus.CANCELLED


def test_a_throttled_service_says_when_to_come_back(foundry: Wire, trainer: FoundryTrainer) -> None:
    foundry.fault("/fine_tuning/jobs$", method="GET", status=429, retry_after="17")
    with pytest.raises(TransientError) as caught:
        trainer.find_job("td", UploadedFiles(training="x", validation=None))
    assert caught.value.retry_after == timedelta(seconds=17)


def test_the_base_model_is_offered(deployer: ArmDeployer) -> None:
    offer = deployer.offer("gpt-4.1-nano", "2025-04-14")
    assert offer
    assert offer.training_ends
    assert deployer.offer("gpt-4.1-nano", "1999-01-01") is None
