import pytest

from tests.core.prepare.dropping import drop, jsonl


@pytest.mark.parametrize(
    ("row", "name", "reason"),
    [
        (
            {"input_ids": [1], "attention_mask": [1]},
            "tokenised text",
            "token numbers cannot be fine-tuned on: the text itself is needed",
        ),
    ],
)
def test_a_known_format_is_refused_by_name(row: object, name: str, reason: str) -> None:
    prepared = drop(jsonl([row]))
    assert prepared.report.formats == {name: 1}
    assert [line["reason"] for line in prepared.rejects] == [f"{reason} ({name})"]
