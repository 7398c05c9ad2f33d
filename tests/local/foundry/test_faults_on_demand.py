"""Faults that a test orders, as the SDKs meet them."""

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from azure.core.exceptions import HttpResponseError, ServiceResponseError
from openai import APIConnectionError, APITimeoutError, InternalServerError, RateLimitError

from tests.local.foundry.examples import chat_file
from tests.local.foundry.wire import ACCOUNT, Wire, connected, until

pytestmark = pytest.mark.stack
BASE: Any = {
    "sku": {"name": "GlobalStandard", "capacity": 1},
    "properties": {"model": {"format": "OpenAI", "name": "gpt-5-mini", "version": "2025-08-07"}},
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with connected(tmp_path_factory.mktemp("foundry"), "--speed", "3600", "--job-hours", "100") as made:
        yield made


@pytest.fixture
def wire(shared: Wire) -> Iterator[Wire]:
    yield shared
    shared.ask("DELETE", "/standin/faults")


def count(wire: Wire, effect: str) -> int:
    return wire.ask("GET", "/standin/state")[effect]


def test_an_ordered_status_is_answered_so_many_times_and_nothing_is_done(wire: Wire) -> None:
    before = count(wire, "files_created")
    wire.fault("/files$", times=2, status=429, retry_after="7", body={"error": {"message": "slow down"}})
    for _ in range(2):
        with pytest.raises(RateLimitError, match="slow down") as caught:
            wire.project.files.create(file=("a.jsonl", chat_file()), purpose="fine-tune")
        assert caught.value.response.headers["retry-after"] == "7"
    assert count(wire, "files_created") == before
    wire.project.files.create(file=("a.jsonl", chat_file()), purpose="fine-tune")
    assert count(wire, "files_created") == before + 1


def test_an_answer_can_be_anything(wire: Wire) -> None:
    wire.fault("/jobs$", method="GET", status=502, body="<html>bad gateway</html>")
    with pytest.raises(InternalServerError) as caught:
        wire.project.fine_tuning.jobs.list()
    assert caught.value.response.text == "<html>bad gateway</html>"


def test_a_lost_answer_leaves_the_job_that_nobody_was_told_of(wire: Wire) -> None:
    file_id = wire.upload(chat_file(12))
    before = count(wire, "jobs_created")
    wire.fault("/fine_tuning/jobs$", lose_answer_after_commit=True)
    with pytest.raises(APIConnectionError):
        wire.create_job(file_id, suffix="lost")
    assert count(wire, "jobs_created") == before + 1
    assert next(iter(wire.project.fine_tuning.jobs.list())).training_file == file_id


def test_a_dropped_request_does_nothing(wire: Wire) -> None:
    file_id = wire.upload(chat_file(12))
    before = count(wire, "jobs_created")
    wire.fault("/fine_tuning/jobs$", close_before=True)
    with pytest.raises(APIConnectionError):
        wire.create_job(file_id)
    assert count(wire, "jobs_created") == before


def test_a_slow_answer_outlasts_a_timeout(wire: Wire) -> None:
    wire.fault("/files$", method="GET", delay_seconds=0.5)
    with pytest.raises(APITimeoutError):
        wire.project.files.list(timeout=0.1)


def test_arm_suffers_as_well(wire: Wire) -> None:
    wire.fault("/deployments/d$", method="PUT", lose_answer_after_commit=True)
    with pytest.raises((ServiceResponseError, HttpResponseError)):
        wire.arm.deployments.begin_create_or_update(*ACCOUNT, "d", BASE)
    assert wire.arm.deployments.get(*ACCOUNT, "d").name == "d"


def test_faults_can_be_seen_and_lifted(wire: Wire) -> None:
    wire.fault("/files$", method="GET", status=500)
    (fault,) = wire.ask("GET", "/standin/faults")["faults"]
    assert (fault["status"], fault["met"]) == (500, 0)
    assert wire.ask("DELETE", f"/standin/faults/{fault['id']}") == {"removed": 1}
    assert wire.project.files.list().data is not None


@pytest.mark.parametrize("body", [{"times": 0}, {"status": 200}, {"wish": 1}, {"match": {"path": "("}}])
def test_an_order_that_makes_no_sense_is_refused(wire: Wire, body: dict[str, Any]) -> None:
    with pytest.raises(HTTPError) as caught:
        wire.ask("POST", "/standin/faults", body)
    with caught.value as answer:
        assert answer.code == 400


def test_a_job_can_be_made_to_fail_with_given_words(wire: Wire) -> None:
    job = wire.create_job(wire.upload(chat_file(12)))
    words = (
        "The provided training data failed RAI checks for harm types: [violence]. Please fix the data and try again."
    )
    wire.ask("POST", f"/standin/jobs/{job.id}", {"status": "failed", "code": "contentFilter", "message": words})
    failed = wire.project.fine_tuning.jobs.retrieve(job.id)
    assert failed.error
    assert (failed.status, failed.error.code, failed.error.message) == ("failed", "contentFilter", words)
    events = wire.project.fine_tuning.jobs.list_events(job.id)
    assert (events.data[0].level, events.data[0].message) == ("error", words)


def test_a_job_can_lose_its_place_and_get_it_back(wire: Wire) -> None:
    job = wire.create_job(wire.upload(chat_file(12)))
    jobs = wire.project.fine_tuning.jobs
    until(lambda: jobs.retrieve(job.id).status == "running")
    wire.ask("POST", f"/standin/jobs/{job.id}", {"status": "paused"})
    assert str(jobs.retrieve(job.id).status) == "paused"
    wire.ask("POST", f"/standin/jobs/{job.id}", {"status": "resuming"})
    until(lambda: jobs.retrieve(job.id).status == "running")
