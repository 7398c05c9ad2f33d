import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.prepare.chat import Part
from shared.core.prepare.measure import near_duplicates
from shared.core.prepare.measure.near_duplicates import BATCH, PARTS, Near, NearDuplicates
from shared.core.prepare.measure.signatures import sign
from tests.core.prepare.measure.making import blocks, line, prose

HANDBOOK = "You help the customers of a garden tool shop. " * 60
CHINESE = "修枝剪的刀刃电池充满以后请您先清洁手柄保修期为两年订单会在三天内送达需要定期上油存放干燥的地方"


def near(lines: Sequence[bytes], parts: Sequence[Part] = (), size: int = 100) -> list[Near]:
    """All that is found, with places from 1."""
    index, found = NearDuplicates(), []
    for _, texts, numbers in blocks(lines, size):
        own = parts[numbers[0] - 1 : numbers[-1]] or ["train"] * len(numbers)
        found += index.add(sign(texts), np.array([PARTS.index(part) for part in own], np.uint8), numbers)
    return found + index.finish()


def pairs(lines: Sequence[bytes], size: int = 100) -> list[tuple[int, int]]:
    return [(each.place, each.earlier_place) for each in near(lines, size=size)]


def edited(text: str, edits: int, seed: int = 1) -> str:
    """The text with so many characters changed."""
    source, signs = random.Random(seed), list(text)
    for at in source.sample(range(len(signs)), edits):
        signs[at] = "#"
    return "".join(signs)


def chinese(seed: int) -> str:
    source = random.Random(seed)
    return "".join(source.choice(CHINESE) for _ in range(200))


LONG = prose(0, 180)  # a thousand characters


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        pytest.param(LONG, edited(LONG, 1), id="one edit in 1,000 characters"),
        pytest.param(LONG, edited(LONG, 3), id="three edits"),
        pytest.param(LONG, LONG.upper(), id="other case"),
        pytest.param(LONG, LONG + " And one thing more: keep it dry.", id="something appended"),
        pytest.param(LONG, "By the way. " + LONG, id="something put before"),
        pytest.param(LONG, LONG.replace(LONG.split(".")[4], " something else stands here"), id="a sentence replaced"),
        pytest.param(chinese(0), chinese(0)[:150] + "好" + chinese(0)[150:], id="Chinese, which has no blanks"),
        pytest.param(prose(0, 30), edited(prose(0, 30), 1), id="an edit in 160 characters"),
    ],
)
def test_a_copy_with_small_changes_is_found(text: str, copy: str) -> None:
    others = [line("What now?", prose(seed)) for seed in range(1, 60)]
    assert pairs([line("What now?", text), *others, line("What now?", copy)]) == [(61, 1)]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([line(prose(n, 40), prose(-n - 1)) for n in range(300)], id="texts of the same words"),
        pytest.param([line(chinese(n), chinese(-n - 1)) for n in range(300)], id="Chinese"),
        pytest.param([line(prose(n, 20), prose(-n - 1, 20), system=HANDBOOK) for n in range(300)], id="system prompt"),
        pytest.param([line(f"What is {n} + {n + 1}?", str(2 * n + 1)) for n in range(300)], id="too short to judge"),
        pytest.param([line(f"{HANDBOOK} Number {n}: {prose(n, 15)}", "yes") for n in range(300)], id="a long template"),
        pytest.param([line(f"{n}", "ha" * 400) for n in range(2)], id="one syllable repeated"),
        pytest.param([b'{"messages":[]}'] * 3, id="nothing said"),
        pytest.param([], id="no rows"),
    ],
)
def test_different_examples_are_not_called_equal(lines: list[bytes]) -> None:
    assert near(lines) == []


def test_half_a_text_in_common_is_not_nearly_equal() -> None:
    assert pairs([line(prose(1), prose(2)), line(prose(1), prose(3))]) == []


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 500), st.randoms(use_true_random=False))
def test_how_the_rows_are_cut_into_blocks_changes_nothing(size: int, source: random.Random) -> None:
    texts = [prose(source.randrange(250), 60) for _ in range(400)]
    lines = [line("Tell me.", edited(text, source.randrange(3), seed)) for seed, text in enumerate(texts)]
    assert near(lines, size=size) == near(lines, size=64)


def test_an_answer_may_come_later_but_never_before_its_time() -> None:
    index = NearDuplicates()
    ((_, texts, numbers),) = blocks([line("Tell me.", prose(0)), line("short"), line("Tell me.", prose(0))], 3)
    assert index.add(sign(texts), np.zeros(3, np.uint8), numbers) == []
    assert index.answered == 0
    assert [each.place for each in index.finish()] == [3]
    assert index.answered == 3


def test_answers_come_with_the_batch() -> None:
    index = NearDuplicates()
    lines = [line("Tell me.", prose(n)) for n in range(BATCH)]
    ((_, texts, numbers),) = blocks(lines, BATCH)
    index.add(sign(texts), np.zeros(BATCH, np.uint8), numbers)
    assert index.answered == BATCH


@pytest.mark.parametrize(
    ("earlier", "part", "number", "reason"),
    [
        ("train", "train", 121, "nearly equal to an example before"),
        ("test", "train", 122, "nearly equal to an example of the test file"),
        ("train", "validation", 122, "nearly equal to an example of the train file"),
    ],
)
def test_what_is_said_depends_on_the_parts(earlier: Part, part: Part, number: int, reason: str) -> None:
    (found,) = near([line(LONG), line(edited(LONG, 1))], [earlier, part])
    assert (found.fault.rule.number, found.fault.reason) == (number, reason)
    assert (found.earlier_part, found.part) == (earlier, part)
    assert found.alike > 0.9


def test_memory_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound examples are still compared with those that are remembered."""
    monkeypatch.setattr(near_duplicates, "MOST", 50)
    index, found = NearDuplicates(), []
    lines = [line(prose(n)) for n in [*range(80), 10, 70]]
    for _, texts, numbers in blocks(lines, 20):
        found += index.add(sign(texts), np.zeros(len(numbers), np.uint8), numbers)
    found += index.finish()
    assert [(each.place, each.earlier_place) for each in found] == [(81, 11)]
    assert not index.is_complete


def test_signatures_do_not_depend_on_the_other_rows_of_the_block() -> None:
    lines = [line(prose(n, 20 + 10 * n), prose(-n)) for n in range(40)]
    together = np.concatenate([sign(texts).values for _, texts, _ in blocks(lines, 40)])
    apart = np.concatenate([sign(texts).values for _, texts, _ in blocks(lines, 1)])
    assert (together == apart).all()
