import pytest

from tests.core.prepare.formats.converting import converted, refused


@pytest.mark.parametrize(
    ("completions", "becomes"),
    [
        (["Oil it.", "Sharpen it."], "Oil it.\nSharpen it."),
        (["Oil it,", " then sharpen it."], "Oil it, then sharpen it."),
        (["Oil it.\n", "Sharpen it."], "Oil it.\nSharpen it."),
    ],
    ids=["steps", "parts of a sentence", "steps with their line ends"],
)
def test_an_answer_that_is_right_in_every_step_is_learnt(completions: list[str], becomes: str) -> None:
    row = {"prompt": "How to care for a saw?", "completions": completions, "labels": [True] * len(completions)}
    assert converted(row) == ("stepwise", [("user", "How to care for a saw?"), ("assistant", becomes)], [])


@pytest.mark.parametrize(
    ("completions", "labels", "rule", "reason"),
    [
        (["Oil it.", "Burn it."], [True, False], 11, "a step is labelled wrong, and no method learns from steps"),
        (["Oil it."], [True, True], 13, "'completions' and 'labels' are not of one length, or empty"),
        ([], [], 13, "'completions' and 'labels' are not of one length, or empty"),
        (["Oil it."], ["yes"], 13, "'labels[]' is text"),
        (["Oil it."], [1], 13, "'labels[]' is a number"),
    ],
)
def test_other_rows_are_refused(completions: object, labels: object, rule: int | None, reason: str) -> None:
    assert refused({"prompt": "How?", "completions": completions, "labels": labels}) == (rule, reason)
