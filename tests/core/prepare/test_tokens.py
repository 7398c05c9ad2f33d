import pytest

from shared.core.prepare.tokens import ALL_COUNTED, METHOD, estimate
from tests.core.prepare.dropping import chat, chats, drop, jsonl

ENGLISH = """\
Wipe the blade with a dry cloth, then put a single drop of oil on the pivot and work the handles a few times. Never
leave pruning shears in the rain: the spring rusts first, and a stiff spring makes every cut harder than it needs to
be. If the blade still sticks, take the screw out and clean both halves with warm water and soap.
"""
CHINESE = """\
请先用干布把刀刃擦干净、然后在转轴上滴一滴油、反复开合几次手柄。不要把修枝剪放在雨里。弹簧最先生锈。
弹簧变硬以后每剪一下都会更费力。如果刀刃仍然卡住、请拧下螺丝、用温水和肥皂清洗两片刀刃、晾干后再装回去。
"""
JAPANESE = """\
まず乾いた布で刃を拭き、軸に油を一滴たらして、持ち手を何度か動かしてください。
剪定ばさみを雨の中に置いたままにしないでください。最初にばねがさび、ばねが硬くなると切るたびに余計な力が必要になります。
それでも刃が引っかかる場合は、ねじを外して両方の刃をぬるま湯と石けんで洗ってください。
"""
NUMBERS = "Order 48213: 3 x 12.50 = 37.50 EUR; paid 2026-03-14, shipped 2026-03-16, parcel 00340434161094042557."
CODE = """\
def total(rows):
    \"\"\"Sum the prices.\"\"\"
    return sum(row["price"] * row.get("count", 1) for row in rows)
"""

COUNTED = [
    pytest.param(ENGLISH, 78, id="English"),
    pytest.param(CHINESE, 105, id="Chinese"),
    pytest.param(JAPANESE, 123, id="Japanese"),
    pytest.param(NUMBERS, 47, id="numbers"),
    pytest.param(CODE, 31, id="code"),
]
"""Texts and their tokens, counted with o200k_base (bpe-openai 0.1.4, 2026-11)."""


@pytest.mark.parametrize(("text", "counted"), COUNTED)
def test_an_estimate_is_within_a_quarter_of_the_count(text: str, counted: int) -> None:
    assert estimate(text) == pytest.approx(counted, rel=0.25)


def test_only_training_examples_are_counted_and_the_method_is_named() -> None:
    rows = chats(400)
    whole = drop(jsonl(rows)).report
    assert whole.training_tokens.method == METHOD
    assert drop(jsonl(rows * 2)).report.training_tokens == whole.training_tokens


def test_a_large_file_is_estimated_from_a_part_of_it() -> None:
    rows = [chat(f"Question {number}? " * (1 + number % 7), "Answer.") for number in range(8 * ALL_COUNTED)]
    estimated = drop(jsonl(rows)).report.training_tokens.count
    summed = sum(estimate(f"Question {number}? " * (1 + number % 7) + "\nAnswer.") + 8 for number in range(len(rows)))
    assert estimated == pytest.approx(summed, rel=0.05)


def test_the_end_of_a_large_file_counts_as_its_beginning_does() -> None:
    plain = [
        chat(f"Question {number} of many, all in plain words?", "Yes, of course.") for number in range(ALL_COUNTED)
    ]
    dense = [
        chat("; ".join(str(number * n) for n in range(9)), "1; 2; 3") for number in range(9000, 9000 + 20 * ALL_COUNTED)
    ]
    estimated = drop(jsonl([*plain, *dense])).report.training_tokens.count
    parts = [drop(jsonl(rows[:ALL_COUNTED])).report.training_tokens.count for rows in (plain, dense)]
    assert estimated == pytest.approx(parts[0] + 20 * parts[1], rel=0.1)


def test_nothing_to_train_on_has_no_tokens() -> None:
    assert drop(b"").report.training_tokens.count == 0
