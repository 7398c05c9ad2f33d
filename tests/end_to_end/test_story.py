"""On the local stack: one run is one story, told by the queries that operators use."""

import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import CHECKOUT, Node, run_that_reached, wait_for
from tests.end_to_end.stack import _ask as ask
from tests.end_to_end.test_drops import ROWS, lines

pytestmark = pytest.mark.stack

QUERIES = CHECKOUT / "infra" / "queries"
LABELLED = "isnotempty(Properties.family) and isnotempty(Properties.stage) and isnotempty(Properties.attempt)"


@pytest.fixture(scope="module")
def run(stack: Stack) -> Node:
    stack.drop(lines(ROWS), "support/story.jsonl")
    return run_that_reached(stack, "support/story.jsonl", "serving")


def answered(stack: Stack, query: str) -> list[dict[str, Any]]:
    url = f"{stack.layout.url('insights')}/api/query"
    answer = ask(stack, urllib.request.Request(url, data=query.encode(), method="POST"))
    return [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


def shown(stack: Stack, name: str, run: Node) -> list[dict[str, Any]]:
    return answered(stack, Path(QUERIES / f"{name}.kql").read_text(encoding="utf-8").replace("{Run}", run["id"]))


def test_the_timeline_goes_from_the_drop_to_the_deployment(stack: Stack, run: Node) -> None:
    def stages() -> list[str] | None:
        seen = [row["stage"] for row in shown(stack, "run-timeline", run)]
        return seen if "serving" in seen else None

    came = wait_for(stages, "the stage serving in the timeline")
    assert came[: came.index("serving") + 1] == [
        *("received", "prepared", "uploading", "uploaded", "ready", "submitting"),
        *("training", "trained", "accepted", "deploying", "serving"),
    ]


def test_the_requests_to_foundry_are_kept_with_the_ids_it_gave_them(stack: Stack, run: Node) -> None:
    steps = wait_for(lambda: shown(stack, "run-foundry-requests", run), "requests to Foundry")
    assert all(row["request_id"] for row in steps)
    assert {row["step"] for row in steps} >= {"submit", "watch", "deploy"}


def test_every_queue_that_the_run_passed_tells_its_waits(stack: Stack, run: Node) -> None:
    def queues() -> set[str] | None:
        seen = {row["queue"] for row in shown(stack, "queue-waits", run)}
        return seen if len(seen) >= 7 else None

    assert wait_for(queues, "seven queues") >= {"intake", "prepare", "submit", "watch", "assess", "deploy", "notify"}


def test_the_sdks_own_spans_belong_to_the_run_also_those_of_other_threads(stack: Stack, run: Node) -> None:
    of_run = f'AppDependencies | where Properties.run_id == "{run["id"]}" and {LABELLED}'
    read = f'{of_run} | where Name contains "/datasets/support/story.jsonl" and Properties.step == "prepare"'
    assert wait_for(lambda: answered(stack, read), "the reading of the dataset")
    assert answered(stack, f'{of_run} | where DependencyType == "Microsoft.ServiceBus"')


def test_the_metrics_of_the_run_arrive_without_being_flushed(stack: Stack, run: Node) -> None:
    query = f'AppMetrics | where Properties.run_id == "{run["id"]}" and {LABELLED} | summarize values = count() by Name'

    def measured() -> set[str] | None:
        names = {row["Name"] for row in answered(stack, query)}
        return names if "tunedrop.gate.loss_gain" in names else None

    assert wait_for(measured, "the gain at the gate") >= {
        *("tunedrop.rows", "tunedrop.tokens.estimated", "tunedrop.tokens.billed", "tunedrop.cost.actual"),
        *("tunedrop.stage.duration", "tunedrop.step.duration", "tunedrop.polls", "tunedrop.training.loss"),
    }
