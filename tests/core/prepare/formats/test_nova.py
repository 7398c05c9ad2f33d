import pytest

from tests.core.prepare.formats.converting import converted, example_of, refused

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
            62,
            "an image, video or document lies in Amazon S3, where it cannot be read from",
        ),
        ([{"role": "user", "content": "Hello?"}], 13, "'messages[].content' is text"),
    ],
)
def test_what_is_no_text_is_refused(messages: list[object], rule: int, reason: str) -> None:
    assert refused({"schemaVersion": VERSION, "messages": messages}) == (rule, reason)


def test_a_reference_answer_makes_a_problem() -> None:
    row = {
        "schemaVersion": VERSION,
        "system": [{"text": "Be brief."}],
        "messages": [message("user", "6 * 7 = ?")],
        "reference_answer": {"value": 42},
        "level": 2,
    }
    assert example_of(row) == {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "6 * 7 = ?"}],
        "level": 2,
        "reference_answer": '{"value":42}',
        "reference_answer_typed": {"value": 42},
    }
    assert refused(row, "sft") == (11, "Nova RFT rows cannot be trained on by the supervised (sft) method")
