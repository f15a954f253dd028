"""Successors with a numeral on one side, and signs of squares of vectors and of roots."""

import pytest

from plproof import Natural, ProofError, Real, Space, Theorem, Vector, sq, sqrt
from plproof.language import Naturals

E = Space("E")
v = Vector("v", E)
a = Real("a")
m, n = Naturals("m n")
k = Natural("k")


def proves(claim, script, **given):
    theorem = Theorem("claim", given=given, claim=claim)
    theorem.proof(script)
    return theorem.derive().theorem


@pytest.mark.parametrize(
    ("held", "claim"),
    [
        (0 < n, 1 <= n),
        (m < n, m + 1 <= n),
        (2 * m < n, 2 * m + 1 <= n),
        (n < 3, n + 1 <= 3),
        (E.dim > 1, 2 <= E.dim),
    ],
    ids=str,
)
def test_the_successor_of_what_is_below_is_not_above(held, claim):
    proves(claim, lambda p: p.have(claim, by=p.successor(p.held)), held=held)


@pytest.mark.parametrize("held", [0 < a, a < n, 2 * a < n, n <= 3], ids=str)
def test_other_comparisons_have_no_successor(held):
    with pytest.raises(ProofError, match="is not m < n for natural numbers"):
        proves(n >= 0, lambda p: p.successor(p.held), held=held)


def test_a_fraction_has_no_successor():
    half = n / 2 < 3
    with pytest.raises(ProofError, match="is not m < n for natural numbers"):
        proves(n >= 0, lambda p: p.successor(p.held), held=half)


POSITIVE = [1 + sq(v) > 0, sqrt(1 + sq(v)) > 0, 1 / sqrt(2 + sq(v)) > 0]


@pytest.mark.parametrize("claim", POSITIVE, ids=str)
def test_squares_of_vectors_and_roots_of_positives_have_a_sign(claim):
    proves(claim, lambda p: p.have(claim))


@pytest.mark.parametrize("claim", [sq(v) > 0, sqrt(sq(v)) > 0, sqrt(1 + sq(v)) > 1], ids=str)
def test_what_may_vanish_is_not_positive(claim):
    with pytest.raises(ProofError):
        proves(claim, lambda p: p.have(claim))
