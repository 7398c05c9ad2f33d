import pytest

from tests.core.prepare.formats.calling import DECLARED, WRAPPED, dialogue, tools_of
from tests.core.prepare.formats.converting import converted, example_of, refused

FLAT = {"type": "function", **DECLARED, "strict": False}
USER = {"role": "user", "content": "Price of a saw?"}
EXPECTED = {"name": "price_of", "arguments": '{"tool": "saw"}'}
ASKED = ("user", "Price of a saw?")
CALLED = ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))


def row(*items: object, expected: object = (EXPECTED,), **more: object) -> dict[str, object]:
    return {"responses_create_params": {"input": items, "tools": [FLAT], **more}, "ground_truth": expected}


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        pytest.param(row(USER), [ASKED, CALLED], id="a message"),
        pytest.param(
            row({"role": "developer", "content": "Be brief."}, USER), [("system", "Be brief."), ASKED, CALLED]
        ),
        pytest.param(
            row({"type": "message", "role": "user", "content": [{"type": "input_text", "text": ASKED[1]}]}),
            [ASKED, CALLED],
            id="parts",
        ),
        pytest.param(
            row(
                USER,
                {"type": "reasoning", "summary": []},
                {"type": "function_call", "call_id": "a", **EXPECTED},
                {"type": "function_call_output", "call_id": "a", "output": "12"},
                {"role": "assistant", "content": "12 EUR."},
                USER,
            ),
            [
                ASKED,
                CALLED,
                ("tool", "12", "call_1"),
                ("assistant", "12 EUR."),
                ASKED,
                ("assistant", None, ("call_2", *CALLED[2][1:])),
            ],
            id="calls in the input",
        ),
    ],
)
def test_the_expected_calls_are_the_reply_to_the_input(given: object, becomes: list[object]) -> None:
    assert dialogue(given) == becomes
    assert tools_of(given) == [{"type": "function", "function": {**DECLARED, "strict": False}}]
    assert tools_of(given) != [WRAPPED]
    assert converted(given)[0] == "NeMo Gym"


@pytest.mark.parametrize(
    ("expected", "kept"), [([EXPECTED], False), ([EXPECTED, {**EXPECTED, "arguments": '{"tool": "axe"}'}], None)]
)
def test_single_calls_are_not_asked_for_where_the_reply_makes_several(expected: object, kept: object) -> None:
    assert example_of(row(USER, expected=expected, parallel_tool_calls=False)).get("parallel_tool_calls") == kept


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(USER, expected=None), 11, "there are no replies to learn (NeMo Gym)"),
        (row(USER, expected=[]), 11, "there are no replies to learn (NeMo Gym)"),
        (row({"type": "image"}), 13, "an item of 'input' is neither a message nor a call nor its output"),
        (row("Hello"), 13, "an item of 'input' is neither a message nor a call nor its output"),
        (row(USER, expected=[{}]), 52, "a tool call has no name, or cannot be read"),
        ({"responses_create_params": "x", "ground_truth": []}, 13, "'responses_create_params' is text"),
    ],
)
def test_a_request_without_a_reply_is_refused(given: object, rule: int | None, reason: str) -> None:
    assert refused(given) == (rule, reason)
