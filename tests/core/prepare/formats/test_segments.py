import pytest

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import converted, example_of, refused


def row(*segments: tuple[bool, str]) -> Line:
    return {"segments": [{"label": label, "text": text} for label, text in segments]}


def test_what_is_learnt_answers_what_stands_before_it() -> None:
    given = row((False, "<s>Hello"), (False, "?\n"), (True, "Hello!"), (False, "Well?"), (True, "Well.</s>"))
    said = [("user", "Hello?"), ("assistant", "Hello!"), ("user", "Well?"), ("assistant", "Well.")]
    assert converted(given) == ("segments", said, [])


def test_a_text_in_a_template_is_cut_at_its_marks() -> None:
    given = row(
        (False, "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"),
        (False, "<|im_start|>user\nWell?<|im_end|>\n<|im_start|>assistant\n"),
        (True, "Well.<|im_end|>"),
    )
    assert example_of(given)["messages"] == [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "Hello!", "weight": 0},
        {"role": "user", "content": "Well?"},
        {"role": "assistant", "content": "Well."},
    ]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row((True, "Hello!")), 27, "no user message"),
        (row((False, "Hello?")), 27, "no assistant message: there is no reply to learn"),
        (row((False, "Hello?"), (True, " ")), 25, "'segments' is empty"),
        ({"segments": [{"text": "Hello?"}]}, 13, "'segments[].label' is missing"),
    ],
)
def test_segments_that_are_no_exchange_are_refused(given: Line, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)
