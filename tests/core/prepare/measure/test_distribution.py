import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.measure.distribution import Distribution, edge

numbers = st.lists(st.integers(0, 2**40 - 1), max_size=50)


def of(values: list[int]) -> Distribution:
    made = Distribution()
    made.add(np.array(values, np.int64))
    return made


def told(distribution: Distribution) -> tuple[object, ...]:
    return (distribution.count, distribution.total, distribution.largest, distribution.histogram())


@given(numbers, numbers)
def test_two_added_are_the_same_as_one_of_all(some: list[int], others: list[int]) -> None:
    merged = of(some)
    merged.merge(of(others))
    assert told(merged) == told(of(others + some))


@given(st.lists(st.integers(0, 2**40 - 1), min_size=1), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_quantile_is_at_most_a_tenth_too_high(values: list[int], share: float) -> None:
    exact = sorted(values)[int(np.ceil(share * len(values))) - 1]
    assert exact <= of(values).at(share) <= exact * 1.1


@pytest.mark.parametrize("value", [0, 1, 2, 3, 7, 8, 9, 1023, 1024, 65_536, 2**39])
def test_a_value_is_in_the_bin_that_begins_at_or_below_it(value: int) -> None:
    ((begin, count),) = of([value]).histogram()
    following = next(edge(number) for number in range(400) if edge(number) > value)
    assert (begin <= value < following, count) == (True, 1)


def test_of_nothing_every_quantile_is_zero() -> None:
    assert (of([]).at(0.5), of([]).histogram()) == (0, [])
