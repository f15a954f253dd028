"""Statements declared to be refuted are refuted by a function that was found."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    ProofError,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    grad,
    rational,
    searched,
    sq,
)

E, LINE = Space("E"), Space.coordinates(1)
f = Function("f", E)
x, x1, xs = Vectors("x x1 x*", E)
mu, L = Reals("mu L")
HAIR = rational("0.999999")
STRONG = dict(
    mu_pos=mu > 0,
    order=mu < L,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, mu),
    stationary=eq(grad(f, xs), 0),
    descent=eq(x1, x - grad(f, x) / L),
)


def refuted(claim, spaces=None, **changes):
    theorem = Theorem(
        "one step", given=STRONG | changes, claim=claim, expect="refuted", spaces=spaces
    )
    theorem.proof(searched())
    return theorem.derive()


def distance(factor):
    return sq(x1 - xs) <= factor * (1 - mu / L) ** 2 * sq(x - xs)


def test_a_rate_too_good_is_refuted_by_the_kernel():
    thm = refuted(distance(HAIR), {E: LINE}).theorem
    assert not thm.axioms and not thm.admits and not thm.hypotheses


def test_the_space_has_to_be_declared():
    with pytest.raises(ProofError, match=r"false in ℝ\^1: f\(x\) = .*Space.coordinates\(1\)"):
        refuted(distance(HAIR))


def test_what_is_true_is_not_refuted():
    with pytest.raises(ProofError, match="no function was found with which"):
        refuted(distance(1), {E: LINE})


def test_a_function_that_is_no_quadratic_is_named():
    with pytest.raises(ProofError, match=r"not by a quadratic .* if \|x\| ≤ 1/3"):
        claim = f(x1) - f(xs) <= HAIR * L / 6 * sq(x - xs)
        refuted(claim, {E: LINE}, convex=StronglyConvex(f, 0))
