"""Sequences at a few steps: what is said of all members is said of these, and may not go on."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    GradientDescent,
    Lemma,
    Naturals,
    Real,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Vector,
    eq,
    forall,
    grad,
    implies,
    rational,
    sq,
)
from plproof.search.finding.worst import worst_case
from plproof.search.statements.unrolled import goes_on, unrolled

E = Space("E")
f, x, L, xs = Function("f", E), Sequence("x", E), Real("L"), Vector("x*", E)
k, N = Naturals("k N")
descent = GradientDescent(f, x, 1 / L)
bounded = forall(k, sq(x[k] - xs) <= 4)


def test_members_become_points():
    told, claim = unrolled([descent, bounded], f(x[N]) <= f(x[0]), {N: Fraction(2)})
    assert [str(h) for h in told[:2]] == ["x₁ = x₀ − 1/L·∇f(x₀)", "x₂ = x₁ − 1/L·∇f(x₁)"]
    assert len(told) == 5 and str(claim) == "f(x₂) ≤ f(x₀)"


def test_only_recursions_go_on():
    assert goes_on([descent, L > 0]) and not goes_on([descent, bounded])
    assert not goes_on([forall(k, eq(x[k + 1], x[k] - grad(f, x[k + 1])))])


def test_a_beginning_that_may_not_go_on_refutes_nothing():
    given = dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, 0),
        stationary=eq(grad(f, xs), 0),
        gd=descent,
    )
    bound = rational("0.999") * L * sq(x[0] - xs) / (4 * N + 2)
    claim = forall(N, implies(N <= 1, f(x[N]) - f(xs) <= bound))
    assert worst_case(Lemma("rate", given=given, claim=claim)).violation > 0
    assert worst_case(Lemma("rate", given=given | dict(bounded=bounded), claim=claim)) is None
