"""The subset of the query language, against Kusto's reference."""

import datetime as dt
from typing import Any

import pytest

from local.insights.kql.pipeline import ask
from local.insights.kql.tables import COLUMNS, Tables, tables
from local.insights.kql.values import Dynamic, QueryRefused, Row
from tests.local.insights.samples import RUN, lines, log, metric, span

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
EXCEPTION = {"typeName": "KeyError", "message": "'r1'"}


def trace(minutes: float, message: str = "", **properties: str) -> Row:
    row: Row = dict.fromkeys(COLUMNS["AppTraces"], "")
    at = NOON - dt.timedelta(minutes=minutes)
    return {**row, "TimeGenerated": at, "Message": message, "Properties": Dynamic(properties)}


TABLES: Tables = {
    **{name: [] for name in COLUMNS},
    "AppTraces": [
        trace(90, "a", run="1", seconds="2"),
        trace(50, "b", run="2", seconds="4"),
        trace(10, "c", run="1", seconds="6"),
        trace(5, "d", run="3"),
    ],
}


def rows(query: str) -> list[Row]:
    return ask(f"AppTraces {query}", TABLES, NOON).rows


def one(expression: str) -> Any:
    """What an expression comes to in the newest row."""
    return rows(f"| top 1 by TimeGenerated | project x = {expression}")[0]["x"]


def messages(query: str) -> str:
    return "".join(str(row["Message"]) for row in rows(query))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-(2 - 5)", 3),
        ("10 / 4", 2.5),
        ("1 / 0", None),
        ('"a" == "a" and not("A" == "a")', True),
        ('"A" =~ "a"', True),
        ('"quota exceeded" contains "QUOTA"', True),
        ('"tunedrop.rows" startswith "tunedrop."', True),
        ('"in the queue" has "queue" and not("queues" has "queue")', True),
        ('"b" in ("a", "b")', True),
        ('"c" !in ("a", "b")', True),
        ("1 < 2 or 2 < 1", True),
        ("now() - ago(90m)", 1.5 * HOUR),
        ("(now() - ago(90m)) / 1h", 1.5),
        ("bin(now(), 1d)", NOON - 12 * HOUR),
        ("bin(7, 5)", 5),
        ("round(2.345, 1)", 2.3),
        ('iff(1 > 2, "yes", "no")', "no"),
        ('case(1 > 2, "a", 2 > 1, "b", "c")', "b"),
        ('coalesce(todouble(""), 3.0)', 3),
        ('strcat("a ", tostring(true))', "a true"),
        ('todouble("2.5")', 2.5),
        ('tolong("2.5")', 2),
        ('todatetime("2026-11-24T12:00:00Z") == now()', True),
        ('tobool("True")', True),
        ("isnull(todouble(Properties.seconds))", True),
        ("isempty(tostring(Properties.seconds))", True),
        ('tostring(Properties["run"])', "3"),
        ("Properties.run == '3'".replace("'", '"'), True),
        ('isnotempty(Properties.run) and isnotnull(now()) and not(isempty("a"))', True),
    ],
)
def test_an_expression_means_what_it_means_in_kusto(expression: str, value: object) -> None:
    assert one(expression) == value


@pytest.mark.parametrize("comparison", ["==", "<", ">", "<=", ">="])
def test_nothing_compares_to_null(comparison: str) -> None:
    assert messages(f'| where todouble(Properties.seconds) {comparison} 6 and Message == "d"') == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("| where TimeGenerated > ago(1h)", "bcd"),
        ("| order by TimeGenerated", "dcba"),
        ("| order by todouble(Properties.seconds) asc", "dabc"),
        ("| order by todouble(Properties.seconds) desc", "cbad"),
        ("| order by tostring(Properties.run) asc, TimeGenerated desc", "cabd"),
        ("| top 2 by TimeGenerated asc", "ab"),
        ("| take 3", "abc"),
        ('| join kind=leftanti (AppTraces | where Message == "a") on Message', "bcd"),
        ('| join kind=inner (AppTraces | where Message == "a") on Message', "a"),
    ],
)
def test_operators_choose_and_order(query: str, expected: str) -> None:
    assert messages(query) == expected


def test_a_group_is_summarized_by_its_key() -> None:
    query = """
    | extend run = tostring(Properties.run), seconds = todouble(Properties.seconds)
    | summarize lines = count(), known = countif(isnotnull(seconds)), sum = sum(seconds), mean = avg(seconds),
        least = min(seconds), most = max(seconds), median = percentile(seconds, 50), all = make_set(Message),
        arg_max(TimeGenerated, Message) by run
    | order by run asc
    """
    first, _, last = rows(query)
    assert first == {
        "run": "1", "lines": 2, "known": 2, "sum": 8, "mean": 4, "least": 2, "most": 6, "median": 2,
        "all": ["a", "c"], "TimeGenerated": NOON - dt.timedelta(minutes=10), "Message": "c",
    }  # fmt: skip
    assert (last["known"], last["sum"], last["mean"], last["most"]) == (0, 0, None, None)


def test_without_a_key_nothing_is_summarized_to_one_row() -> None:
    query = '| where Message == "z" | summarize lines = count(), arg_max(TimeGenerated, Message)'
    assert rows(query) == [{"lines": 0, "TimeGenerated": None, "Message": None}]


def test_what_the_right_side_lacks_is_null_and_what_both_have_is_renamed() -> None:
    query = """
    | project Message, run = tostring(Properties.run)
    | join kind=leftouter (
        AppTraces | where Message == "a" | project Message, seconds = todouble(Properties.seconds)
    ) on Message
    | where Message in ("a", "b")
    """
    assert rows(query) == [
        {"Message": "a", "run": "1", "Message1": "a", "seconds": 2},
        {"Message": "b", "run": "2", "Message1": None, "seconds": None},
    ]


def test_a_name_stands_for_a_value_or_a_table_and_tables_are_put_together() -> None:
    query = """
    let reach = 20m;
    let late = AppTraces | where TimeGenerated > ago(reach);
    union (late | project Message), (late | project run = tostring(Properties.run)) // a remark
    | distinct Message, run
    """
    assert ask(query, TABLES, NOON).rows == [
        {"Message": "c", "run": None},
        {"Message": "d", "run": None},
        {"Message": None, "run": "1"},
        {"Message": None, "run": "3"},
    ]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("| summarize lines = count() by run = Properties.run", "dynamic"),
        ("| order by Properties.run", "dynamic"),
        ("| extend x = Properties.seconds + 1", "dynamic"),
        ("| where Message > 1", "cannot be compared"),
        ("| extend x = Message.part", "not dynamic"),
        ("| extend x = Message * 2d", "cannot be calculated"),
        ('| where Massage == "a"', "no column 'Massage'|no column Massage"),
        ("| extend x = parse_json(Message)", "no function 'parse_json'"),
        ("| summarize x = stdev(TimeGenerated)", "no function 'stdev'"),
        ("| summarize x = tostring(Message)", "is no aggregate"),
        ("| distinct Massage", "no column 'Massage'"),
        ("| serialize", "not in the subset: AppTraces"),
    ],
)
def test_what_kusto_refuses_or_the_subset_lacks_is_refused_by_name(query: str, fault: str) -> None:
    with pytest.raises(QueryRefused, match=fault):
        rows(query)


def test_envelopes_become_rows_with_every_column_of_their_table() -> None:
    sent = [
        log("notice", "told"),
        span("watch", "a", "b", 0, "0.00:00:01.500", request=True),
        span("look", "c", "a", 0, "0.00:00:00.250"),
        metric("tunedrop.polls", 2, count=1),
        {**log(""), "data": {"baseType": "ExceptionData", "baseData": {"exceptions": [EXCEPTION]}}},
        {**log(""), "data": {"baseType": "EventData", "baseData": {}}},
    ]
    told = tables(lines(*sent).decode().splitlines())
    assert {name: len(rows) for name, rows in told.items()} == dict.fromkeys(COLUMNS, 1)
    for name, (row,) in told.items():
        assert row.keys() == COLUMNS[name]
    assert told["AppTraces"][0]["Properties"] == Dynamic({"run_id": RUN, "record": "notice"})
    assert told["AppRequests"][0]["DurationMs"] == 1500
    assert (told["AppMetrics"][0]["Sum"], told["AppMetrics"][0]["ItemCount"]) == (2, 1)
    assert told["AppExceptions"][0]["ExceptionType"] == "KeyError"
