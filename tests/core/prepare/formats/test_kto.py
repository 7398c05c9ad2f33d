import pytest

from tests.core.prepare.dropping import Line, Prepared, chat, drop, fates, jsonl
from tests.core.prepare.formats.converting import converted, refused
from tests.core.prepare.formats.preferring import CUT, RENAMED, Preferred, asked, end_of, pair_in, taken_for

UNPAIRED = "the reply is unpaired: no reply with the other label is left for its prompt"
LEARNT = [("user", "Which saw?"), ("assistant", "A fine one.")]
USER = {"role": "user", "content": "Which saw?"}
GOOD = {"role": "assistant", "content": "A fine one."}


def labelled(reply: str, label: object, prompt: str = "Which saw?") -> Line:
    return {"prompt": prompt, "completion": reply, "label": label}


def chatted(reply: str, label: object, prompt: str = "Which saw?") -> Line:
    return {**chat(prompt, reply), "label": label}


def pairs_of(*rows: object) -> tuple[Prepared, list[Preferred]]:
    prepared = drop(jsonl(rows))
    assert prepared.report.method == "dpo"
    return prepared, [pair_in(line) for line in prepared.training]


@pytest.mark.parametrize(
    ("good", "bad", "becomes"),
    [
        pytest.param(labelled("A fine one.", True), labelled("Any.", False), asked(), id="texts"),
        pytest.param(chatted("A fine one.", True), chatted("Any.", False), asked(), id="chats"),
        pytest.param(labelled("A fine one.", True), chatted("Any.", False), asked(), id="a text and a chat"),
        pytest.param(
            {"prompt": [USER], "completion": [GOOD], "label": True}, labelled("Any.", False), asked(), id="lists"
        ),
        pytest.param(
            {"prompt": [USER], "completion": "A fine one.", "label": True},
            labelled("Any.", False),
            asked(),
            id="a list and a text",
        ),
        pytest.param(
            {"prompt": "Which saw?", "response": "A fine one.", "kto_tag": "true"},
            {"prompt": "Which saw?", "response": "Any.", "kto_tag": "False"},
            asked(),
            id="other names, and labels as words",
        ),
        pytest.param(
            {"instruction": "Which saw?", "input": "Of steel.", "output": "A fine one.", "kto_tag": True},
            {"instruction": "Which saw?\n\nOf steel.", "output": "Any.", "kto_tag": False},
            asked("Which saw?\n\nOf steel."),
            id="LLaMA-Factory's fields",
        ),
        pytest.param(
            {
                "conversations": [{"from": "human", "value": "Which saw?"}, {"from": "gpt", "value": "A fine one."}],
                "kto_tag": True,
            },
            chatted("Any.", False),
            asked(),
            id="ShareGPT's spelling",
        ),
        pytest.param(
            {**labelled("A fine one.", True), "system": "Be brief."},
            {**labelled("Any.", False), "system": "Be brief."},
            Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse),
            id="system",
        ),
    ],
)
def test_two_labels_of_one_prompt_make_a_pair(good: object, bad: object, becomes: Preferred) -> None:
    for rows in ((good, bad), (bad, good)):
        prepared, pairs = pairs_of(*rows)
        assert pairs == [becomes]
        assert fates(prepared) == {"read": 2, "kept": 2}


def test_rows_of_one_prompt_are_paired_in_their_order_and_the_rest_is_rejected() -> None:
    prepared, pairs = pairs_of(
        labelled("Good 1", True),
        labelled("Good 2", True),
        labelled("Other", True, "Which axe?"),
        labelled("Bad 1", False),
        labelled("Good 3", True),
        labelled("Bad 2", False),
    )
    assert pairs == [asked(better="Good 1", worse="Bad 1"), asked(better="Good 2", worse="Bad 2")]
    assert [(line["line"], line["reason"]) for line in prepared.rejects] == [(5, UNPAIRED), (3, UNPAIRED)]
    assert fates(prepared) == {"read": 6, "kept": 4, "rejected": 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (labelled("A", True), labelled("B", False, "Which axe?")),
        (labelled("A", True), {**labelled("B", False), "system": "Be brief."}),
        (labelled("A", True), labelled("B", True)),
    ],
    ids=["another prompt", "another system prompt", "the same label"],
)
def test_rows_that_differ_in_more_than_their_label_make_no_pair(one: object, other: object) -> None:
    prepared, pairs = pairs_of(one, other)
    assert pairs == []
    assert [line["reason"] for line in prepared.rejects] == [UNPAIRED, UNPAIRED]


def test_what_was_repaired_in_either_row_is_told_with_the_pair() -> None:
    dialogue = "\n\nHuman: Which saw?\n\nAssistant:"
    prepared, pairs = pairs_of(
        labelled("A fine one.", True, dialogue),
        {"messages": [USER, {"role": "gpt", "content": "Any."}], "label": False},
    )
    assert pairs == [asked()]
    assert {CUT, RENAMED} <= {*prepared.messages()}
    assert fates(prepared) == {"read": 2, "fixed": 2}


@pytest.mark.parametrize(
    ("row", "name"), [(labelled("A fine one.", True), "KTO"), (chatted("A fine one.", True), "KTO chat")]
)
def test_good_replies_are_learnt_by_the_supervised_method(row: object, name: str) -> None:
    assert converted(row, "sft") == (name, LEARNT, [])


@pytest.mark.parametrize("row", [labelled("Any.", False), chatted("Any.", False)])
def test_bad_replies_are_filtered_by_the_supervised_method(row: object) -> None:
    assert end_of(row, method="sft") == ("filtered", None, "the reply is labelled bad")


def test_labels_in_a_table_are_read() -> None:
    table = b"prompt,completion,label\nWhich saw?,A fine one.,TRUE\nWhich saw?,Any.,false\n"
    assert [pair_in(line) for line in drop(table, name="labels.csv").training] == [asked()]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (labelled("", True), 25, "'completion' is empty"),
        (labelled("A fine one.", True, ""), 25, "'prompt' is empty"),
        (
            {"prompt": [USER], "completion": [], "label": True},
            82,
            "a conversation does not end with the assistant's reply",
        ),
        ({"messages": [GOOD], "label": True}, 81, "there is no prompt"),
        (
            {"prompt": [USER], "completion": [{"role": "user", "content": "?"}], "label": True},
            81,
            "the prompt is not what a reply's conversation asks",
        ),
        (labelled(3, True), 13, "'completion' is a number"),  # type: ignore[arg-type]
    ],
)
def test_a_row_without_prompt_or_reply_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row, "dpo") == (rule, reason)


def test_a_label_that_is_no_verdict_makes_no_preference() -> None:
    name, _, fixes = converted(chatted("A fine one.", "greeting"))
    assert (name, fixes) == ("Azure chat", ["keys that are not learnt were left out: 'label'"])
    assert converted(labelled("A fine one.", 1))[0] == "prompt/completion"


def test_without_a_label_rows_are_pairs_and_chats() -> None:
    pair = {"prompt": "Which saw?", "completion": "A fine one."}
    assert taken_for(labelled("A fine one.", True), pair) == ["KTO", "prompt/completion"]
    assert taken_for(chat("Which saw?"), chatted("A fine one.", True)) == ["Azure chat", "KTO chat"]
