"""Jobs: made once, found again, ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared.adapters.foundry_trainer import FoundryTrainer
from shared.core.errors import PermanentError, TrainingFailed, TransientError
from shared.core.stages import UploadedFiles
from shared.core.training import Cursor
from shared.ports import JobRequest
from tests.adapters.foundry_wire import JOB, FoundryWire, drop, page, status, text

FILES = UploadedFiles(training="file-t", validation="file-v")
REQUEST = JobRequest(
    suffix="td0123",
    model="gpt-4.1-nano-2025-04-14",
    method="sft",
    training_type="developer",
    files=FILES,
    hyperparameters={"n_epochs": 3},
    seed=0,
    metadata={"tunedrop_run": "0123"},
)


def test_a_job_is_asked_for_with_all_that_matters(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /fine_tuning/jobs", JOB)
    assert trainer.create_job(REQUEST) == "ftjob-1"
    assert wire.bodies == [
        {
            "model": "gpt-4.1-nano-2025-04-14",
            "training_file": "file-t",
            "validation_file": "file-v",
            "suffix": "td0123",
            "seed": 0,
            "metadata": {"tunedrop_run": "0123"},
            "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}},
            "trainingType": "developerTier",
        }
    ]


GRADER: dict[str, object] = {
    "type": "string_check",
    "name": "right",
    "input": "{{sample.output_text}}",
    "reference": "{{item.label}}",
    "operation": "eq",
}
FORMAT: dict[str, object] = {
    "type": "json_schema",
    "json_schema": {"name": "label", "strict": True, "schema": {"type": "object"}},
}


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        (
            {"method": "dpo", "hyperparameters": {"beta": 0.2}},
            {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}},
        ),
        (
            {"method": "rft", "hyperparameters": {"eval_samples": 3, "reasoning_effort": "low"}, "grader": GRADER},
            {
                "type": "reinforcement",
                "reinforcement": {
                    "grader": GRADER,
                    "hyperparameters": {"eval_samples": 3, "reasoning_effort": "low"},
                },
            },
        ),
        (
            {"method": "rft", "hyperparameters": {}, "grader": GRADER, "response_format": FORMAT},
            {
                "type": "reinforcement",
                "reinforcement": {"grader": GRADER, "response_format": FORMAT, "hyperparameters": {}},
            },
        ),
    ],
)
def test_each_method_has_a_body_of_its_own(
    wire: FoundryWire, trainer: FoundryTrainer, changes: dict[str, Any], method: dict[str, object]
) -> None:
    wire.on("POST /fine_tuning/jobs", JOB)
    trainer.create_job(replace(REQUEST, **changes))
    assert wire.bodies[0]["method"] == method


@pytest.mark.parametrize(
    "answer",
    [
        drop(httpx2.ReadTimeout),
        drop(httpx2.RemoteProtocolError),
        status(408),
        status(409, {"code": "conflict", "message": "in progress"}),
        status(500),
        text("<html>gateway</html>"),
        text("", "application/json"),
    ],
)
def test_the_post_is_sent_once_whatever_becomes_of_it(
    wire: FoundryWire, trainer: FoundryTrainer, answer: Callable[[httpx2.Request], httpx2.Response]
) -> None:
    wire.on("POST /fine_tuning/jobs", answer)
    with pytest.raises(TransientError, match="creating the job 'td0123'"):
        trainer.create_job(REQUEST)
    assert len(wire.requests) == 1


def test_a_refusal_is_told_in_the_services_words(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    error = {
        "code": "invalidPayload",
        "message": "The suffix is too long.",
        "param": "suffix",
        "type": "invalid_request_error",
        "inner_error": {"code": "suffixTooLong", "message": "18 at most"},
    }
    wire.on("POST /fine_tuning/jobs", status(400, error))
    text_ = "creating the job 'td0123': 400 invalidPayload/suffixTooLong The suffix is too long.; 18 at most"
    with pytest.raises(TrainingFailed) as caught:
        trainer.create_job(REQUEST)
    assert str(caught.value) == text_


def test_a_page_from_a_gateway_is_not_quoted(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /fine_tuning/jobs", text("<html>" * 1000, code=400))
    with pytest.raises(TrainingFailed, match=r"400 without a message \(text/html\)$"):
        trainer.create_job(REQUEST)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, {"code": "quotaExceeded", "message": "the resource has 20 queued jobs; at most 20"}),
        (403, {"code": "forbidden", "message": "Your quota of 3 running jobs is used up."}),
        (400, {"code": "tooManyRequests", "message": "slow down"}),
        (429, {"code": "429", "message": "slow down"}),
    ],
)
def test_a_full_resource_is_tried_again(
    wire: FoundryWire, trainer: FoundryTrainer, code: int, error: dict[str, str]
) -> None:
    wire.on("POST /fine_tuning/jobs", status(code, error))
    with pytest.raises(TransientError, match=error["message"]):
        trainer.create_job(REQUEST)


@pytest.mark.parametrize("code", [401, 403])
def test_a_right_that_is_missing_is_named_and_waited_for(wire: FoundryWire, trainer: FoundryTrainer, code: int) -> None:
    wire.on("POST /fine_tuning/jobs", status(code, {"code": "PermissionDenied", "message": "no"}))
    with pytest.raises(TransientError, match="it takes the role 'Foundry User' on the Foundry account 'acct'"):
        trainer.create_job(REQUEST)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry_after": "12"}, 12), ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5), ({}, None)],
)
def test_the_time_the_service_asks_for_is_kept(
    wire: FoundryWire, trainer: FoundryTrainer, headers: dict[str, str], seconds: float | None
) -> None:
    wire.on("GET /fine_tuning/jobs/j", status(429, None, **headers))
    with pytest.raises(TransientError) as caught:
        trainer.look("j", Cursor())
    assert caught.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_job_is_found_by_its_suffix_on_any_page(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    other = JOB | {"id": "ftjob-0", "suffix": None, "training_file": "file-x"}
    wire.on("GET /fine_tuning/jobs", page(other, more=True), page(JOB | {"training_file": None}))
    assert trainer.find_job("td0123", FILES) == "ftjob-1"


def test_a_job_is_found_by_its_file_where_no_suffix_is_told(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /fine_tuning/jobs", page(JOB | {"suffix": None}))
    assert trainer.find_job("td0123", FILES) == "ftjob-1"


def test_of_several_the_first_made_is_taken(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /fine_tuning/jobs", page(JOB | {"id": "ftjob-2", "created_at": 1_765_460_009}, JOB))
    assert trainer.find_job("td0123", FILES) == "ftjob-1"


def test_a_listing_that_breaks_off_is_no_proof_that_there_is_none(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    other = JOB | {"suffix": "x", "training_file": "x"}
    wire.on("GET /fine_tuning/jobs", page(other, more=True), status(500))
    with pytest.raises(TransientError, match="listing jobs: 500"):
        trainer.find_job("td0123", FILES)


def test_none_is_none(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /fine_tuning/jobs", page())
    assert trainer.find_job("td0123", FILES) is None


def test_a_job_is_asked_to_end(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /fine_tuning/jobs/ftjob-1/cancel", JOB | {"status": "cancelled"})
    trainer.cancel("ftjob-1")
    assert len(wire.requests) == 1


@pytest.mark.parametrize("word", ["succeeded", "failed", "cancelled", "Cancelling"])
def test_a_job_that_is_over_or_ending_is_success(wire: FoundryWire, trainer: FoundryTrainer, word: str) -> None:
    wire.on("POST /fine_tuning/jobs/ftjob-1/cancel", status(400))
    wire.on("GET /fine_tuning/jobs/ftjob-1", JOB | {"status": word})
    trainer.cancel("ftjob-1")
    assert [request.method for request in wire.requests] == ["POST", "GET"]


def test_a_job_that_will_not_end_is_an_error(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /fine_tuning/jobs/ftjob-1/cancel", status(400))
    wire.on("GET /fine_tuning/jobs/ftjob-1", JOB | {"status": "running"})
    with pytest.raises(PermanentError, match="cancelling the job 'ftjob-1'"):
        trainer.cancel("ftjob-1")
