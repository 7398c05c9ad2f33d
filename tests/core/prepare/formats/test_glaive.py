import json

import pytest

from tests.core.prepare.formats.calling import DECLARED, WRAPPED, dialogue, tools_of
from tests.core.prepare.formats.converting import converted, refused

INTRODUCTION = "SYSTEM: You are a helpful assistant with access to the following functions. Use them if required -\n"
OTHER = {"name": "stock_of", "description": "How many there are.", "parameters": {}}
SYSTEM = f"{INTRODUCTION}{json.dumps(DECLARED, indent=4)}\n"
END = "<|endoftext|>"
CALL = """ASSISTANT: <functioncall> {"name": "price_of", "arguments": '{"tool": "saw"}'} """ + END
TAKEN_OUT = "the part of the system message that describes the tools was left out: they are declared in 'tools'"


def row(*turns: str, system: str = SYSTEM) -> dict[str, str]:
    return {"system": system, "chat": "\n\n\n".join(turns)}


ASKED, ASKS = ("user", "Price of a saw?"), "USER: Price of a saw?"
CALLED = ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(
            row(ASKS, CALL, 'FUNCTION RESPONSE: {"price": 12}', f"ASSISTANT: 12 EUR. {END}"),
            [ASKED, CALLED, ("tool", '{"price": 12}', "call_1"), ("assistant", "12 EUR.")],
            id="a call and its answer",
        ),
        pytest.param(row(ASKS, CALL), [ASKED, CALLED], id="ends in a call that nobody answers"),
        pytest.param(
            row(ASKS, CALL.replace("saw", "joiner's saw")),
            [ASKED, ("assistant", None, ("call_1", "price_of", {"tool": "joiner's saw"}))],
            id="an apostrophe between single quotes",
        ),
        pytest.param(
            row(ASKS, CALL.replace("""'{"tool": "saw"}'""", '{"tool": "saw"}')), [ASKED, CALLED], id="not quoted"
        ),
        pytest.param(
            row(ASKS, CALL.replace("<functioncall>", "Let me look. <functioncall>")),
            [ASKED, ("assistant", "Let me look.", CALLED[2])],
            id="a text before the call",
        ),
        pytest.param(
            row("USER: Hello?", f"ASSISTANT: Hello! {END}", system="SYSTEM: You have no access to functions."),
            [("system", "You have no access to functions."), ("user", "Hello?"), ("assistant", "Hello!")],
            id="no functions",
        ),
    ],
)
def test_a_chat_in_one_text_is_cut_into_its_turns(given: object, becomes: list[object]) -> None:
    assert dialogue(given) == becomes
    assert converted(given)[0] == "Glaive"


def test_functions_one_after_another_are_declared_and_taken_out_of_the_system_message() -> None:
    given = row(ASKS, CALL, system=f"{SYSTEM}\n{json.dumps(OTHER, indent=4)}\n")
    schema = {"type": "object", "properties": {}}
    assert tools_of(given) == [WRAPPED, {"type": "function", "function": {**OTHER, "parameters": schema}}]
    assert sorted(converted(given)[2]) == [
        "a tool's parameters were rewritten as JSON Schema",
        TAKEN_OUT,
        "tools were wrapped as the service declares them: type and function",
    ]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row("Hello", ASKS, CALL), 13, "'chat' does not begin with a speaker"),
        (row(ASKS, CALL.replace("'{", "'{{")), 52, "a tool call in a text cannot be read"),
        (
            row(ASKS, f'ASSISTANT: <functioncall> {{"arguments": 1}} {END}'),
            52,
            "a tool call has no name, or cannot be read",
        ),
        (row(ASKS, CALL.replace(""" '{"tool": "saw"}'""", " [1]")), 52, "a call's arguments are not a JSON object"),
        (row(ASKS, "FUNCTION RESPONSE: {}", f"ASSISTANT: 12 EUR. {END}"), 54, "a tool answers, but no call is open"),
        (row(ASKS, f"ASSISTANT: {END}"), 25, "'chat' is empty"),
    ],
)
def test_a_chat_that_cannot_be_read_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)
