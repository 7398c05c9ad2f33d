"""One pair, written down in every way, must come to one example."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.prepare.dropping import Line, drop, jsonl
from tests.core.prepare.formats.preferring import Preferred, pair_in

texts = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
exchanges = st.lists(st.tuples(texts, texts), max_size=3)
few = settings(max_examples=40, deadline=None)


def message(role: str, text: str) -> Line:
    return {"role": role, "content": text}


def turn(speaker: str, text: str) -> Line:
    return {"from": speaker, "value": text}


def spellings(asked: list[tuple[str, str]], better: str, worse: str) -> dict[str, Line]:
    """The rows, by their formats."""
    prompt = [message(role, text) for role, text in asked]
    good, bad = message("assistant", better), message("assistant", worse)
    speakers = {"user": "human", "assistant": "gpt"}
    dialogue = "".join(f"\n\n{'Human' if role == 'user' else 'Assistant'}: {text}" for role, text in asked)
    nova = [{"role": role, "content": [{"text": text}]} for role, text in asked]
    candidates = [
        {"content": [{"text": better}], "preferenceLabel": "preferred"},
        {"content": [{"text": worse}], "preferenceLabel": "non-preferred"},
    ]
    return {
        "Azure DPO": {"input": {"messages": prompt}, "preferred_output": [good], "non_preferred_output": [bad]},
        "preference pairs": {"prompt": prompt, "chosen": [good], "rejected": [bad]},
        "ORPO": {"chosen": {"messages": [*prompt, good]}, "rejected": {"messages": [*prompt, bad]}},
        "UltraFeedback binarized": {"prompt_id": "1", "chosen": [*prompt, good], "rejected": [*prompt, bad]},
        "Axolotl preference": {"messages": prompt, "chosen": good, "rejected": bad},
        "LLaMA-Factory ranking of messages": {
            "chosen_messages": [*prompt, good],
            "rejected_messages": [*prompt, bad],
        },
        "LLaMA-Factory ranking of turns": {
            "conversations": [turn(speakers[role], text) for role, text in asked],
            "chosen": turn("gpt", better),
            "rejected": turn("gpt", worse),
        },
        "HH-RLHF": {
            "chosen": f"{dialogue}\n\nAssistant: {better}",
            "rejected": f"{dialogue}\n\nAssistant: {worse}",
        },
        "Nova DPO": {"messages": [*nova, {"role": "assistant", "candidates": candidates}]},
        "Arena": {"conversation_a": [*prompt, bad], "conversation_b": [*prompt, good], "winner": "model_b"},
        "HelpSteer3 preference": {"context": prompt, "response1": worse, "response2": better, "overall_preference": 1},
    }


@few
@given(exchanges, texts, texts, texts)
def test_a_pair_becomes_the_same_example_in_every_format(
    earlier: list[tuple[str, str]], question: str, better: str, worse: str
) -> None:
    worse = f"{better}, or {worse}"
    asked = [turn for user, reply in earlier for turn in (("user", user), ("assistant", reply))]
    asked.append(("user", question))

    prepared = drop(jsonl(spellings(asked, better, worse).values()))

    [line] = prepared.training
    assert prepared.report.rows.duplicates == len(spellings(asked, better, worse)) - 1
    assert pair_in(line) == Preferred([*asked], [("assistant", better)], [("assistant", worse)])


@few
@given(exchanges.filter(bool), texts, texts)
def test_a_pair_that_was_prepared_once_stays_as_it_is(earlier: list[tuple[str, str]], one: str, other: str) -> None:
    [(question, _), *_] = earlier
    rows = spellings([("user", question)], one, f"{one} {other}").values()
    once = drop(jsonl(rows)).written["training"]
    assert drop(once).written["training"] == once
