import json

import pytest

from shared.core.prepare.containers import json_columns, open_rows
from shared.core.prepare.faults import Unreadable
from tests.core.prepare.dropping import drop, fates

PROMPTS = [f'Question "{number}", {{please}}]?' for number in range(12)]
REPLIES = [f"Answer\n{number}." for number in range(12)]
COLUMNS = {"prompt": PROMPTS, "response": REPLIES}
ROWS = [{"prompt": prompt, "response": reply} for prompt, reply in zip(PROMPTS, REPLIES, strict=True)]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("chunk", [1, 1 << 16])
def test_columns_become_rows(indent: int | None, chunk: int) -> None:
    data = json.dumps(COLUMNS, indent=indent).encode()
    opened = open_rows("drop.json", (data[start : start + chunk] for start in range(0, len(data), chunk)))
    assert opened.stored_as == "a JSON object of columns"
    assert [json.loads(record.text) for record in opened.rows()] == ROWS


def test_a_column_may_be_longer_than_what_is_looked_at_first() -> None:
    columns = {"prompt": ["x" * 1000] * 200, "response": ["y"] * 200}
    opened = open_rows("drop.json", iter([json.dumps(columns).encode()]))
    assert [json.loads(record.text) for record in opened.rows()] == [{"prompt": "x" * 1000, "response": "y"}] * 200


def test_rows_have_the_line_of_their_first_value() -> None:
    opened = open_rows("drop.json", iter([json.dumps(COLUMNS, indent=1).encode()]))
    assert [record.line for record in opened.rows()] == list(range(3, 15))


def test_a_broken_value_costs_one_row() -> None:
    data = json.dumps(COLUMNS).replace('"Answer\\n3."', "Answer").encode()
    prepared = drop(data, name="drop.json")
    assert fates(prepared) == {"read": 12, "kept": 11, "rejected": 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            json.dumps({"prompt": PROMPTS, "response": REPLIES[1:]}),
            "the columns are not equally long: 11 values in the shortest, 12 in the longest",
        ),
        ('{"a": ["b"], "c": ["d"], "a": ["e"]}', "two columns have one name: line 1"),
        ('{"a": ["b"],\n"c": ["d"', "this is no list of values, or never closed: line 2"),
        ('{"a": ["b"], "c": ["d"}', "a curly bracket closes the list of rows: line 1"),
    ],
)
def test_columns_that_make_no_rows_are_refused(data: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(open_rows("drop.json", iter([data.encode()])).rows())
    assert caught.value.fault.reason == reason


@pytest.mark.parametrize(("name", "most"), [("MAX_BYTES", 100), ("MAX_CELLS", 20), ("MAX_CELLS", 1010)])
def test_columns_too_large_to_hold_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(json_columns, name, most)
    with pytest.raises(Unreadable, match="too large"):
        list(open_rows("drop.json", iter([json.dumps(COLUMNS).encode()])).rows())


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user"}], "tools": [{"type": "function"}]},
        {"chosen": [{"role": "user"}], "rejected": [{"role": "user"}]},
        {"turns": ["a", "b"]},
        {"turns": ["a", "b"], "id": 7},
    ],
)
def test_a_row_that_holds_lists_is_a_row(row: object) -> None:
    assert [json.loads(one.text) for one in open_rows("drop", iter([json.dumps(row).encode()])).rows()] == [row]


@pytest.mark.parametrize("beside", [{"images": ["a.png"]}, {"tools": []}, {"tags": ["a", "b"]}])
def test_the_turns_of_a_single_row_are_no_column(beside: dict[str, object]) -> None:
    row = {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}], **beside}
    opened = open_rows("drop.jsonl", iter([json.dumps(row).encode()]))
    assert opened.stored_as == "JSON lines"
    assert [json.loads(record.text) for record in opened.rows()] == [row]


def test_conversations_may_be_the_cells_of_a_column() -> None:
    turns = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}]
    columns = {"messages": [turns, turns], "id": [1, 2]}
    opened = open_rows("drop.json", iter([json.dumps(columns).encode()]))
    assert [json.loads(record.text) for record in opened.rows()] == [{"messages": turns, "id": at} for at in (1, 2)]
