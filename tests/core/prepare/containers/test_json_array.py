import json
from itertools import chain

import pytest

from shared.core.prepare.containers.json_array import read
from tests.core.prepare.dropping import chats, drop, fates, jsonl

ROWS = chats(12)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps(ROWS).encode(), id="on one line"),
        pytest.param(json.dumps(ROWS, separators=(",", ":")).encode() + b"\n", id="compact"),
        pytest.param(json.dumps(ROWS, indent=2).encode(), id="over many lines"),
        pytest.param(json.dumps(ROWS, indent="\t").encode().replace(b"\n", b"\r\n"), id="with carriage returns"),
        pytest.param(b"\n\n " + json.dumps(ROWS).encode() + b" \n", id="white space around"),
        pytest.param(b"[" + b",\n".join(jsonl(ROWS).splitlines()) + b"]", id="a row a line"),
        pytest.param(json.dumps({"data": ROWS}).encode(), id="under data"),
        pytest.param(json.dumps({"version": "1.0", "data": ROWS, "n": {"a": 1}}, indent=1).encode(), id="among others"),
        pytest.param(json.dumps({"rows": ROWS, "id": "x"}).encode(), id="under rows"),
        pytest.param(json.dumps({"about": {"data": [1]}, "tags": ["a"], "train": ROWS}).encode(), id="behind others"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(ROWS).encode(), id="byte order mark"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_rows_are_read_however_they_are_laid_out(data: bytes, chunk: int) -> None:
    prepared = drop(data, name="drop.json", chunk=chunk)
    assert prepared.training == ROWS
    assert prepared.report.inputs[0].stored_as == "a JSON array"


@pytest.mark.parametrize("size", range(1, 40))
def test_blocks_may_end_anywhere(size: int) -> None:
    texts = [r'{"a": "\\\\", "b": ["\\n"], "c": "x]"}', r'"\\\""', "{}", "12", "[[], [1, 2]]", '"ä, ö"']
    data = ("[\n" + " ,\n  ".join(texts) + " ]\n").encode()
    blocks = (data[start : start + size] for start in range(1, len(data), size))

    records = list(read(chain((data[:1],), blocks)))

    assert [record.text.decode() for record in records] == texts
    assert [(record.line, record.column) for record in records] == [(2, 1), *((line, 3) for line in range(3, 8))]


def test_an_element_too_long_to_hold_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.core.prepare.containers.lines.MAX_ROW_BYTES", 100)
    monkeypatch.setattr("shared.core.prepare.containers.lines.KEPT_OF_TOO_LONG", 5)
    blocks = [b"[", b'{"a": 1},', b'{"b": "', *[b"x" * 60] * 3, b'"}', b',{"c": 3}]']

    first, huge, last = read(iter(blocks))

    assert (first.text, last.text) == (b'{"a": 1}', b'{"c": 3}')
    assert (huge.text, huge.cut, huge.fault and huge.fault.reason) == (b'{"b":', True, "the row is too long")
    assert (last.line, last.column) == (1, 201)


def test_brackets_quotes_and_commas_inside_texts_are_text() -> None:
    rows = [{"prompt": text, "response": "]"} for text in ['"', "\\", '\\"', "[{,]}", '"}, {"', "\n\t\\\\"]]
    for chunk in (1, 2, 3, 5, 1 << 16):
        prepared = drop(json.dumps(rows).encode(), name="drop.json", chunk=chunk)
        assert [line["messages"][0]["content"] for line in prepared.training] == [
            '"',
            "\\",
            '\\"',
            "[{,]}",
            '"}, {"',
            "\\\\",
        ]  # type: ignore[index]


@pytest.mark.parametrize(
    ("element", "reason", "line", "column"),
    [
        ('{"prompt": "a", "response": b}', "a value is missing or misspelt", 3, 31),
        ('{"prompt": "a",\n  "response": b}', "a value is missing or misspelt", 4, 15),
        (
            '{"prompt": "ä",\n  "response": "ä" "ä"}',
            "a comma is missing, or a quote inside a text is not escaped",
            4,
            19,
        ),
        ('{"prompt": NaN}', "NaN and Infinity are no JSON numbers", 3, 14),
        ('{"prompt": "a"} {"prompt": "b"}', "text follows the end of the row", 3, 19),
        ("null", "the row is null, not an object", 3, None),
        ("", "nothing stands between two commas", 2, None),
    ],
)
def test_a_broken_element_costs_one_row_and_has_its_place(
    element: str, reason: str, line: int, column: int | None
) -> None:
    before, after = (json.dumps(ROWS[start : start + 6])[1:-1] for start in (0, 6))
    prepared = drop(f"[\n{before},\n  {element},\n{after}]".encode(), name="drop.json", chunk=5)

    assert prepared.training == ROWS
    assert fates(prepared) == {"read": 13, "kept": 12, "rejected": 1}
    [reject] = prepared.rejects
    assert (reject["reason"], reject.get("column"), reject["text"]) == (reason, column, element)
    assert reject["line"] == line if element else True


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b'[{"prompt": "a", "response": "b"}',
            "the list of rows is never closed: the file ends in what begins on line 1",
        ),
        (b'[\n{"prompt": "a', "the list of rows is never closed: the file ends in what begins on line 2"),
        (b"[1]\n\n2, 3", None),
        (b"[1] 2", "text follows the list of rows: line 1"),
        (b"[1}", "a curly bracket closes the list of rows: line 1"),
    ],
)
def test_an_array_that_is_no_array_rejects_the_file(data: bytes, reason: str | None) -> None:
    prepared = drop(data, name="drop.json")
    assert prepared.report.verdict == "rejected"
    if reason:
        assert f"drop.json: {reason}" in prepared.messages()


def test_an_empty_array_is_an_empty_dataset() -> None:
    assert drop(b" [ ] ", name="drop.json").report.reasons == ("The dataset is empty: it has no rows.",)


@pytest.mark.parametrize(
    "document",
    [{"model": {"name": "x"}, "rows": 3}, {"cells": [{"source": []}], "nbformat": 4}, {"questions": ROWS}],
    ids=["configuration", "notebook", "rows under another key"],
)
def test_one_object_is_no_rows(document: object) -> None:
    prepared = drop(json.dumps(document, indent=2).encode(), name="drop.json")
    assert prepared.messages() == ["drop.json: the file is one JSON object, not rows"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            json.dumps({"train": ROWS, "rows": ROWS}),
            "the file holds more than one list of rows: another under 'rows'",
        ),
        (json.dumps({"data": ROWS}) + "]", "what follows the list of rows is no JSON: line 1"),
        (json.dumps({"data": ROWS}, indent=None)[:-1], "what follows the list of rows is no JSON: line 1"),
    ],
)
def test_an_object_that_holds_rows_is_read_to_its_end(data: str, reason: str) -> None:
    prepared = drop(data.encode(), name="drop.json")
    assert prepared.report.verdict == "rejected"
    assert prepared.messages()[0] == f"drop.json: {reason}"
