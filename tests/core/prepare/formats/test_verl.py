import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import converted, example_of, refused

PROMPT = [{"role": "user", "content": "6 * 7 = ?"}]


def row(prompt: object = PROMPT, truth: object = "42", **more: object) -> Line:
    reward = {"style": "rule", "ground_truth": truth}
    return {"data_source": "sums", "prompt": prompt, "ability": "math", "reward_model": reward, **more}


def test_the_ground_truth_is_the_reference_and_every_column_stays() -> None:
    given = row(extra_info={"index": 3})
    columns = {key: value for key, value in given.items() if key != "prompt"}
    assert example_of(given) == {"messages": PROMPT, **columns, "reference_answer": "42"}
    assert converted(given) == ("Verl", [("user", "6 * 7 = ?")], [])


@pytest.mark.parametrize(
    ("truth", "reference"),
    [
        (42, "42"),
        (["42", "forty-two"], '["42","forty-two"]'),
        ({"target": 42, "numbers": [6, 7]}, '{"target":42,"numbers":[6,7]}'),
        ({"solution_text_format": "(1) Zoe is a knight", "statements": "()"}, "(1) Zoe is a knight"),
    ],
)
def test_a_ground_truth_of_any_type_becomes_text(truth: object, reference: str) -> None:
    example = example_of(row(truth=truth))
    assert example["reference_answer"] == reference
    assert example["reward_model"] == {"style": "rule", "ground_truth": truth}


def test_the_answer_may_stand_in_the_extra_info() -> None:
    given = {"prompt": PROMPT, "data_source": "sums", "extra_info": {"answer": "42"}}
    assert example_of(given)["reference_answer"] == "42"


def test_a_prompt_in_a_model_s_template_is_cut_into_its_turns() -> None:
    given = "<|im_start|>system\nThink.\n<|im_end|>\n<|im_start|>user\nWho lies?\n<|im_end|>\n"
    template = f"{given}<|im_start|>assistant\n<think>"
    _, said, fixes = converted(row([{"role": "user", "content": template}]))
    assert said == [("system", "Think."), ("user", "Who lies?")]
    assert fixes == ["a prompt was cut into turns at its markers"]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row(truth=None), 25, "there is no right answer to compare with"),
        (row(truth=""), 25, "the reference answer is empty"),
        (row("  "), 25, "'prompt' is empty"),
        (row(prompt=None), 13, "'prompt' is null"),
    ],
)
def test_a_problem_needs_a_prompt_and_an_answer(given: Line, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


def test_there_is_no_reply_to_learn() -> None:
    assert refused(row(), "sft") == (11, "Verl rows cannot be trained on by the supervised (sft) method")
