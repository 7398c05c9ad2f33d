import pytest

from tests.core.prepare.dropping import Line, drop, jsonl
from tests.core.prepare.formats.converting import converted, example_of, refused

WEIGHED = "the flags of what is to be learnt became weights of the replies"


def turn(role: str, content: str, **flags: object) -> Line:
    return {"role": role, "content": content, **flags}


def spans(*trained: bool) -> list[Line]:
    return [{"begin_offset": at, "end_offset": at, "train": train} for at, train in enumerate(trained)]


@pytest.mark.parametrize(
    ("flags", "weight"),
    [
        ({"train": True}, {"weight": 1}),
        ({"train": False}, {"weight": 0}),
        ({"training": False}, {"weight": 0}),
        ({"train_detail": spans(False, True)}, {"weight": 1}),
        ({"train_detail": spans(False, False)}, {"weight": 0}),
        ({}, {}),
    ],
)
def test_a_flag_of_a_reply_becomes_its_weight(flags: Line, weight: Line) -> None:
    row = {
        "messages": [
            turn("user", "Hello?", train=False),
            turn("assistant", "Hello!", **flags),
            turn("user", "Well?", train=True),
            turn("assistant", "Well.", train=True),
        ]
    }
    assert example_of(row)["messages"] == [
        turn("user", "Hello?"),
        turn("assistant", "Hello!", **weight),
        turn("user", "Well?"),
        turn("assistant", "Well.", weight=1),
    ]


def test_share_gpt_s_turns_may_have_flags_too() -> None:
    row = {
        "conversations": [
            {"from": "system", "value": "Be brief.", "train": False},
            {"from": "human", "value": "Hello?", "train": False},
            {"from": "gpt", "value": "Hello!", "train": True},
        ]
    }
    said = [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hello!")]
    assert converted(row) == ("Axolotl chat", said, [WEIGHED])


def test_a_reply_that_is_learnt_in_parts_is_learnt_whole_and_that_is_said() -> None:
    row = {"messages": [turn("user", "Hello?"), turn("assistant", "Hello!", train_detail=spans(True, False))]}
    told = {(finding.severity, finding.message) for finding in drop(jsonl([row])).report.findings}
    assert ("warning", "of some replies only parts were to be learnt: the service learns them whole") in told


def test_where_no_reply_is_to_be_learnt_the_row_is_refused() -> None:
    row = {"messages": [turn("user", "Hello?"), turn("assistant", "Hello!", train=False)]}
    assert refused(row) == (32, "every assistant message has weight 0: nothing is learnt")


@pytest.mark.parametrize("first", [0, 1])
def test_chats_with_and_without_flags_are_told_apart_wherever_they_stand(first: int) -> None:
    plain = [turn("user", "Hello?"), turn("assistant", "Hello!")]
    rows = [{"messages": [plain[0], {**plain[1], "train": True}]}, {"messages": plain}]
    formats = drop(jsonl([rows[first], rows[1 - first], rows[first]])).report.formats
    names = ["Axolotl chat", "Azure chat"]
    assert formats == {names[first]: 2, names[1 - first]: 1}
