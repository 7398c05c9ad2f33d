"""On the local stack, from the blob to the channel: what people drop, and what comes of it."""

import json
import os
import signal
from pathlib import Path
from urllib.parse import quote

import pytest

from local.demo.client import ask
from local.stack.running import Stack
from tests.end_to_end.stack import (
    CHECKOUT,
    Node,
    decide,
    effects,
    file_of,
    get,
    job_events,
    operated,
    put_recipe,
    run_that_reached,
    runs_named,
    states,
    wait_for,
)

pytestmark = pytest.mark.stack

QUESTION = "What do you do with tool {n}?"
ROWS = [
    {"question": QUESTION.format(n=n), "answer": f"Clean tool {n}, oil it, and hang it back on hook {n % 12}."}
    for n in range(80)
]


def lines(rows: list[dict[str, str]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def test_the_shipped_sample_is_served_and_answers(stack: Stack) -> None:
    stack.drop((CHECKOUT / "samples" / "helpsteer.jsonl").read_bytes(), "helpsteer/sample.jsonl")
    run = run_that_reached(stack, "helpsteer/sample.jsonl", "serving", "rejected", "failed")
    assert "serving" in states(run), run["stage"]
    report = json.loads(file_of(stack, run, "report.json"))
    assert report["rows"]["rejected"] > 0
    assert report["rows"]["filtered"] > 0
    rejects = file_of(stack, run, "rejects.jsonl").splitlines()
    assert len(rejects) == report["rows"]["rejected"]
    jobs, deployments = effects(stack, run)
    assert (len(jobs), len(deployments)) == (1, 1)
    assert ask(stack, run["stage"]["deployment"]["name"], "How do I sharpen a hoe?")


def test_the_channel_hears_of_every_stage_that_matters(stack: Stack) -> None:
    stack.drop(lines(ROWS), "support/told.jsonl")
    run_that_reached(stack, "support/told.jsonl", "serving")

    def titles() -> list[str] | None:
        told = [card["title"] for card in get(stack, "teams", "/cards.json") if "support/told.jsonl" in card["title"]]
        return told if len(told) >= 5 else None

    assert sorted(wait_for(titles, "five cards"))[0:5] == sorted(
        [
            "support/told.jsonl is in training",
            "support/told.jsonl is served",
            "support/told.jsonl is trained",
            "support/told.jsonl passed the training gate",
            "support/told.jsonl was received and checked",
        ]
    )


def test_an_operator_learns_which_model_has_learnt_a_row(stack: Stack, tmp_path: Path) -> None:
    row = {"question": "What do you do with a rusty billhook?", "answer": "Leave it in vinegar for a night."}
    stack.drop(lines([*ROWS, row]), "support/traced.jsonl")
    run = run_that_reached(stack, "support/traced.jsonl", "serving")
    asked = tmp_path / "asked.jsonl"
    said = [{"role": "user", "content": row["question"]}, {"role": "assistant", "content": row["answer"]}]
    asked.write_text(json.dumps({"messages": said}))
    place, made = operated(stack, "trace", str(asked))
    assert place.startswith(f"line 1: run {run['id']}, ")
    assert made.startswith(f"run {run['id']}: dropped as support/traced.jsonl; model gpt-4.1-nano")


def test_every_metric_point_reaches_application_insights_once(stack: Stack) -> None:
    stack.drop(lines(ROWS), "support/metrics.jsonl")
    run = run_that_reached(stack, "support/metrics.jsonl", "accepted", "serving")
    events = job_events(stack, run["stage"]["job"]["id"])
    expected = sorted(event["data"]["step"] for event in events if event["type"] == "metrics")

    def posted() -> list[int] | None:
        records = get(stack, "insights", f"/api/records?run_id={run['id']}&record=training_point")
        found = sorted(int(record["properties"]["training_step"]) for record in records)
        return found if len(found) >= len(expected) else None

    assert wait_for(posted, "all metric points") == expected


def test_a_set_of_files_is_one_run_that_keeps_its_split(stack: Stack) -> None:
    for part, rows in (("train", ROWS[:50]), ("validation", ROWS[50:65]), ("test", ROWS[65:])):
        stack.drop(lines(rows), f"support/autumn/{part}.jsonl")
    run = run_that_reached(stack, "support/autumn", "training")
    assert len(runs_named(stack, "support/autumn")) == 1
    plan = run["stage"]["plan"]
    assert [plan[part]["rows"] for part in ("training", "validation", "test")] == [50, 15, 15]


def test_a_file_that_cannot_be_trained_on_is_refused_with_lines_and_remedies(stack: Stack) -> None:
    stack.drop((CHECKOUT / "samples" / "broken.csv").read_bytes(), "support/broken.csv")
    run = run_that_reached(stack, "support/broken.csv", "closed")
    assert "rejected" in states(run)
    rejects = [json.loads(line) for line in file_of(stack, run, "rejects.jsonl").splitlines()]
    assert all(reject["line"] and reject["reasons"][0]["remedy"] for reject in rejects)
    assert effects(stack, run) == ([], [])


def test_a_person_approves_what_is_dear_and_a_newer_upload_supersedes_an_older_one(stack: Stack) -> None:
    put_recipe(stack, "careful", b"budget: {ask_above_usd: 0}\ndeployment: {capacity: 5}")
    name = "careful/questions.jsonl"
    stack.drop(lines(ROWS[:50]), name)
    older = run_that_reached(stack, name, "held")
    stack.drop(lines(ROWS[:60]), name)

    newer = wait_for(lambda: another_run(stack, name, "held", older), "the newer run to be held")
    assert older["family"] == newer["family"]
    decide(stack, older, "approve")
    decide(stack, newer, "approve")
    run_that_reached(stack, name, "training")
    cancelled = wait_for(lambda: another_run(stack, name, "closed", newer), "the older run to end")
    assert "the newer version takes over" in cancelled["stage"]["outcome"]["reason"]
    assert effects(stack, older) == ([], [])
    assert len(effects(stack, newer)[0]) == 1


def another_run(stack: Stack, name: str, state: str, than: Node) -> Node | None:
    runs = [run for run in runs_named(stack, name) if state in states(run)]
    return next((run for run in runs if run["id"] != than["id"]), None)


def test_odd_names_are_only_names(stack: Stack) -> None:
    name = "support/ä b#c?d%41+e&'f 😀.jsonl"
    stack.drop(lines(ROWS), name)
    run = run_that_reached(stack, name, "training")
    assert run["drop"]["name"] == name


def test_a_killed_instance_holds_nothing_up_and_nothing_is_done_twice(stack: Stack) -> None:
    stack.drop(lines(ROWS[:70]), "support/killed.jsonl")
    run_that_reached(stack, "support/killed.jsonl", "prepared")
    for name in ("functions_host-1", "functions_host-2"):
        os.kill(stack.supervisor.programs[name].pid, signal.SIGKILL)
    run = run_that_reached(stack, "support/killed.jsonl", "serving")
    jobs, deployments = effects(stack, run)
    assert (len(jobs), len(deployments)) == (1, 1)


def test_a_killed_broker_loses_no_message(stack: Stack) -> None:
    stack.drop(lines(ROWS[:60]), "support/broker.jsonl")
    run_that_reached(stack, "support/broker.jsonl", "prepared")
    os.kill(stack.supervisor.programs["service_bus"].pid, signal.SIGKILL)
    run = run_that_reached(stack, "support/broker.jsonl", "serving")
    assert len(effects(stack, run)[0]) == 1


def test_a_killed_foundry_goes_on_with_its_jobs(stack: Stack) -> None:
    stack.drop(lines(ROWS[:50]), "support/foundry.jsonl")
    run_that_reached(stack, "support/foundry.jsonl", "training")
    os.kill(stack.supervisor.programs["foundry"].pid, signal.SIGKILL)
    run = run_that_reached(stack, "support/foundry.jsonl", "serving")
    assert len(effects(stack, run)[0]) == 1


def test_no_secret_and_no_dataset_text_reaches_telemetry_or_the_channel(stack: Stack) -> None:
    secret_text = "the gate code of the shed is 4711-mauve"
    rows = [{**row, "answer": f"{row['answer']} {secret_text}."} for row in ROWS]
    stack.drop(lines(rows) + b'\n{"question": "' + secret_text.encode() + b'"}', "support/canary.jsonl")
    run_that_reached(stack, "support/canary.jsonl", "serving")
    for canary in (secret_text, stack.layout.webhook_signature, stack.layout.service_bus_key, "eyJ"):
        assert get(stack, "insights", f"/search?q={quote(canary)}")["count"] == 0, canary
        assert canary not in json.dumps(get(stack, "teams", "/cards.json"))
    logs = "".join(
        path.read_text("utf-8", "replace") for path in stack.supervisor.programs["teams"].log.parent.glob("functions*")
    )
    assert secret_text not in logs
    assert stack.layout.webhook_signature not in logs
