import pytest

from tests.core.prepare.formats.converting import converted, refused

LINK = "https://example.com/axe.png"
HISTORY = [{"inputs": {"question": "Hello?"}, "outputs": {"answer": "Hello!"}}]
SAID = [("user", "Hello?"), ("assistant", "Hello!"), ("user", "Well?"), ("assistant", "Well.")]


@pytest.mark.parametrize(
    "row",
    [
        {"chat_history": HISTORY, "question": "Well?", "answer": "Well."},
        {"chat_history": HISTORY, "question": "Well?", "ground_truth": "Well."},
        {
            "chat_history": [{"inputs": {"text": "Hello?"}, "outputs": {"reply": "Hello!"}}],
            "question": "Well?",
            "answer": "Well.",
        },
        {"chat_history": HISTORY, "question": "Well?", "answer": ["Well."]},
    ],
)
def test_the_history_comes_before_the_question(row: object) -> None:
    assert converted(row) == ("promptflow chat", SAID, [])


def test_a_question_may_show_images() -> None:
    image = {"type": "image_url", "image_url": {"url": LINK}}
    row = {"chat_history": [], "question": ["What is it?", image], "answer": "An axe."}
    asked = [{"type": "text", "text": "What is it?"}, image]
    assert converted(row) == ("promptflow chat", [("user", asked), ("assistant", "An axe.")], [])


FILE = {"type": "image_file", "image_file": {"path": "logo.jpg"}}


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (
            {"chat_history": HISTORY, "question": "Well?"},
            27,
            "there is no reply to learn: 'answer' is missing beside 'question'",
        ),
        (
            {"chat_history": [], "question": [FILE], "answer": "A logo."},
            62,
            "an image is only a path, and its file did not come with the rows",
        ),
        ({"chat_history": [], "question": "Which?", "answer": [FILE]}, 61, "an image stands in an answer"),
        ({"chat_history": [], "question": [], "answer": "Well."}, 25, "'question' is empty"),
        ({"chat_history": [], "question": [7], "answer": "Well."}, 61, "a part is neither text nor image"),
        (
            {"chat_history": [{"inputs": {}, "outputs": {}}], "question": "Well?", "answer": "Well."},
            13,
            "an entry of 'chat_history' has several fields, or none",
        ),
        ({"chat_history": "Hello?", "question": "Well?", "answer": "Well."}, 13, "'chat_history' is text"),
    ],
)
def test_a_chat_that_cannot_be_learnt_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)
