"""The threat model and its tests are the same list."""

import ast
import re
from pathlib import Path

from tests.security.test_canaries import SHOWN_ON_PURPOSE

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "docs" / "security.md"
ROW = re.compile(r"^\|(?:[^|]+\|){3} (?P<test>test_\w+\.py::test_\w+) \|$", re.MULTILINE)
ABOUT_ITSELF = {"test_threat_model.py"}
FURTHER = {  #: what the rows' tests rest on, or more of the same
    "test_canaries.py::test_every_kind_of_place_was_looked_at",
    "test_canaries.py::test_telemetry_is_there_to_be_looked_at",
    "test_signed_in.py::test_the_health_of_the_app_is_told_to_everybody",
    "test_scanned_drops.py::test_a_clean_drop_waits_for_its_scan_and_is_served",
    "test_scanned_drops.py::test_an_infected_drop_is_refused_with_a_card_and_leaves_nothing_behind",
    "test_scanned_drops.py::test_a_drop_that_is_never_scanned_is_never_read_and_asks_a_person",
}


def rows() -> list[str]:
    return [found["test"] for found in ROW.finditer(MODEL.read_text(encoding="utf-8"))]


def there_are() -> set[str]:
    files = [path for path in HERE.glob("test_*.py") if path.name not in ABOUT_ITSELF]
    return {
        f"{path.name}::{node.name}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_row_names_a_test_that_there_is() -> None:
    assert set(rows()) - there_are() == set()


def test_every_test_is_named_by_one_row() -> None:
    assert sorted(rows()) == sorted(there_are() - FURTHER)
    assert there_are() >= FURTHER


def test_every_row_of_the_table_names_a_test() -> None:
    table = MODEL.read_text(encoding="utf-8").partition("| who | could try |")[2].partition("\n## ")[0]
    assert table.count("\n| ") == len(rows())


def test_the_files_in_which_text_belongs_are_those_that_the_canaries_may_be_in() -> None:
    told = MODEL.read_text(encoding="utf-8").partition("## Where text of a dataset")[2].partition("Nowhere else")[0]
    assert set(re.findall(r"`([\w.]+\.(?:jsonl|html|json))`", told)) == SHOWN_ON_PURPOSE
