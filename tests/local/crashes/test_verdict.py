"""What the violence is judged by: it must find fault where there is one."""

import pytest

from local.crashes.verdict import Node, faults


def run(number: int, state: str = "expired") -> Node:
    return {"id": f"run-{number}", "stage": {"state": "closed", "outcome": {"state": state}}}


def job(number: int) -> Node:
    return {"suffix": f"td{number}"}


def test_one_job_one_deployment_and_one_end_each_is_no_fault() -> None:
    assert faults(2, [run(1), run(2)], [job(1), job(2)], 2) == []


@pytest.mark.parametrize(
    ("runs", "jobs", "deployments", "words"),
    [
        ([run(1)], [job(1), job(2)], 2, "2 datasets were dropped, 1 runs exist"),
        ([run(1), run(2, "failed")], [job(1), job(2)], 2, "every run must end expired"),
        ([run(1), {"id": "run-2", "stage": {"state": "training"}}], [job(1), job(2)], 2, "'training': 1"),
        ([run(1), run(2)], [job(1), job(1), job(2)], 2, "more than one job for {'td1': 2}"),
        ([run(1), run(2)], [job(1)], 2, "2 jobs expected, 1 found"),
        ([run(1), run(2)], [job(1), job(2)], 3, "2 deployments expected, 3 made"),
    ],
)
def test_every_broken_promise_is_named(runs: list[Node], jobs: list[Node], deployments: int, words: str) -> None:
    assert any(words in fault for fault in faults(2, runs, jobs, deployments))
