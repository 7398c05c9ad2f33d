import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import Preferred, asked, learnt, preferred, taken_for

PARTS = "the text of a content part was called its value"
WEIGHTS = "loss weights were left out"
MOVED = "the row's 'system' became its first message"
BRIEF = Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse)


def outputs(**changes: object) -> Line:
    return {"instruction": "Which saw?", "input": "", "chosen": "A fine one.", "rejected": "Any.", **changes}


def turn(speaker: str, text: str) -> dict[str, str]:
    return {"from": speaker, "value": text}


def turns(*before: dict[str, str], **changes: object) -> Line:
    return {
        "conversations": [*before, turn("human", "Which saw?")],
        "chosen": turn("gpt", "A fine one."),
        "rejected": turn("gpt", "Any."),
        **changes,
    }


def message(role: str, text: str, weight: float = 0.0) -> Line:
    return {"role": role, "content": [{"type": "text", "value": text}], "loss_weight": weight}


def messages(*before: Line, chosen: str = "A fine one.") -> Line:
    shared = [*before, message("user", "Which saw?")]
    return {
        "chosen_messages": [*shared, message("assistant", chosen, 1.0)],
        "rejected_messages": [*shared, message("assistant", "Any.", 1.0)],
    }


def parts(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text}]


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(outputs(), asked(), [], id="empty input"),
        pytest.param(outputs(input="Of steel."), asked("Which saw?\n\nOf steel."), [], id="input"),
        pytest.param({key: value for key, value in outputs().items() if key != "input"}, asked(), [], id="no input"),
        pytest.param(outputs(system="Be brief."), BRIEF, [], id="system"),
        pytest.param(outputs(history=[["Hello", "Hi!"]]), asked("Hello", "Hi!", "Which saw?"), [], id="history"),
    ],
)
def test_an_instruction_with_two_outputs_becomes_a_pair(row: object, becomes: Preferred, fixes: list[str]) -> None:
    assert preferred(row) == ("LLaMA-Factory ranking", becomes, fixes)


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(turns(), asked(), [], id="one turn"),
        pytest.param(
            turns(turn("human", "Hello"), turn("gpt", "Hi!")), asked("Hello", "Hi!", "Which saw?"), [], id="several"
        ),
        pytest.param(turns(turn("system", "Be brief.")), BRIEF, [], id="a system turn"),
        pytest.param(turns(system="Be brief.", tools="[]"), BRIEF, [MOVED], id="system"),
    ],
)
def test_a_conversation_with_two_next_turns_becomes_a_pair(row: object, becomes: Preferred, fixes: list[str]) -> None:
    assert preferred(row) == ("LLaMA-Factory ranking of turns", becomes, fixes)


def test_the_turns_that_two_conversations_share_are_the_input() -> None:
    name, pair, fixes = preferred(messages(message("system", "Be brief.")))
    assert name == "LLaMA-Factory ranking of messages"
    assert pair.prompt == [("system", parts("Be brief.")), ("user", parts("Which saw?"))]
    assert (pair.better, pair.worse) == ([("assistant", parts("A fine one."))], [("assistant", parts("Any."))])
    assert sorted(fixes) == sorted([PARTS, WEIGHTS])


@pytest.mark.parametrize("row", [outputs(), turns()], ids=["outputs", "turns"])
def test_the_chosen_reply_is_what_is_learnt_by_the_supervised_method(row: object) -> None:
    assert learnt(row) == [("user", "Which saw?"), ("assistant", "A fine one.")]


def test_of_two_conversations_the_chosen_one_is_learnt_by_the_supervised_method() -> None:
    assert learnt(messages()) == [("user", parts("Which saw?")), ("assistant", parts("A fine one."))]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (outputs(rejected=""), 25, "'rejected' is empty"),
        (outputs(chosen=None), 13, "'chosen' is null"),
        (turns(rejected=turn("human", "Any.")), 24, "'rejected.role' has a value it must not have: 'user'"),
        (turns(tools='[{"name": "find"}]'), 11, "pairs with tools beside 'conversations' are not prepared"),
        (
            {**messages(), "rejected_messages": [message("user", "Which axe?"), message("assistant", "Any.")]},
            81,
            "the two conversations begin with different prompts",
        ),
        ({"chosen_messages": "A fine one.", "rejected_messages": "Any."}, 13, "'chosen_messages' is text"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int | None, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_the_same_fields_without_a_pair_are_other_formats() -> None:
    alpaca = {"instruction": "Which saw?", "input": "", "output": "A fine one."}
    assert taken_for(outputs(), alpaca) == ["Alpaca", "LLaMA-Factory ranking"]
    share_gpt = {"conversations": [turn("human", "Which saw?"), turn("gpt", "A fine one.")]}
    assert taken_for(turns(), share_gpt) == ["LLaMA-Factory ranking of turns", "ShareGPT"]
