"""Products of linear maps, ranks and signs of eigenvalues are what exact arithmetic says."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import isprime

from plproof.laboratory.arithmetic import matrices, total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.arithmetic.spans import Meet, Span
from plproof.laboratory.axioms.pointwise import echelon, kernel


def draw(rng, *shape, digits=None):
    """Return small whole numbers, or numbers with all their digits."""
    if digits:
        return rng.standard_normal(shape) * np.exp2(rng.integers(-20, 20, shape))
    return rng.integers(-3, 4, size=shape).astype(float)


def exact_product(a, b):
    rows = [[Fraction(float(x)) for x in row] for row in a]
    columns = [[Fraction(float(x)) for x in column] for column in b.T]
    return [[sum(x * y for x, y in zip(r, c, strict=True)) for c in columns] for r in rows]


@pytest.mark.parametrize("digits", [False, True])
def test_products_are_within_their_error(digits):
    rng = np.random.default_rng(1)
    for _ in range(50):
        a, b = draw(rng, 1, 3, 4, digits=digits), draw(rng, 1, 4, 2, digits=digits)
        found = matrices.composed(Tracked(a), Tracked(b))
        column = matrices.applied(Tracked(a), Tracked(b[..., 0]))
        truth = exact_product(a[0], b[0])
        for i in range(3):
            off = abs(Fraction(float(column.value[0, i])) - truth[i][0])
            assert off <= Fraction(SAFETY * UNIT * float(column.error[0, i]))
            for j in range(2):
                off = abs(Fraction(float(found.value[0, i, j])) - truth[i][j])
                assert off <= Fraction(SAFETY * UNIT * float(found.error[0, i, j]))
        assert digits or not (found.error.any() or column.error.any()), "whole numbers are exact"


def test_an_error_of_an_operand_shows_in_the_product():
    rng = np.random.default_rng(2)
    a, v = draw(rng, 5, 3, 3), draw(rng, 5, 3)
    off = 2.0**-20
    found = matrices.applied(Tracked(a, np.full(a.shape, off / (SAFETY * UNIT))), Tracked(v))
    moved = np.einsum("bij,bj->bi", a + off, v)
    assert np.all(np.abs(moved - found.value) <= SAFETY * UNIT * found.error * (1 + 1e-9))


def test_the_primes_are_primes():
    assert all(isprime(p) and 2**30 < p < 2**31 for p in matrices.PRIMES)
    assert len(set(matrices.PRIMES)) == len(matrices.PRIMES)


def test_ranks_are_those_over_the_rationals():
    rng = np.random.default_rng(3)
    a = draw(rng, 200, 4, 2) @ draw(rng, 200, 2, 5) * 2.0 ** rng.integers(-9, 9, (200, 1, 1))
    truth = [len(echelon([[Fraction(float(x)) for x in row] for row in m])) for m in a]
    assert matrices.ranks(a).tolist() == truth
    prime = np.diag([float(matrices.PRIMES[0]), 1.0])[None]
    assert matrices.ranks(prime).tolist() == [2], "a prime may divide a minor"
    doubtful = Tracked(np.eye(2)[None], np.full((1, 2, 2), 1.0))
    assert matrices.exact_ranks(doubtful).tolist() == [-1]


def test_what_is_onto_and_positive_is_certain_only_up_to_the_error():
    a = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]]])
    onto, not_onto = matrices.is_onto(Tracked(a))
    assert onto.tolist() == [True, False] and not_onto.tolist() == [False, True]
    wide = Tracked(a, np.full(a.shape, 2.0**60))
    assert not any(np.any(x) for x in matrices.is_onto(wide))
    assert np.all(matrices.is_onto(Tracked(a.swapaxes(1, 2)))[1]), "R^2 does not cover R^3"
    b = np.diag([3.0, 1.0, -2.0])[None]
    assert [x.tolist() for x in matrices.positive_eigenvalues(Tracked(b))] == [[2], [2]]
    assert [x.tolist() for x in matrices.positive_eigenvalues(Tracked(-b))] == [[1], [1]]
    unsure = matrices.positive_eigenvalues(Tracked(b, np.full(b.shape, 2.0**53)))
    assert unsure[0].tolist() == [0] and unsure[1].tolist() == [3]


def test_subspaces_have_the_dimensions_and_members_of_exact_arithmetic():
    rng = np.random.default_rng(4)
    for _ in range(30):
        a, b = draw(rng, 2, 4), draw(rng, 1, 4) @ draw(rng, 4, 4)
        rows = [[[Fraction(int(x)) for x in row] for row in m] for m in (a, b)]
        null = kernel(rows[0], 4)
        spans = Span(Tracked(a[None]), True), Span(Tracked(b.T[None]), False)
        assert spans[0].dimension().value.tolist() == [len(null)]
        assert spans[1].dimension().value.tolist() == [len(echelon(rows[1]))]
        both = kernel([*rows[0], *kernel(rows[1], 4)], 4)
        assert Meet(*spans).dimension().value.tolist() == [len(both)]
        for v in (b[0], draw(rng, 4), np.zeros(4)):
            inside = (
                not (a @ v).any(),
                len(echelon([*rows[1], [*map(int, v)]])) == len(echelon(rows[1])),
            )
            for span, truth in zip(spans, inside, strict=True):
                low, high = span.contains(total.exact(v[None]))
                assert (low >= 0).all() == truth and (high < 0).all() == (not truth)
