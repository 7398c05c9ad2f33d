import pytest

from tests.core.prepare.formats.converting import converted, example_of, refused

TEXT = "6 * 7 = ?"
PROMPT = [{"role": "user", "content": TEXT}]


@pytest.mark.parametrize(
    ("row", "item"),
    [
        ({"prompt": TEXT, "ground_truth": 42}, {"ground_truth": 42, "reference_answer": "42"}),
        ({"prompt": TEXT, "solution": "$42$"}, {"solution": "$42$", "reference_answer": "$42$"}),
        ({"prompt": PROMPT, "answer": "42", "level": 1}, {"answer": "42", "level": 1, "reference_answer": "42"}),
        ({"prompt": PROMPT, "label": True}, {"label": True, "reference_answer": "true"}),
        (
            {"prompt": PROMPT, "reference_answer": {"n": 42}},
            {"reference_answer": '{"n":42}', "reference_answer_typed": {"n": 42}},
        ),
        ({"prompt": PROMPT, "unit": "m"}, {"unit": "m"}),
        ({"prompt": PROMPT}, {}),
    ],
)
def test_a_prompt_becomes_a_problem_with_all_its_columns(row: object, item: dict[str, object]) -> None:
    assert example_of(row) == {"messages": PROMPT, **item}
    assert converted(row) == ("TRL GRPO", [("user", TEXT)], [])


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"prompt": TEXT, "answer": "42"}, "prompt/answer"),
        ({"prompt": TEXT, "response": "42", "solution": "42"}, "prompt/response"),
        ({"prompt": TEXT, "completion": "42"}, "prompt/completion"),
    ],
)
def test_a_prompt_with_a_reply_is_a_pair(row: object, name: str) -> None:
    assert converted(row)[0] == name


def test_a_reference_may_be_learnt_as_a_reply() -> None:
    row = {"prompt": PROMPT, "solution": "42", "level": 1}
    name, said, fixes = converted(row, "sft")
    assert (name, said) == ("TRL GRPO", [("user", TEXT), ("assistant", "42")])
    assert fixes == ["keys that are not learnt were left out: 'level'"]
    assert refused({"prompt": PROMPT}, "sft") == (25, "'reference answer' is empty")


OSMOSIS = {"system_prompt": "Be brief.", "user_prompt": TEXT, "ground_truth": "42", "metadata": {"level": 1}}
SYSTEM = {"role": "system", "content": "Be brief."}


def test_osmosis_names_things_otherwise() -> None:
    item = {"ground_truth": "42", "metadata": {"level": 1}, "reference_answer": "42"}
    assert example_of(OSMOSIS) == {"messages": [SYSTEM, *PROMPT], **item}
    assert converted(OSMOSIS, "sft") == (
        "Osmosis",
        [("system", "Be brief."), ("user", TEXT), ("assistant", "42")],
        ["keys that are not learnt were left out: 'metadata'"],
    )
    assert example_of({"user_prompt": TEXT, "label": 42}) == {
        "messages": PROMPT,
        "label": 42,
        "reference_answer": "42",
    }


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"prompt": " ", "ground_truth": "42"}, 25, "'prompt' is empty"),
        ({"prompt": PROMPT, "ground_truth": ""}, 25, "the reference answer is empty"),
        ({"user_prompt": TEXT, "ground_truth": None}, 25, "the reference answer is empty"),
        ({"prompt": TEXT}, 11, "no known format has the keys 'prompt'"),
    ],
)
def test_a_problem_says_something(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
