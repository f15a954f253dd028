"""Rates with a square root: recognised by their digits, proved with multipliers that have it."""

from fractions import Fraction
from math import isqrt
from random import Random

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    ProofError,
    Real,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
    sqrt,
)
from plproof.search.programs.surd import Surd, in_field, recognised, row_reduced

E = Space("E")
f = Function("f", E)
x, y, xs, x1 = Vectors("x y x* x1", E)
rho = Real("rho")


def draw(rng, d=7):
    a, b = (Fraction(rng.randint(-999, 999), rng.randint(1, 999)) for _ in range(2))
    return Surd(a, b, d)


def test_numbers_with_a_root_are_a_field_and_ordered_like_numbers():
    rng = Random(1)
    for _ in range(200):
        a, b, c = draw(rng), draw(rng), draw(rng)
        assert a * (b + c) == a * b + a * c and (not b or (a / b) * b == a)
        assert (a < b) == (float(a) < float(b)) or a == b
        assert abs(a.near(90) - Fraction(float(a))) < Fraction(1, 10**9)


@pytest.mark.parametrize("d", [2, 226, 30030])
def test_a_number_is_recognised_by_its_digits(d):
    rng = Random(d)
    for _ in range(5):
        number = draw(rng, d)
        assert recognised(number.near(300), 240) == number
        assert in_field(number.near(300), 240, d) == number
    assert recognised(Fraction(17, 31) + Fraction(1, 1 << 250), 240) == Fraction(17, 31)


def test_what_is_not_of_degree_two_is_not_recognised():
    scale = 1 << 300
    fourth = Fraction(isqrt(isqrt(2 << 1200)), scale)  # 2^(1/4)
    rng = Random(3)
    noise = [Fraction(rng.getrandbits(300), scale) for _ in range(5)]
    sum_of_roots = sum(Fraction(isqrt(d << 600), scale) for d in (2, 3))
    for value in (fourth, sum_of_roots, *noise):
        assert recognised(value, 240) is None
        assert in_field(value, 240, 5) is None


def test_rows_are_reduced_exactly():
    rng = Random(5)
    rows = [[draw(rng) for _ in range(3)] for _ in range(2)]
    reduced, pivots = row_reduced([*rows, [a + b for a, b in zip(*rows, strict=True)]])
    assert pivots == [0, 1]
    for row in rows:
        assert row[2] == row[0] * reduced[0][2] + row[1] * reduced[1][2]


def smooth(a, b):
    change = grad(f, a) - grad(f, b)
    between = ip(grad(f, a) + grad(f, b), a - b) / 2
    return f(a) - f(b) >= between + sq(change) / 4 - sq(a - b) / 4


def short_step(rate):
    """A step 1/2 of gradient descent on 1-smooth functions that are 1/4-PL."""
    given = dict(
        smooth=forall([x, y], smooth(x, y)),
        pl=forall(x, sq(grad(f, x)) / 2 >= (f(x) - f(xs)) / 4),
        gd=eq(x1, x - grad(f, x) / 2),
    )
    return Lemma("a short step", given=given, claim=f(x1) - f(xs) <= rate * (f(x) - f(xs)))


#: ((μ(1 − γ) + √(4 − 2(1 + μ)(2 − γ)μγ))/(2 + μ))² for μ = 1/4, γ = 1/2
BEST = (227 + 2 * sqrt(rational(226))) / 324


def test_the_best_rate_with_a_root_is_discovered_and_proved():
    found = short_step(rho).find_proof(unknown=rho)
    assert found.claim == short_step(BEST).claim
    theorem = found.derive().theorem
    assert not theorem.axioms and not theorem.oracles and not theorem.admits


@pytest.mark.parametrize("hair", ["1e-4", "1e-6", "1e-9"])
def test_a_hair_better_is_not_proved_and_a_hair_weaker_is(hair):
    with pytest.raises(ProofError, match="no proof found"):
        short_step(BEST - rational(hair)).find_proof()
    short_step(BEST + rational(hair)).find_proof()


def test_a_rate_with_a_root_that_is_too_good_is_refuted_exactly():
    with pytest.raises(
        ProofError, match="not provable from these inequalities: exact inner products"
    ):
        short_step((226 + 2 * sqrt(rational(226))) / 324).find_proof()


def test_a_root_may_be_written_otherwise_and_two_roots_do_not_mix():
    short_step((227 + 4 * sqrt(rational(113, 2))) / 324).find_proof()
    with pytest.raises(ProofError, match="one square root"):
        short_step((227 + sqrt(rational(226)) + sqrt(rational(225) + 2)) / 324).find_proof()
