import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.split import group_of


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("What is rust?", "what  is rust", True),
        ("What is rust?", "\n“What is rust?", False),
        ("Где масло?", "Где масло", True),
        ("Где МАСЛО?", "где масло", False),
        ("修枝剪?", "修枝剪", True),
        ("12 + 5", "13 + 5", False),
        ("12 + 5", "12 - 5", True),
        ("???", "!!!", False),
        ("", " ", False),
    ],
)
def test_prompts_with_the_same_letters_and_digits_belong_together(one: str, other: str, *, together: bool) -> None:
    assert (group_of(one) == group_of(other)) is together


@given(st.text(), st.sampled_from([" ", "\n", ".", "!", "\t\t"]))
def test_white_space_and_punctuation_at_the_end_change_nothing(prompt: str, end: str) -> None:
    if any(sign.isalnum() for sign in prompt):
        assert group_of(prompt + end) == group_of(prompt)
