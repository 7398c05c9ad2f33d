"""The operations guide says what the infrastructure, the catalogue and the app's own times are."""

import json
import re
from datetime import timedelta

import pytest

from functions.pages import MOST_RUNS
from shared.core.polling import PATIENCE
from shared.intake import LOOKBACK
from tests.docs.pages import CHECKOUT, text
from tests.docs.sizing import CALLS, DEPLOYMENTS, RUNNING, TYPICAL, deliveries, looks
from tests.fakes import CATALOGUE
from tests.infra.deployments import deployed, made

PAGE = text(CHECKOUT / "docs" / "operations.md")
RUNBOOKS = {path.stem for path in (CHECKOUT / "docs" / "operations").glob("*.md")}
ALERTS = re.findall(r"^\| (\d?) ?\|.*\| \[([\w-]+)\]\(operations/\2\.md\) \|$", PAGE, re.MULTILINE)


def test_every_runbook_is_listed_once() -> None:
    listed = [runbook for _, runbook in ALERTS]
    assert set(listed) == RUNBOOKS
    assert len(listed) == len(RUNBOOKS)


def test_alerts_are_as_severe_as_they_are_deployed() -> None:
    rules = [*made(deployed("production"), "Microsoft.Insights/scheduledQueryRules")]
    rules += made(deployed("production"), "Microsoft.Insights/metricAlerts")
    deployed_as = {
        (str(rule.properties["severity"]), re.findall(r"([\w-]+)\.md", rule.properties["description"])[-1])
        for rule in rules
    }
    assert {(severity, runbook) for severity, runbook in ALERTS if severity} == deployed_as


@pytest.mark.parametrize(
    "said",
    [
        f"{CATALOGUE.limits.max_file_bytes // 2**20} MB after preparation",
        f"{CATALOGUE.limits.max_job_tokens:,} tokens over all epochs",
        f"{CATALOGUE.limits.min_examples} examples at least",
        f"the {MOST_RUNS} that changed last",
        f"{DEPLOYMENTS} in one account",
        f"{RUNNING} running (standard and global)",
    ],
)
def test_a_limit_is_the_one_that_counts(said: str) -> None:
    assert said in PAGE


def test_about_a_day_and_a_week_are_what_the_app_waits() -> None:
    assert timedelta(hours=24) <= PATIENCE <= timedelta(hours=28)
    assert timedelta(days=7) == LOOKBACK


def test_queues_and_host_are_as_the_guide_says() -> None:
    host = json.loads(text(CHECKOUT / "host.json"))
    assert host["functionTimeout"] == "01:00:00"
    assert host["extensions"]["serviceBus"]["maxConcurrentCalls"] == 4
    for queue in made(deployed("trial"), "Microsoft.ServiceBus/namespaces/queues"):
        wanted = {"lockDuration": "PT5M", "defaultMessageTimeToLive": "P14D", "maxSizeInMegabytes": 1024}
        assert {name: queue.properties[name] for name in wanted} == wanted


def test_what_bounds_the_service_is_reckoned_right() -> None:
    assert "serves ten runs a day" in PAGE
    assert DEPLOYMENTS == 10
    assert RUNNING * 24 // TYPICAL == 18
    credits_a_second = 5_000 * deliveries(TYPICAL).total() / 86_400 * (CALLS - 1)
    assert 5 <= credits_a_second < 6


def test_a_job_is_looked_at_as_often_as_its_length_takes() -> None:
    assert looks(timedelta(minutes=1)) == 1
    assert looks(timedelta(minutes=2)) == 2
    assert looks(timedelta(hours=2)) - looks(timedelta(hours=1)) == 6
