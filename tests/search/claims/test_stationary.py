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
    ip,
    rational,
    searched,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.claims.stationary import stationary
from theorems.rates.smooth_interpolation import convex_interpolation

E = Space("E")
f, g = Function("f", E), Function("g", E)
x, y, xs = Vectors("x y x*", E)
L, mu, rho = Reals("L mu rho")
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


def interpolation(low, high):
    """Return the inequality of functions of curvatures from low to high."""
    curved = sq(grad(f, x) - grad(f, y) - low * (x - y)) / (2 * (high - low))
    return forall([x, y], f(x) >= f(y) + ip(grad(f, y), x - y) + low / 2 * sq(x - y) + curved)


CLASSES = {
    "any curvature up to L": ([L > 0], interpolation(rational(0), L)),
    "curvatures from μ to L": ([mu > 0, mu < L], interpolation(mu, L)),
    "numbers": ([], interpolation(rational(1, 10), rational(3))),
    "curvatures from −L to L": ([L > 0], interpolation(-L, L)),
}


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("low", [Minimiser(f, xs), forall(x, f(xs) <= f(x))], ids=["named", "said"])
def test_an_inequality_of_a_class_says_that_the_gradient_vanishes(name, low):
    region, smooth = CLASSES[name]
    given = {f"r{n}": h for n, h in enumerate(region)} | dict(smooth=smooth, low=low)
    (fact,) = stationary(Proof("class", given, f(x) >= f(xs)))
    assert fact.claim == eq(grad(f, xs), 0)
    assert set(fact.thm.hypotheses) <= set(given.values()) and not fact.thm.axioms


@pytest.mark.parametrize(
    "weaker",
    [
        forall([x, y], f(x) >= f(y) + ip(grad(f, y), x - y)),
        forall([x, y], f(x) >= f(y) - sq(grad(f, x) - grad(f, y)) / 2 + ip(grad(f, y), x - y)),
    ],
)
def test_what_is_weaker_does_not_say_so(weaker):
    given = dict(weaker=weaker, low=forall(x, f(xs) <= f(x)))
    found = stationary(Proof("class", given, f(x) >= f(xs)))
    assert not [fact for fact in found if fact.claim == eq(grad(f, xs), 0)]
