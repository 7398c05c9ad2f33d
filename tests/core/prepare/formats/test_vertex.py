import json

import pytest

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line, drop, jsonl
from tests.core.prepare.formats.converting import converted, example_of, refused


def content(role: str, *parts: Line) -> Line:
    return {"role": role, "parts": list(parts)}


HELLO = [content("user", {"text": "Hello?"}), content("model", {"text": "Hello!"})]


def test_contents_become_messages() -> None:
    row = {"systemInstruction": content("system", {"text": "Be brief."}), "contents": HELLO}
    assert converted(row) == ("Vertex", [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")], [])


def test_texts_of_a_content_become_one() -> None:
    row = {"contents": [content("user", {"text": "Hello?"}, {"text": "Anyone?"}), HELLO[1]]}
    assert converted(row)[1][0] == ("user", "Hello?\nAnyone?")


def test_an_image_inside_the_row_becomes_a_data_uri() -> None:
    blob = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    row = {"contents": [content("user", {"text": "What is it?"}, blob), content("model", {"text": "A saw."})]}
    asked = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    ]
    assert converted(row) == ("Vertex", [("user", asked), ("assistant", "A saw.")], [])


CALLING = {
    "contents": [
        content("user", {"text": "How much is a saw, and an axe?"}),
        content(
            "model",
            {"functionCall": {"name": "price", "args": {"tool": "saw"}}},
            {"functionCall": {"name": "price", "args": {"tool": "axe"}}},
        ),
        content(
            "function",
            {"functionResponse": {"name": "price", "response": {"usd": 12}}},
            {"functionResponse": {"name": "price", "response": {"usd": 20}}},
        ),
        content("model", {"text": "12 and 20 dollars."}),
    ],
    "tools": [
        {
            "functionDeclarations": [
                {
                    "name": "price",
                    "description": "Of a tool.",
                    "parameters": {"type": "OBJECT", "properties": {"tool": {"type": "STRING"}}},
                }
            ]
        }
    ],
}


def test_function_calls_become_tool_calls() -> None:
    example = example_of(CALLING)
    schema = {"type": "object", "properties": {"tool": {"type": "string"}}}
    function = {"name": "price", "description": "Of a tool.", "parameters": schema}
    assert example["tools"] == [{"type": "function", "function": function}]
    [_, calling, first, second, _] = example["messages"]  # type: ignore[misc]
    assert [(call["id"], json.loads(call["function"]["arguments"])) for call in calling["tool_calls"]] == [
        ("call_1", {"tool": "saw"}),
        ("call_2", {"tool": "axe"}),
    ]
    assert [(answer["tool_call_id"], answer["content"]) for answer in (first, second)] == [
        ("call_1", '{"usd":12}'),
        ("call_2", '{"usd":20}'),
    ]


THINKING = {"contents": [HELLO[0], content("model", {"text": "Hm.", "thought": True}, {"text": "Hello!"})]}


def test_thoughts_are_left_out_or_refused_as_the_recipe_has_it() -> None:
    left_out = "a thought that stood beside a reply was left out"
    assert converted(THINKING) == ("Vertex", [("user", "Hello?"), ("assistant", "Hello!")], [left_out])
    unwanted = DataOptions(bad_rows=LENIENT.bad_rows, split=LENIENT.split, reasoning="reject")
    [reject] = drop(jsonl([THINKING]), unwanted).rejects
    assert (reject["rule"], reject["reason"]) == (42, "a thought stands beside a reply")


@pytest.mark.parametrize(
    ("contents", "rule", "reason"),
    [
        (HELLO[:1], 27, "no assistant message: there is no reply to learn"),
        ([content("oracle", {"text": "Hm."})], 13, "a content is spoken by 'oracle'"),
        ([content("user", {})], 13, "a part holds nothing that is known"),
        ([content("user")], 25, "'contents' is empty"),
        (
            [content("user", {"fileData": {"mimeType": "image/png", "fileUri": "gs://tools/saw.png"}})],
            62,
            "a file lies in Google Cloud Storage, where it cannot be read from",
        ),
        ([content("user", {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://x"}})], 62, "a file is no image"),
        (
            [HELLO[0], content("model", {"inlineData": {"mimeType": "image/png", "data": "x"}})],
            62,
            "an image stands in a content that is not the user's",
        ),
        (
            [HELLO[0], content("function", {"functionResponse": {"name": "price"}})],
            54,
            "a function response answers no open call of its name",
        ),
        ("Hello?", 13, "'contents' is text"),
    ],
)
def test_contents_that_cannot_be_learnt_are_refused(contents: object, rule: int, reason: str) -> None:
    assert refused({"contents": contents}) == (rule, reason)
