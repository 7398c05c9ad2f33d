"""On the local stack: what Foundry and ARM answer on a bad day, and that it costs time only."""

from urllib.error import HTTPError

import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import Node, effects, fault, force, get, run_that_reached, runs_named, states, wait_for
from tests.end_to_end.test_drops import ROWS, lines

pytestmark = pytest.mark.stack

FILES, JOBS = "/files$", "/fine_tuning/jobs$"
DEPLOYMENTS = "/deployments/[^/]+$"


def served(stack: Stack, name: str) -> Node:
    run = run_that_reached(stack, name, "serving", "rejected", "failed", "parked")
    assert "serving" in states(run), run["stage"]
    return run


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
@pytest.mark.parametrize(
    ("call", "method", "path"),
    [("file", "POST", FILES), ("job", "POST", JOBS), ("deployment", "PUT", DEPLOYMENTS)],
    ids=["files", "jobs", "deployments"],
)
def test_a_refusal_that_may_pass_is_waited_out(stack: Stack, call: str, method: str, path: str, status: int) -> None:
    fault(stack, match={"method": method, "path": path}, times=2, status=status, retry_after="1")
    name = f"support/{call}-{status}.jsonl"
    stack.drop(lines(ROWS[:40]), name)
    jobs, deployments = effects(stack, served(stack, name))
    assert (len(jobs), len(deployments)) == (1, 1)


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [("file", "POST", FILES), ("job", "POST", JOBS), ("deployment", "PUT", DEPLOYMENTS)],
    ids=["files", "jobs", "deployments"],
)
def test_an_answer_lost_after_the_work_was_done_is_looked_up(stack: Stack, call: str, method: str, path: str) -> None:
    fault(stack, match={"method": method, "path": path}, times=1, lose_answer_after_commit=True)
    name = f"support/lost-{call}.jsonl"
    stack.drop(lines(ROWS[:40]), name)
    jobs, deployments = effects(stack, served(stack, name))
    assert (len(jobs), len(deployments)) == (1, 1)


def test_a_connection_closed_before_the_work_was_done_is_tried_again(stack: Stack) -> None:
    fault(stack, match={"method": "POST", "path": JOBS}, times=1, close_before=True)
    stack.drop(lines(ROWS[:40]), "support/closed.jsonl")
    jobs, _ = effects(stack, served(stack, "support/closed.jsonl"))
    assert len(jobs) == 1


def test_a_listing_that_fails_keeps_the_run_from_posting_blindly(stack: Stack) -> None:
    fault(stack, match={"method": "POST", "path": JOBS}, times=1, lose_answer_after_commit=True)
    fault(stack, match={"method": "GET", "path": JOBS}, times=3, status=500)
    stack.drop(lines(ROWS[:40]), "support/blind.jsonl")
    jobs, _ = effects(stack, served(stack, "support/blind.jsonl"))
    assert len(jobs) == 1


def test_a_job_that_the_service_pauses_is_told_and_goes_on_when_it_does(stack: Stack) -> None:
    stack.drop(lines(ROWS[:40]), "support/paused.jsonl")
    job_id = run_that_reached(stack, "support/paused.jsonl", "training")["stage"]["job_id"]

    def is_paused() -> bool:
        try:
            force(stack, job_id, status="paused")
        except HTTPError:  # a job is paused only once it has done a step
            return False
        return True

    wait_for(is_paused, "the job to have begun")
    run_that_reached(stack, "support/paused.jsonl", "paused")
    force(stack, job_id, status="resuming")
    jobs, _ = effects(stack, served(stack, "support/paused.jsonl"))
    assert len(jobs) == 1


def test_a_job_that_fails_ends_the_run_with_the_services_words(stack: Stack) -> None:
    stack.drop(lines(ROWS[:40]), "support/failed.jsonl")
    job_id = run_that_reached(stack, "support/failed.jsonl", "training")["stage"]["job_id"]
    force(stack, job_id, status="failed", message="RAI checks for harm types: [violence]", code="contentFilter")
    run = run_that_reached(stack, "support/failed.jsonl", "closed")
    assert run["stage"]["outcome"]["state"] == "failed"
    assert "RAI checks for harm types: [violence]" in run["stage"]["outcome"]["reason"]
    assert [each for each in get(stack, "foundry", "/standin/state")["files"] if run["id"] in each["filename"]] == []


def test_a_refusal_for_good_ends_the_run_with_the_services_words(stack: Stack) -> None:
    error = {"error": {"code": "invalidPayload", "message": "the moon is in the wrong phase", "type": "invalid"}}
    fault(stack, match={"method": "POST", "path": JOBS}, times=1, status=400, body=error)
    stack.drop(lines(ROWS[:40]), "support/refused.jsonl")
    run = run_that_reached(stack, "support/refused.jsonl", "closed")
    assert run["stage"]["outcome"]["state"] == "failed"
    assert "the moon is in the wrong phase" in run["stage"]["outcome"]["reason"]
    assert len(runs_named(stack, "support/refused.jsonl")) == 1
