import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.measure.texts import ASSISTANT, SYSTEM, TOOL, USER, Texts, find_texts
from tests.core.prepare.measure.making import line

type Found = list[tuple[int, int, str]]

SPEAKERS = {"system": SYSTEM, "developer": SYSTEM, "user": USER, "assistant": ASSISTANT, "tool": TOOL}

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.text(
    '\\"/ \n\u0001é漢🙂:,{}[]ruole', max_size=12
)
messages = st.lists(st.tuples(st.sampled_from(sorted(SPEAKERS)), texts), max_size=4)


def found(block: Texts) -> Found:
    """Row, speaker and text, by row."""
    read = [json.loads(b'"' + piece + b'"', strict=False) for piece in block.pieces()]
    return sorted(zip(block.row.tolist(), block.speaker.tolist(), read, strict=True), key=lambda text: text[0])


def spoken(*turns: tuple[str, str]) -> list[dict[str, object]]:
    return [{"role": role, "content": text} for role, text in turns]


@given(st.lists(messages, max_size=5))
def test_all_texts_are_found_as_decoding_finds_them(rows: list[list[tuple[str, str]]]) -> None:
    lines = [encode({"messages": spoken(*row)}) for row in rows]
    assert found(find_texts(lines)) == [
        (number, SPEAKERS[role], text) for number, row in enumerate(rows) for role, text in row
    ]


@given(messages, messages)
def test_neither_escapes_nor_blanks_nor_the_order_of_keys_hide_a_text(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    plain = encode({"messages": spoken(*one)})
    turned = [dict(reversed(message.items())) for message in spoken(*other)]
    for escaped in (True, False):
        written = json.dumps({"messages": turned}, ensure_ascii=escaped, indent=1).encode().replace(b"\n", b"")
        spaced = json.dumps({"messages": spoken(*other)}, ensure_ascii=escaped).encode()
        expected = [(0, SPEAKERS[role], text) for role, text in one]
        expected += [(row, SPEAKERS[role], text) for row in (1, 2) for role, text in other]
        assert found(find_texts([plain, spaced, written])) == expected


CALL = {"id": "1", "type": "function", "function": {"name": "find", "arguments": '{"role":"user","content":"x"}'}}
TOOLS = [{"type": "function", "function": {"name": "find", "parameters": {"properties": {"role": {"type": "string"}}}}}]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            {"messages": [{"role": "assistant", "tool_calls": [CALL]}]},
            [(ASSISTANT, "find"), (ASSISTANT, '{"role":"user","content":"x"}')],
            id="a call has its name and arguments",
        ),
        pytest.param({"messages": spoken(("user", "a")), "tools": TOOLS}, [(USER, "a")], id="tools are no text"),
        pytest.param(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "a"},
                            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                            {"type": "text", "text": "b"},
                        ],
                    }
                ]
            },
            [(USER, "a"), (USER, "b")],
            id="an image is no text",
        ),
        pytest.param(
            {
                "input": {"messages": spoken(("user", "a"))},
                "preferred_output": spoken(("assistant", "b")),
                "non_preferred_output": spoken(("assistant", "c")),
            },
            [(USER, "a"), (ASSISTANT, "b"), (ASSISTANT, "c")],
            id="a preference has both replies",
        ),
        pytest.param(
            {"messages": spoken(("user", "a")), "content": "b", "role": "c"}, [(USER, "a")], id="what graders read"
        ),
        pytest.param({"messages": []}, [], id="nothing"),
    ],
)
def test_the_texts_of_other_examples(row: object, expected: list[tuple[int, str]]) -> None:
    beside = line("before", "after")
    got = found(find_texts([beside, encode(row), beside]))
    assert [(speaker, text) for number, speaker, text in got if number == 1] == expected
    assert [text for number, _, text in got if number != 1] == ["before", "after"] * 2


def test_no_lines_have_no_texts() -> None:
    assert found(find_texts([])) == []


def test_the_first_and_the_last_text_of_each_row() -> None:
    block = find_texts([line("a", "b", "c"), encode({"messages": []}), line("d"), line("\x01e", "f")])
    assert [text for *_, text in found(block.first())] == ["a", "d", "\x01e"]
    assert [text for *_, text in found(block.last())] == ["c", "d", "f"]
    assert block.bytes_by_row().tolist() == [3, 0, 1, 8]
