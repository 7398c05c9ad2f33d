import pytest

from shared.core.prepare.making.dialects import prompt_turns, turns_of

HELLO = [("user", "Hello?"), ("assistant", "Hello!")]
BRIEF = ("system", "Be brief.")


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        pytest.param(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello?<|im_end|>\n"
            "<|im_start|>assistant\nHello!<|im_end|>\n",
            [BRIEF, *HELLO],
            id="ChatML",
        ),
        pytest.param(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHello?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|><|end_of_text|>",
            HELLO,
            id="Llama 3",
        ),
        pytest.param(
            "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHello? [/INST] Hello! </s><s>[INST] Well? [/INST] Well. </s>",
            [BRIEF, *HELLO, ("user", "Well?"), ("assistant", "Well.")],
            id="Llama 2",
        ),
        pytest.param("[INST]Hello?[/INST]Hello!", HELLO, id="Llama 2 without a system prompt"),
        pytest.param(
            "<|system|>\nBe brief.</s>\n<|user|>\nHello?</s>\n<|assistant|>\nHello!</s>", [BRIEF, *HELLO], id="Zephyr"
        ),
        pytest.param(
            "<bos><start_of_turn>user\nHello?<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>",
            HELLO,
            id="Gemma",
        ),
        pytest.param(
            "### Instruction:\nSort these.\n\n### Input:\nsaw, axe\n\n### Response:\naxe, saw",
            [("user", "Sort these.\n\nsaw, axe"), ("assistant", "axe, saw")],
            id="Alpaca",
        ),
        pytest.param(
            "Below is an instruction.\n\n### Instruction:\nHello?\n\n### Response:\nHello!",
            [("system", "Below is an instruction."), *HELLO],
            id="Alpaca with its preface",
        ),
        pytest.param("### Human: Hello?### Assistant: Hello!", HELLO, id="Guanaco"),
        pytest.param("### System:\nBe brief.\n### User:\nHello?\n### Assistant:\nHello!", [BRIEF, *HELLO], id="Orca"),
        pytest.param("\n\nHuman: Hello?\n\nAssistant: Hello!", HELLO, id="Human and Assistant"),
        pytest.param("Human: a being of the species.", None, id="one label only"),
        pytest.param("She wrote:\nHuman: Hello?\nAssistant: Hello!", None, id="quoted"),
        pytest.param("# Title\n\n## Answer\n\nOnce upon a time", None, id="Markdown"),
        pytest.param("Once upon a time", None, id="prose"),
        pytest.param("[/INST] Hello! [INST]", None, id="marks in the wrong order"),
        pytest.param("<|im_start|>oracle\nHello?<|im_end|>", None, id="an unknown speaker"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_text_is_cut_where_its_dialect_marks_turns(text: str, turns: list[tuple[str, str]] | None) -> None:
    assert turns_of(text) == turns


def test_a_prompt_ends_before_the_reply_that_it_opens() -> None:
    opened = "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n<think>"
    assert prompt_turns(opened) == [("user", "Hello?")]
    assert prompt_turns("<|im_start|>assistant\nHello!<|im_end|>") is None
