import pytest

from tests.core.prepare.formats.converting import converted, refused

EXCHANGE = [("user", "Who made it?"), ("assistant", "We did.")]
TRIMMED = "white space around a text was removed"
SEPARATOR = "a separator of older completion files was removed"
TOKENS = "a model's start or end tokens were removed"


@pytest.mark.parametrize(
    ("row", "name", "becomes", "fixes"),
    [
        pytest.param({"prompt": "Who made it?", "response": "We did."}, "prompt/response", EXCHANGE, [], id="response"),
        pytest.param(
            {"prompt": "Who made it?", "completion": "We did."}, "prompt/completion", EXCHANGE, [], id="completion"
        ),
        pytest.param({"question": "Who made it?", "answer": "We did."}, "question/answer", EXCHANGE, [], id="answer"),
        pytest.param(
            {"system_prompt": "Be brief.", "question": "Who made it?", "response": "We did."},
            "question/response",
            [("system", "Be brief."), *EXCHANGE],
            [],
            id="OpenOrca",
        ),
        pytest.param(
            {"question": "Who made it?", "response": "We did."},
            "question/response",
            EXCHANGE,
            [],
            id="no system prompt",
        ),
        pytest.param(
            {"question": "Who made it?", "answer": "We did.", "context": "It is a saw."},
            "question/answer",
            [("user", "It is a saw.\n\nWho made it?"), ("assistant", "We did.")],
            [],
            id="context",
        ),
        pytest.param(
            {"question": "Who made it?", "answer": "We did.", "context": " "},
            "question/answer",
            EXCHANGE,
            [],
            id="empty context",
        ),
        pytest.param(
            {"prompt": "Who made it?", "response": "We did.", "system": ""},
            "prompt/response",
            EXCHANGE,
            ["an empty system message was left out"],
            id="empty system",
        ),
        pytest.param(
            {"prompt": "Who made it?", "response": " We did.\n"},
            "prompt/response",
            EXCHANGE,
            [TRIMMED],
            id="white space",
        ),
        pytest.param(
            {"prompt": "Who made it?\n\n###\n\n", "completion": " We did. END"},
            "prompt/completion",
            EXCHANGE,
            [SEPARATOR],
            id="separators of the first fine-tuning API",
        ),
        pytest.param(
            {"prompt": "<|begin_of_text|>Who made it?", "completion": "We did.<|eot_id|><|end_of_text|>"},
            "prompt/completion",
            EXCHANGE,
            [TOKENS],
            id="Llama's start and end tokens",
        ),
        pytest.param(
            {
                "prompt": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
                "<|start_header_id|>user<|end_header_id|>\n\nWho made it?<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\n",
                "completion": "We did.<|eot_id|>",
            },
            "prompt/completion",
            [("system", "Be brief."), *EXCHANGE],
            ["a prompt was cut into turns at its markers", TOKENS],
            id="Llama's headers",
        ),
        pytest.param(
            {"prompt": "Hello<extra_id_1>Assistant\nHi!<extra_id_1>User\nWho made it?", "response": "We did."},
            "prompt/response",
            [("user", "Hello"), ("assistant", "Hi!"), *EXCHANGE],
            ["a prompt was cut into turns at its markers", TRIMMED],
            id="HelpSteer2's markers without its scores",
        ),
        pytest.param(
            {"Prompt": "Who made it?", "RESPONSE ": "We did."},
            "prompt/response",
            EXCHANGE,
            ["keys were written in another case, or with white space around them"],
            id="keys in another case",
        ),
        pytest.param(
            {"prompt": "Who made it?", "completion": "We did.", "id": 3},
            "prompt/completion",
            EXCHANGE,
            ["keys that are not learnt were left out: 'id'"],
            id="extra keys",
        ),
    ],
)
def test_a_pair_becomes_an_exchange(row: object, name: str, becomes: list[tuple[str, str]], fixes: list[str]) -> None:
    found, said, repaired = converted(row)
    assert (found, said, sorted(repaired)) == (name, becomes, sorted(fixes))


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"prompt": None, "response": "We did."}, 13, "'prompt' is null"),
        ({"prompt": "Who?", "completion": 7}, 13, "'completion' is a number"),
        ({"question": "\t", "answer": "We did."}, 25, "'question' is empty"),
        ({"question": " ", "answer": "We did.", "context": "It is a saw."}, 25, "'question' is empty"),
        ({"prompt": "<s></s>", "response": "We did."}, 25, "'prompt' is empty"),
        ({"prompt": "Who?"}, 11, "no known format has the keys 'prompt'"),
    ],
)
def test_a_pair_of_which_a_half_is_missing_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
