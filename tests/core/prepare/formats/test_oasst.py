from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.prepare.dropping import Line, drop, fates, jsonl, said

TREE = (
    ("1", None, "prompter", "Name a tool.", None),
    ("1a", "1", "assistant", "A table.", 1),
    ("1b", "1", "assistant", "A saw.", 0),
    ("1b1", "1b", "prompter", "Another?", None),
    ("1b1a", "1b1", "assistant", "An axe.", None),
    ("1b1a1", "1b1a", "prompter", "Thanks.", None),
)


def message(name: str, parent: str | None, role: str, text: str, rank: int | None, tree: str | None = "1") -> Line:
    row = {"message_id": name, "parent_id": parent, "role": role, "text": text, "rank": rank}
    return row if tree is None else {**row, "message_tree_id": tree}


def rows(tree: Sequence[tuple[str, str | None, str, str, int | None]] = TREE, name: str | None = "1") -> list[Line]:
    return [message(*one, tree=name) for one in tree]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("name", ["1", None])
def test_the_best_ranked_messages_make_a_conversation(order: int, name: str | None) -> None:
    prepared = drop(jsonl(rows(name=name)[::order]))
    assert [said(line) for line in prepared.training] == [
        [("user", "Name a tool."), ("assistant", "A saw."), ("user", "Another?"), ("assistant", "An axe.")]
    ]
    assert fates(prepared) == {"read": 6, "kept": 4, "filtered": 2}


def test_ranked_answers_make_a_pair() -> None:
    prepared = drop(jsonl(rows()), method="dpo")
    assert prepared.training == [
        {
            "input": {"messages": [{"role": "user", "content": "Name a tool."}]},
            "preferred_output": [{"role": "assistant", "content": "A saw."}],
            "non_preferred_output": [{"role": "assistant", "content": "A table."}],
        }
    ]
    assert fates(prepared) == {"read": 6, "kept": 3, "filtered": 3}


def test_a_later_prompt_is_given_with_what_was_said_before() -> None:
    later = [*TREE, ("x", "1b1", "assistant", "A fork.", 1), ("y", "1b1", "assistant", "A plane.", 0)]
    prepared = drop(jsonl(rows(later)), method="dpo")
    [_, second] = prepared.training
    assert [said(second["input"]), second["preferred_output"], second["non_preferred_output"]] == [  # type: ignore[arg-type]
        [("user", "Name a tool."), ("assistant", "A saw."), ("user", "Another?")],
        [{"role": "assistant", "content": "A plane."}],
        [{"role": "assistant", "content": "A fork."}],
    ]


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        (TREE[1:2], "the message that this one answers is not in the file (OASST tree)"),
        (TREE[:1], "a tree has no reply to its first message"),
        ([TREE[0], ("1b", "1", "assistant", " ", 0)], "'text' is empty"),
    ],
)
def test_a_tree_that_cannot_be_learnt_is_refused(
    tree: Sequence[tuple[str, str | None, str, str, int | None]], reason: str
) -> None:
    prepared = drop(jsonl(rows(tree)))
    assert {line["reason"] for line in prepared.rejects} == {reason}


names = st.sampled_from("abcd")
trees = st.lists(
    st.builds(
        message,
        names,
        st.none() | names,
        st.sampled_from(["prompter", "assistant"]),
        st.sampled_from(["x", "y", ""]),
        st.none() | st.integers(0, 2),
    ),
    max_size=8,
)


@given(trees, st.sampled_from(["sft", "dpo"]))
def test_no_tangle_of_messages_goes_on_for_ever_or_loses_a_row(tree: list[Line], method: str) -> None:
    prepared = drop(jsonl(tree), method=method)  # type: ignore[arg-type]
    assert prepared.report.rows.read == len(tree)
