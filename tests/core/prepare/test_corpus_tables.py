"""Public tables: what their cells hold, whatever they are stored as."""

import json
from pathlib import Path

import pytest

from shared.adapters.scratch_files import ScratchFiles
from shared.core.prepare.containers import open_rows
from tests.core.prepare.corpus import corpus, needs_corpus

pytestmark = needs_corpus

type Row = dict[str, object]


def records(path: str) -> list[tuple[int, Row]]:
    """The rows of a file by their lines, a table's as its cells."""
    folder = corpus()
    assert folder
    with ScratchFiles() as scratch:
        opened = open_rows(Path(path).name, iter([(folder / path).read_bytes()]), scratch)
        return [(row.line, dict(row.cells) if row.cells else json.loads(row.text)) for row in opened.rows()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "comma_in_quotes.csv",
            [(2, {"first": "John", "last": "Doe", "address": "120 any st.", "city": "Anytown, WW", "zip": "08123"})],
        ),
        ("empty.csv", [(2, {"a": "1", "b": "", "c": ""}), (3, {"a": "2", "b": "3", "c": "4"})]),
        ("escaped_quotes.csv", [(2, {"a": "1", "b": 'ha "ha" ha'}), (3, {"a": "3", "b": "4"})]),
        (
            "newlines.csv",
            [
                (2, {"a": "1", "b": "2", "c": "3"}),
                (3, {"a": "Once upon \na time", "b": "5", "c": "6"}),
                (5, {"a": "7", "b": "8", "c": "9"}),
            ],
        ),
        ("simple.csv", [(2, {"a": "1", "b": "2", "c": "3"})]),
        ("utf8.csv", [(2, {"a": "1", "b": "2", "c": "3"}), (3, {"a": "4", "b": "5", "c": "\u02a4"})]),
    ],
)
def test_csv_edge_cases_have_the_cells_they_are_meant_to_have(name: str, expected: object) -> None:
    assert records(f"max-mapper__csv-spectrum/{name}") == expected


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "jsonl"])
def test_a_table_has_the_same_rows_in_every_container(kind: str) -> None:
    rows = [row for _, row in records(f"microsoft__promptflow/colors.{kind}")]
    told = [{key: str(value) for key, value in row.items() if key} for row in rows]
    numbers = {"Red": "1", "Blue": "3", "Yellow": "2"}
    slip = "3" if kind == "csv" else "2"  # of those who published it
    assert told == [
        {
            "name": name,
            "id_text": f"{number}.0",
            "id_int": slip if name == "Yellow" else number,
            "id_float": f"{number}.0",
        }
        for name, number in numbers.items()
    ]
