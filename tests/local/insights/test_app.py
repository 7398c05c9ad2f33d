import contextlib
import gzip
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from local.insights.app import insights
from local.insights.store import Telemetry
from tests.local.insights.samples import RUN, delivery, lines, log, metric, point, span


@contextlib.contextmanager
def insights_in(folder: Path) -> Generator[TestClient]:
    with contextlib.closing(Telemetry(folder)) as telemetry:
        yield TestClient(insights(telemetry))


@pytest.fixture
def client(tmp_path: Path) -> Generator[TestClient]:
    with insights_in(tmp_path) as client:
        yield client


def send(client: TestClient, *items: dict[str, Any]) -> None:
    assert client.post("/v2.1/track", content=lines(*items)).status_code == 200


def run_page(client: TestClient) -> str:
    return client.get(f"/runs/{RUN}").text


@pytest.mark.parametrize("path", ["/v2.1/track", "//v2.1/track", "/v2/track"])
def test_all_items_are_accepted_and_counted(client: TestClient, path: str) -> None:
    body = gzip.compress(lines(log("notice"), point(1)))
    answer = client.post(f"http://testserver{path}", content=body, headers={"content-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.json() == {"itemsReceived": 2, "itemsAccepted": 2, "errors": []}


def test_bad_items_are_named_and_good_ones_kept(client: TestClient) -> None:
    answer = client.post("/v2.1/track", content=lines({"name": "x"}, log("notice")))
    assert (answer.status_code, answer.json()["itemsAccepted"]) == (206, 1)
    assert answer.json()["errors"][0]["index"] == 0
    assert client.post("/v2.1/track", content=lines({"name": "x"})).status_code == 400
    assert client.post("/v2.1/track", content=b"{").status_code == 400
    assert len(client.get("/api/records").json()) == 1


def test_live_metrics_is_told_that_nobody_watches(client: TestClient) -> None:
    answer = client.post("/QuickPulseService.svc/ping?ikey=0", json={})
    assert (answer.status_code, answer.headers["x-ms-qps-subscribed"]) == (200, "false")


def test_what_was_accepted_survives_a_restart(tmp_path: Path) -> None:
    with insights_in(tmp_path) as client:
        send(client, log("notice", title="before"))
    with insights_in(tmp_path) as client:
        send(client, log("notice", title="after", when=1))
        titles = [record["properties"]["title"] for record in client.get("/api/records").json()]
    assert titles == ["before", "after"]


def test_records_are_found_by_run_and_kind_oldest_first(client: TestClient) -> None:
    other = log("notice", when=1)
    other["data"]["baseData"]["properties"]["run_id"] = "other"
    send(client, log("notice", "late", when=9), log("notice", "early", when=2), other, point(3))
    found = client.get("/api/records", params={"run_id": RUN, "record": "notice"}).json()
    assert [record["message"] for record in found] == ["early", "late"]
    assert len(client.get("/api/records", params={"run_id": RUN}).json()) == 3
    assert len(client.get("/api/records").json()) == 4


def test_search_counts_the_envelopes_that_contain_a_text_anywhere(client: TestClient) -> None:
    send(client, log("notice", "sig=CANARY-1"), log("notice", title='say "CANARY-1"'), log("canary-1"))
    count = {text: client.get("/search", params={"q": text}).json()["count"] for text in ("CANARY-1", 'say "C', "%")}
    assert count == {"CANARY-1": 2, 'say "C': 1, "%": 0}
    assert client.get("/search").status_code == 400


def test_the_charts_contain_every_point_once(client: TestClient) -> None:
    points = [point(step, train_loss=3 / step, train_mean_token_accuracy=0.5) for step in range(1, 13)]
    send(client, *points, points[4], point(12, valid_loss=0.4))
    page = run_page(client)
    drawn = re.findall(r'<circle [^>]*data-step="(\d+)" data-value="([^"]+)"', page)
    losses = [(str(step), str(3 / step)) for step in range(1, 13)]
    assert drawn == [*losses, ("12", "0.4"), *((str(step), "0.5") for step in range(1, 13))]
    assert "2 duplicates seen" in page
    assert "step 5, training: 0.6" in page


def test_a_run_is_told_from_its_dataset_to_its_notices(client: TestClient) -> None:
    send(
        client,
        log("rows", verdict="accepted", rows_in=540, rows_kept=516),
        delivery("received", "training", 5, step="submit", operation="op-1"),
        delivery("training", "training", 8, step="watch", outcome="retry", attempt=3, reason="429: slow down"),
        span("submit", "a", "", 4, "0.00:00:01.000", request=True),
        log("job_event", "Job <b>started</b>", 6, job_id="j", event_id="e", event_level="info"),
        log("job_event", "Job <b>started</b>", 6, job_id="j", event_id="e", event_level="info"),
        log("checkpoint", job_id="j", checkpoint_id="ftckpt-1", checkpoint_model="m:ckpt", training_step=60),
        log("notice", notice="started", title="Training has started"),
        point(1, job="j", train_loss=2),
        log("job", job_id="j", status="succeeded", queued_seconds=61, trained_seconds=3700, tokens_billed=120000),
    )
    page = re.sub(r"\s+", " ", run_page(client))
    for shown in (
        "540",
        "submit",
        "received → training",
        "Job &lt;b&gt;started&lt;/b&gt;",
        "1 repeat received and left out",
        "ftckpt-1",
        "m:ckpt",
        "Training has started",
        "queued 1 min 01 s, trained 1 h 01 min, 120,000 tokens billed",
    ):
        assert shown in page
    assert "<b>started" not in page


def test_what_is_missing_is_said(client: TestClient) -> None:
    assert "No run has been heard of yet" in client.get("/").text
    assert "No metric of the app" in client.get("/metrics").text
    send(client, log("untold"))
    page = run_page(client)
    for missing in ("training points", "delivery", "job events", "notice", "checkpoints", "spans"):
        assert re.search(rf"No [a-z ]*{missing}", page)
    assert client.get("/runs/unknown").status_code == 404


def test_runs_are_listed_with_their_last_stage_the_latest_first(client: TestClient) -> None:
    other = delivery("rejected", "closed", 99)
    other["data"]["baseData"]["properties"]["run_id"] = "<i>other"
    send(client, delivery("received", "training", 5, base_model="gpt-4.1-mini"), other)
    page = client.get("/").text
    assert page.index("&lt;i&gt;other") < page.index(RUN)
    assert 'stage-training">training' in page
    assert 'stage-rejected">rejected</span> <span class="note">closed' in page
    assert "gpt-4.1-mini" in page


def test_a_delivery_that_arrives_late_does_not_turn_the_stage_of_its_run_back(client: TestClient) -> None:
    send(client, delivery("training", "trained", 50))
    send(client, delivery("prepared", "training", 5), point(1, train_loss=1))
    page = client.get("/").text
    assert 'stage-trained">trained' in page
    assert "10:00:01" in page  # first seen
    assert "10:00:50" in page  # last seen


def test_metrics_are_listed_with_their_last_value(client: TestClient) -> None:
    values = [metric("tunedrop.training.loss", 3 - step / 10, step, count=1) for step in range(20)]
    send(client, *values, metric("tunedrop.step.duration", 12.5, count=5, min=0.5, max=4), metric("_OTELRESOURCE_", 0))
    page = client.get("/metrics").text
    assert "1.1" in page
    assert "sum of 5" in page
    assert "0.5 to 4" in page
    assert "_OTELRESOURCE_" not in page


def test_each_set_of_attributes_and_each_instance_is_a_series_of_its_own(client: TestClient) -> None:
    kept, rejected, elsewhere = metric("tunedrop.rows", 516), metric("tunedrop.rows", 24), metric("tunedrop.rows", 7)
    rejected["data"]["baseData"]["properties"]["disposition"] = "rejected"
    elsewhere["tags"]["ai.cloud.roleInstance"] = "instance-2"
    send(client, kept, rejected, elsewhere)
    page = client.get("/metrics").text
    assert 'rowspan="3">tunedrop.rows' in page
    assert "disposition=rejected" in page
    assert "instance=instance-2" in page


def test_a_metric_shows_the_series_heard_of_last_and_counts_the_others(client: TestClient) -> None:
    many = [metric("tunedrop.rows", 1, seconds) for seconds in range(10)]
    for number, sent in enumerate(many):
        sent["data"]["baseData"]["properties"]["run_id"] = f"run-{number}-"
    send(client, *many)
    page = client.get("/metrics").text
    assert re.findall(r"run_id=run-(\d)", page) == ["9", "8", "7", "6", "5", "4", "3", "2"]
    assert "2 more series" in page


def test_a_gauge_does_not_keep_its_run_fresh(client: TestClient) -> None:
    gauge = metric("tunedrop.training.loss", 0.5, seconds=3600)
    gauge["data"]["baseData"]["properties"]["run_id"] = RUN
    send(client, point(1, train_loss=0.5), gauge)
    assert "11:00:00" not in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/metrics", f"/runs/{RUN}"])
def test_every_page_says_what_it_is_and_loads_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    send(client, point(1, train_loss=2))
    page = client.get(path)
    assert "Stand-in for Application Insights" in page.text
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page.text) == []
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["insights.css", "live.js", "icon.svg"])
def test_the_pages_find_their_parts(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 200


def test_a_query_of_the_subset_is_answered_with_columns_and_rows(client: TestClient) -> None:
    send(client, log("notice"), point(1))
    points = 'AppTraces | where Properties.record == "training_point"'
    query = f"{points} | project step = tolong(Properties.training_step), TimeGenerated"
    answer = client.post("/api/query", content=query)
    assert answer.json() == {"columns": ["step", "TimeGenerated"], "rows": [[1, "2026-11-24T10:00:01.0000000Z"]]}


def test_a_query_beyond_the_subset_is_refused_by_what_is_beyond_it(client: TestClient) -> None:
    answer = client.post("/api/query", content="AppTraces | evaluate autocluster()")
    assert (answer.status_code, "evaluate" in answer.json()["error"]) == (400, True)


def test_the_values_of_a_curve_are_one_series(client: TestClient) -> None:
    for step in (10, 20):
        measured = metric("tunedrop.training.loss", 1 / step, seconds=step)
        measured["data"]["baseData"]["properties"] = {"run_id": RUN, "training_step": step, "attempt": step}
        send(client, measured)
    page = client.get("/metrics").text
    assert page.count(RUN) == 1
