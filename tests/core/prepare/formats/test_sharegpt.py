import pytest

from tests.core.prepare.formats.converting import converted, refused

LATER = "tool calls in 'conversations' are not prepared yet"


def turns(*said: tuple[str, object], speaker: str = "from", text: str = "value") -> list[dict[str, object]]:
    return [{speaker: who, text: what} for who, what in said]


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(
            {"conversations": turns(("human", "Hello?"), ("gpt", "Hello!"))},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="from and value",
        ),
        pytest.param(
            {"conversations": turns(("user", "Hello?"), ("assistant", "Hello!"), speaker="role", text="content")},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="role and content",
        ),
        pytest.param(
            {"conversations": turns(("system", "Be brief."), ("human", "Hello?"), ("chatgpt", "Hello!"))},
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="system as a turn",
        ),
        pytest.param(
            {
                "id": "identity_0",
                "system": "Be brief.",
                "conversations": turns(("human", "Hello?"), ("gpt", "Hello! ")),
            },
            [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")],
            ["white space around a text was removed", "keys that are not learnt were left out: 'id'"],
            id="system beside the turns",
        ),
        pytest.param(
            {"conversations": turns(("human", "Hello?"), ("gpt", "Hello!")), "tools": "[]"},
            [("user", "Hello?"), ("assistant", "Hello!")],
            [],
            id="no tools",
        ),
    ],
)
def test_a_conversation_keeps_its_turns(row: object, becomes: list[object], fixes: list[str]) -> None:
    name, said, repaired = converted(row)
    assert (name, said, sorted(repaired)) == ("ShareGPT", becomes, sorted(fixes))


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"conversations": []}, 20, "'messages' is empty"),
        ({"conversations": "Hello"}, 13, "'conversations' is text"),
        ({"conversations": turns(("human", "Hello?"))}, 27, "no assistant message: there is no reply to learn"),
        ({"conversations": turns(("human", "Hello?"), ("gpt", ""))}, 25, "'conversations' is empty"),
        ({"conversations": turns(("human", "Hello?"), ("narrator", "Hm."))}, 13, "a turn is spoken by 'narrator'"),
        ({"conversations": [{"from": "human"}, {"from": "gpt", "value": "Hi"}]}, 13, "a turn has no text"),
        ({"conversations": turns(("human", "Price?"), ("function_call", "{}"), ("gpt", "12"))}, None, LATER),
        ({"conversations": turns(("human", "Price?"), ("gpt", "<tool_call>{}</tool_call>"))}, None, LATER),
        ({"conversations": turns(("human", "Hello?"), ("gpt", "Hello!")), "tools": '[{"name": "f"}]'}, None, LATER),
        (
            {"conversations": turns(("human", "<image>What is it?"), ("gpt", "A saw."))},
            None,
            "images in 'conversations' are not prepared yet",
        ),
    ],
)
def test_a_conversation_that_cannot_be_learnt_is_refused(row: object, rule: int | None, reason: str) -> None:
    assert refused(row) == (rule, reason)
