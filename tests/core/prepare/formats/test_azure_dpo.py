import json

import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.converting import example_of, refused
from tests.core.prepare.formats.preferring import LEFT_OUT, RENAMED, asked, learnt, preferred, taken_for

TOOL = {
    "type": "function",
    "function": {"name": "find", "description": "Finds.", "parameters": {"type": "object", "properties": {}}},
}
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}}


def user(text: object = "Which saw?") -> dict[str, object]:
    return {"role": "user", "content": text}


def assistant(text: object) -> dict[str, object]:
    return {"role": "assistant", "content": text}


def row(**changes: object) -> dict[str, object]:
    return {
        "input": {"messages": [user()]},
        "preferred_output": [assistant("A fine one.")],
        "non_preferred_output": [assistant("Any.")],
        **changes,
    }


WITH_TOOLS = row(
    input={
        "messages": [{"role": "system", "content": "Be brief."}, user()],
        "tools": [TOOL],
        "parallel_tool_calls": False,
    },
    preferred_output=[
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "fine"},
        assistant("A fine one."),
    ],
)


@pytest.mark.parametrize("given", [row(), WITH_TOOLS], ids=["texts", "tools"])
def test_a_sound_row_passes_as_it_is(given: dict[str, object]) -> None:
    prepared = drop(jsonl([given, given]))
    assert prepared.training == [given]
    assert prepared.report.formats == {"Azure DPO": 2}
    assert prepared.report.rows.fixed == 0


def test_the_keys_stand_in_the_service_s_order() -> None:
    shuffled = {key: row()[key] for key in ("non_preferred_output", "input", "preferred_output")}
    prepared = drop(jsonl([shuffled]))
    assert prepared.written["training"].decode() == json.dumps(row(), separators=(",", ":")) + "\n"


def test_the_preferred_reply_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(row()) == [("user", "Which saw?"), ("assistant", "A fine one.")]
    line = example_of(WITH_TOOLS, "sft")
    assert line["tools"] == [TOOL]
    assert [message["role"] for message in line["messages"]] == [  # type: ignore[index,union-attr]
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
    ]


@pytest.mark.parametrize(
    ("given", "fixes"),
    [
        (row(id=7), [f"{LEFT_OUT}'id'"]),
        (
            row(input={"messages": [user()], "topic": "saws"}),
            ["keys of 'input' that are not learnt were left out: 'topic'"],
        ),
        (row(input={"messages": [{"role": "human", "content": "Which saw?"}]}), [RENAMED]),
        (row(preferred_output=[{"role": "model", "content": "A fine one."}]), [RENAMED]),
    ],
    ids=["a key beside", "a key inside the input", "another role in the input", "another role in a reply"],
)
def test_what_the_service_would_refuse_is_mended(given: object, fixes: list[str]) -> None:
    assert preferred(given) == ("Azure DPO", asked(), fixes)


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        ({key: value for key, value in row().items() if key != "input"}, 80, "'input' is missing"),
        (
            {key: value for key, value in row().items() if key != "preferred_output"},
            80,
            "'preferred_output' is missing",
        ),
        (row(input="Which saw?"), 80, "'input' is text"),
        (row(input={}), 80, "'input.messages' is missing"),
        (row(non_preferred_output="Any."), 80, "'non_preferred_output' is text"),
        (row(preferred_output=["A fine one."]), 82, "'preferred_output[]' is text"),
        (row(preferred_output=[user()]), 24, "'preferred_output[].role' has a value it must not have: 'user'"),
        (row(preferred_output=[]), 82, "'preferred_output' has no assistant message"),
    ],
)
def test_half_a_pair_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


def test_an_input_beside_an_output_is_no_preference() -> None:
    plain = {"input": "Which saw?", "output": "A fine one."}
    assert taken_for(row(), plain) == sorted(["Azure DPO", "input/output"])
