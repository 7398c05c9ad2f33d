"""What somebody is woken for, and the runbook that says what to do."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.insights.kql.pipeline import ask
from local.insights.kql.values import timespan
from tests.infra.bicep.resources import Resource
from tests.infra.deployments import CHECKOUT, deployed, made, only
from tests.infra.workbook import QUERIES
from tests.telemetry.silence import NOW, SILENCE

LOG_RULES = made(deployed("trial"), "Microsoft.Insights/scheduledQueryRules")
METRIC_RULES = made(deployed("trial"), "Microsoft.Insights/metricAlerts")
RULES = [*LOG_RULES, *METRIC_RULES]
RUNBOOKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((CHECKOUT / "docs/operations").glob("*.md"))}
PARTS = ("**What it means.**", "**What to look at.**", "**What to do.**", "**It is over**")
WITHOUT_A_RULE = {"budget"}  #: Cost Management sends mails that we do not word
REACH = {"PT1H": timespan("1h"), "P2D": timespan("2d")}

#: Supported metrics, Azure Monitor reference: Service Bus, Event Grid system topics, Storage accounts. `BlockedCalls`
#: is documented for another kind of account (Bing): that Foundry's has it too is unconfirmed.
METRICS = {
    ("Microsoft.ServiceBus/namespaces", "DeadletteredMessages", "EntityName"),
    ("Microsoft.EventGrid/systemTopics", "DroppedEventCount", "EventSubscriptionName"),
    ("Microsoft.EventGrid/systemTopics", "DeadLetteredCount", "EventSubscriptionName"),
    ("Microsoft.Storage/storageAccounts", "Transactions", "ResponseType"),
    ("Microsoft.CognitiveServices/accounts", "BlockedCalls", "ApiName"),
}


def name(rule: Resource) -> str:
    return rule.name.removeprefix("tunedrop-")


def criterion(rule: Resource) -> dict[str, Any]:
    [found] = rule.properties["criteria"]["allOf"]
    return found


def linked(rule: Resource) -> str:
    [link] = re.findall(r"docs/operations/([\w-]+)\.md$", rule.properties["description"])
    return link


def test_every_rule_has_its_runbook_and_every_runbook_a_rule() -> None:
    assert {linked(rule) for rule in RULES} == RUNBOOKS.keys() - WITHOUT_A_RULE


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_a_runbook_says_what_it_means_what_to_look_at_what_to_do_and_when_it_is_over(runbook: str) -> None:
    places = [RUNBOOKS[runbook].index(part) for part in PARTS]
    assert places == sorted(places)


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_a_runbooks_queries_pages_and_files_are_there(runbook: str) -> None:
    text = RUNBOOKS[runbook]
    asked = set(re.findall(r"infra/queries/([\w-]+)\.kql", text))
    assert asked
    assert asked <= QUERIES.keys()
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (CHECKOUT / "docs/operations" / link).exists(), link
    for path in re.findall(r"`(shared/[\w./]+)`", text):
        assert Path(CHECKOUT, path).exists(), path


@pytest.mark.parametrize("rule", LOG_RULES, ids=name)
def test_a_log_rule_asks_the_query_of_its_name_and_its_runbook_shows_it(rule: Resource) -> None:
    assert criterion(rule)["query"] == QUERIES[name(rule)]
    assert linked(rule) == name(rule)
    assert f"infra/queries/{name(rule)}.kql" in RUNBOOKS[name(rule)]


@pytest.mark.parametrize("rule", LOG_RULES, ids=name)
def test_a_log_rule_fires_from_the_first_row_on_for_each_thing_by_itself(rule: Resource) -> None:
    asked = criterion(rule)
    assert (asked["timeAggregation"], asked["operator"], asked["threshold"]) == ("Count", "GreaterThan", 0)
    columns = ask(asked["query"], SILENCE, NOW).columns
    assert "TimeGenerated" in columns
    assert {one["name"] for one in asked["dimensions"]} <= set(columns)


@pytest.mark.parametrize("rule", LOG_RULES, ids=name)
def test_a_log_rule_reaches_as_far_back_as_its_query(rule: Resource) -> None:
    looked = [timespan(span) for span in re.findall(r"ago\((\w+)\)", criterion(rule)["query"])]
    assert max(looked) == REACH[rule.properties["overrideQueryTimeRange"]]


@pytest.mark.parametrize("rule", METRIC_RULES, ids=name)
def test_a_metric_rule_watches_a_metric_that_its_resource_has(rule: Resource) -> None:
    asked = criterion(rule)
    [dimension] = asked["dimensions"]
    assert (asked["metricNamespace"], asked["metricName"], dimension["name"]) in METRICS
    [scope] = rule.properties["scopes"]
    assert f"/providers/{asked['metricNamespace']}/" in scope


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_every_rule_tells_people_and_resolves_by_itself(rule: Resource) -> None:
    group = only(deployed("trial"), "Microsoft.Insights/actionGroups").id
    assert group in str(rule.properties["actions"])
    assert rule.properties["enabled"]
    assert rule.properties["autoMitigate"]
    assert 1 <= rule.properties["severity"] <= 4


def test_who_is_told_is_who_was_named() -> None:
    told = {
        environment: [
            one["emailAddress"]
            for one in only(deployed(environment), "Microsoft.Insights/actionGroups").properties["emailReceivers"]
        ]
        for environment in ("trial", "production")
    }
    assert told == {"trial": [], "production": ["operations@example.com", "owner@example.com"]}


def test_no_rule_is_about_a_rejected_dataset() -> None:
    assert not [name(rule) for rule in LOG_RULES if '"rejected"' in criterion(rule)["query"]]
