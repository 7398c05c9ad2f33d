"""Whatever the bytes and their chunks are: records or a reason, and always the same."""

import gzip
import json

from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.containers import Record, open_rows
from shared.core.prepare.faults import Unreadable
from tests.core.prepare.containers.test_archive import LINES, PNG, Memory, zipped

ROWS = [{"prompt": f'Où "{number}"?', "response": ["é", {"a": None}]} for number in range(4)]
SAMPLES = [
    "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
    json.dumps(ROWS, indent=1).encode(),
    json.dumps({"id": [1], "data": ROWS}).encode(),
    json.dumps({"prompt": ["a", "b"], "response": ["c", "d"]}).encode(),
    "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(),
    "".join(map(json.dumps, ROWS)).encode(),
    'sep=;\r\nprompt;response\r\n"Où?";"a\r\nb"\r\n'.encode("cp1252"),
    "prompt\tresponse\nOù?\tLà.\n".encode("utf-16"),
    gzip.compress(LINES, mtime=0),
    zipped({"rows.jsonl": LINES, "a/1.png": PNG}),
    zipped({"a.csv": b"a,b\n1,2\n", "b.json.gz": gzip.compress(b'[{"a": 1}]', mtime=0)}),
    zipped({"xl/workbook.xml": b""}),
]
PIECES = st.sampled_from([b"{", b"}", b"[", b"]", b'"', b",", b"\n", b"\r", b"\\", b"\0", b"\xff", b"PK\5\6", b":"])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample in which a few stretches were replaced."""
    data = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(min_value=0, max_value=3))):
        start = draw(st.integers(min_value=0, max_value=len(data)))
        length = draw(st.integers(min_value=0, max_value=5))
        data = data[:start] + draw(PIECES | st.binary(max_size=4)) + data[start + length :]
    return data


def read(data: bytes, size: int) -> tuple[list[Record], list[str], str]:
    """The records, the notes or the reason, and what the file is stored as."""
    records: list[Record] = []
    try:
        opened = open_rows("drop", (data[start : start + size] for start in range(0, len(data), size)), Memory())
        records.extend(opened.rows())
    except Unreadable as error:
        return records, [error.fault.reason], ""
    return records, [note.reason for note in opened.notes], opened.stored_as


@given(data=damaged() | st.binary(), size=st.integers(min_value=1, max_value=60))
def test_any_chunks_make_the_same_records_or_the_same_reason(data: bytes, size: int) -> None:
    assert read(data, size) == read(data, max(1, len(data)))


@given(data=damaged() | st.binary())
def test_a_packed_file_has_the_rows_of_the_plain_one(data: bytes) -> None:
    if data.startswith(b"\x1f\x8b"):
        assert read(gzip.compress(data), 50)[1] == ["the file is a gzip file inside a gzip file"]
    else:
        assert read(gzip.compress(data), 50)[:2] == read(data, 50)[:2]
