import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.converting import converted

CHAT = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}]
PREFERENCE = "preference data (DPO) is not prepared yet"
LABELLED = "data with one label a row is not prepared yet"


@pytest.mark.parametrize(
    ("row", "name", "reason"),
    [
        ({"input": {}, "preferred_output": [], "non_preferred_output": []}, "Azure DPO", PREFERENCE),
        ({"prompt": "?", "chosen": "a", "rejected": "b"}, "preference pairs", PREFERENCE),
        ({"context": [], "response1": "a", "response2": "b"}, "HelpSteer3 preference", PREFERENCE),
        (
            {"prompt": "?", "response_1": "a", "response_2": "b", "preference_strength": 1},
            "HelpSteer2 preference",
            PREFERENCE,
        ),
        ({"messages": CHAT, "label": True}, "KTO", LABELLED),
        ({"prompt": "?", "completion": "a", "label": False}, "KTO", LABELLED),
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


def test_a_label_that_is_no_verdict_makes_no_preference() -> None:
    name, _, fixes = converted({"messages": CHAT, "label": "greeting"})
    assert (name, fixes) == ("Azure chat", ["keys that are not learnt were left out: 'label'"])
