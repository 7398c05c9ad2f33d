import json
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.measure import tokenizer as tokenizing
from shared.core.prepare.measure import tokens as counting
from shared.core.prepare.measure.tokenizer import TokenCounter, tokenizer
from shared.core.prepare.measure.tokens import TokenSum, TokenTally, too_long
from tests.core.prepare.measure.making import digests, line, prose

# Counted with tiktoken 0.14.0 and the same vocabulary, 2026-11.
KNOWN = [
    ("", 0),
    ("hello world", 2),
    ("How to count tokens with tiktoken?", 9),
    ("<|endoftext|>", 7),
    ("<|endofprompt|> said", 8),
    ("请先用干布把刀刃擦干净。", 13),
    ("まず乾いた布で刃を拭き、", 12),
    ("Wischen Sie die Klinge mit einem trockenen Tuch ab.", 14),
    ("for row in rows:\n    total += row['price'] * 3\n", 16),
    ("🙂🙂🙂", 3),
    ("   \n\n\t  x", 3),
    ("3141592653589793", 6),
]


@pytest.mark.parametrize(("text", "count"), KNOWN)
def test_a_text_has_the_tokens_of_o200k_base(text: str, count: int) -> None:
    assert tokenizer().count(text) == count


def counted(*rows: object) -> list[int]:
    return TokenCounter().count([encode(row) for row in rows]).tolist()


QUESTION = {"role": "user", "content": "hello world"}
REPLY = {"role": "assistant", "content": "hello world"}
CALL = {"id": "1", "type": "function", "function": {"name": "hello", "arguments": "hello world"}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 4000}}


@pytest.mark.parametrize(
    ("row", "count"),
    [
        pytest.param({"messages": [QUESTION, REPLY]}, 3 + 2 * (4 + 2), id="two messages"),
        pytest.param({"messages": [QUESTION | {"name": "hello"}, REPLY]}, 15 + 2, id="a name"),
        pytest.param({"messages": [QUESTION, {"role": "assistant", "tool_calls": [CALL]}]}, 13 + 3, id="a call"),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "hello world"}, IMAGE]}, REPLY]},
            15,
            id="an image counts for nothing",
        ),
        pytest.param({"messages": [QUESTION, REPLY], "tools": ["hello"]}, 15 + 3, id="tools as they are written"),
        pytest.param(
            {"input": {"messages": [QUESTION]}, "preferred_output": [REPLY], "non_preferred_output": [REPLY]},
            3 + 3 * 6,
            id="a preference with both replies",
        ),
    ],
)
def test_an_example_has_the_tokens_of_its_texts_and_of_what_is_put_around_them(row: object, count: int) -> None:
    assert counted(row) == [count]


def test_a_shared_system_prompt_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Listening:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def count(self, text: str, /) -> int:
            self.heard.append(text)
            return len(text)

    listening = Listening()
    monkeypatch.setattr(tokenizing, "tokenizer", lambda: listening)
    counts = TokenCounter().count([line("a", "b", system="Be kind.")] * 3)
    assert counts.tolist() == [3 + 3 * 4 + 10] * 3
    assert listening.heard.count("Be kind.") == 1


def test_what_is_remembered_of_system_prompts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizing, "MOST_REMEMBERED", 2)
    lines = [line("a", "b", system=f"Be kind to {name}.") for name in "abcabc"]
    assert TokenCounter().count(lines).tolist() == [int(TokenCounter().count([each])[0]) for each in lines]


def tally(lines: Sequence[bytes], *, exact: bool = False) -> TokenTally:
    made = TokenTally(exact=exact)
    made.add_block(lines, digests(lines))
    return made


def total(lines: Sequence[bytes]) -> int:
    return int(TokenCounter().count(lines).sum())


def varied(count: int, seed: int = 0) -> list[bytes]:
    """Examples of very different lengths and kinds."""
    source = random.Random(seed)
    said = [prose(source.randrange(10**6), source.randrange(1, 60)) for _ in range(count)]
    return [line(f"Row {at}?", text if at % 3 else json.dumps([source.random()] * 5)) for at, text in enumerate(said)]


def test_a_small_set_is_counted_and_a_large_one_estimated() -> None:
    lines = varied(1200)
    small, large, exact = tally(lines[:1000]).result(), tally(lines).result(), tally(lines, exact=True).result()
    assert small == TokenSum(total(lines[:1000]), total(lines[:1000]), total(lines[:1000]), counting.COUNTED)
    assert exact == TokenSum(total(lines), total(lines), total(lines), counting.COUNTED)
    assert large.low < large.count < large.high
    assert large.count == pytest.approx(total(lines), rel=0.02)
    assert "estimated from 1,000 examples" in large.method


def test_of_100_samples_95_have_an_interval_that_holds_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_SAMPLED", 100)
    lines, held = varied(400), 0
    count = total(lines)
    for seed in range(200):
        made = TokenTally(exact=False)
        made.add_block(lines, digests([b"%d" % seed + each for each in lines]))
        found = made.result()
        held += found.low <= count <= found.high
    assert 182 <= held <= 198


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 400))
def test_neither_order_nor_blocks_nor_processes_change_an_estimate(source: random.Random, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "MOST_SAMPLED", 50)
        lines = varied(300)
        expected = tally(lines).result()
        source.shuffle(lines)
        added, merged = TokenTally(exact=False), TokenTally(exact=False)
        for begin in range(0, len(lines), size):
            block = lines[begin : begin + size]
            added.add_block(block, digests(block))
            merged.merge(tally(block))
        assert added.result() == merged.result() == expected


def test_a_sample_of_very_long_examples_takes_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_SAMPLED_BYTES", 20_000)
    lines = [line(f"Row {at}?", prose(at, 300)) for at in range(60)]
    made = tally(lines)
    assert made._sample_bytes <= 20_000
    found = made.result()
    assert "estimated from 10 examples" in found.method
    assert found.count == pytest.approx(total(lines), rel=0.05)
    assert tally([line("a", "b" * 50_000)] * 3).result().count > 0


def test_a_text_that_shows_an_image_s_address_is_counted_whole() -> None:
    lines = [line("Write JSON.", json.dumps({"url": "data:image/png;base64,AAAA", "n": at})) for at in range(3)]
    assert tally(lines).result().count == total(lines)


def test_the_bytes_of_images_do_not_weigh_in_an_estimate() -> None:
    rows = [
        encode(
            {
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": f"What is on {at}?"}, IMAGE][: 1 + at % 2]},
                    REPLY,
                ]
            }
        )
        for at in range(2000)
    ]
    assert tally(rows).result().count == pytest.approx(total(rows), rel=0.01)


def test_nothing_has_no_tokens() -> None:
    assert tally([]).result().count == 0


def test_only_examples_over_the_limit_are_too_long() -> None:
    lines = [line("hello world", "hello " * at) for at in (1, 80, 81, 200)]
    counts = np.array(TokenCounter().count(lines))
    limit = int(counts[1])
    found = too_long(lines, limit, TokenCounter())
    assert sorted(found) == [2, 3]
    assert found[2].rule.number == 37
    assert found[2].expected == f"at most {limit:,} tokens"


@given(st.text(max_size=200))
def test_no_example_has_more_tokens_than_bytes(text: str) -> None:
    """Or else an example that is short in bytes would have to be counted."""
    written = line(text, text)
    assert TokenCounter().count([written])[0] <= len(written)
