import pytest

from tests.core.prepare.formats.converting import converted, refused

HELLO = [("user", "Hello?"), ("assistant", "Hello!")]
TURNS = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}]


@pytest.mark.parametrize(
    ("row", "name", "fixes"),
    [
        pytest.param(
            {"conversation_id": "1", "model": "vicuna", "conversation": TURNS, "turn": 1, "redacted": False},
            "conversation",
            ["keys that are not learnt were left out: 'conversation_id', 'model', 'redacted', 'turn'"],
            id="LMSYS",
        ),
        pytest.param(
            {"conversation": [{**turn, "language": "English", "toxic": False} for turn in TURNS]},
            "conversation",
            ["keys of turns that are not learnt were left out: 'language', 'toxic'"],
            id="WildChat",
        ),
        pytest.param(
            {"items": [{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello!"}]},
            "items",
            [],
            id="items",
        ),
        pytest.param({"data": ["Hello?", "Hello!"]}, "UltraChat", [], id="UltraChat"),
    ],
)
def test_a_conversation_keeps_its_turns(row: object, name: str, fixes: list[str]) -> None:
    assert converted(row) == (name, HELLO, fixes)


@pytest.mark.parametrize("name", ["conversation", "items"])
def test_a_system_message_may_stand_beside_the_turns(name: str) -> None:
    assert converted({name: TURNS, "system": "Be brief."}) == (name, [("system", "Be brief."), *HELLO], [])


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"conversation": [{"role": "oracle", "content": "Hm."}]}, 13, "a turn is spoken by 'oracle'"),
        ({"conversation": [{"role": "user"}]}, 13, "'conversation[].content' is null"),
        ({"conversation": "Hello?"}, 13, "'conversation' is text"),
        ({"conversation": ["Hello?"]}, 13, "'conversation[]' is text"),
        ({"conversation": TURNS[:1]}, 27, "no assistant message: there is no reply to learn"),
        ({"items": [TURNS[0], {"role": "assistant", "content": " "}]}, 25, "'items' is empty"),
        ({"data": ["Hello?", 7]}, 13, "'data[]' is a number"),
    ],
)
def test_a_conversation_that_cannot_be_learnt_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_messages_come_before_a_conversation() -> None:
    assert converted({"conversation": "c-1", "messages": TURNS})[0] == "Azure chat"
