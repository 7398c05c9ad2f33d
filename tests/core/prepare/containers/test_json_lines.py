from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.core.prepare.containers import json_lines, record
from shared.core.prepare.containers.record import Block
from tests.core.prepare.dropping import chats, drop, fates, jsonl, said

ROWS = chats(12)
PLAIN = jsonl(ROWS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.replace(b"\n", b"\r\n"), id="carriage return and newline"),
        pytest.param(PLAIN.rstrip(b"\n"), id="no last newline"),
        pytest.param(PLAIN.replace(b"\n", b"\n\n \n"), id="blank lines"),
        pytest.param(PLAIN.replace(b"\n", b"\r"), id="carriage returns alone"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN, id="byte order mark"),
        pytest.param(PLAIN.decode().encode("utf-16"), id="UTF-16 with its mark"),
        pytest.param(PLAIN.decode().encode("utf-16-be").join([b"\xfe\xff", b""]), id="UTF-16, the other way round"),
    ],
)
def test_line_ends_and_encodings_change_nothing_in_the_rows(data: bytes) -> None:
    assert drop(data).training == ROWS


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"\xef\xbb\xbf" + PLAIN, "the byte order mark at the beginning was removed"),
        (PLAIN.decode().encode("utf-16"), "the file was converted from UTF-16"),
        (PLAIN.replace(b"\n", b"\r"), "lone carriage returns were read as line ends"),
    ],
)
def test_what_was_done_to_the_text_is_said(data: bytes, note: str) -> None:
    assert f"drop.jsonl: {note}" in drop(data).messages()


def test_a_mark_inside_the_file_is_repaired_row_by_row() -> None:
    prepared = drop(jsonl(ROWS[:6]) + b"\xef\xbb\xbf" + jsonl(ROWS[6:]))
    assert prepared.training == ROWS
    assert fates(prepared) == {"read": 12, "kept": 11, "fixed": 1}


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\u200b", "\x00"])
def test_only_a_newline_ends_a_row(sign: str) -> None:
    row = {"prompt": f"before{sign}after", "response": "Yes."}
    prepared = drop(jsonl([row]))
    assert said(prepared.training[0]) == [("user", f"before{sign}after"), ("assistant", "Yes.")]


@pytest.mark.parametrize(
    ("line", "rule", "reason", "column"),
    [
        (b'{"prompt": "a" "response": "b"}', 8, "a comma is missing, or a quote inside a text is not escaped", 16),
        (b'{"prompt": "a", "response": "b"', 8, "a comma is missing, or a quote inside a text is not escaped", 32),
        (b'{"prompt": "a", "response": "b}', 8, "a text is never closed: its closing quote is missing", 29),
        (b'{"prompt": "a", "response": b}', 8, "a value is missing or misspelt", 29),
        (b"{'prompt': 'a', 'response': 'b'}", 8, "a key in double quotes is missing", 2),
        (b'{"prompt": "a", "response": "b",}', 8, "a comma stands before a closing bracket", 32),
        (b'{"prompt" "a"}', 8, "a colon is missing after a key", 11),
        (b'{"prompt": "a\tb"}', 8, "a line break, tab or other control character stands unescaped in a text", 14),
        (b'{"prompt": "C:\\tools"}'.replace(b"\\t", b"\\T"), 8, "a backslash in a text is not doubled", 15),
        (b'{"prompt": "\\u12"}', 8, "a \\u escape has not four hexadecimal digits", 14),
        (b'{"prompt": "a", "response": "b"} {}', 8, "text follows the end of the row", 34),
        (b'{"prompt": "a", "response": "b", "x": NaN}', 10, "NaN and Infinity are no JSON numbers", 39),
        (b'{"prompt": "a", "response": "b", "x": -Infinity}', 10, "NaN and Infinity are no JSON numbers", 39),
        (b'{"prompt": "a", "response": "b", "x": 1e400}', 10, "a number is too large", 39),
        (b'{"prompt": "a", "response": "b", "x": ' + b"7" * 5000 + b"}", 10, "a whole number is too long", 39),
        (
            b'{"prompt": "\\ud800", "response": "b"}',
            10,
            "half of a surrogate pair (\\ud800 to \\udfff) stands alone",
            12,
        ),
        (b'{"prompt": "a", "prompt": "c", "response": "b"}', 10, "the key 'prompt' occurs twice", 17),
        (b'{"prompt": "a", "response": "b", "x": ' + b"[" * 70 + b"]" * 70 + b"}", 10, "nested too deep", 102),
        (b'{"prompt": "a", "response": "b", "x": ' + b"[" * 900 + b"]" * 900 + b"}", 10, "nested too deep", 102),
        (b'{"prompt": "a", "response": "b", "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 10, "nested too deep", 102),
        (b"[" * 100_000, 10, "nested too deep", 65),
        (b'{"prompt": "caf\xe9", "response": "b"}', 5, "bytes that are not UTF-8", 16),
        (b'{"prompt": "\xed\xa0\x80", "response": "b"}', 5, "bytes that are not UTF-8", 13),
        (b'["a", "b"]', 9, "the row is a list, not an object", None),
        (b'"a"', 9, "the row is a text, not an object", None),
        (b"null", 9, "the row is null, not an object", None),
        (b"-1.5", 9, "the row is a number, not an object", None),
        (b"true", 9, "the row is true or false, not an object", None),
        (b"{}", 11, "no known format has the keys (none)", None),
    ],
)
def test_a_broken_line_costs_exactly_that_line(line: bytes, rule: int, reason: str, column: int | None) -> None:
    prepared = drop(jsonl(ROWS[:5]) + line + b"\n" + jsonl(ROWS[5:]))

    assert prepared.training == ROWS
    assert fates(prepared) == {"read": 13, "kept": 12, "rejected": 1}
    [reject] = prepared.rejects
    assert (reject["line"], reject["rule"], reject["reason"], reject.get("column")) == (6, rule, reason, column)


@pytest.mark.parametrize("spaces", ["", " ", "\t"])
@pytest.mark.parametrize(
    "escaped", ['"', "\\u0022", '\\\\\\"', "\\\\", "\\n", "\\u0022\\u0022\\u0022\\u0022", "\\u4e2d"], ids=repr
)
def test_a_repeated_key_is_found_whatever_else_the_line_holds(escaped: str, spaces: str) -> None:
    text = escaped if escaped != '"' else ""
    sound = f'{{"messages":{spaces}[{{"role":"user","content":"{text}?"}},{{"role":"assistant","content":"a"}}]}}'
    broken = sound.replace('"role":"user",', f'"role":{spaces}"user",{spaces}"role":"user",')

    prepared = drop(jsonl(ROWS[:2]) + f"{sound}\n{broken}\n".encode())

    assert fates(prepared) == {"read": 4, "kept": 3, "rejected": 1}
    assert [reject["reason"] for reject in prepared.rejects] == ["the key 'role' occurs twice"]


def test_a_line_too_long_to_hold_costs_that_line_and_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.core.prepare.containers.lines.MAX_ROW_BYTES", 100_000)
    monkeypatch.setattr("shared.core.prepare.containers.lines.KEPT_OF_TOO_LONG", 50)
    huge = jsonl([{"prompt": "x" * 500_000, "response": "y"}])

    prepared = drop(jsonl(ROWS[:5]) + huge + jsonl(ROWS[5:]))

    assert prepared.training == ROWS
    [reject] = prepared.rejects
    assert (reject["line"], reject["reason"], reject["cut"]) == (6, "the row is too long", True)
    assert reject["text"] == huge[:50].decode()


def test_the_longest_row_taken_is_named() -> None:
    assert json_lines.TOO_LONG.expected == f"at most {record.MAX_ROW_BYTES:,} bytes"


LONGEST = 30


@given(
    texts=st.lists(st.text(st.sampled_from("ab \r"), max_size=40).map(str.encode)),
    size=st.integers(min_value=1, max_value=50),
    block=st.integers(min_value=1, max_value=LONGEST),
    newline=st.sampled_from([b"", b"\n", b"\n\n"]),
)
@example(texts=[b"a" * 40, b"b"], size=7, block=8, newline=b"\n")
def test_blocks_hold_the_same_rows_wherever_they_are_cut(
    texts: list[bytes], size: int, block: int, newline: bytes
) -> None:
    data = b"\n".join(texts) + newline
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.core.prepare.containers.json_lines.BLOCK_BYTES", block)
        patch.setattr("shared.core.prepare.containers.lines.MAX_ROW_BYTES", LONGEST)
        patch.setattr("shared.core.prepare.containers.lines.KEPT_OF_TOO_LONG", 5)
        parts = list(json_lines.blocks(chunked(data, size)))
        assert parts == list(json_lines.blocks(iter([data])))
        rows = list(json_lines.rows(parts))
    numbered = list(enumerate(data.split(b"\n"), start=1))
    written = [(number, line) for number, line in numbered if line.strip() or len(line) > LONGEST]
    assert [(row.line, row.text, row.cut) for row in rows] == [
        (number, line[:5] if len(line) > LONGEST else line, len(line) > LONGEST) for number, line in written
    ]
    assert all(part.text.endswith(b"\n") for part in parts[:-1] if isinstance(part, Block))


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))
