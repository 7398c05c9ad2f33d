import pytest

from tests.core.prepare.formats.converting import converted, refused

VERSION = "bedrock-conversation-2024"


def message(role: str, *texts: str) -> dict[str, object]:
    return {"role": role, "content": [{"text": text} for text in texts]}


def test_texts_of_a_message_become_one() -> None:
    row = {
        "schemaVersion": VERSION,
        "system": [{"text": "Be brief."}],
        "messages": [message("user", "Hello?", "Anyone?"), message("assistant", "Hello!")],
    }
    becomes = [("system", "Be brief."), ("user", "Hello?\nAnyone?"), ("assistant", "Hello!")]
    assert converted(row) == ("Nova", becomes, [])


@pytest.mark.parametrize(
    ("messages", "rule", "reason"),
    [
        ([message("user", "Hello?")], 27, "no assistant message: there is no reply to learn"),
        ([message("tool", "12")], 13, "'messages[].role' has a value it must not have: 'tool'"),
        (
            [{"role": "user", "content": [{"image": {"format": "png"}}]}],
            13,
            "'messages[].content[]' has a key it must not have: 'image'",
        ),
    ],
)
def test_what_is_no_text_is_refused(messages: list[object], rule: int, reason: str) -> None:
    assert refused({"schemaVersion": VERSION, "messages": messages}) == (rule, reason)
