"""Strings that break programs, wherever a dataset can hold them (MIT, minimaxir/big-list-of-naughty-strings)."""

import json
import re

import pytest

from shared.core.prepare.faults import SHOWABLE
from shared.core.recipe import DataOptions
from tests.core.prepare.corpus import corpus, needs_corpus
from tests.core.prepare.dropping import LENIENT, Line, chat, chats, drop, fates, jsonl, said

pytestmark = needs_corpus

STRINGS: list[str] = (
    json.loads((folder / "minimaxir__big-list-of-naughty-strings/blns.json").read_text())
    if (folder := corpus())
    else []
)
SAYING = [text for text in dict.fromkeys(STRINGS) if text.strip()]


def calling(name: str) -> Line:
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}}
    tool = {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    question = {"role": "user", "content": f"Call {name}"}
    return {"messages": [question, {"role": "assistant", "tool_calls": [call]}], "tools": [tool]}


def test_they_are_learnt_as_they_are_where_somebody_says_them() -> None:
    prepared = drop(jsonl(chat(text, text) for text in STRINGS), DataOptions())
    assert prepared.report.is_accepted
    assert prepared.report.rows.rejected == sum(not text.strip() for text in STRINGS)
    told = sorted(said(line)[0][1] for line in prepared.all_lines)  # type: ignore[type-var]
    assert told == sorted(SAYING)
    assert all(said(line)[0][1] == said(line)[1][1] for line in prepared.all_lines)


def test_they_are_no_roles() -> None:
    rows = [
        {"messages": [{"role": text, "content": "Hi"}, {"role": "assistant", "content": "Hi!"}]} for text in STRINGS
    ]
    prepared = drop(jsonl([*chats(12), *rows]))
    assert fates(prepared) == {"read": 12 + len(STRINGS), "kept": 12, "rejected": len(STRINGS)}
    assert {reject["rule"] for reject in prepared.rejects} == {24}


def test_they_are_no_keys_and_are_not_quoted_where_they_are_no_names() -> None:
    prepared = drop(jsonl([*chats(12), *({text: 1} for text in STRINGS)]))
    assert prepared.report.rows.rejected == len(STRINGS)
    report = prepared.report.model_dump_json()
    hidden = [text for text in SAYING if len(text) > 20 and not SHOWABLE.fullmatch(text)]
    assert hidden
    assert not [text for text in hidden if json.dumps(text, ensure_ascii=False)[1:-1] in report]


def test_they_make_tool_names_that_the_service_takes_or_cost_their_row() -> None:
    prepared = drop(jsonl([*map(calling, STRINGS)]))
    names = [line["tools"][0]["function"]["name"] for line in prepared.training]  # type: ignore[index]
    called = [line["messages"][1]["tool_calls"][0]["function"]["name"] for line in prepared.training]  # type: ignore[index]
    assert names == called
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", name) for name in names)
    assert prepared.report.rows.rejected == sum(not text.strip() for text in STRINGS)


@pytest.mark.parametrize("ending", ["", ".jsonl", ".csv"])
def test_they_may_be_the_name_of_a_file(ending: str) -> None:
    data = jsonl(chats(12))
    for text in STRINGS:
        prepared = drop(data, LENIENT, name=text + ending)
        assert prepared.report.is_accepted
        assert prepared.report.inputs[0].name == text + ending


def test_a_table_may_hold_them_in_its_cells() -> None:
    table = "prompt,response\r\n" + "".join(f'"{text.replace(chr(34), chr(34) * 2)}","Yes."\r\n' for text in SAYING)
    prepared = drop(table.encode(), name="drop.csv")
    assert prepared.report.rows.read == len(SAYING)
    assert {str(said(line)[0][1]) for line in prepared.training} == {text.strip() for text in SAYING}
