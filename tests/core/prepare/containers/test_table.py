import csv
import io

import pytest

from shared.core.prepare.containers import table
from tests.core.prepare.dropping import Line, drop, fates, said

PAIRS = [(f"Question {number}, please?", f'Say "{number}";\nthen rest.') for number in range(12)]
EXCHANGES = [[("user", prompt), ("assistant", response)] for prompt, response in PAIRS]


def written(rows: list[tuple[str, ...]], header: tuple[str, ...] = ("prompt", "response"), **how: object) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, **how).writerows([header, *rows])  # type: ignore[arg-type]
    return text.getvalue().encode()


def lines_said(lines: list[Line]) -> list[list[tuple[str, object]]]:
    return [said(line) for line in lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_is_read_with_its_delimiter_quotes_and_line_ends(delimiter: str, quoting: int, line_end: str) -> None:
    data = written(PAIRS, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    for chunk in (1, 1 << 16):
        prepared = drop(data, name="drop.csv", chunk=chunk)
        assert lines_said(prepared.training) == EXCHANGES
        assert prepared.report.inputs[0].stored_as == "a table"


def test_a_line_that_tells_the_delimiter_is_heeded() -> None:
    data = b"sep=|\r\na, b|c\r\n1,,2|3\r\n"
    assert [(record.line, record.cells) for record in table.read(iter([data]))] == [(3, {"a, b": "1,,2", "c": "3"})]


def test_columns_are_matched_without_regard_to_case() -> None:
    prepared = drop(written(PAIRS, header=(" Prompt", "RESPONSE ")), name="drop.csv")
    assert lines_said(prepared.training) == EXCHANGES


def test_a_column_without_a_name_is_left_out() -> None:
    rows = [(str(number), *pair) for number, pair in enumerate(PAIRS)]
    prepared = drop(written(rows, header=("", "prompt", "response"), delimiter="\t"), name="drop.tsv")
    assert lines_said(prepared.training) == EXCHANGES


def test_numbers_are_read_from_their_cells() -> None:
    header = ("prompt", "response", "helpfulness", "correctness", "coherence", "complexity", "verbosity")
    rows = [(*pair, "4", "3.0", "4", "", "1") for pair in PAIRS] + [("Why?", "Because.", "7", "1", "1", "1", "1")]
    prepared = drop(written(rows, header=header), name="drop.csv")

    assert lines_said(prepared.training) == EXCHANGES
    assert [reject["reason"] for reject in prepared.rejects] == ["'helpfulness' is out of range"]


def test_an_empty_cell_is_an_empty_text_where_a_text_is_needed() -> None:
    prepared = drop(written([*PAIRS, ("Why?", "")]), name="drop.csv")
    assert [reject["reason"] for reject in prepared.rejects] == ["'response' is empty"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("Why?", "the row has 1 cell"),
        ("Why?,Because.,Really.", "the row has 3 cells"),
        ('"Why?"x,Because.', "a quote is not closed, or stands inside a cell"),
        ('"Why?,Because.', "a quote is not closed, or stands inside a cell"),
    ],
)
def test_a_broken_record_costs_one_row_and_shows_its_line(record: str, reason: str) -> None:
    before, after = written(PAIRS[:6]), written(PAIRS[6:]).partition(b"\n")[2]
    prepared = drop(before + record.encode() + b"\r\n" + after, name="drop.csv", chunk=9)

    assert lines_said(prepared.training) == EXCHANGES
    [reject] = prepared.rejects
    assert (reject["line"], reject["text"], reject["reason"]) == (before.count(b"\n") + 1, record, reason)


def test_line_numbers_are_those_of_an_editor() -> None:
    data = b'prompt,response\n"Once upon\na time",Yes.\n\n,No.\n'
    [reject] = drop(data, name="drop.csv").rejects
    assert (reject["line"], reject["reason"]) == (5, "'prompt' is empty")


def test_a_quote_after_a_blank_is_a_quote() -> None:
    prepared = drop(b'prompt, response\nWhy?, "Because, well."\n', name="drop.csv")
    assert lines_said(prepared.training) == [[("user", "Why?"), ("assistant", "Because, well.")]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"prompt,prompt\na,b\n", "two columns are named 'prompt'"),
        (b",,\n1,2,3\n", "the first line names no columns"),
        (b"a,b\rc\n1,2\n", "the first line names no columns"),
        (b'sep="\n', "the table has no rows below its columns (a name of 5 characters)"),
        (b"sep=;\n", "the first line names no columns"),
        (b"sep=;\na;b\n", "the table has no rows below its columns 'a', 'b'"),
        (b"prompt,response\n", "the table has no rows below its columns 'prompt', 'response'"),
        (
            "prompt,response\nWhy?,Café né ü\n".encode() + b"Who?,Caf\xe9\n",
            "not UTF-8: line 3, byte offset 42 of the file",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_rejected(data: bytes, reason: str) -> None:
    prepared = drop(data, name="drop.csv")
    assert prepared.report.verdict == "rejected"
    assert f"drop.csv: {reason}" in prepared.messages()


def test_a_headless_table_does_not_get_its_texts_into_messages() -> None:
    data = b"What does the sharp saw of Mr. Miller cost?,It costs twelve Euros at the moment.\nWhy?,Because.\n"
    [message] = drop(data, name="drop.csv").messages()
    assert message == "no known format has the keys (a name of 36 characters), (a name of 43 characters)"


def test_a_record_of_many_long_cells_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROW_BYTES", 300)
    lines = "\n".join(["word"] * 30)
    data = written(PAIRS[:6]) + f'"{lines}","{lines}\n{lines}"\n'.encode() + written(PAIRS[6:]).partition(b"\n")[2]

    prepared = drop(data, name="drop.csv")

    assert [line for line in lines_said(prepared.training) if line in EXCHANGES] == EXCHANGES
    assert prepared.rejects[0]["reason"] == "a quote is not closed, or stands inside a cell"


def test_a_line_too_long_to_hold_rejects_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.core.prepare.containers.lines.MAX_ROW_BYTES", 100_000)
    data = written(PAIRS) + b"x" * 200_000
    prepared = drop(data, name="drop.csv")
    assert prepared.report.verdict == "rejected"
    assert prepared.report.reasons[0].startswith("drop.csv: line 26 is too long. Expected: at most ")


def test_a_record_that_swallows_the_file_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROW_BYTES", 200)
    data = written(PAIRS[:6]) + b'"open,\n' + b"Why?,Because.\n" * 30
    prepared = drop(data, name="drop.csv")
    assert fates(prepared) == {"read": 37, "kept": 7, "duplicates": 29, "rejected": 1}
