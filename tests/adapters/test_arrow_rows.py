"""What becomes of each type of value. Whole files are read in test_scratch_files.py."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.adapters.arrow_rows import arrow_rows, arrow_stream_rows, parquet_rows, plain
from shared.adapters.unreadable_table import UnreadableTable

PNG = b"\x89PNG\r\n\x1a\n"
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NOON = dt.datetime(2024, 5, 1, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (pa.string(), ["a", "", None, "\u2028"], ["a", "", None, "\u2028"]),
        (pa.int64(), [3, -(2**63), None], [3, -(2**63), None]),
        (pa.uint64(), [2**64 - 1], [2**64 - 1]),
        (pa.float64(), [1.5, None], [1.5, None]),
        (pa.float32(), [1.1, None], [1.1, None]),
        (pa.bool_(), [True, None], [True, None]),
        (pa.null(), [None], [None]),
        (pa.decimal128(5, 2), [Decimal("3.10"), None], ["3.10", None]),
        (pa.date32(), [dt.date(2024, 5, 1), None], ["2024-05-01", None]),
        (pa.time32("s"), [dt.time(12, 30), None], ["12:30:00", None]),
        (pa.timestamp("ns"), [NOON.replace(tzinfo=None), None], ["2024-05-01T12:30:00", None]),
        (pa.timestamp("ms"), [1500], ["1970-01-01T00:00:01.5"]),
        (pa.timestamp("us", "Europe/Berlin"), [NOON], ["2024-05-01T12:30:00Z"]),
        (pa.duration("s"), [dt.timedelta(seconds=5), None], [5, None]),
        (pa.binary(), ["é".encode(), b"", None], ["é", "", None]),
        (pa.list_(pa.int8()), [[1, 2], [], None, [3]], [[1, 2], [], None, [3]]),
        (pa.large_list(pa.list_(pa.string())), [[["a"], None], []], [[["a"], None], []]),
        (pa.list_(pa.int8(), 2), [[1, 2], None, [3, 4]], [[1, 2], None, [3, 4]]),
        (pa.struct([("a", pa.int8()), ("b", pa.string())]), [{"a": 1}, None, {"b": "x"}], [{"a": 1}, None, {"b": "x"}]),
        (pa.struct([]), [{}], [{}]),
        (pa.map_(pa.string(), pa.int8()), [{"a": 1, "b": None}, None, {}], [{"a": 1, "b": None}, None, {}]),
        (pa.map_(pa.int8(), pa.int8()), [{1: 2}], [[{"key": 1, "value": 2}]]),
        (pa.dictionary(pa.int8(), pa.string()), ["a", "b", "a", None], ["a", "b", "a", None]),
        (IMAGE, [{"bytes": PNG, "path": "1.png"}], ["data:image/png;base64,iVBORw0KGgo="]),
        (IMAGE, [{"bytes": None, "path": "1.png"}, None], ["1.png", None]),
        (pa.list_(IMAGE), [[{"bytes": b"GIF89a", "path": None}], []], [["data:image/gif;base64,R0lGODlh"], []]),
        (pa.json_(), ['{"a": 1}'], ['{"a": 1}']),
    ],
    ids=lambda value: str(value) if isinstance(value, pa.DataType) else "",
)
def test_values_become_plain_json(kind: Any, values: list[Any], expected: list[Any]) -> None:
    array = pa.array(values, kind) if kind != pa.json_() else pa.array(values).cast(kind)
    for whole in (array, pa.concat_arrays([array, array, array]).slice(len(array), len(array))):
        assert plain(whole, "x") == expected


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (pa.array([b"\xff"]), "the column x holds bytes that are no text"),
        (pa.array([{"y": [b"\xff"]}]), "the column x.y holds bytes that are no text"),
        (pa.array([10**12], pa.timestamp("s")), "the column x holds moments that no calendar has"),
        (pa.array([{"bytes": b"MThd", "path": "a"}], IMAGE), "the column x holds files that are no images"),
        (
            pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
            "the column x holds values that are neither text, numbers, lists nor objects",
        ),
    ],
)
def test_what_json_cannot_hold_is_refused_by_its_column(array: Any, reason: str) -> None:
    with pytest.raises(UnreadableTable) as caught:
        plain(array, "x")
    assert caught.value.reason.format(caught.value.name) == reason


@pytest.mark.parametrize("batches", [1, 7])
def test_the_three_files_of_a_table_have_the_same_rows(tmp_path: Path, batches: int) -> None:
    table = pa.table({"a": [f"text {number}" for number in range(700)], "n": [float("nan"), *range(699)]})
    paths = [str(tmp_path / name) for name in ("a.parquet", "a.arrow", "a.arrows")]
    pq.write_table(table, paths[0], row_group_size=700 // batches)
    with pa.ipc.new_file(paths[1], table.schema) as file, pa.ipc.new_stream(paths[2], table.schema) as stream:
        file.write_table(table, 700 // batches)
        stream.write_table(table, 700 // batches)

    parquet, arrow, arrow_stream = (
        b"".join(read(path)) for read, path in zip((parquet_rows, arrow_rows, arrow_stream_rows), paths, strict=True)
    )

    assert parquet == arrow == arrow_stream
    assert [json.loads(line) for line in parquet.splitlines()] == [
        {"a": f"text {number}", "n": None if number == 0 else number - 1} for number in range(700)
    ]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (pa.table({}), "the table has no columns"),
        (pa.table({"__index_level_0__": [1]}), "the table has no columns"),
        (pa.table([pa.array([1]), pa.array([2])], ["a", "a"]), "two columns are named a"),
    ],
)
def test_columns_must_have_names_of_their_own(tmp_path: Path, table: Any, reason: str) -> None:
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(UnreadableTable) as caught:
        list(parquet_rows(str(tmp_path / "a.parquet")))
    assert caught.value.reason.format(caught.value.name) == reason
