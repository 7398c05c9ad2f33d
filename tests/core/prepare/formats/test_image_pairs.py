import pytest

from tests.core.prepare.formats.converting import converted, refused

LINK, OTHER = "https://example.com/saw.png", "https://example.com/axe.png"
NAME = "image with prompt and reply"


def shown(url: str) -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": url}}


def words(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    ("row", "content"),
    [
        ({"image": LINK, "question": "What is it?", "answer": "A saw."}, [shown(LINK), words("What is it?")]),
        ({"images": [LINK], "prompt": "What is it?<image>", "response": "A saw."}, [words("What is it?"), shown(LINK)]),
        (
            {"images": [LINK, OTHER], "instruction": "Name both.", "input": "By use.", "output": "A saw."},
            [shown(LINK), shown(OTHER), words("Name both.\n\nBy use.")],
        ),
    ],
)
def test_a_prompt_is_asked_about_its_images(row: object, content: list[object]) -> None:
    assert converted(row) == (NAME, [("user", content), ("assistant", "A saw.")], [])


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        (
            {"image": "saw.png", "question": "What is it?", "answer": "A saw."},
            62,
            "an image is only a path, and its file did not come with the rows",
        ),
        (
            {"images": [LINK, OTHER], "question": "<image>What is it?", "answer": "A saw."},
            68,
            "there are not as many <image> in the texts as images beside them",
        ),
        ({"image": LINK, "question": "<image>", "answer": "A saw."}, 25, "the prompt beside the image is empty"),
        ({"image": LINK, "question": "What is it?", "answer": ""}, 25, "'response' is empty"),
    ],
)
def test_a_prompt_without_its_images_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


def test_without_an_image_the_row_is_a_pair() -> None:
    row = {"image": "", "question": "What cuts?", "answer": "A saw."}
    name, said, fixes = converted(row)
    assert (name, said) == ("question/answer", [("user", "What cuts?"), ("assistant", "A saw.")])
    assert fixes == ["keys that are not learnt were left out: 'image'"]
