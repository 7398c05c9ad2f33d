"""Every query of infra/queries, run on what the app really sends."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from local.insights.kql.pipeline import Answer, ask
from local.insights.kql.tables import Tables
from tests.telemetry.silence import SILENCE

pytestmark = pytest.mark.stack

FOLDER = Path(__file__).resolve().parents[2] / "infra" / "queries"
QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.kql"))}
STAGES = [
    *("received", "prepared", "uploading", "uploaded", "ready", "submitting", "training"),
    *("trained", "accepted", "deploying", "serving", "expired", "closed"),
]

#: What each alert finds where there is something to do; where there is not, it finds nothing.
ALERTS: dict[str, list[dict[str, Any]]] = {
    "catalogue-stale": [{"age_days": None}],
    "deployment-expiring": [{"dataset": "support/expiring.jsonl"}],
    "gate-undecided": [{"outcome": "inconclusive", "job": "ftjob-1"}],
    "quota-nearly-used": [{"what": "deployments", "used": 8, "most": 10}],
    "run-without-progress": [{"stage": "training", "sweeps": 3, "idle_seconds": 10_800}],
    "uploads-unannounced": [{"uploads": 2}],
    "waiting-for-a-person": [{"dataset": "support/dear.jsonl", "stage": "held", "waiting_seconds": 18_000}],
    "webhook-failing": [{"cards": 2, "reason": "the Teams webhook answered 404"}],
}

#: What each other query says of a served and a rejected run: some columns, of some rows.
PANELS: dict[str, list[dict[str, Any]]] = {
    "run-choices": [{"label": "support/broken.jsonl de901b02d4afbc8c"}],
    "cost": [{"runs": 1, "usd_estimated": 0.0051, "usd_actual": 0.018, "tokens_billed": 12_000}],
    "datasets": [
        {"dataset": "support/broken.jsonl", "verdict": "rejected", "rejected_percent": 100},
        {"dataset": "support/questions.jsonl", "verdict": "accepted", "rows_read": 60, "rejected": 0},
    ],
    "deliveries": [{"step": "watch", "deliveries": 9, "retries": 0, "repeats": 0}],
    "outcomes": [{"outcome": "serving", "runs": 1}, {"outcome": "rejected", "runs": 1}],
    "queue-waits": [{"queue": "prepare", "messages": 2}, {"queue": "notify", "messages": 8}],
    "rejections": [{"recipe": "support", "rejected_by": "dataset", "runs": 1}],
    "rows": [{"kept": 50, "fixed": 1, "rejected": 1, "test": 9}],
    "runs": [{"dataset": "support/questions.jsonl", "stage": "closed", "job": "ftjob-1", "method": "sft"}],
    "runs-by-stage": [{"stage": "closed", "runs": 2}],
    "run-accuracy": [{"training_step": 10, "training_accuracy": 0.7, "validation_accuracy": 0.7}],
    "run-cards": [{"notice": "served"}, {"notice": "expiring"}, {"notice": "expired"}],
    "run-checkpoints": [{"checkpoint": "ftchkpt-30", "training_step": 30, "validation_loss": 1.0}],
    "run-deliveries": [{"step": "deploy", "attempt": 1, "stage": "accepted", "outcome": "advanced"}],
    "run-foundry-requests": [{"request": "looking at the job 'ftjob-1'", "step": "assess", "stage": "trained"}],
    "run-gates": [{"outcome": "passed", "checkpoints": 3, "validation_loss": 1.0}],
    "run-job-log": [{"level": "info", "Message": "Step 2: training loss=1.4"}],
    "run-loss": [{"training_step": 10, "training_loss": 1.0, "validation_loss": 1.0}],
    "run-timeline": [{"stage": "serving", "came_from": "deploying"}],
    "stage-durations": [{"stage": "training", "runs": 1, "median_minutes": 15}],
}

#: What of these only an eventful hour has.
EVENTFUL: dict[str, list[dict[str, Any]]] = {
    "deployments": [{"stage": "serving", "dataset": "support/expiring.jsonl", "hours_left": 1.0}],
    "failures": [{"name": "watch", "failures": 1}],
}


def asked(name: str, told: Tables, run: str = "") -> Answer:
    return ask(QUERIES[name].replace("{Run}", run), told, dt.datetime.now(dt.UTC))


def run_of(told: Tables, dataset: str) -> str:
    [run] = [row["run"] for row in asked("runs", told).rows if row["dataset"] == dataset]
    return str(run)


def assert_says(answer: Answer, expected: list[dict[str, Any]]) -> None:
    for part in expected:
        assert any(part.items() <= row.items() for row in answer.rows), (part, answer.rows)


def test_every_query_is_tried() -> None:
    assert QUERIES.keys() == {*ALERTS, *PANELS, *EVENTFUL, "sweep-missing"}


@pytest.mark.parametrize("name", PANELS)
def test_a_query_says_what_was(quiet: Tables, name: str) -> None:
    assert_says(asked(name, quiet, run_of(quiet, "support/questions.jsonl")), PANELS[name])


@pytest.mark.parametrize("name", EVENTFUL)
def test_a_query_says_what_is(eventful: Tables, name: str) -> None:
    assert_says(asked(name, eventful), EVENTFUL[name])


@pytest.mark.parametrize("name", [*ALERTS, "sweep-missing"])
def test_an_alert_finds_nothing_where_nothing_is_to_be_done_even_if_a_dataset_was_rejected(
    quiet: Tables, name: str
) -> None:
    assert asked(name, quiet).rows == []


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_one_row_for_each_thing_to_do(eventful: Tables, name: str) -> None:
    found = asked(name, eventful)
    assert len(found.rows) == len(ALERTS[name])
    assert_says(found, ALERTS[name])


def test_silence_is_an_alert_of_its_own() -> None:
    assert [row["sweeps"] for row in asked("sweep-missing", SILENCE).rows] == [0]
    assert [name for name in ALERTS if asked(name, SILENCE).rows] == []


def test_the_timeline_has_every_stage_in_order(quiet: Tables) -> None:
    found = asked("run-timeline", quiet, run_of(quiet, "support/questions.jsonl"))
    assert [row["stage"] for row in found.rows] == STAGES


@pytest.mark.parametrize("name", ["run-loss", "run-accuracy"])
def test_a_curve_has_each_step_once(quiet: Tables, name: str) -> None:
    found = asked(name, quiet, run_of(quiet, "support/questions.jsonl"))
    assert [row["training_step"] for row in found.rows] == list(range(1, 31))


@pytest.mark.parametrize("name", [name for name in QUERIES if "{Run}" in QUERIES[name]])
def test_a_runs_page_has_nothing_of_another_run(quiet: Tables, name: str) -> None:
    assert asked(name, quiet, "0000000000000000").rows == []
