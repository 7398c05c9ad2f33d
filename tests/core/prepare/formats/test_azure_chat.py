import json

import pytest

from tests.core.prepare.dropping import LENIENT, drop, fates, jsonl
from tests.core.prepare.formats.calling import dialogue
from tests.core.prepare.formats.converting import converted, example_of, refused

SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "Hello?"}
REPLY = {"role": "assistant", "content": "Hello!"}
TOOL = {"type": "function", "function": {"name": "price_of", "parameters": {"type": "object", "properties": {}}}}
PNG = "data:image/png;base64,iVBORw0KGgo="


def call(identity: str = "call_1", name: str = "price_of", arguments: str = '{"tool": "saw"}') -> dict[str, object]:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"id": identity, "type": "function", "function": function}]}


def answer(identity: str = "call_1", content: object = "12 EUR") -> dict[str, object]:
    return {"role": "tool", "content": content, "tool_call_id": identity}


def image(url: str, **more: object) -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"messages": [USER, REPLY]}, id="one exchange"),
        pytest.param({"messages": [SYSTEM, USER, REPLY, USER, REPLY]}, id="two exchanges under a system message"),
        pytest.param({"messages": [{"role": "developer", "content": "Be brief."}, USER, REPLY]}, id="developer"),
        pytest.param({"messages": [USER, REPLY, REPLY]}, id="consecutive assistant messages"),
        pytest.param({"messages": [USER, {**REPLY, "weight": 0}, USER, {**REPLY, "weight": 1}]}, id="weights"),
        pytest.param({"messages": [{**USER, "name": "ada"}, REPLY]}, id="a name"),
        pytest.param({"messages": [USER, call()], "tools": [TOOL]}, id="ends in a call that nobody answers"),
        pytest.param({"messages": [USER, call(), answer(), REPLY], "tools": [TOOL]}, id="an answered call"),
        pytest.param({"messages": [USER, {**call(), "content": "Let me look."}], "tools": [TOOL]}, id="text and call"),
        pytest.param(
            {"messages": [USER, call()], "tools": [TOOL], "parallel_tool_calls": False}, id="no parallel calls"
        ),
        pytest.param({"messages": [USER, call(), answer(content=""), REPLY], "tools": [TOOL]}, id="an empty answer"),
        pytest.param(
            {"messages": [{"role": "user", "content": [image("https://example.com/a.png", detail="low")]}, REPLY]},
            id="an image at an address",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}, image(PNG)]}, REPLY]},
            id="an image inside",
        ),
        pytest.param(
            {"messages": [USER, {"role": "assistant", "content": [{"type": "text", "text": "Hi."}]}]},
            id="a reply in parts",
        ),
        pytest.param({"messages": [USER, {"role": "assistant", "content": " leading space"}]}, id="white space kept"),
    ],
)
def test_what_the_service_takes_passes_as_it_is(row: dict[str, object]) -> None:
    assert example_of(row) == row
    assert converted(row)[::2] == ("Azure chat", [])


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(
            {"messages": [USER, REPLY], "id": 7, "topic": "greeting"},
            [("user", "Hello?"), ("assistant", "Hello!")],
            ["keys that are not learnt were left out: 'id', 'topic'"],
            id="extra keys",
        ),
        pytest.param(
            {"messages": [{**SYSTEM, "weight": 0}, {**USER, "weight": 1}, {**REPLY, "weight": 1}]},
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            ["a weight was removed from a message that is no reply"],
            id="weights on messages that are no replies",
        ),
        pytest.param(
            {"messages": [{"role": "human", "content": "Hello?"}, {"role": "gpt", "content": "Hello!"}]},
            [("user", "Hello?"), ("assistant", "Hello!")],
            ["a role was renamed to the one the service knows"],
            id="roles of other trainers",
        ),
        pytest.param(
            {"messages": [{"role": "system", "content": " "}, USER, REPLY]},
            [("user", "Hello?"), ("assistant", "Hello!")],
            ["an empty system message was left out"],
            id="empty system message",
        ),
        pytest.param(
            {"system": "Be brief.", "messages": [USER, REPLY]},
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            ["the row's 'system' became its first message"],
            id="system beside the messages",
        ),
        pytest.param(
            {"messages": [USER, {**REPLY, "refusal": None, "tool_calls": None}]},
            [("user", "Hello?"), ("assistant", "Hello!")],
            ["keys without a value were left out"],
            id="keys without a value",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "text", "value": "Hello?"}]}, REPLY]},
            [("user", [{"type": "text", "text": "Hello?"}]), ("assistant", "Hello!")],
            ["the text of a content part was called its value"],
            id="parts of LLaMA-Factory",
        ),
        pytest.param(
            {"messages": [USER, REPLY], "parallel_tool_calls": True},
            [("user", "Hello?"), ("assistant", "Hello!")],
            ["'parallel_tool_calls' was left out: no tools are declared"],
            id="parallel calls of no tools",
        ),
        pytest.param(
            {"messages": [USER, REPLY], "tools": []}, [("user", "Hello?"), ("assistant", "Hello!")], [], id="no tools"
        ),
    ],
)
def test_what_it_would_refuse_is_repaired_and_said(
    row: object, becomes: list[tuple[str, str]], fixes: list[str]
) -> None:
    assert converted(row) == ("Azure chat", becomes, fixes)


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"messages": []}, 20, "'messages' is empty"),
        ({"messages": None}, 20, "'messages' is null"),
        ({"messages": "Hello"}, 20, "'messages' is text"),
        ({"messages": ["Hello"]}, 23, "'messages[]' is text"),
        ({"messages": [USER]}, 27, "no assistant message: there is no reply to learn"),
        ({"messages": [SYSTEM, REPLY]}, 27, "no user message"),
        ({"messages": [USER, REPLY, USER]}, 28, "the last message is a user message"),
        ({"messages": [{"content": "Hello?"}, REPLY]}, 24, "'messages[].role' is missing"),
        (
            {"messages": [{"role": "oracle", "content": "?"}]},
            24,
            "'messages[].role' has a value it must not have: 'oracle'",
        ),
        ({"messages": [USER, {"role": "assistant"}]}, 25, "the assistant message says nothing"),
        ({"messages": [USER, {"role": "assistant", "content": "\n "}]}, 25, "the assistant message says nothing"),
        ({"messages": [{"role": "user", "content": None}, REPLY]}, 25, "'messages[].content' is null"),
        ({"messages": [{"role": "user", "content": []}, REPLY]}, 25, "the user message says nothing"),
        ({"messages": [{"role": "user", "content": 7}, REPLY]}, 25, "'messages[].content' is a number"),
        (
            {"messages": [USER, {**REPLY, "audio": "hm"}]},
            23,
            "'messages[]' has a key it must not have: 'audio'",
        ),
        ({"messages": [USER, {**REPLY, "weight": 2}]}, 32, "'messages[].weight' has a value it must not have: '2'"),
        ({"messages": [USER, {**REPLY, "weight": 0}]}, 32, "every assistant message has weight 0: nothing is learnt"),
        ({"messages": [USER] * 2048 + [REPLY]}, 34, "too many messages"),
        ({"messages": [{"role": "user", "content": "x" * 1_048_577}, REPLY]}, 34, "a message is too long"),
        (
            {"messages": [{"role": "user", "content": [{"type": "reasoning", "value": "x"}]}, REPLY]},
            61,
            "'messages[].content[].type' has a value it must not have: 'reasoning'",
        ),
        (
            {"messages": [USER, REPLY], "functions": [TOOL], "tools": [TOOL]},
            56,
            "'tools' and the older 'functions' stand in one row",
        ),
    ],
)
def test_a_row_that_cannot_be_learnt_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row, "sft") == (rule, reason)


@pytest.mark.parametrize(
    ("messages", "tools", "rule", "reason"),
    [
        ([USER, call(), REPLY], [TOOL], 54, "a tool call is not answered before the next turn"),
        ([USER, call(), answer("call_9"), REPLY], [TOOL], 54, "a tool message answers no open call"),
        ([USER, call(), answer(), answer(), REPLY], [TOOL], 54, "a tool message answers no open call"),
        ([USER, call(), answer(), call()], [TOOL], 54, "two tool calls have the same id"),
        ([USER, call(arguments="tool=saw")], [TOOL], 52, "a call's arguments are not a JSON object"),
        ([USER, {"role": "assistant", "tool_calls": [{}]}], [TOOL], 52, "a tool call has no name, or cannot be read"),
        ([USER, call(arguments="[1]")], [TOOL], 52, "a call's arguments are not a JSON object"),
        ([USER, call(name="stock_of")], [TOOL], 53, "a tool is called that 'tools' does not declare"),
        ([USER, call()], None, 53, "a tool is called that 'tools' does not declare"),
        ([USER, {"role": "tool", "content": "12"}, REPLY], [TOOL], 54, "a tool message answers no open call"),
        ([USER, REPLY], 7, 50, "'tools' is a number"),
        ([USER, REPLY], "price_of", 50, "the text of the tools is not JSON"),
        ([USER, REPLY], [TOOL, TOOL], 50, "two tools have the same name"),
        ([USER, REPLY], [{"type": "function"}], 50, "'tools[].function' is missing"),
        (
            [USER, REPLY],
            [{"type": "function", "function": {"name": ""}}],
            50,
            "a tool's name has characters or a length that the service refuses",
        ),
        (
            [USER, REPLY],
            [{"type": "function", "function": {"name": "price_of", "parameters": {"type": "array"}}}],
            51,
            "a tool's parameters are not of type 'object'",
        ),
        (
            [USER, REPLY],
            [{"type": "function", "function": {"name": f"tool_{number}"}} for number in range(129)],
            50,
            "too many tools",
        ),
    ],
)
def test_tools_must_be_declared_called_and_answered_well(
    messages: list[object], tools: object, rule: int, reason: str
) -> None:
    row = {"messages": messages} if tools is None else {"messages": messages, "tools": tools}
    assert refused(row) == (rule, reason)


STEPS = [("user", "Hello?"), ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))]
ANSWERED = [*STEPS, ("tool", "12 EUR", "call_1"), ("assistant", "Hello!")]
FUNCTION = {"name": "price_of", "arguments": '{"tool": "saw"}'}
WRAPPED = "tools were wrapped as the service declares them: type and function"
CALL_WRITTEN = "tool calls were written as the service takes them"
IDS_MADE = "tool calls without an id were given one"
LEFT_OUT = "reasoning that stood beside a reply was left out"


def asking(*calls: object) -> dict[str, object]:
    return {"role": "assistant", "content": None, "tool_calls": calls}


def part(kind: str, value: object) -> dict[str, object]:
    return {"type": kind, "value": value if isinstance(value, str) else json.dumps(value)}


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(
            {
                "messages": [
                    USER,
                    {"role": "assistant", "content": None, "function_call": FUNCTION},
                    {"role": "function", "name": "price_of", "content": "12 EUR"},
                    REPLY,
                ],
                "functions": [TOOL["function"]],
            },
            ANSWERED,
            ["older function calls were written as tool calls", IDS_MADE, WRAPPED],
            id="functions of the older API",
        ),
        pytest.param(
            {"messages": [USER, asking({"function": {**FUNCTION, "arguments": {"tool": "saw"}}})], "tools": [TOOL]},
            STEPS,
            [CALL_WRITTEN, IDS_MADE],
            id="arguments as an object, as TRL has them",
        ),
        pytest.param(
            {"messages": [USER, asking({"id": "call_1", "index": 0, **FUNCTION})], "tools": [TOOL]},
            STEPS,
            [CALL_WRITTEN],
            id="a flat call with another key",
        ),
        pytest.param(
            {"messages": [USER, call(arguments="{'tool': 'saw'}")], "tools": [TOOL]},
            STEPS,
            ["a call written as Python prints it was read as JSON"],
            id="arguments as Python prints them",
        ),
        pytest.param(
            {"messages": [USER, call(), {"role": "tool", "content": "12 EUR"}, REPLY], "tools": [TOOL]},
            ANSWERED,
            [IDS_MADE],
            id="an answer without an id",
        ),
        pytest.param(
            {"messages": [USER, call(), answer(content={"price": 12}), REPLY], "tools": [TOOL]},
            [*STEPS, ("tool", '{"price":12}', "call_1"), ("assistant", "Hello!")],
            ["what a tool answered was made a text"],
            id="an answer that is no text",
        ),
        pytest.param(
            {"messages": [USER, call(), answer(content=[{"type": "text", "text": "12 EUR"}]), REPLY], "tools": [TOOL]},
            ANSWERED,
            ["what a tool answered was made a text"],
            id="an answer in parts",
        ),
        pytest.param(
            {"messages": [USER, call()], "tools": json.dumps([TOOL])},
            STEPS,
            ["tools written in a text were read from it"],
            id="tools in a text",
        ),
        pytest.param(
            {"messages": [USER, call()], "tools": [{"type": "function", **TOOL["function"]}]},
            STEPS,
            [WRAPPED],
            id="flat tools, as the Responses API has them",
        ),
        pytest.param(
            {"messages": [USER, call(name="price.of")], "tools": [{**TOOL, "function": {"name": "price.of"}}]},
            STEPS,
            ["tools were renamed: the service takes names of A-Z a-z 0-9 _ - only", CALL_WRITTEN],
            id="a name with a dot",
        ),
        pytest.param(
            {"messages": [USER, call()], "tools": [{**TOOL, "function": {"name": "price_of", "parameters": {}}}]},
            STEPS,
            ["a tool's parameters were rewritten as JSON Schema"],
            id="parameters without a schema",
        ),
        pytest.param(
            {"messages": [USER, {**REPLY, "tool_calls": []}], "tools": "[]"},
            [STEPS[0], ("assistant", "Hello!")],
            ["keys without a value were left out"],
            id="no calls, no tools",
        ),
        pytest.param(
            {
                "messages": [
                    {"role": "user", "content": [part("text", "Hello?")]},
                    {
                        "role": "assistant",
                        "content": [
                            part("reasoning", "Hm."),
                            part("tool_call", {"name": "price_of", "arguments": {"tool": "saw"}}),
                            part("tool_call", {"name": "price_of", "arguments": {"tool": "axe"}}),
                        ],
                    },
                    {"role": "tool", "content": [part("text", '["12 EUR", "15 EUR"]')]},
                    REPLY,
                ],
                "tools": [TOOL],
            },
            [
                ("user", [{"type": "text", "text": "Hello?"}]),
                (*STEPS[1], ("call_2", "price_of", {"tool": "axe"})),
                ("tool", "12 EUR", "call_1"),
                ("tool", "15 EUR", "call_2"),
                ("assistant", "Hello!"),
            ],
            [
                "the text of a content part was called its value",
                LEFT_OUT,
                CALL_WRITTEN,
                IDS_MADE,
                "what a tool answered was made a text",
                "answers to several calls in one message were put apart",
            ],
            id="LLaMA-Factory v1",
        ),
    ],
)
def test_tool_calls_of_other_trainers_are_rewritten_and_said(row: object, becomes: object, fixes: list[str]) -> None:
    assert dialogue(row) == becomes
    assert sorted(converted(row)[2]) == sorted(fixes)


def test_made_up_ids_are_none_that_the_row_has() -> None:
    row = {"messages": [USER, asking({"function": FUNCTION}, {"id": "call_1", "function": FUNCTION})], "tools": [TOOL]}
    assert [made[0] for made in dialogue(row)[1][2:]] == ["call_2", "call_1"]  # type: ignore[index]


def test_calls_are_looked_at_in_every_row_not_only_in_the_first() -> None:
    sound = {"messages": [USER, call()], "tools": [TOOL]}
    loose = {"messages": [USER, call(arguments="{'tool': 'axe'}")], "tools": [TOOL]}
    flat = {"messages": [USER, call(arguments='{"tool": "adze"}')], "tools": [TOOL["function"]]}
    assert fates(drop(jsonl([sound, loose, flat]))) == {"read": 3, "kept": 1, "fixed": 2}


REASONED = [
    pytest.param([USER, {**REPLY, "reasoning_content": "Hm."}], id="reasoning_content"),
    pytest.param([USER, {**REPLY, "reasoning": "Hm."}], id="reasoning"),
    pytest.param([USER, {**REPLY, "thinking": "Hm."}], id="thinking"),
    pytest.param([USER, {**REPLY, "content": "Hm.", "channel": "analysis"}, REPLY], id="Harmony's channel of analysis"),
]


@pytest.mark.parametrize("messages", REASONED)
def test_reasoning_beside_a_reply_is_dropped_and_said(messages: object) -> None:
    said = [("user", "Hello?"), ("assistant", "Hello!")]
    assert converted({"messages": messages}) == ("Azure chat", said, [LEFT_OUT])


@pytest.mark.parametrize("messages", REASONED)
def test_reasoning_beside_a_reply_is_refused_where_the_recipe_says_so(messages: object) -> None:
    prepared = drop(jsonl([{"messages": messages}]), LENIENT.model_copy(update={"reasoning": "reject"}))
    assert [reject["reason"] for reject in prepared.rejects] == ["reasoning stands beside a reply"]


def test_a_channel_of_replies_is_left_out_without_the_reply() -> None:
    name, said, fixes = converted({"messages": [USER, {**REPLY, "channel": "final"}]})
    assert (name, said) == ("Azure chat", [("user", "Hello?"), ("assistant", "Hello!")])
    assert fixes == ["the channel of a message was left out"]


@pytest.mark.parametrize(
    ("url", "rule", "reason"),
    [
        ("images/saw.png", 62, "an image is neither an https address nor a data URI"),
        ("file:///etc/passwd", 62, "an image is neither an https address nor a data URI"),
        ("http://169.254.169.254/", 62, "an image is neither an https address nor a data URI"),
        ("data:image/svg+xml;base64,PHN2Zz4=", 62, "an image is neither an https address nor a data URI"),
        ("data:image/png;base64,...", 62, "an image is not valid base64"),
        ("data:image/jpeg;base64,iVBORw0KGgo=", 62, "an image is not of the type its data URI names"),
        ("data:image/png;base64,iVBORw0KGgo" + "A" * 13_400_001, 63, "an image is too large"),
    ],
)
def test_an_image_must_be_one_that_the_service_can_have(url: str, rule: int, reason: str) -> None:
    row = {"messages": [{"role": "user", "content": [image(url)]}, REPLY]}
    assert refused(row) == (rule, reason)


@pytest.mark.parametrize("spaces", ["", " "])
def test_equal_rows_with_tools_are_duplicates_however_they_are_written(spaces: str) -> None:
    line = json.dumps({"messages": [USER, call()], "tools": [TOOL]}, separators=(f",{spaces}", f":{spaces}"))
    prepared = drop(f"{line}\n".encode() * 3)
    assert fates(prepared) == {"read": 3, "kept": 1, "duplicates": 2}


def test_tools_are_looked_at_as_closely_as_the_rest_of_a_row() -> None:
    sound = json.dumps({"messages": [USER, call()], "tools": [TOOL]})
    twice = sound.replace('"name": "price_of", "parameters"', '"name": "x", "name": "price_of", "parameters"')
    deep = sound.replace('"properties": {}', f'"properties": {{"a": {"[" * 70}{"]" * 70}}}')
    prepared = drop(f"{sound}\n{twice}\n{deep}\n".encode())
    assert [reject["reason"] for reject in prepared.rejects] == ["the key 'name' occurs twice", "nested too deep"]


def test_images_belong_to_the_user_and_are_not_too_many() -> None:
    link = image("https://example.com/a.png")
    shown = {"messages": [USER, {"role": "assistant", "content": [link]}]}
    many = {"messages": [{"role": "user", "content": [link] * 65}, REPLY]}

    assert refused(shown) == (61, "'messages[].content[].type' has a value it must not have: 'image_url'")
    assert refused(many) == (64, "too many images")
