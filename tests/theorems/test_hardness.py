"""False neighbours of the reductions that make minimising hard; exact checks of the true ones."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from plproof import (
    ProofError,
    conj,
    eq,
    exists,
    forall,
    implies,
    ne,
    neg,
    total,
)
from tests.theorems.variants import restated as variant
from theorems.hardness import copositive as forms
from theorems.hardness import partition as split
from theorems.sequences import integers, signs, sums

i, n = split.i, split.n
a, s, x = split.a, split.s, split.x


def without(theorem, name):
    return variant(theorem, {key: h for key, h in theorem.given.items() if key != name})


gap, loss = split.partition_gap, split.SplitLoss(a, n, x)
flat = total(i, n, a[i] * x[i]) ** 2
doubled = total(i, n, a[i] * x[i]) ** 2 + 2 * total(i, n, (x[i] ** 2 - 1) ** 2)
signed = forall(i, implies(i < n + 1, eq(x[i] ** 2, 1)))
balanced = split.Balanced(a, n, x)
b, c, t, k = sums.b, sums.c, sums.t, sums.k

VARIANTS = {
    "a gap twice as large": variant(gap, claim=forall(x, 2 <= (1 + split.size) * loss)),
    "a gap without Σ aᵢ²": variant(gap, claim=forall(x, 1 <= loss)),
    "a gap without 1": variant(gap, claim=forall(x, 1 <= split.size * loss)),
    "a gap of the linear part alone": variant(gap, claim=forall(x, 1 <= (1 + split.size) * flat)),
    "a gap for numbers that are not integers": without(gap, "integers"),
    "a gap where signs balance a": without(gap, "none"),
    "a gap where +1 alone does not balance a": variant(
        gap,
        {
            "integers": gap.given["integers"],
            "none": forall(
                s,
                implies(forall(i, implies(i < n, eq(s[i], 1))), neg(split.Balanced(a, n, s))),
            ),
        },
    ),
    "zeros that are signs also at n": variant(
        split.zeros_are_partitions,
        claim=implies(eq(loss, 0), conj(signed, balanced)),
    ),
    "zeros wherever x are signs": variant(
        split.zeros_are_partitions, claim=implies(split.Signs(n, x), eq(loss, 0))
    ),
    "a positive polynomial": variant(split.zeros_are_partitions, claim=loss > 0),
    "the reduction turned around": variant(
        split.partition_reduction,
        claim=implies(neg(split.partition), exists(x, eq(loss, 0))),
    ),
    "signs with a positive product": variant(
        signs.signs_exist,
        claim=exists(s, forall(i, (eq(s[i], 1) | eq(s[i], -1)) & (s[i] * x[i] > 0))),
    ),
    "a square that vanishes whatever it is": without(signs.square_vanishes, "small"),
    "sums of products without 1": variant(
        sums.sum_of_products,
        claim=forall(
            n,
            (t + total(i, n, b[i] * c[i])) ** 2
            <= total(i, n, b[i] ** 2) * (t**2 + total(i, n, c[i] ** 2)),
        ),
    ),
    "a step with a negative weight": without(sums.product_step, "positive"),
    "a term below a sum of anything": without(sums.term_below_sum, "nonnegative"),
    "the term at n": variant(
        sums.term_below_sum, claim=forall([n, i], implies(i <= n, c[i] <= sums.terms(c, n)))
    ),
    "a sum of anything": without(sums.sum_of_nonnegative, "nonnegative"),
    "multiples without a cause": without(sums.sum_of_multiples, "multiple"),
    "the square of an integer above 1": variant(integers.integer_square, claim=integers.t**2 > 1),
    "the square of zero": without(integers.integer_square, "nonzero"),
    "the square of any number": without(integers.integer_square, "integer"),
    "the sum of a number and an integer": without(integers.integer_sum, "left"),
    "a local minimum without copositivity": variant(
        forms.local_minimum_is_copositivity,
        claim=forms.LocalMinimumAtZero(forms.polynomial, n),
    ),
    "positive definite": variant(
        forms.local_minimum_is_copositivity,
        claim=implies(
            forms.LocalMinimumAtZero(forms.polynomial, n),
            forall(forms.y, forms.form(forms.M, n, forms.y) >= 0),
        ),
    ),
    "a small multiple for negative r": without(forms.small_multiple, "positive"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_script_does_not_prove_it(name):
    with pytest.raises((ProofError, AttributeError)):
        VARIANTS[name].derive()


# ---------------------------------------------------------------- exactly, on small cases
def value(numbers, point):
    """Return the polynomial at a point."""
    linear = sum(number * v for number, v in zip(numbers, point, strict=True))
    return linear**2 + sum((v**2 - 1) ** 2 for v in point)


def can_split(numbers):
    return any(
        sum(number * sign for number, sign in zip(numbers, chosen, strict=True)) == 0
        for chosen in product((1, -1), repeat=len(numbers))
    )


def test_the_gap_on_small_cases():
    rng = Random(0)
    for _ in range(300):
        numbers = [rng.randint(-6, 6) for _ in range(rng.randint(0, 5))]
        size = sum(number**2 for number in numbers)
        points = list(product((1, -1), repeat=len(numbers)))
        points += [[Fraction(rng.randint(-40, 40), 32) for _ in numbers] for _ in range(20)]
        least = min(value(numbers, point) for point in points)
        if can_split(numbers):
            assert least == 0
        else:
            assert (1 + size) * least >= 1


def test_the_false_gaps_fail_somewhere():
    near = [Fraction(7, 10)]
    assert not can_split([1]) and 2 * value([1], near) < 2 and value([1], near) < 1
    assert value([1], near) < 1  # 1 ≤ Σa²·f and 1 ≤ f are the same for a = (1)
    assert value([Fraction(1, 100)], [1]) * (1 + Fraction(1, 10_000)) < 1
    assert value([1, 1], [1, -1]) == 0 != 1 + 1


def test_copositive_is_less_than_positive_semidefinite():
    matrix = [[0, 1], [1, 0]]

    def form(y):
        return sum(matrix[i][j] * y[i] * y[j] for i in range(2) for j in range(2))

    points = [(Fraction(p, 7), Fraction(q, 5)) for p in range(-9, 10) for q in range(-9, 10)]
    assert all(form([p**2, q**2]) >= 0 for p, q in points)
    assert form([1, -1]) < 0


def test_an_integer_is_a_difference_of_natural_numbers():
    t = integers.t
    assert integers.Integer.body == exists([integers.m, integers.n], eq(t, integers.m - integers.n))
    assert integers.integer_square.given["nonzero"] == ne(t, 0)
