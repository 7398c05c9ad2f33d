import random

import pytest

from shared.core.prepare import split as splitting
from shared.core.prepare.split import group_of, part_of
from shared.core.recipe import DataOptions, Split
from tests.core.prepare.dropping import Prepared, chat, chats, drop, fates, jsonl, said

OPTIONS = DataOptions()


def homes(prepared: Prepared) -> dict[str, str]:
    """Where each prompt's examples are."""
    parts = {"train": prepared.training, "validation": prepared.validation, "test": prepared.test}
    return {str(said(line)[0][1]): part for part, lines in parts.items() for line in lines}


def test_about_a_tenth_is_held_back_for_each_of_validation_and_test() -> None:
    prepared = drop(jsonl(chats(2000)), OPTIONS)
    assert 160 <= len(prepared.validation) <= 240
    assert 160 <= len(prepared.test) <= 240
    assert fates(prepared) == {"read": 2000, "kept": 2000 - len(prepared.test), "test": len(prepared.test)}


def test_neither_order_nor_new_rows_move_an_example() -> None:
    rows = chats(300)
    before = homes(drop(jsonl(rows[:200]), OPTIONS))
    random.Random(3).shuffle(rows)
    after = homes(drop(jsonl(rows), OPTIONS))
    assert before.items() <= after.items()


def test_a_larger_share_takes_from_training_only() -> None:
    rows = jsonl(chats(500))
    small = homes(drop(rows, DataOptions(split=Split(test=0.1, validation=0))))
    large = homes(drop(rows, DataOptions(split=Split(test=0.3, validation=0))))
    assert {prompt for prompt, part in small.items() if part == "test"} < {
        prompt for prompt, part in large.items() if part == "test"
    }


def test_examples_of_one_prompt_stay_together() -> None:
    rows = [chat(f"{lead}Question {number}?", reply) for number in range(100) for lead in ("", "  ") for reply in "ab"]
    rows += [chat(f"QUESTION  {number}?", "c") for number in range(100)]
    prepared = drop(jsonl(rows), OPTIONS)

    groups: dict[int, set[str]] = {}
    for part, lines in (("train", prepared.training), ("validation", prepared.validation), ("test", prepared.test)):
        for line in lines:
            groups.setdefault(group_of(str(said(line)[0][1])), set()).add(part)
    assert len(groups) == 100
    assert all(len(parts) == 1 for parts in groups.values())


def test_both_classes_of_a_sorted_file_are_in_every_part() -> None:
    rows = [chat(f"Text {number}", label) for label in ("good", "bad") for number in range(500 * (label == "bad"), 500)]
    rows += [chat(f"Text {number}", "bad") for number in range(500, 1000)]
    prepared = drop(jsonl(rows), OPTIONS)
    for lines in (prepared.training, prepared.validation, prepared.test):
        assert {said(line)[1][1] for line in lines} == {"good", "bad"}


@pytest.mark.parametrize("count", [10, 29])
def test_a_small_set_is_trained_on_whole_and_says_so(count: int) -> None:
    prepared = drop(jsonl(chats(count)), OPTIONS)
    assert (len(prepared.training), prepared.validation, prepared.test) == (count, [], [])
    assert any("fewer than 30 examples are not split" in note for note in prepared.report.notes)


def test_a_set_of_one_prompt_is_trained_on_whole() -> None:
    for prompt in ("a", "b", "c", "d", "e", "f", "g", "h"):  # some of them would be held back by their hash
        prepared = drop(jsonl([chat(prompt, f"Answer {number}") for number in range(200)]), OPTIONS)
        assert len(prepared.training) == 200
        assert "the examples have too few different prompts" in prepared.report.notes[0]


def test_a_split_never_leaves_fewer_than_ten_to_train_on() -> None:
    options = DataOptions(split=Split(validation=0.4, test=0.4))
    for start in range(0, 600, 30):
        prepared = drop(jsonl(chats(30, start=start)), options)
        assert prepared.report.is_accepted
        assert len(prepared.training) >= 10


def test_what_waits_for_the_decision_takes_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many examples of one held-back prompt go to training once there is no room; those that follow go there too."""
    monkeypatch.setattr(splitting, "MAX_HELD_BYTES", 2_000)
    held = next(f"Prompt {n}" for n in range(100) if part_of(group_of(f"Prompt {n}"), OPTIONS.split) == "test")
    rows = [chat(held, f"Answer {number}") for number in range(100)]

    prepared = drop(jsonl([*rows[:50], *chats(200), *rows[50:]]), OPTIONS)

    assert homes(prepared)[held] == "train"
    assert len([line for line in prepared.training if said(line)[0][1] == held]) == 100
    assert prepared.test
