import pytest

from tests.core.prepare.formats.converting import refused
from tests.core.prepare.formats.preferring import RENAMED, Preferred, asked, learnt, preferred, taken_for

USER = {"role": "user", "content": "Which saw?"}
GOOD = {"role": "assistant", "content": "A fine one."}
BAD = {"role": "assistant", "content": "Any."}
EARLIER = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi!"}]


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        ({"messages": [USER], "chosen": GOOD, "rejected": BAD}, asked(), []),
        ({"messages": [*EARLIER, USER], "chosen": GOOD, "rejected": BAD}, asked("Hello", "Hi!", "Which saw?"), []),
        ({"messages": [USER], "chosen": {**GOOD, "role": "gpt"}, "rejected": BAD}, asked(), [RENAMED]),
        (
            {"messages": [USER], "chosen": GOOD, "rejected": BAD, "system": "Be brief."},
            Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse),
            ["the row's 'system' became its first message"],
        ),
    ],
    ids=["one turn", "several turns", "another role", "system"],
)
def test_messages_with_two_replies_become_a_pair(row: object, becomes: Preferred, fixes: list[str]) -> None:
    assert preferred(row) == ("Axolotl preference", becomes, fixes)


def test_the_chosen_reply_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt({"messages": [USER], "chosen": GOOD, "rejected": BAD})[1:] == [("assistant", "A fine one.")]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"messages": [], "chosen": GOOD, "rejected": BAD}, 81, "there is no prompt"),
        (
            {"messages": [USER], "chosen": USER, "rejected": BAD},
            24,
            "'chosen.role' has a value it must not have: 'user'",
        ),
        ({"messages": [USER], "chosen": GOOD, "rejected": "Any."}, 13, "'rejected' is text"),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_messages_without_replies_beside_them_are_a_chat() -> None:
    pair = {"messages": [USER], "chosen": GOOD, "rejected": BAD}
    assert taken_for(pair, {"messages": [USER, GOOD]}) == ["Axolotl preference", "Azure chat"]
