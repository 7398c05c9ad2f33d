import pytest

from tests.core.prepare.formats.converting import converted, refused

HELLO = [("user", "Hello?"), ("assistant", "Hello!")]
CUT = "a prompt was cut into turns at its markers"


@pytest.mark.parametrize(
    "text",
    [
        "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>",
        "<s>[INST] Hello? [/INST] Hello!</s>",
        "### Instruction:\nHello?\n\n### Response:\nHello!",
        "Human: Hello?\n\nAssistant: Hello!",
    ],
)
def test_a_marked_text_becomes_its_turns(text: str) -> None:
    assert converted({"text": text}) == ("raw text", HELLO, [CUT])


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        ("Once upon a time", 11, "there is no reply to learn (raw text)"),
        ("", 11, "there is no reply to learn (raw text)"),
        ("<|im_start|>user\nHello?<|im_end|>", 27, "no assistant message: there is no reply to learn"),
        ("[INST] Hello? [/INST]", 25, "'text' is empty"),
    ],
)
def test_a_text_without_a_reply_is_refused(text: str, rule: int | None, reason: str) -> None:
    assert refused({"text": text}) == (rule, reason)


def test_text_beside_messages_is_only_a_key_more() -> None:
    row = {"text": "x", "messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}]}
    assert converted(row) == ("Azure chat", HELLO, ["keys that are not learnt were left out: 'text'"])
