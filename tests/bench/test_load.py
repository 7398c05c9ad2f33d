"""What a load has to come to, told from its figures."""

from collections.abc import Mapping
from typing import Any

import pytest

from bench.load import BROKEN_EVERY, Memory, Outcome, dataset, found_faults

DROPS = 2 * BROKEN_EVERY
FLAT = Memory(start=300, settled=800, peak=850, end=820)


def runs(expired: int, rejected: int, training: int = 0) -> list[Mapping[str, Any]]:
    closed = [{"stage": {"state": "closed", "outcome": {"state": "expired"}}}] * expired
    refused = [{"stage": {"state": "closed", "outcome": {"state": "rejected"}}}] * rejected
    return [*closed, *refused, *[{"stage": {"state": "training"}}] * training]


def outcome(found: list[Any], left: dict[str, int] | None = None, memory: Memory = FLAT) -> Outcome:
    return Outcome(seconds=1, uploading=1, runs=found, messages=1, left=left or {}, memory=memory)


def test_all_ended_as_they_should_in_flat_memory_is_no_fault() -> None:
    assert found_faults(DROPS, outcome(runs(18, 2))) == []


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (outcome(runs(17, 2)), "18 runs must end expired and 2 rejected"),
        (outcome(runs(17, 2, training=1)), "found {'expired': 17, 'rejected': 2, 'training': 1}"),
        (outcome(runs(18, 2), {"watch, dead": 1}), "found {'watch, dead': 1}"),
        (outcome(runs(18, 2), memory=Memory(start=300, settled=800, peak=1100, end=1100)), "from 800 to 1100 MB"),
    ],
)
def test_what_is_missing_left_or_growing_is_named(broken: Outcome, says: str) -> None:
    [fault] = found_faults(DROPS, broken)
    assert says in fault


def test_no_two_datasets_are_alike_and_each_tenth_is_broken() -> None:
    made = [dataset(number) for number in range(DROPS)]
    assert len(set(made)) == DROPS
    assert [each.startswith(b"name,age") for each in made].count(True) == 2
