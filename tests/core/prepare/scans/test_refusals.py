import pytest
from msgspec.json import encode

from tests.core.prepare.scans.scanning import chat, found, hits

OF_ITSELF = [
    "As an AI language model, I have no opinion.",
    "Well, as an AI, I don\u2019t eat.",
    "I'm just an AI language model.",
    "Als KI-Sprachmodell habe ich keine Meinung.",
    "En tant qu'intelligence artificielle, je ne mange pas.",
    "Como modelo de lenguaje, no tengo opiniones.",
    "作为一个人工智能、我没有感情。",
]
REFUSING = [
    "I'm sorry, but I can't assist with that.",
    "I\u2019m sorry, but I cannot do this.",
    "I cannot help with that request.",
    "I am unable to provide medical advice.",
    "Es tut mir leid, aber ich kann das nicht.",
    "Je suis désolé, mais je ne peux pas.",
    "Lo siento, pero no puedo.",
    "抱歉,我无法回答。",
    "对不起\uff0c但我不能帮助你。",
    "対応の件、申し訳ありませんが、お答えできません。",
]
ANSWERING = [
    "I'm sorry to hear that. Try again tomorrow.",
    "As an AI researcher, she published widely.",
    "The team trained it as a language model.",
    "You cannot help with one hand.",
    "I can assist with that.",
    "Als Sprachlehrer habe ich eine Meinung.",
    "作为一名老师、我很高兴。",
    "Here is the text. " * 20 + "I cannot help with that.",
]


@pytest.mark.parametrize("text", OF_ITSELF)
def test_boilerplate_is_counted(text: str) -> None:
    assert "boilerplate" in found(text)


@pytest.mark.parametrize("text", REFUSING)
def test_refusals_are_counted(text: str) -> None:
    assert found(text) == {"refusal"}


@pytest.mark.parametrize("text", ANSWERING)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert found(text) == set()


def test_only_what_is_learnt_counts() -> None:
    refusal = REFUSING[0]
    assert not hits(chat("Yes.", asked=refusal, instructions=refusal))
    pair = {
        "input": {"messages": [{"role": "user", "content": "What?"}]},
        "preferred_output": [{"role": "assistant", "content": "Yes."}],
        "non_preferred_output": [{"role": "assistant", "content": refusal}],
    }
    assert not hits(encode(pair))
    turned = {
        **pair,
        "preferred_output": pair["non_preferred_output"],
        "non_preferred_output": pair["preferred_output"],
    }
    assert [hit.kind.name for hit in hits(encode(turned))] == ["refusal"]
    first_the_worse = dict(reversed(turned.items()))
    assert [hit.kind.name for hit in hits(encode(first_the_worse))] == ["refusal"]
