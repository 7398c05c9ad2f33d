import json

import pytest

from shared.report import specimens as module
from shared.report.specimens import specimens


def reject(text: str, *reasons: tuple[int | None, str], **more: object) -> bytes:
    told = [{"rule": rule, "reason": reason, "remedy": "mend it"} for rule, reason in reasons]
    return json.dumps({"file": "drop.jsonl", "line": 1, "reasons": told, "text": text, **more}).encode() + b"\n"


def test_each_reason_has_its_first_rows() -> None:
    rejects = [reject(f"row {number}", (8, "broken")) for number in range(5)]
    rejects.append(reject("row 5", (8, "broken"), (None, "odd")))
    assert specimens(rejects) == {(8, "broken"): ["row 0", "row 1", "row 2"], (None, "odd"): ["row 5"]}


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_pieces_of_any_size_make_the_same(size: int) -> None:
    stored = reject("first", (8, "broken")) + reject("second", (8, "broken"))
    pieces = [stored[begin : begin + size] for begin in range(0, len(stored), size)]
    assert specimens(pieces) == {(8, "broken"): ["first", "second"]}


def test_a_long_row_is_cut() -> None:
    (row,) = specimens([reject("x" * 5_000, (8, "broken"))])[8, "broken"]
    assert row == "x" * 400 + "\N{HORIZONTAL ELLIPSIS}"


def test_a_secret_is_masked_even_where_the_row_is_cut() -> None:
    token = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
    (row,) = specimens([reject("- " * 190 + token, (8, "broken"))])[8, "broken"]
    assert row == "- " * 190 + "g***5"


def test_a_row_that_is_not_utf8_is_not_shown() -> None:
    line = json.loads(reject("", (3, "not UTF-8"))) | {"base64": "/w=="}
    del line["text"]
    assert specimens([json.dumps(line).encode() + b"\n"]) == {(3, "not UTF-8"): []}


def test_no_more_is_read_than_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READ", 1_000)
    line = reject("row", (8, "broken"))
    pieces = iter([line] * 1_000)
    specimens(pieces)
    assert len(list(pieces)) > 900


def test_there_are_none_where_nothing_was_rejected() -> None:
    assert specimens([]) == {}
