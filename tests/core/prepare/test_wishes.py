"""What a recipe wishes for rules, near duplicates and tokens is done, and every row still accounted for."""

from random import Random

import pytest

from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.recipe import BadRows, DataOptions, Split
from tests.core.prepare.dropping import Line, Prepared, chat, chats, drop, fates, jsonl

SEVERITIES = ("info", "warning", "reject")
WHOLE = {"split": Split(validation=0, test=0), "bad_rows": BadRows(reject_file_above=1)}

CALL = {"id": "call_1", "type": "function", "function": {"name": "price_of", "arguments": '{"shop": "ours"}'}}
PARAMETERS = {"type": "object", "properties": {"tool": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "price_of", "parameters": PARAMETERS}}
UNDECLARED: Line = {
    "messages": [{"role": "user", "content": "Price?"}, {"role": "assistant", "tool_calls": [CALL]}],
    "tools": [TOOL],
}
ADDRESS = chat("Who repairs saws?", "Write to ada@lovelace-tools.com, she will.")
SAYS_NOTHING = {"messages": [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": " "}]}
LABEL = {"prompt": "Who repairs saws?", "completion": "We do.", "label": True}

BREAKING: dict[int, list[Line]] = {
    25: [SAYS_NOTHING],  # by a row: rejects
    53: [UNDECLARED],  # by a row: warns
    128: [ADDRESS],  # by a text: warns
    12: [],  # by the whole set: tells
    123: [chat("Question 1?", "Other."), chat("Question 2?", "Another.")],  # by the whole set: tells
}
"""Rows that break a rule beside sound ones."""


def wishing(number: int, severity: str | None, *, scan: bool = True) -> Prepared:
    rules = {} if severity is None else {number: severity}
    options = DataOptions.model_validate({"rules": rules, "scan": scan, **WHOLE})
    return drop(jsonl([*chats(15), *BREAKING[number]]), options)


def told(prepared: Prepared, number: int) -> set[str]:
    return {one.severity for one in prepared.report.findings if one.rule == number}


@pytest.mark.parametrize("number", BREAKING)
def test_a_rule_that_is_off_is_not_told_of_and_costs_nothing(number: int) -> None:
    assert told(wishing(number, None), number)
    prepared = wishing(number, "off")
    assert not told(prepared, number)
    assert len(prepared.training) == 15 + len(BREAKING[number])


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("number", BREAKING)
def test_a_rule_is_as_severe_as_the_recipe_has_it(number: int, severity: str) -> None:
    assert told(wishing(number, severity), number) == {severity}


@pytest.mark.parametrize("number", [25, 53, 128])
def test_a_rule_that_rejects_costs_the_rows_that_break_it_and_no_others(number: int) -> None:
    prepared = wishing(number, "reject")
    assert fates(prepared) == {"read": 16, "kept": 15, "rejected": 1}
    [reject] = prepared.rejects
    assert (reject["line"], reject["rule"]) == (16, number)
    assert prepared.training == chats(15)


def test_all_rows_of_an_example_are_rejected_with_it() -> None:
    pair = [{**LABEL, "completion": "Write to ada@lovelace-tools.com."}, {**LABEL, "label": False}]
    prepared = drop(jsonl(pair), DataOptions.model_validate({"rules": {128: "reject"}, **WHOLE}), method="dpo")
    assert fates(prepared) == {"read": 2, "rejected": 2}
    assert [(reject["line"], reject["rule"]) for reject in prepared.rejects] == [(1, 128), (2, 128)]


def test_rows_that_texts_cost_are_as_they_stand_in_the_file() -> None:
    options = DataOptions.model_validate({"rules": {128: "reject"}, **WHOLE})
    data = jsonl(chats(3)) + jsonl([ADDRESS]).replace(b": ", b" :  ") + jsonl(chats(3, start=3))
    [reject] = drop(data, options).rejects
    assert str(reject["text"]).encode() == data.split(b"\n")[3]


WORDS = ("saw", "axe", "plane", "chisel", "file", "rasp", "vice", "clamp", "drill", "level", "square", "hammer", "nail")


def varied(count: int, seed: int = 0) -> list[Line]:
    """Exchanges of many words, none like another."""
    random = Random(seed)
    return [chat(" ".join(random.choices(WORDS, k=30)), " ".join(random.choices(WORDS, k=60))) for _ in range(count)]


def nearly(row: Line) -> Line:
    asked, reply = row["messages"]  # type: ignore[misc]
    return {"messages": [asked, {**reply, "content": f"{reply['content']} indeed"}]}


@pytest.mark.parametrize("wish", ["report", "remove"])
def test_near_duplicates_are_told_of_or_go_and_are_accounted_for(wish: str) -> None:
    rows = varied(80)
    repeated = [nearly(row) for row in rows[::8]]
    options = DataOptions.model_validate({"near_duplicates": wish, **WHOLE})
    prepared = drop(jsonl([*rows, *repeated]), options)
    [found] = [one for one in prepared.report.findings if one.rule == 121]
    assert found.count == len(repeated)
    assert [place.line for place in found.places] == [*range(81, 91)]
    gone = {"duplicates": len(repeated)} if wish == "remove" else {}
    assert fates(prepared) == {"read": 90, "kept": 90 - len(gone) * len(repeated), **gone}
    assert prepared.training == (rows if wish == "remove" else [*rows, *repeated])


@pytest.mark.parametrize("block", [1, 7, 200])
def test_which_near_duplicates_go_does_not_depend_on_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = varied(60)
    data = jsonl([each for row in rows for each in (row, nearly(row))])
    options = DataOptions.model_validate({"near_duplicates": "remove", **WHOLE})
    whole = drop(data, options)
    monkeypatch.setattr("shared.core.prepare.containers.json_lines.BLOCK_BYTES", block * 1000)
    assert drop(data, options).written == whole.written
    assert whole.training == rows


def test_tokens_are_those_of_the_training_file() -> None:
    rows = jsonl([*varied(1_500), *chats(200), ADDRESS, SAYS_NOTHING])
    exact = drop(rows, DataOptions(tokens="exact", scan=False))
    total = int(TokenCounter().count(exact.written["training"].split(b"\n")[:-1]).sum())
    assert (exact.report.training_tokens.low, exact.report.training_tokens.high) == (total, total)
    assert exact.report.training_tokens.count == total

    estimated = drop(rows, DataOptions(scan=False)).report.training_tokens
    assert "estimated" in estimated.method
    assert estimated.low <= total <= estimated.high
    assert estimated.high - estimated.low < total / 20
