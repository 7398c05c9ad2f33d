"""On the local stack: three people who drop what they have, and get a model or a list that they can act on."""

import csv
import io
import json

import openpyxl
import pytest

from local.stack.running import Stack
from tests.end_to_end.stack import Node, effects, file_of, page_of, run_that_reached, states

pytestmark = pytest.mark.stack

type Table = list[tuple[str, str]]

GOOD: Table = [
    (f"Wie pflegt man Gerät {n} für 5 €?", f"Gerät {n} säubern, ölen, an Haken {n % 12} hängen.") for n in range(60)
]


def served(stack: Stack, name: str) -> Node:
    run = run_that_reached(stack, name, "serving", "rejected", "failed", "parked")
    assert "serving" in states(run), run["stage"]
    jobs, deployments = effects(stack, run)
    assert (len(jobs), len(deployments)) == (1, 1)
    return run


def rows_of(stack: Stack, run: Node) -> Node:
    return json.loads(file_of(stack, run, "report.json"))["rows"]


def rejects_of(stack: Stack, run: Node) -> list[Node]:
    return [json.loads(line) for line in file_of(stack, run, "rejects.jsonl").splitlines()]


def workbook(table: Table) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.worksheets[0].append(row)
    book.create_sheet("Notizen").append(["noch zu prüfen"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_messy_workbook_of_questions_and_answers_becomes_a_model(stack: Stack) -> None:
    table = [("question", "answer"), *GOOD[:30], ("Und wer zahlt?", ""), ("", ""), *GOOD[30:], *GOOD[:4]]
    stack.drop(workbook(table), "support/Fragen & Antworten.xlsx")
    run = served(stack, "support/Fragen & Antworten.xlsx")
    counts = rows_of(stack, run)
    assert (counts["read"], counts["rejected"], counts["duplicates"]) == (65, 1, 4)
    [reject] = rejects_of(stack, run)
    assert reject["line"] == 32
    assert reject["reasons"][0]["remedy"]


def separated(table: Table) -> bytes:
    """As a German Excel saves it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([("prompt", "response"), *table])
    return text.getvalue().encode("cp1252")


def test_a_list_of_what_is_wrong_leads_to_a_model(stack: Stack) -> None:
    """The first file has too many empty answers; without the lines on its list it is taken."""
    name = "support/fragen.csv"
    table = [row for n, row in enumerate(GOOD) for row in (row, *[(f"Offen {n}?", "")] * (n % 2))]
    stack.drop(separated(table), name)
    refused = run_that_reached(stack, name, "closed")
    assert refused["stage"]["outcome"]["by"] == "dataset"
    assert "30 of 90 rows (33.3%) cannot be used" in refused["stage"]["outcome"]["reasons"][0]
    bad = {reject["line"] for reject in rejects_of(stack, refused)}
    assert len(bad) == 30
    assert "What to do" in page_of(stack, refused)

    mended = "support/fragen-2.csv"
    stack.drop(separated([row for line, row in enumerate(table, 2) if line not in bad]), mended)
    counts = rows_of(stack, served(stack, mended))
    assert (counts["read"], counts["rejected"]) == (60, 0)


def preference(number: int) -> Node:
    """A row as UltraFeedback's binarized set has it; every tenth has no preference."""
    prompt = f"What colour is the door with the number {number}?"
    better = f"The door with the number {number} is blue, as it always was."
    worse = f"Who would know that of {number}, and why?"
    said = {"chosen": better, "rejected": worse}
    return {
        "prompt": prompt,
        "prompt_id": f"{number:064x}",
        **{
            name: [{"role": "user", "content": prompt}, {"role": "assistant", "content": text}]
            for name, text in said.items()
        },
        "score_chosen": 8.0,
        "score_rejected": 8.0 if number % 10 == 0 else 3.5,
    }


def test_preference_pairs_become_a_model_without_those_that_prefer_nothing(stack: Stack) -> None:
    stack.drop(lines([preference(number) for number in range(80)]), "support/preferences.jsonl")
    run = served(stack, "support/preferences.jsonl")
    assert run["stage"]["plan"]["method"] == "dpo"
    counts = rows_of(stack, run)
    assert (counts["read"], counts["ties"], counts["rejected"]) == (80, 8, 0)


def lines(rows: list[Node]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def call(number: int, tool: str = "get_weather") -> Node:
    """A conversation in which a tool is called and answers."""
    city = f"City {number}"
    called = {
        "id": f"call_{number}",
        "type": "function",
        "function": {"name": tool, "arguments": json.dumps({"city": city})},
    }
    return {
        "messages": [
            {"role": "user", "content": f"How is the weather in {city}?"},
            {"role": "assistant", "tool_calls": [called]},
            {"role": "tool", "tool_call_id": called["id"], "content": json.dumps({"degrees": number % 30})},
            {"role": "assistant", "content": f"It has {number % 30} degrees in {city}."},
        ],
        "tools": [WEATHER],
    }


def test_logs_of_tool_calls_become_a_model_and_the_call_of_an_unknown_tool_is_explained(stack: Stack) -> None:
    rows = [call(number) for number in range(60)]
    rows[41] = call(41, tool="get_wether")
    stack.drop(lines(rows), "support/calls.jsonl")
    run = served(stack, "support/calls.jsonl")
    assert run["stage"]["plan"]["method"] == "sft"
    [reject] = rejects_of(stack, run)
    assert reject["line"] == 42
    [reason] = reject["reasons"]
    assert reason["reason"] == "a tool is called that 'tools' does not declare"
    assert reason["place"].startswith("messages[1].tool_calls[0]")
    assert reason["remedy"] == "add the called tool to `tools`, or correct the call's name"
    assert b"get_weather" in file_of(stack, run, "train.jsonl")
