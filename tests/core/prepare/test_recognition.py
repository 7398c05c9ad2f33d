import pytest

from tests.core.prepare.dropping import drop, jsonl, said

HELLO = [("user", "Hello?"), ("assistant", "Hello!")]
NAMED = "rows that were bare lists of messages became objects that hold them"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ([{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello!"}], "Azure chat"),
        ([{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello!"}], "ShareGPT"),
    ],
)
def test_a_bare_list_of_messages_is_a_row(row: object, name: str) -> None:
    prepared = drop(jsonl([row, {"prompt": "Who?", "response": "We."}, row]))
    assert [said(line) for line in prepared.training] == [HELLO, [("user", "Who?"), ("assistant", "We.")]]
    assert prepared.report.formats == {name: 2, "prompt/response": 1}
    assert NAMED in prepared.messages()


@pytest.mark.parametrize("row", [[], ["Hello?"], [{}], [{"role": "user"}], [{"role": "user", "content": "x"}, "y"]])
def test_another_list_is_none(row: object) -> None:
    prepared = drop(jsonl([{"prompt": "Who?", "response": "We."}, row]))
    assert [reject["reason"] for reject in prepared.rejects] == ["the row is a list, not an object"]
