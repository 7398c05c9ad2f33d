import pytest

from tests.core.prepare.scans.scanning import chat, found, hits

REFUSED, OTHERS, EDGE = "token the service refuses", "token of another trainer", "start or end token"

MARKED = [
    ("The end.<|endoftext|>", REFUSED),
    ("a <|fim_suffix|> b", REFUSED),
    ("<|im_start|>assistant\nYes<|im_end|>", REFUSED),
    ("Yes<|eot_id|>", OTHERS),
    ("<|start_header_id|>user<|end_header_id|>", OTHERS),
    ("<|start|>assistant<|channel|>final<|message|>Yes<|return|>", OTHERS),
    ("[INST] Who? [/INST] Me.", OTHERS),
    ("<<SYS>>Be kind<</SYS>>", OTHERS),
    ("Yes\n<extra_id_1>User\nAnd?", OTHERS),
    ("<start_of_turn>model\nYes", OTHERS),
    ("<\uff5cUser\uff5c>Who?", OTHERS),
    ("<s>Yes", EDGE),
    ("Yes </s>", EDGE),
    ("Yes</s>\n", EDGE),
    ("<s> Yes </s>", EDGE),
    ("What?\n\nHuman: More", "turn inside a text"),
]
PLAIN = [
    "In HTML, <s>old</s> is struck out, and <s>gone</s>",
    "<s>old price</s> new price",
    "The tag <s> strikes words out",
    "a < b | c > d",
    "<|custom|> is a token of ours",
    "Type <endoftext> or |endoftext|",
    "[INSTALL] and [inst]",
    "<extra_id_> is no token",
    "The Human: a history",
    "In Python, '\\nHuman:' is the stop sequence",
]


@pytest.mark.parametrize(("text", "kind"), MARKED)
def test_a_token_is_found_wherever_it_has_no_place(text: str, kind: str) -> None:
    assert kind in found(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_a_token_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_only_tokens_of_the_service_cost_the_row() -> None:
    severities = {hit.kind.name: hit.kind.rule.severity for text, _ in MARKED for hit in hits(chat(text))}
    assert severities == {REFUSED: "reject", OTHERS: "warning", EDGE: "warning", "turn inside a text": "warning"}
