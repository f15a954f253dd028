"""A quartic has a zero exactly if the numbers split, and otherwise stays above its bound."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.laboratory.gradient_descent.descent import gradient_descent
from plproof.laboratory.studies.partition import (
    PartitionObjective,
    can_partition,
    check_partitions,
    least_sums,
    sorted_vectors,
)

#: for each length the largest entry up to which all vectors are tried, some thousands of them
LARGEST = {1: 300, 2: 70, 3: 25, 4: 15, 5: 11, 6: 9, 7: 7, 8: 6, 9: 5, 10: 5, 11: 4, 12: 4}


def corners(n: int) -> np.ndarray:
    return np.array(list(product([-1, 1], repeat=n)))


@pytest.mark.parametrize("n", LARGEST)
def test_exhaustively_a_zero_exists_exactly_if_the_numbers_split(n: int) -> None:
    report = check_partitions(n, LARGEST[n])
    assert report.vectors > 300
    assert 0 < report.partitionable < report.vectors
    assert report.disagreements == 0
    assert report.below_at_corners == 0
    assert report.below_in_descent == 0
    assert report.descents == 1000
    assert 1.5 * (1 - 1e-9) <= report.least_ratio < 5


def test_the_bound_cannot_be_doubled() -> None:
    """a = (1): the least value 3/4 at x² = 1/2 is 3/2 times the bound."""
    assert check_partitions(1, 1).least_ratio == pytest.approx(1.5)
    for n in (1, 2, 4, 8):
        report = check_partitions(n, 1, bound=2.0)
        assert report.below_in_descent > 0
        assert report.disagreements == 0


def test_at_corners_a_much_larger_bound_fails_too() -> None:
    assert check_partitions(3, 3, descents=0, bound=4.0).below_at_corners == 1  # a = (0, 0, 1)
    assert check_partitions(3, 3, descents=0, bound=2.0).below_at_corners == 0


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=7))
def test_the_least_sum_is_that_of_all_corners(a: list[int]) -> None:
    sums = np.abs(corners(len(a)) @ a)
    assert least_sums([a])[0] == sums.min()
    assert can_partition(a) == (sums.min() == 0)
    values = PartitionObjective([a] * len(sums)).value_and_gradient(corners(len(a)).astype(float))
    assert np.array_equal(values[0], sums**2)


def test_order_and_signs_do_not_matter() -> None:
    every = np.array(list(product(range(-3, 4), repeat=4)))
    least = least_sums(every)
    assert np.array_equal(least, least_sums(np.sort(np.abs(every), axis=1)))
    known = {tuple(a): can_partition(a) for a in sorted_vectors(4, 3).tolist()}
    assert len(known) == 35
    assert [known[tuple(sorted(abs(x) for x in a))] for a in every.tolist()] == list(least == 0)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_the_bound_holds_wherever_descent_goes(a: list[int], seed: int) -> None:
    objective = PartitionObjective([a] * 32)
    start = np.random.default_rng(seed).uniform(-1.2, 1.2, (32, len(a)))
    run = gradient_descent(objective, start, objective.step(), 60)
    assert (np.diff(run.values, axis=0) <= 1e-9 * (1 + run.values[:-1])).all()
    if not can_partition(a):
        assert (run.values * (1 + np.dot(a, a)) >= 1 - 1e-9).all()


def test_descent_finds_the_zero_of_numbers_that_split() -> None:
    objective = PartitionObjective([[3, 1, 1, 2, 3]] * 64)
    start = np.random.default_rng(0).uniform(-1, 1, (64, 5))
    run = gradient_descent(objective, start, objective.step(), 2000)
    best = run.points[-1, run.values[-1].argmin()]
    assert run.values[-1].min() < 1e-12
    assert abs(np.round(best) @ [3, 1, 1, 2, 3]) == 0


def test_a_gap_smaller_than_the_corners_exists_so_the_bound_is_needed() -> None:
    """Numbers that do not split may come much closer to 0 than the least value 1 at corners."""
    objective = PartitionObjective([[9, 9, 9, 9, 9, 9, 9, 8]])
    start = np.array([[1, 1, 1, 1, -1, -1, -1, -1.0]])
    run = gradient_descent(objective, start, objective.step(), 2000)
    square = 1 + 7 * 81 + 64
    assert least_sums([[9, 9, 9, 9, 9, 9, 9, 8]])[0] == 1
    assert 1 / square < run.values[-1, 0] < 8 / square


def test_the_gradient_is_the_limit_of_difference_quotients() -> None:
    rng = np.random.default_rng(1)
    objective = PartitionObjective(rng.integers(-5, 6, (20, 4)))
    x, z = rng.standard_normal((2, 20, 4))
    h = 1e-6
    after, before = (objective.value_and_gradient(x + s * h * z)[0] for s in (1, -1))
    slope = np.vecdot(objective.value_and_gradient(x)[1], z)
    np.testing.assert_allclose((after - before) / (2 * h), slope, rtol=1e-6, atol=1e-6)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="length 1 to 16"):
        least_sums([1, 2])
    with pytest.raises(ValueError, match="whole numbers"):
        least_sums([[1.5]])
    with pytest.raises(ValueError, match="length >= 1"):
        sorted_vectors(0, 3)
    with pytest.raises(ValueError, match="rows"):
        PartitionObjective([1.0])
    assert least_sums(np.zeros((0, 3), dtype=int)).shape == (0,)
