import json

import pytest

from tests.core.prepare.formats.calling import DECLARED, WRAPPED, dialogue, tools_of
from tests.core.prepare.formats.converting import converted, refused

CALL = {"name": "price_of", "arguments": {"tool": "saw"}}
OTHER_CALL = {"name": "price_of", "arguments": {"tool": "axe"}}
TOOLS = json.dumps([DECLARED])
ASKED = ("user", "Price?")
CALLED = ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))
OTHER = ("call_2", "price_of", {"tool": "axe"})


def turns(*said: tuple[str, object], speaker: str = "from", text: str = "value") -> list[dict[str, object]]:
    return [{speaker: who, text: what} for who, what in said]


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(
            {"conversations": turns(("human", "Hello?"), ("gpt", "Hello!"))},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="from and value",
        ),
        pytest.param(
            {"conversations": turns(("user", "Hello?"), ("assistant", "Hello!"), speaker="role", text="content")},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="role and content",
        ),
        pytest.param(
            {"conversations": turns(("system", "Be brief."), ("human", "Hello?"), ("chatgpt", "Hello!"))},
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="system as a turn",
        ),
        pytest.param(
            {
                "id": "identity_0",
                "system": "Be brief.",
                "conversations": turns(("human", "Hello?"), ("gpt", "Hello! ")),
            },
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            ["white space around a text was removed", "keys that are not learnt were left out: 'id'"],
            id="system beside the turns",
        ),
        pytest.param(
            {"conversations": turns(("human", "Hello?"), ("gpt", "Hello!")), "tools": "[]"},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="no tools",
        ),
    ],
)
def test_a_conversation_keeps_its_turns(row: object, becomes: list[object], fixes: list[str]) -> None:
    name, said, repaired = converted(row)
    assert (name, said, sorted(repaired)) == ("ShareGPT", becomes, sorted(fixes))


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"conversations": []}, 20, "'messages' is empty"),
        ({"conversations": "Hello"}, 13, "'conversations' is text"),
        ({"conversations": turns(("human", "Hello?"))}, 27, "no assistant message: there is no reply to learn"),
        ({"conversations": turns(("human", "Hello?"), ("gpt", ""))}, 25, "'conversations' is empty"),
        ({"conversations": turns(("human", "Hello?"), ("narrator", "Hm."))}, 13, "a turn is spoken by 'narrator'"),
        ({"conversations": [{"from": "human"}, {"from": "gpt", "value": "Hi"}]}, 13, "a turn has no text"),
        (
            {"conversations": turns(("human", "Price?"), ("function_call", "{}"), ("gpt", "12"))},
            52,
            "a tool call has no name, or cannot be read",
        ),
        (
            {"conversations": turns(("human", "Price?"), ("function_call", "price_of"), ("gpt", "12"))},
            52,
            "a function call is not JSON",
        ),
        (
            {"conversations": turns(("human", "Price?"), ("function_call", json.dumps(CALL)))},
            53,
            "a tool is called that 'tools' does not declare",
        ),
        (
            {"conversations": turns(("human", "Price?"), ("observation", "12"), ("gpt", "12")), "tools": TOOLS},
            54,
            "a tool answers, but no call is open",
        ),
        (
            {"conversations": turns(("human", "Hello?"), ("gpt", "Hello!")), "tools": "price_of"},
            50,
            "the text of the tools is not JSON",
        ),
        (
            {"conversations": turns(("human", "<image>What is it?"), ("gpt", "A saw."))},
            68,
            "a text shows an <image>, but the row names none",
        ),
    ],
)
def test_a_conversation_that_cannot_be_learnt_is_refused(row: object, rule: int | None, reason: str) -> None:
    assert refused(row) == (rule, reason)


def calling(*said: tuple[str, object], tools: object = TOOLS) -> dict[str, object]:
    return {"conversations": turns(("human", "Price?"), *said), "tools": tools}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(
            calling(("function_call", json.dumps(CALL)), ("observation", "12"), ("gpt", "12 EUR.")),
            [ASKED, CALLED, ("tool", "12", "call_1"), ("assistant", "12 EUR.")],
            id="a call and its answer",
        ),
        pytest.param(calling(("function-call", str(CALL))), [ASKED, CALLED], id="a call as Python prints it"),
        pytest.param(
            calling(("function_call", json.dumps({**CALL, "arguments": '{"tool": "saw"}'}))),
            [ASKED, CALLED],
            id="arguments in a text",
        ),
        pytest.param(
            calling(
                ("function_call", json.dumps([CALL, OTHER_CALL])), ("observation", '["12", {"eur": 15}]'), ("gpt", "!")
            ),
            [
                ASKED,
                (*CALLED, OTHER),
                ("tool", "12", "call_1"),
                ("tool", '{"eur":15}', "call_2"),
                ("assistant", "!"),
            ],
            id="several calls, answered by a list",
        ),
        pytest.param(
            calling(
                ("function_call", json.dumps([CALL, OTHER_CALL])),
                ("observation", "[1, 2]"),
                ("tool", "15"),
                ("gpt", "!"),
            ),
            [ASKED, (*CALLED, OTHER), ("tool", "[1, 2]", "call_1"), ("tool", "15", "call_2"), ("assistant", "!")],
            id="several calls, answered one by one",
        ),
    ],
)
def test_calls_in_turns_of_their_own_become_tool_calls(given: object, becomes: list[object]) -> None:
    assert dialogue(given) == becomes
    assert tools_of(given) == [WRAPPED]
    assert converted(given)[0] == "ShareGPT"


XML = "<function=price_of>\n<parameter=tool>saw</parameter>\n</function>"
INVOKED = '<invoke name="price_of">\n<parameter name="tool">saw</parameter>\n</invoke>'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"name": "price_of", "parameters": {"tool": "saw"}}', id="Llama 3"),
        pytest.param('[{"name": "price_of", "arguments": {"tool": "saw"}}]', id="Mistral without its mark"),
        pytest.param('[TOOL_CALLS] [{"name": "price_of", "arguments": {"tool": "saw"}}]', id="Mistral"),
        pytest.param('price_of\n{"tool": "saw"}', id="GLM-4"),
        pytest.param('Action: price_of\nAction Input: {"tool": "saw"}', id="ReAct"),
        pytest.param(
            '<tool_calls>\n{"name": "price_of", "arguments": {"tool": "saw"}}\n</tool_calls>', id="MiniMax M1"
        ),
        pytest.param(f"<minimax:tool_call>\n{INVOKED}\n</minimax:tool_call>", id="MiniMax M2"),
        pytest.param(f"<seed:tool_call>\n{XML}\n</seed:tool_call>", id="Seed"),
        pytest.param("<|tool_call_start|>[price_of(tool='saw')]<|tool_call_end|>", id="LFM2"),
    ],
)
def test_calls_in_the_spelling_of_a_model_are_read(text: str) -> None:
    assert dialogue(calling(("gpt", text))) == [ASKED, CALLED]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Ada", "arguments": {}}',
        '{"name": "price_of"}',
        '{"name": "price_of", "arguments": {}, "age": 36}',
        "price_of",
        "Ada\n{}",
        "Action: none",
        "[]",
        "[1, 2]",
        "a < b, and <b>bold</b>",
    ],
)
def test_replies_that_only_look_like_calls_stay_as_they_are(text: str) -> None:
    given = calling(("gpt", text))
    assert dialogue(given) == [ASKED, ("assistant", text)]


def test_replies_stay_as_they_are_where_no_tools_are_declared() -> None:
    text = '{"name": "price_of", "parameters": {"tool": "saw"}}'
    assert dialogue(calling(("gpt", text), tools="[]")) == [ASKED, ("assistant", text)]


@pytest.mark.parametrize(
    "text",
    [
        "<|tool_call>call:price_of{tool:1}<tool_call|>",
        "[TOOL_CALLS] price_of",
        "<functioncall> price_of",
        "<tool_calls>price_of(</tool_calls>",
    ],
)
def test_calls_that_are_marked_but_cannot_be_read_are_refused(text: str) -> None:
    assert refused(calling(("gpt", text))) == (52, "a tool call in a text cannot be read")


def test_a_dialogue_of_toolbench_is_read_as_thoughts_actions_and_answers() -> None:
    action = 'Thought: I look it up.\nAction: price_of\nAction Input: {"tool": "saw"}'
    said = turns(
        ("system", f"You can use tools.\n\nYou have access to the following APIs: {[DECLARED]}"),
        ("user", "Price?"),
        ("assistant", action),
        ("function", '{"error": "", "response": "12"}'),
        ("assistant", "12 EUR."),
    )
    given = {"id": "Step 1: Price?", "conversations": said}
    assert dialogue(given) == [
        ("system", "You can use tools."),
        ASKED,
        ("assistant", "Thought: I look it up.", CALLED[2]),
        ("tool", '{"error": "", "response": "12"}', "call_1"),
        ("assistant", "12 EUR."),
    ]
    assert tools_of(given) == [WRAPPED]
