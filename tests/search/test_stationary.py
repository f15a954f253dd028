"""A minimiser of a differentiable function: its gradient vanishes without being told so."""

import pytest

from plproof import (
    PL,
    Convex,
    Differentiable,
    Function,
    Lemma,
    Minimiser,
    Reals,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    forall,
    grad,
    rational,
    searched,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.stationary import stationary
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f, g = Function("f", E), Function("g", E)
x, y, xs = Vectors("x y x*", E)
L, rho = Reals("L rho")
low = Sequence("low")


@pytest.mark.parametrize(
    "given",
    [
        dict(smooth=Smooth(f, L), minimum=Minimiser(f, xs)),
        dict(minimum=forall(y, f(y) >= f(xs)), pl=PL(f, L, xs)),
        dict(convex=StronglyConvex(f, 0) & Minimiser(f, xs)),
    ],
    ids=["by name", "written out", "in one hypothesis"],
)
def test_the_gradient_vanishes_at_a_minimiser(given):
    (fact,) = stationary(Proof("it", given, f(x) >= 0))
    assert fact.claim == eq(grad(f, xs), 0) and not fact.thm.axioms
    assert set(fact.thm.hypotheses) <= set(given.values())


@pytest.mark.parametrize(
    "given",
    [
        dict(smooth=Smooth(f, L), most=forall(y, f(y) <= f(xs) + 1)),
        dict(smooth=Smooth(f, L), low=forall(y, f(y) >= f(xs) - 1)),
        dict(smooth=Smooth(f, L), low=forall(y, f(y) >= low[0])),
        dict(convex=Convex(f), minimum=Minimiser(f, xs)),
        dict(other=Differentiable(g), minimum=Minimiser(f, xs)),
        dict(smooth=Smooth(f, L), minimum=Minimiser(f, xs), told=eq(grad(f, xs), 0)),
    ],
    ids=["bounded", "nearly least", "numbered", "with kinks", "another function", "told"],
)
def test_elsewhere_nothing_is_said(given):
    assert stationary(Proof("it", given, f(x) >= 0)) == []


def test_the_best_rate_is_found_where_a_minimiser_is_given():
    """Drori and Teboulle, 2014: 1/(4N + 2); without the gradient at x* it is 1/4."""
    given = dict(smooth=Smooth(f, 1), convex=StronglyConvex(f, 0), minimum=Minimiser(f, xs))

    def rate(c, **more):
        return Lemma("rate", given=given, claim=f(x - grad(f, x)) - f(xs) <= c * sq(x - xs), **more)

    lemma = rate(rho, unknown=rho)
    found = lemma.find_proof(using=[convex_interpolation])
    assert found.claim == rate(rational(1, 6)).claim
    wrong = rate(rational("0.16666"))
    wrong.proof(searched(using=[convex_interpolation]))
    with pytest.raises(ProofError, match="the claim is false"):
        wrong.derive()
