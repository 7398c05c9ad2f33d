import json

import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.calling import dialogue, tools_of
from tests.core.prepare.formats.converting import converted, refused

NAME = "Get Price/of.tool"
DECLARED = {
    "name": NAME,
    "description": "The price of a tool.",
    "parameters": {"type": "dict", "properties": {"tool": {"type": "string"}, "from": {"type": "int"}}},
    "required": None,
}
SYSTEM = (
    "You are an expert in composing functions.{clock}Here is a list of functions in JSON format that you can invoke:\n"
    f"{json.dumps([DECLARED])}. \nShould you decide to return the function call(s).\nPut it in the format of [func1()]"
)
ASKED = ("user", "Price of a saw?")
CALLED = ("assistant", None, ("call_1", "Get_Price_of_tool", {"tool": "saw"}))


def row(*turns: tuple[str, str], clock: str = "") -> dict[str, object]:
    said = [{"from": who, "value": what} for who, what in (("user", "Price of a saw?"), *turns)]
    return {"system": SYSTEM.replace("{clock}", clock), "conversations": said}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(row(("assistant", f'[{NAME}(tool="saw")]')), [ASKED, CALLED], id="a call"),
        pytest.param(
            row(("assistant", f"[{NAME}(tool='saw', from=3), {NAME}()]")),
            [
                ASKED,
                ("assistant", None, ("call_1", CALLED[2][1], {"tool": "saw", "from": 3}), ("call_2", CALLED[2][1], {})),
            ],
            id="several calls, and an argument that is a word of Python",
        ),
        pytest.param(
            row(("assistant", f'[{NAME}(tool="saw")]'), ("tool", '[{"price": 12}]'), ("assistant", "12 EUR.")),
            [ASKED, CALLED, ("tool", '[{"price": 12}]', "call_1"), ("assistant", "12 EUR.")],
            id="an answered call",
        ),
        pytest.param(
            row(("assistant", "I have no such function.")),
            [ASKED, ("assistant", "I have no such function.")],
            id="no call",
        ),
        pytest.param(
            row(("assistant", "[that is all (really)]")),
            [ASKED, ("assistant", "[that is all (really)]")],
            id="brackets that call nothing that is declared",
        ),
        pytest.param(
            row(("assistant", f'[{NAME}(tool="saw")]'), clock="The current time is 2024-05-01 09:00:00."),
            [("system", "The current time is 2024-05-01 09:00:00."), ASKED, CALLED],
            id="the time of day is kept",
        ),
    ],
)
def test_calls_in_brackets_become_tool_calls(given: object, becomes: list[object]) -> None:
    assert dialogue(given) == becomes
    assert converted(given)[0] == "ToolACE"
    schema = {"type": "object", "properties": {"tool": {"type": "string"}, "from": {"type": "integer"}}}
    described = {"name": "Get_Price_of_tool", "description": "The price of a tool.", "parameters": schema}
    assert tools_of(given) == [{"type": "function", "function": described}]


@pytest.mark.parametrize(
    "call",
    [
        "(tool=open('x'))",
        "(tool=__import__('os'))",
        "(tool=name)",
        "('saw')",
        "(tool='saw', tool='axe')",
        "(tool='saw'",
        "(tool=1 + 1)",
        "(**{'tool': 'saw'})",
        "(tool=f'{1}')",
        "(tool=[1, 2)",
        "(tool=1e999)",
        "(tool='\\ud800')",
        f"(tool={'[' * 1_000})",
    ],
)
def test_what_is_no_plain_value_is_refused_and_never_run(call: str) -> None:
    given = row(("assistant", f"[{NAME}{call}]"))
    assert refused(given) == (52, "a tool call in a text cannot be read")


def test_rows_are_told_from_plain_conversations_whatever_comes_before() -> None:
    plain = {"conversations": [{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello!"}]}
    toolace = row(("assistant", f'[{NAME}(tool="saw")]'))
    assert drop(jsonl([plain, plain, toolace, toolace, plain])).report.formats == {"ShareGPT": 3, "ToolACE": 2}
