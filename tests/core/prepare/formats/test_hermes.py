import json

import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.calling import DECLARED, WRAPPED, dialogue, tools_of
from tests.core.prepare.formats.converting import converted, refused

CALL = {"name": "price_of", "arguments": {"tool": "saw"}}
OTHER_CALL = {"name": "price_of", "arguments": {"tool": "axe"}}
SYSTEM = (
    "You are a function calling AI model. You are provided with function signatures within <tools></tools> XML tags."
    f" Here are the available tools: <tools> {json.dumps([WRAPPED])} </tools> For each call answer with <tool_call>."
)
QWEN = (
    f"Be brief.\n\n# Tools\n\nYou may call functions.\n\n<tools>\n{json.dumps(WRAPPED)}\n</tools>\n\nUse <tool_call>."
)
ASKED = ("user", "Price of a saw?")
CALLED = ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))
OTHER = ("call_2", "price_of", {"tool": "axe"})


def tagged(*calls: object) -> str:
    return "\n".join(
        f"<tool_call>\n{call if isinstance(call, str) else json.dumps(call)}\n</tool_call>" for call in calls
    )


def answer(*texts: str) -> str:
    return "\n".join(f"<tool_response>\n{text}\n</tool_response>" for text in texts)


def row(*turns: tuple[str, str], tools: object = json.dumps([WRAPPED]), **more: object) -> dict[str, object]:
    said = [{"from": who, "value": what} for who, what in (("human", "Price of a saw?"), *turns)]
    return {"conversations": said, "tools": tools, **more}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(row(("gpt", tagged(CALL))), [ASKED, CALLED], id="ends in a call that nobody answers"),
        pytest.param(
            row(("gpt", tagged(CALL)), ("tool", answer("12")), ("gpt", "12 EUR.")),
            [ASKED, CALLED, ("tool", "12", "call_1"), ("assistant", "12 EUR.")],
            id="a call and its answer",
        ),
        pytest.param(
            row(("gpt", tagged(CALL, OTHER_CALL)), ("tool", answer("12", "15")), ("gpt", "12 and 15 EUR.")),
            [
                ASKED,
                (*CALLED, OTHER),
                ("tool", "12", "call_1"),
                ("tool", "15", "call_2"),
                ("assistant", "12 and 15 EUR."),
            ],
            id="several calls in one turn, and their answers in one",
        ),
        pytest.param(
            row(("gpt", tagged(CALL)), ("human", answer("12")), ("gpt", "12 EUR.")),
            [ASKED, CALLED, ("tool", "12", "call_1"), ("assistant", "12 EUR.")],
            id="an answer in a user turn",
        ),
        pytest.param(row(("gpt", tagged(str(CALL)))), [ASKED, CALLED], id="a call as Python prints it"),
        pytest.param(
            row(("gpt", f"Let me look.\n{tagged(CALL)}")),
            [ASKED, ("assistant", "Let me look.", CALLED[2])],
            id="a text before the call",
        ),
        pytest.param(
            row(
                (
                    "gpt",
                    "<tool_call>\n<function=price_of>\n<parameter=tool>\n7\n</parameter>\n</function>\n</tool_call>",
                )
            ),
            [ASKED, ("assistant", None, ("call_1", "price_of", {"tool": "7"}))],
            id="Qwen 3 Coder: a text that looks like a number",
        ),
        pytest.param(
            row(("gpt", "<tool_call>price_of\n<arg_key>tool</arg_key>\n<arg_value>saw</arg_value>\n</tool_call>")),
            [ASKED, CALLED],
            id="GLM-4.5",
        ),
    ],
)
def test_calls_in_tags_become_tool_calls(given: object, becomes: list[object]) -> None:
    assert dialogue(given) == becomes
    assert tools_of(given) == [WRAPPED]
    assert converted(given)[0] == "Hermes"


@pytest.mark.parametrize(
    ("system", "left"), [(SYSTEM, []), (QWEN, [("system", "Be brief.")])], ids=["all of it", "a section of it"]
)
@pytest.mark.parametrize("tools", [None, json.dumps([DECLARED])], ids=["in the text only", "beside it"])
def test_the_description_of_tools_is_taken_out_of_the_system_message(system: str, left: object, tools: object) -> None:
    given = row(("gpt", tagged(CALL)), tools=tools)
    given["conversations"] = [{"from": "system", "value": system}, *given["conversations"]]  # type: ignore[misc]
    assert dialogue(given) == [*left, ASKED, CALLED]  # type: ignore[misc]
    assert tools_of(given) == [WRAPPED]
    taken_out = "the part of the system message that describes the tools was left out: they are declared in 'tools'"
    assert taken_out in converted(given)[2]


def test_rows_are_told_from_plain_conversations_whatever_comes_before() -> None:
    plain = {"conversations": [{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello!"}]}
    hermes = row(("gpt", tagged(CALL)))
    assert drop(jsonl([plain, plain, hermes, hermes, plain])).report.formats == {"ShareGPT": 3, "Hermes": 2}


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(("gpt", "<tool_call>{'name': price_of}</tool_call>")), 52, "a tool call in a text cannot be read"),
        (row(("gpt", "<tool_call>{}")), 52, "a tool call in a text cannot be read"),
        (
            row(("gpt", tagged({"name": "price_of"}))),
            53,
            "a call lacks what its tool requires: 'tool' (tool 'price_of')",
        ),
        (row(("gpt", tagged({**CALL, "name": "x"}))), 53, "a tool is called that 'tools' does not declare"),
        (
            row(("gpt", tagged(CALL, OTHER_CALL)), ("tool", answer("12")), ("gpt", "12.")),
            54,
            "a tool call is not answered before the next turn",
        ),
        (
            row(("gpt", tagged(CALL)), ("tool", answer("1", "2")), ("gpt", "1")),
            54,
            "a tool answers, but no call is open",
        ),
    ],
)
def test_calls_that_cannot_be_read_or_paired_are_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)
