import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.foundry.row_rules import RowFault, has_images, read_row
from tests.local.foundry.examples import chat_row, preference_row

CORPUS = Path(os.environ.get("TUNEDROP_CORPUS", "../shared/data"))
CALL = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": '{"a": 1}'}}
USER = {"role": "user", "content": "Hello?"}
ASSISTANT = {"role": "assistant", "content": "Hello."}
CALLING = {"role": "assistant", "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "42"}


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


def image(url: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}


def read(row: object, method: str = "supervised") -> object:
    return read_row(json.dumps(row).encode(), method)


@pytest.mark.parametrize(
    "row",
    [
        chat_row(),
        chat({"role": "system", "content": "Be kind."}, USER, ASSISTANT),
        chat({"role": "developer", "content": "Be kind."}, USER, ASSISTANT),
        chat(USER, ASSISTANT, ASSISTANT),
        chat(USER, ASSISTANT | {"weight": 0}, USER, ASSISTANT | {"weight": 1}),
        chat(USER, CALLING, RESULT, ASSISTANT),
        chat(USER, CALLING),
        chat(USER, CALLING | {"content": "I look it up."}),
        chat(USER, CALLING, tools=[], parallel_tool_calls=False),
        chat(image("data:image/png;base64,AAAA"), ASSISTANT),
    ],
)
def test_rows_that_azure_takes_are_taken(row: dict[str, Any]) -> None:
    assert read(row)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ([], "is not a dictionary"),
        ({"prompt": "a", "completion": "b"}, "contains an extra key 'prompt'"),
        ({}, "missing key 'messages'"),
        (chat(), "length >= 1"),
        (chat_row(note="x"), "contains an extra key 'note'"),
        (chat({"content": "x"}, ASSISTANT), "Discriminator 'role' is missing"),
        (chat(USER | {"role": "wizard"}, ASSISTANT), "Invalid value 'wizard'"),
        (chat(USER | {"mood": "gay"}, ASSISTANT), "contains an extra key 'mood'"),
        (chat(USER), "the last message must be from the assistant"),
        (chat(USER, ASSISTANT, USER), "the last message must be from the assistant"),
        (chat(ASSISTANT), "there is no user message"),
        (chat(USER, ASSISTANT | {"content": " \n"}), "messages[1]: content must not be empty"),
        (chat(USER | {"content": ""}, ASSISTANT), "messages[0]: content must not be empty"),
        (chat(USER, {"role": "assistant"}), "content must not be empty"),
        (chat(USER, ASSISTANT | {"weight": 0}), "every assistant message has weight 0"),
        (chat(USER, ASSISTANT | {"weight": 0.5}), "weight"),
        (chat(USER, CALLING, ASSISTANT), "must be followed by tool messages"),
        (chat(USER, CALLING, RESULT | {"tool_call_id": "c2"}, ASSISTANT), "answers no open call"),
        (chat(USER, CALLING, RESULT | {"content": {"a": 1}}, ASSISTANT), "Input should be a valid string"),
        (chat(USER, {"role": "assistant", "tool_calls": [CALL, CALL]}), "ids must be unique"),
        (chat(image("http://example.org/a.png"), ASSISTANT), "url"),
        (chat(image("data:image/svg+xml;base64,AAAA"), ASSISTANT), "url"),
    ],
)
def test_rows_that_azure_refuses_are_refused_with_a_reason(row: object, why: str) -> None:
    with pytest.raises(RowFault) as caught:
        read(row)
    assert why in str(caught.value)


@pytest.mark.parametrize("arguments", [{"a": 1}, "not JSON", "[1]"])
def test_arguments_are_an_object_in_a_string(arguments: object) -> None:
    call = CALL | {"function": {"name": "look_up", "arguments": arguments}}
    with pytest.raises(RowFault):
        read(chat(USER, {"role": "assistant", "tool_calls": [call]}))


@pytest.mark.parametrize("line", [b"{", b'{"messages": [NaN]}', b"\xff\xfe{}", b"[" * 100_000])
def test_what_is_no_json_is_refused_however_odd(line: bytes) -> None:
    with pytest.raises(RowFault):
        read_row(line, "supervised")


def without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda row: row.pop(key)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (without("input"), "missing key 'input'"),
        (without("non_preferred_output"), "missing key 'non_preferred_output'"),
        (lambda row: row["input"]["messages"].append(ASSISTANT), "'input' must not end with the assistant"),
        (lambda row: row["preferred_output"].insert(0, USER), "only assistant and tool messages"),
        (lambda row: row["preferred_output"].clear(), "length >= 1"),
        (lambda row: row.update(note="x"), "contains an extra key 'note'"),
        (lambda row: row["input"].update(messages=[image("https://example.org/a.png")]), "images are not supported"),
    ],
)
def test_preference_rows_have_their_own_rules(spoil: Callable[[dict[str, Any]], object], why: str) -> None:
    row = copy.deepcopy(preference_row())
    assert read(row, "dpo")
    spoil(row)
    with pytest.raises(RowFault) as caught:
        read(row, "dpo")
    assert why in str(caught.value)


def test_reinforcement_rows_end_with_the_user_and_may_carry_anything_else() -> None:
    assert read(chat(USER, reference_answer="42", nums=[1, 2]), "reinforcement")
    with pytest.raises(RowFault, match="the last message must be from the user"):
        read(chat(USER, ASSISTANT), "reinforcement")


def test_images_are_noticed() -> None:
    with_image = read_row(json.dumps(chat(image("https://example.org/a.png"), ASSISTANT)).encode(), "supervised")
    assert has_images(with_image)
    assert not has_images(read_row(json.dumps(chat_row()).encode(), "supervised"))


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("microsoft-foundry__fine-tuning/chat_train.jsonl", "supervised"),
        ("microsoft-foundry__fine-tuning/stock_toolcall_training.jsonl", "supervised"),
        ("microsoft-foundry__fine-tuning/datagen-ToolUse-FineTuneSupervised-valid.prefix.jsonl", "supervised"),
        ("fw-ai__cookbook/food_reasoning.prefix.jsonl", "supervised"),
        ("Azure__LLM-Fine-Tuning-Azure/gpt4o_generated_qa_dpo_train_200_samples.jsonl", "dpo"),
        ("microsoft-foundry__foundry-samples/rft_training_set.jsonl", "reinforcement"),
        ("microsoft-foundry__fine-tuning/rft_train_tool.jsonl", "reinforcement"),
    ],
)
def test_the_vendors_own_samples_are_taken(name: str, method: str) -> None:
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"no {path}; TUNEDROP_CORPUS names the folder of public data")
    lines = path.read_bytes().splitlines()
    assert all(read_row(line, method) for line in lines)
