"""The workbook, as Azure would get it."""

import json
import re
from functools import cache
from typing import Any

import pytest

from local.insights.kql.pipeline import Answer, ask
from tests.infra.deployments import at, deployed, only
from tests.infra.workbook import CHOICES, GROUP, LINKS, PARAMETERS, PARTS, QUERIES, QUERY, asking
from tests.telemetry.silence import NOW, SILENCE

FROM_AZURE = {"type", "name", "content", "conditionalVisibility", "customWidth"}
CHARTS = {"table", "barchart", "linechart"}


@cache
def content() -> dict[str, Any]:
    return json.loads(at(only(deployed("trial"), "Microsoft.Insights/workbooks").properties, "serializedData"))


def groups() -> dict[str, list[dict[str, Any]]]:
    return {item["name"]: item["content"]["items"] for item in content()["items"] if item["type"] == GROUP}


def parameters() -> dict[str, dict[str, Any]]:
    [item] = [item for item in content()["items"] if item["type"] == PARAMETERS]
    return {one["name"]: one for one in item["content"]["parameters"]}


ASKING = list(asking(content()["items"]))


def answered(query: str) -> Answer:
    return ask(query, SILENCE, NOW)


@pytest.mark.parametrize(("name", "asked"), ASKING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_query_is_the_file_of_the_items_name(name: str, asked: dict[str, Any]) -> None:
    assert asked["query"] == QUERIES[name]


@pytest.mark.parametrize(("name", "asked"), ASKING, ids=lambda value: value if isinstance(value, str) else "")
def test_whatever_asks_asks_the_workspace_in_the_time_that_was_chosen(name: str, asked: dict[str, Any]) -> None:
    workspace = only(deployed("trial"), "Microsoft.OperationalInsights/workspaces").id
    assert asked["crossComponentResources"] == [workspace], name
    assert asked["timeContextFromParameter"] == "TimeRange"
    assert (asked["queryType"], asked["resourceType"]) == (0, "microsoft.operationalinsights/workspaces")


def test_a_parameter_that_is_asked_for_is_there() -> None:
    used = set(re.findall(r"\{(\w+)\}", json.dumps(content())))
    assert used == {"Run", "ServiceBus"}
    assert {*used, "TimeRange"} == parameters().keys()


def test_every_tab_opens_a_group_and_every_group_has_a_tab() -> None:
    [tabs] = [item["content"]["links"] for item in content()["items"] if item["type"] == LINKS]
    assert [tab["subTarget"] for tab in tabs] == list(groups())
    assert {(tab["cellValue"], tab["linkTarget"]) for tab in tabs} == {("Tab", "parameter")}
    for item in content()["items"]:
        if item["type"] == GROUP:
            shown = item["conditionalVisibility"]
            assert shown == {"parameterName": "Tab", "comparison": "isEqualTo", "value": item["name"]}


def test_every_part_is_a_tab_but_the_frame() -> None:
    assert {path.stem for path in PARTS} == {*groups(), "frame"}


def test_names_and_ids_are_unique() -> None:
    names = [item["name"] for items in groups().values() for item in items]
    ids = re.findall(r'"(?:id|chartId)": "([0-9a-f-]{36})"', json.dumps(content()))
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids) > 5


def test_the_story_of_a_run_has_its_timeline_curves_checkpoints_gates_and_cards() -> None:
    names = {item["name"] for item in groups()["run"]}
    assert names >= {"run-timeline", "run-loss", "run-accuracy", "run-checkpoints", "run-gates", "run-cards"}


@pytest.mark.parametrize("item", [item for items in groups().values() for item in items], ids=lambda item: item["name"])
def test_an_item_has_what_the_portal_knows(item: dict[str, Any]) -> None:
    assert item.keys() <= FROM_AZURE
    if item["type"] == QUERY:
        assert item["content"]["visualization"] in CHARTS
        assert item["content"]["title"]


def test_a_curve_is_drawn_over_a_column_that_the_query_has() -> None:
    axes = {name: asked["chartSettings"]["xAxis"] for name, asked in ASKING if "chartSettings" in asked}
    assert axes.keys() == {"run-loss", "run-accuracy"}
    for name, axis in axes.items():
        assert axis in answered(QUERIES[name]).columns


def test_a_run_is_chosen_by_its_id_and_shown_with_its_dataset() -> None:
    assert answered(QUERIES[CHOICES]).columns == ["value", "label"]


def test_dead_letters_are_shown_by_queue() -> None:
    [dead] = [item["content"] for item in groups()["queues"] if item["name"] == "dead-letters"]
    [metric] = dead["metrics"]
    assert metric["metric"] == "microsoft.servicebus/namespaces--DeadletteredMessages"
    assert (metric["splitBy"], dead["resourceIds"]) == ("EntityName", ["{ServiceBus}"])
