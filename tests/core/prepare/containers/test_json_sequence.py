import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.containers import open_rows
from shared.core.prepare.faults import Unreadable
from tests.core.prepare.dropping import chats, drop, fates

ROWS = chats(12)
TEXTS = st.dictionaries(st.text(max_size=5), st.recursive(st.text() | st.integers(), st.lists, max_leaves=5))


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("\n".join(json.dumps(row, indent=2) for row in ROWS), id="pretty-printed"),
        pytest.param("\n".join(json.dumps(row, indent=0) for row in ROWS), id="over lines without indents"),
        pytest.param(",\n".join(json.dumps(row, indent="\t") for row in ROWS), id="with commas"),
        pytest.param("".join(map(json.dumps, ROWS)), id="with nothing between"),
        pytest.param(" ".join(map(json.dumps, ROWS)) + "\n", id="with blanks between"),
        pytest.param(",\n".join(map(json.dumps, ROWS)), id="a row a line, with commas"),
        pytest.param("\x1e" + "\n\x1e".join(json.dumps(row, indent=1) for row in ROWS), id="RFC 7464"),
        pytest.param("\r\n".join(json.dumps(row, indent=2).replace("\n", "\r\n") for row in ROWS), id="CRLF"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_objects_are_read_however_they_are_parted(data: str, chunk: int) -> None:
    prepared = drop(data.encode(), name="drop.json", chunk=chunk)
    assert prepared.training == ROWS
    assert prepared.report.inputs[0].stored_as == "JSON objects one after another"


@given(
    rows=st.lists(TEXTS.filter(bool), min_size=2, max_size=5),
    indent=st.sampled_from([1, 4, "\t"]),
    between=st.sampled_from(["", "\n", "\n\n", ",\n", " "]),
    size=st.integers(min_value=1, max_value=40),
)
def test_any_objects_come_out_as_they_went_in(rows: list[object], indent: int | str, between: str, size: int) -> None:
    data = between.join(json.dumps(row, indent=indent) for row in rows).encode()
    records = list(open_rows("drop.json", cut(data, size)).rows())
    assert [json.loads(record.text) for record in records] == rows


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{\n  "prompt": "a",\n  "response": b\n}', "a value is missing or misspelt"),
        ('{\n  "prompt": "a\n  "response": "b"\n}', "a line break, tab or other control character"),
        ('{\n  "prompt": "a",\n  "response": ["b"\n', "a comma is missing, or a quote inside a text is not escaped"),
    ],
)
def test_a_broken_object_costs_one_row_and_has_its_place(broken: str, reason: str) -> None:
    before, after = ("\n".join(json.dumps(row, indent=2) for row in rows) for rows in (ROWS[:6], ROWS[6:]))
    prepared = drop(f"{before}\n{broken}\n{after}".encode(), name="drop.json", chunk=5)

    assert prepared.training == ROWS
    assert fates(prepared) == {"read": 13, "kept": 12, "rejected": 1}
    [reject] = prepared.rejects
    assert str(reject["reason"]).startswith(reason)
    assert before.count("\n") + 2 <= int(str(reject["line"])) <= before.count("\n") + 5


@pytest.mark.parametrize("text", ['{\n "a": {"b": 1}\n}', '{\n "cells": [],\n "nbformat": 4}\n', "{\n", '{"a": [\n'])
def test_one_object_is_no_rows(text: str) -> None:
    with pytest.raises(Unreadable, match="one JSON object, not rows"):
        list(open_rows("drop.json", iter([text.encode()])).rows())


def test_one_broken_row_at_the_top_of_lines_costs_that_row_only() -> None:
    lines = b'{"prompt": "a",\n' + b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
    assert drop(lines).report.inputs[0].stored_as == "JSON lines"
