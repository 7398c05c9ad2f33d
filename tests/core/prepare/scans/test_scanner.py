import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.scans import FOR_ALL, place_of
from shared.core.prepare.scans.texts import characters_before, paths
from tests.core.prepare.scans.scanning import SCANNER, chat, hits

EMAIL = "jane@gardentools.co"

PIECES = (
    EMAIL, "<|endoftext|>", "I am {{name}}", "\u200b", "\ufffd", "caf\u00c3\u00a9", '"', "\\", "\n", "\t", "\x01",
    "Call (212) 736-5000", "R&amp;B", "\n\n###\n\n", "</s>", "WHY IS THIS SAW BLUNT",
    "\u4f60\u597d", "\U0001f600", "e.g. ",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=6).map("".join)
rows = st.lists(st.builds(chat, texts, texts, texts), min_size=1, max_size=8)


@given(rows, st.data())
def test_a_row_has_the_same_hits_whatever_stands_beside_it(lines: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(lines)))
    head, tail = SCANNER.scan(lines[:cut]), SCANNER.scan(lines[cut:])
    assert SCANNER.scan(lines) == [*head, *(replace(hit, index=hit.index + cut) for hit in tail)]


@given(rows)
def test_every_hit_names_a_text_of_its_row(lines: list[bytes]) -> None:
    for hit in SCANNER.scan(lines):
        assert place_of(lines[hit.index], hit.opening).startswith("messages[")


@given(texts, st.data())
def test_characters_are_counted_through_escapes(text: str, data: st.DataObject) -> None:
    raw = encode(text)[1:-1]
    ends = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    for end, counted in zip(ends, characters_before(raw, ends), strict=True):
        assert encode(text[:counted])[1:-1] in {raw[: end + more] for more in range(-5, 4) if end + more >= 0}


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"messages": [{"role": "user", "content": EMAIL}]}, "messages[0].content"),
        ({"messages": [{"content": EMAIL, "role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": EMAIL}]}]}, "messages[0].content[0].text"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": EMAIL}}]}]},
            "messages[0].tool_calls[0].function.arguments",
        ),
        ({"messages": [], "tools": [{}, {"description": EMAIL}]}, "tools[1].description"),
        ({"messages": [], "reference": {"a": 1, "b": ["x", EMAIL]}}, "reference.b[1]"),
    ],
)
def test_a_text_is_found_wherever_it_stands(row: object, place: str) -> None:
    for line in (encode(row), json.dumps(row).encode(), json.dumps(row, indent=1).encode()):
        (hit,) = hits(line)
        assert place_of(line, hit.opening) == place


def test_neither_keys_nor_numbers_are_texts() -> None:
    assert not hits(encode({"messages": [], EMAIL: 1, "card": 4556737586899855, "b": [4556737586899855, "x"]}))


@given(rows)
def test_the_path_walker_reaches_every_text(lines: list[bytes]) -> None:
    for line in lines:
        found = [path for _, path in paths(line)]
        assert found == [("messages", number, key) for number in range(3) for key in ("role", "content")]


def test_a_repeated_text_is_looked_at_once_and_reported_each_time() -> None:
    lines = [chat("Yes.", "What?", f"Write to {EMAIL}.") for _ in range(3)]
    assert [hit.index for hit in SCANNER.scan(lines)] == [0, 1, 2]


def test_hits_travel_between_processes() -> None:
    found = hits(chat(f"Write to {EMAIL}, or <|endoftext|>"))
    assert pickle.loads(pickle.dumps(found)) == found
    assert len(found) == 2


def test_a_text_full_of_candidates_is_counted_to_a_limit() -> None:
    (hit,) = hits(chat("\u200b." * 5_000))
    assert hit.count == 1_000


def test_reasons_never_quote() -> None:
    for hit in hits(chat(f"Write to {EMAIL}, or <|endoftext|>")):
        fault = hit.kind.fault("messages[2].content")
        assert (fault.place, fault.rule) == ("messages[2].content", hit.kind.rule)
        assert EMAIL not in fault.reason


def test_each_kind_is_told_from_the_others() -> None:
    names = [detector.kind.name for detector in FOR_ALL]
    reasons = [detector.kind.reason for detector in FOR_ALL]
    assert len(names) == len({*names})
    assert all(reason[0].islower() or reason.startswith("U+") for reason in reasons)
    assert not [reason for reason in reasons if reason.endswith(".")]
