"""`kill -9` and a new start: nothing that was acknowledged is lost, nothing is done twice."""

from pathlib import Path

import pytest

from tests.local.foundry.examples import chat_file
from tests.local.foundry.test_faults_on_demand import BASE
from tests.local.foundry.wire import ACCOUNT, Wire, connected, until

pytestmark = pytest.mark.stack


def kill(wire: Wire) -> None:
    wire.running.process.kill()
    wire.running.process.wait()


def test_a_job_that_was_training_goes_on_and_ends_once(tmp_path: Path) -> None:
    options = ("--speed", "3600", "--job-hours", "2")
    with connected(tmp_path, *options) as first:
        job = first.create_job(first.upload(chat_file(20)))
        jobs = first.project.fine_tuning.jobs
        until(lambda: any(event.type == "metrics" for event in jobs.list_events(job.id).data))
        before = first.ask("GET", "/standin/state")["now"]
        told = [event.id for event in jobs.list_events(job.id, limit=100).data]
        kill(first)
    with connected(tmp_path, *options, port=first.running.port) as second:
        assert second.ask("GET", "/standin/state")["now"] >= before
        done = second.finished(job.id)
        events = list(second.project.fine_tuning.jobs.list_events(job.id, limit=100))
        results = list(second.project.files.list(purpose="fine-tune-results"))
    assert done.status == "succeeded"
    assert [event.id for event in events][-len(told) :] == told
    assert [event.message for event in events].count("Job succeeded.") == 1
    assert [file.id for file in results] == done.result_files


def test_a_job_whose_curve_was_being_computed_is_taken_up_again(tmp_path: Path) -> None:
    with connected(tmp_path, "--speed", "7200") as first:
        job = first.create_job(first.upload(chat_file(300)))
        kill(first)
    with connected(tmp_path, "--speed", "7200") as second:
        assert second.finished(job.id).status == "succeeded"
        assert second.ask("GET", "/standin/state")["jobs_created"] == 1


def test_files_and_deployments_are_still_there(tmp_path: Path) -> None:
    with connected(tmp_path, "--speed", "60") as first:
        made = first.project.files.create(file=("a.jsonl", content := chat_file()), purpose="fine-tune")
        first.arm.deployments.begin_create_or_update(*ACCOUNT, "d", BASE, polling=False)
        kill(first)
    with connected(tmp_path, "--speed", "60") as second:
        assert second.project.files.content(made.id).read() == content
        assert second.arm.deployments.get(*ACCOUNT, "d").sku
