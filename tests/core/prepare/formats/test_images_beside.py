import json

import pytest

from shared.core.prepare.containers.record import Record
from shared.core.prepare.format import Example, Wishes
from shared.core.prepare.recognition import Recogniser
from shared.core.prepare.targets import encode_target
from tests.core.prepare.dropping import Line, drop, jsonl
from tests.core.prepare.formats.converting import converted, refused

SAW, AXE = "data:image/png;base64,iVBORw0KGgo=", "https://example.com/axe.png"
FILES = {"tools/saw.png": SAW}
ASKED, REPLY = {"role": "user", "content": "<image>What is it?"}, {"role": "assistant", "content": "A saw."}


def shown(url: str) -> Line:
    return {"type": "image_url", "image_url": {"url": url}}


def words(text: str) -> Line:
    return {"type": "text", "text": text}


def messages(row: object) -> list[Line]:
    """The messages of a row that came with its files."""
    recogniser = Recogniser(Wishes(companion=FILES.get), None, None)
    made = recogniser.read(Record(1, json.dumps(row).encode()))
    assert isinstance(made, Example)
    return json.loads(encode_target(made.target))["messages"]


@pytest.mark.parametrize(
    ("row", "content"),
    [
        pytest.param(
            {"messages": [ASKED, REPLY], "images": ["tools/saw.png"]},
            [shown(SAW), words("What is it?")],
            id="LLaMA-Factory",
        ),
        pytest.param(
            {
                "id": "1",
                "image": "tools/saw.png",
                "conversations": [
                    {"from": "human", "value": "What is it?\n<image>"},
                    {"from": "gpt", "value": "A saw."},
                ],
            },
            [words("What is it?"), shown(SAW)],
            id="LLaVA",
        ),
        pytest.param(
            {
                "messages": [{"role": "user", "content": [{"type": "image"}, words("or"), {"type": "image"}]}, REPLY],
                "images": [AXE, {"path": "tools/saw.png", "bytes": None}],
            },
            [shown(AXE), words("or"), shown(SAW)],
            id="parts with the images beside them",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "image", "url": AXE}, words("What?")]}, REPLY]},
            [shown(AXE), words("What?")],
            id="parts with their images",
        ),
        pytest.param(
            {
                "messages": [{"role": "user", "content": [shown(AXE), {"type": "image"}]}, REPLY],
                "images": [SAW],
            },
            [shown(AXE), shown(SAW)],
            id="parts of the service among them",
        ),
    ],
)
def test_an_image_stands_where_it_is_shown(row: object, content: list[Line]) -> None:
    assert messages(row) == [{"role": "user", "content": content}, REPLY]


def test_other_turns_stay_texts() -> None:
    row = {
        "system": "Be brief.",
        "messages": [ASKED, REPLY, {"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "Yes."}],
        "images": [AXE],
    }
    name, said, fixes = converted(row)
    assert (name, fixes) == ("images beside the text", [])
    assert said == [
        ("system", "Be brief."),
        ("user", [shown(AXE), words("What is it?")]),
        ("assistant", "A saw."),
        ("user", "Sure?"),
        ("assistant", "Yes."),
    ]


NOT_HERE = "an image is only a path, and its file did not come with the rows"
UNEQUAL = "there are not as many <image> in the texts as images beside them"


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ({"messages": [ASKED, REPLY], "images": ["tools/saw.png"]}, 62, NOT_HERE),
        ({"messages": [ASKED, REPLY], "images": [AXE, AXE]}, 68, UNEQUAL),
        ({"messages": [{"role": "user", "content": "Hm?"}, REPLY], "images": [AXE]}, 68, UNEQUAL),
        ({"messages": [{"role": "user", "content": "<image><image>"}, REPLY], "images": [AXE]}, 68, UNEQUAL),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}, REPLY]}, 68, UNEQUAL),
        (
            {
                "messages": [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": "<image>"}],
                "image": AXE,
            },
            60,
            "an image stands in a message that is not the user's",
        ),
        ({"messages": [ASKED, REPLY], "videos": ["a.mp4"]}, 61, "videos and sounds cannot be learnt"),
        ({"messages": [ASKED, REPLY], "audios": ["a.wav"]}, 61, "videos and sounds cannot be learnt"),
        ({"messages": [ASKED, REPLY], "images": [7]}, 62, "an image is neither a path nor an address"),
        ({"messages": [{"role": "oracle", "content": "x"}], "images": [AXE]}, 24, "a message is spoken by 'oracle'"),
        (
            {"messages": [{"role": "user", "content": 7}], "images": [AXE]},
            61,
            "a content part is neither text nor image",
        ),
        ({"messages": "<image>", "images": [AXE]}, 13, "the messages are not a list of objects"),
    ],
)
def test_an_image_that_is_not_shown_well_is_refused(row: object, rule: int, reason: str) -> None:
    assert refused(row) == (rule, reason)


@pytest.mark.parametrize("images", [[], None])
def test_without_an_image_the_rows_are_chats(images: object) -> None:
    row = {"messages": [{"role": "user", "content": "Hello?"}, REPLY], "images": images}
    assert converted(row)[0] == "Azure chat"


@pytest.mark.parametrize("first", [0, 1])
def test_chats_and_rows_with_images_are_told_apart_wherever_they_stand(first: int) -> None:
    rows = [{"messages": [ASKED, REPLY], "images": [AXE]}, {"messages": [{"role": "user", "content": "Hm?"}, REPLY]}]
    formats = drop(jsonl([rows[first], rows[1 - first], rows[first]])).report.formats
    names = ["images beside the text", "Azure chat"]
    assert formats == {names[first]: 2, names[1 - first]: 1}
