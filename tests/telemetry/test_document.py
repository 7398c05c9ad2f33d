"""docs/telemetry.md and the code say the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from local.insights.kql.aggregates import AGGREGATES, BEST
from local.insights.kql.functions import FUNCTIONS
from local.insights.kql.pipeline import _OPERATORS
from local.insights.kql.tables import COLUMNS, KINDS, TAGS
from shared.core.measures import UNITS, measures
from shared.core.records import Labels, Record
from shared.core.training import Metrics
from tests.core.test_records import EXAMPLES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "telemetry.md").read_text(encoding="utf-8")
COMMON = {"TimeGenerated", "Properties", *TAGS}
OF_THE_CHANNEL = "untold"  #: a line that an adapter writes for want of a webhook


def rows(head: str) -> list[list[str]]:
    """The cells of the table whose head begins so."""
    table = PAGE.split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def ticked(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def listed(name: str) -> set[str]:
    return set(ticked(re.search(rf"^\* {name}: (.*?)(?=^\*|\Z)", PAGE, re.DOTALL | re.MULTILINE)[1]))


def fields(kind: type[Record]) -> Iterator[str]:
    own = kind.model_fields.keys() - {"record", "text", "others"}
    yield from own - Metrics.model_fields.keys() if issubclass(kind, Metrics) else own
    if "active" in own:
        yield "active.<stage>"


def test_every_label_is_explained_and_no_other() -> None:
    assert [ticked(row[0])[0] for row in rows("label")] == list(Labels.model_fields)


def test_every_record_is_listed_with_all_its_fields_and_no_other() -> None:
    told = {ticked(row[0])[0]: set(ticked(row[-1])) for row in rows("record")}
    kinds = {kind.model_fields["record"].default: kind for kind in get_args(Record.__value__)}
    assert told.keys() == kinds.keys() | {OF_THE_CHANNEL}
    for name, kind in kinds.items():
        assert told[name] == set(fields(kind)) - {"active"}, name


def test_the_key_of_a_record_is_a_field_of_it() -> None:
    keys = {key: set(ticked(row[-1])) for row in rows("record") for key in ticked(row[2])}
    assert all(key in its for key, its in keys.items())


def test_every_figure_is_listed_and_no_other() -> None:
    figures = ticked(PAGE.split("**The figures**", 1)[1].split("; and", 1)[0])
    assert set(figures) == Metrics.model_fields.keys() - {"others"}


def test_every_metric_is_listed_with_its_unit_and_no_other() -> None:
    assert {ticked(row[0])[0]: ticked(row[1])[0] for row in rows("metric")} == UNITS


def test_what_tells_a_value_from_its_like_is_listed() -> None:
    listed_as = {ticked(row[0])[0]: set(ticked(row[3])) if len(row) > 3 else set() for row in rows("metric")}
    for record, _ in EXAMPLES:
        for metric, _, about in measures(record):
            assert set(about) == listed_as[metric], metric


def test_every_table_is_listed_with_its_columns() -> None:
    told = {ticked(row[0])[0]: (ticked(row[1])[0], set(ticked(row[2]))) for row in rows("envelope")}
    assert told == {kind: (table, COLUMNS[table] - COMMON) for kind, (table, _) in KINDS.items()}
    assert set(ticked(PAGE.split("All have", 1)[1].split("\n\n", 1)[0])) == COMMON


def test_the_subset_of_the_language_is_listed() -> None:
    operators = {name.split()[0] for name in listed("Operators")} - {"inner", "leftouter", "leftanti"}
    assert operators == {*_OPERATORS, "join", "union"}
    assert listed("Functions") == {*FUNCTIONS, "ago", "now"}
    assert listed("Aggregates") == {*AGGREGATES, *BEST}
