"""The queries as files. tests/telemetry runs them on what the app sends."""

import re

import duckdb_kql
import pytest

from local.insights.kql.pipeline import ask
from local.insights.kql.values import QueryRefused
from tests.infra.deployments import INFRA, deployed, made
from tests.infra.workbook import CHOICES, QUERIES
from tests.telemetry.silence import NOW, SILENCE

RULES = made(deployed("trial"), "Microsoft.Insights/scheduledQueryRules")
ALERTING = {rule.name.removeprefix("tunedrop-") for rule in RULES}
DRAWN = {name for path in (INFRA / "workbook").glob("*.json") for name in QUERIES if f'"{name}"' in path.read_text()}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_says_what_it_shows_and_uses_only_what_a_workspace_has(name: str) -> None:
    assert re.match(r"// [A-Z].*\.", QUERIES[name])
    assert ask(QUERIES[name], SILENCE, NOW).columns


def test_every_query_is_shown_or_alerts() -> None:
    assert QUERIES.keys() == ALERTING | DRAWN | {CHOICES}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_one_to_microsofts_own_grammar(name: str) -> None:
    """A second opinion: our grammar takes words for names that Kusto keeps for itself."""
    assert duckdb_kql.validate(QUERIES[name]) == []


@pytest.mark.parametrize("name", QUERIES)
def test_only_the_pages_of_a_run_ask_for_a_run(name: str) -> None:
    assert ("{Run}" in QUERIES[name]) == (name in DRAWN and name.startswith("run-"))


@pytest.mark.parametrize("name", sorted(ALERTING))
def test_only_alerts_say_how_far_back_they_look(name: str) -> None:
    assert "ago(" in QUERIES[name]
    assert not any("ago(" in QUERIES[shown] for shown in DRAWN)


@pytest.mark.parametrize(
    "wrong",
    [
        "AppTrace | take 1",
        "AppTraces | where Severity > 1",
        'AppTraces | where Message startwith "a"',
        "AppTraces | summarize runs = count() by Properties.run_id",
        "AppTraces | extend tostring(Properties.run_id)",
        "AppTraces | distinct tostring(Properties.run_id)",
        "AppTraces | project-away Message",
        'AppTraces | extend run = extract("a", 1, Message)',
        "AppTraces | join kind=fullouter (AppTraces) on OperationId",
    ],
)
def test_what_is_not_in_the_subset_is_refused(wrong: str) -> None:
    with pytest.raises(QueryRefused):
        ask(wrong, SILENCE, NOW)
