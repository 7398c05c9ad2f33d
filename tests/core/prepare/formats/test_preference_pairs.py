import json

import pytest

from tests.core.prepare.dropping import drop
from tests.core.prepare.formats.converting import example_of, refused
from tests.core.prepare.formats.preferring import (
    CUT,
    RENAMED,
    REPEATED,
    TRIMMED,
    Preferred,
    apart,
    asked,
    end_of,
    learnt,
    pair_in,
    preferred,
)

USER = {"role": "user", "content": "Which saw?"}
SYSTEM = {"role": "system", "content": "Be brief."}
GOOD = {"role": "assistant", "content": "A fine one."}
BAD = {"role": "assistant", "content": "Any."}
HELLO, HI = {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi!"}
LONGER = asked("Hello", "Hi!", "Which saw?")
BRIEF = Preferred([("system", "Be brief."), *asked().prompt], asked().better, asked().worse)
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}}
LOOKED = [USER, {"role": "assistant", "tool_calls": [CALL]}, {"role": "tool", "tool_call_id": "c1", "content": "two"}]
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {}}}}


def texts(prompt: str = "Which saw?", chosen: str = "A fine one.", rejected: str = "Any.", **more: object) -> object:
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected, **more}


def lists(prompt: object, chosen: object, rejected: object, **more: object) -> object:
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected, **more}


@pytest.mark.parametrize(
    ("row", "becomes", "fixes"),
    [
        pytest.param(texts(), asked(), [], id="texts"),
        pytest.param(texts(system="Be brief."), BRIEF, [], id="texts and a system prompt"),
        pytest.param(texts(chosen=" A fine one."), asked(), [TRIMMED], id="white space"),
        pytest.param(
            texts(chosen="Which saw?\nA fine one.", rejected="Which saw?\nAny."),
            asked(),
            [REPEATED],
            id="texts that repeat the prompt",
        ),
        pytest.param(
            texts("Hello", "Hello! A fine one.", "Hello there."),
            asked("Hello", better="Hello! A fine one.", worse="Hello there."),
            [],
            id="replies that begin with the same word as the prompt",
        ),
        pytest.param(
            texts("\n\nHuman: Hello\n\nAssistant: Hi!\n\nHuman: Which saw?\n\nAssistant:"),
            LONGER,
            [CUT],
            id="a dialogue for a prompt",
        ),
        pytest.param(
            texts("Hello<extra_id_1>Assistant\nHi!\n<extra_id_1>User\nWhich saw?"),
            LONGER,
            [TRIMMED, CUT],
            id="HelpSteer2's markers",
        ),
        pytest.param(lists([USER], [GOOD], [BAD]), asked(), [], id="lists"),
        pytest.param(lists([SYSTEM, USER], [GOOD], [BAD]), BRIEF, [], id="a system message in the prompt"),
        pytest.param(lists("Which saw?", [GOOD], [BAD]), asked(), [], id="a text and lists"),
        pytest.param(lists([USER], [USER, GOOD], [USER, BAD]), asked(), [REPEATED], id="lists that repeat the prompt"),
        pytest.param(lists([USER], [USER, GOOD], [BAD]), asked(), [REPEATED], id="one of which repeats the prompt"),
        pytest.param(
            lists([HELLO, HI, USER], [USER, GOOD], [USER, BAD]), LONGER, [REPEATED], id="lists that repeat its end"
        ),
        pytest.param(
            lists("Which saw?", [SYSTEM, USER, GOOD], [SYSTEM, USER, BAD]),
            BRIEF,
            [REPEATED],
            id="whole conversations around the prompt",
        ),
        pytest.param(
            {"chosen": [HELLO, HI, USER, GOOD], "rejected": [HELLO, HI, USER, BAD]}, LONGER, [], id="no prompt"
        ),
        pytest.param(
            {"chosen": [USER, HI, GOOD], "rejected": [USER, HI, BAD]},
            Preferred(asked().prompt, [("assistant", "Hi!"), *asked().better], [("assistant", "Hi!"), *asked().worse]),
            [],
            id="the same first words in both replies",
        ),
        pytest.param(
            {"chosen": {"messages": [USER, GOOD]}, "rejected": {"messages": [USER, BAD]}}, asked(), [], id="ORPO"
        ),
        pytest.param({"prompt": [USER], "chosen": GOOD, "rejected": BAD}, asked(), [], id="single messages"),
        pytest.param(
            {
                "chosen": [{"from": "human", "value": "Which saw?"}, {"from": "gpt", "value": "A fine one."}],
                "rejected": [{"from": "human", "value": "Which saw?"}, {"from": "gpt", "value": "Any."}],
            },
            asked(),
            [],
            id="ShareGPT's spelling",
        ),
        pytest.param(
            lists([{"role": "human", "content": "Which saw?"}], [GOOD], [BAD]), asked(), [RENAMED], id="another role"
        ),
    ],
)
def test_a_chosen_and_a_rejected_reply_become_a_pair(row: object, becomes: Preferred, fixes: list[str]) -> None:
    name, pair, repaired = preferred(row)
    assert (name, pair, sorted(repaired)) == ("preference pairs", becomes, sorted(fixes))


def test_an_answered_tool_call_that_both_begin_with_belongs_to_the_input() -> None:
    line = example_of({"chosen": [*LOOKED, GOOD], "rejected": [*LOOKED, BAD], "tools": [TOOL]})
    assert line == {
        "input": {"messages": LOOKED, "tools": [TOOL]},
        "preferred_output": [GOOD],
        "non_preferred_output": [BAD],
    }


def test_the_chosen_reply_is_what_is_learnt_by_the_supervised_method() -> None:
    assert learnt(texts()) == [("user", "Which saw?"), ("assistant", "A fine one.")]
    assert learnt({"chosen": [USER, GOOD], "rejected": [USER, BAD]}) == learnt(texts())


def test_pairs_in_a_table_are_read_as_they_are_in_lines() -> None:
    prepared = drop(b"prompt,chosen,rejected\nWhich saw?,A fine one.,Any.\n", name="pairs.csv")
    assert [pair_in(line) for line in prepared.training] == [asked()]


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"chosen": "A fine one.", "rejected": "Any."}, 81, "there is no prompt"),
        ({"chosen": [GOOD], "rejected": [BAD]}, 81, "there is no prompt"),
        (
            {"chosen": [HELLO, GOOD], "rejected": [USER, BAD]},
            81,
            "the two conversations begin with different prompts",
        ),
        (
            {"chosen": [HELLO, HI, USER, GOOD], "rejected": [HELLO, GOOD, USER, BAD]},
            81,
            "the two conversations part before the last question",
        ),
        (
            {"chosen": [HELLO, HI, USER, GOOD], "rejected": [HELLO, HI]},
            81,
            "the two conversations part before the last question",
        ),
        (
            lists([HELLO], [USER, GOOD], [USER, BAD]),
            81,
            "the prompt is not what a reply's conversation asks",
        ),
        ({"chosen": [USER], "rejected": [USER, BAD]}, 82, "a conversation does not end with the assistant's reply"),
        (texts(chosen=""), 25, "'chosen' is empty"),
        (texts(rejected=" "), 25, "'rejected' is empty"),
        (texts(prompt=""), 25, "'prompt' is empty"),
        (lists("Which saw?", [GOOD], "Any."), 13, "one of 'chosen' and 'rejected' is a text, the other is not"),
        (lists([USER], "A fine one.", "Any."), 13, "'prompt' is a list, but the replies are texts"),
        (lists("Which saw?", 3, "Any."), 13, "'chosen' is a number"),
        (
            lists([{"role": "oracle", "content": "?"}], [GOOD], [BAD]),
            24,
            "'prompt[].role' has a value it must not have: 'oracle'",
        ),
    ],
)
def test_what_makes_no_pair_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


@pytest.mark.parametrize(
    ("scores", "margin", "end"),
    [
        ({"chosen_rating": 4, "rejected_rating": 4}, 0, ("ties", 88, "neither reply is the better one")),
        ({"chosen_score": 0, "rejected_score": 0}, 0, ("ties", 88, "neither reply is the better one")),
        (
            {"chosen_score": 4, "rejected_score": 2.5},
            2,
            ("filtered", 92, "the scores of the two replies are less than 2 apart"),
        ),
        (
            {"chosen_score": 2, "rejected_score": 4},
            0,
            ("rejected", 82, "the reply that is not preferred has the higher score"),
        ),
    ],
)
def test_scores_that_do_not_prefer_one_reply_end_the_row(
    scores: dict[str, float], margin: float, end: tuple[str, int, str]
) -> None:
    assert end_of(texts(**scores), apart(margin)) == end


@pytest.mark.parametrize("scores", [{"chosen_score": 4, "rejected_score": 2}, {"chosen_score": 4}, {}])
def test_scores_that_are_far_enough_apart_or_missing_let_the_row_pass(scores: dict[str, float]) -> None:
    assert preferred(texts(**scores))[1] == asked()
    [line] = drop(json.dumps(texts(**scores)).encode(), apart(2)).training
    assert pair_in(line) == asked()
