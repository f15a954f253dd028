"""What smooth classes say of two points is there by itself, true, and no more than is known."""

import numpy as np
import pytest

pytest.importorskip("clarabel")

from plproof import (
    PL,
    Convex,
    Differentiable,
    Function,
    GradientDescent,
    Lemma,
    Minimiser,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Vectors,
    forall,
    grad,
    ip,
    searched,
    sq,
)
from plproof.language.terms import FALSE
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.claims.interpolation import interpolated, not_interpolated
from theorems.functions.interpolation import interpolation
from theorems.rates.smooth_interpolation import convex_interpolation, smooth_interpolation

E = Space("E")
f, g = Function("f", E), Function("g", E)
x, xs = Vectors("x x*", E)
mu, L, gamma, rho = Reals("mu L gamma rho")
k = Natural("k")
iterates = Sequence("x", E)
POSITIVE = dict(positive=L > 0, smooth=Smooth(f, L))
CLASSES = {
    "smooth": (POSITIVE, smooth_interpolation),
    "convex": (POSITIVE | dict(curved=StronglyConvex(f, 0)), convex_interpolation),
    "strongly convex": (
        dict(low=mu > 0, order=mu < L, smooth=Smooth(f, L), curved=StronglyConvex(f, mu)),
        interpolation,
    ),
    "convex on segments": (POSITIVE | dict(curved=Convex(f)), convex_interpolation),
    "perhaps quadratic": (
        dict(low=mu > 0, order=mu <= L, smooth=Smooth(f, L), curved=StronglyConvex(f, mu)),
        convex_interpolation,
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_the_strongest_inequality_that_is_known_is_that_of_the_library(name):
    given, theorem = CLASSES[name]
    (fact,) = interpolated(Proof("it", given, FALSE))
    assert fact.label == "smooth" and set(fact.thm.hypotheses) <= set(given.values())
    names = {"α": mu, "β": L}
    values = {v: names[f"{v}"] for v in theorem.statement.variables() if f"{v}" in names}
    known = Proof("it", {**given, "convex": StronglyConvex(f, 0)}, FALSE)
    assert fact.claim == known.use(theorem, values).claim


def test_a_convex_function_lies_above_its_tangents_where_it_is_known_to_have_some():
    goal = f(x) - f(xs) <= ip(grad(f, x), x - xs)
    known = dict(convex=Convex(f), differentiable=Differentiable(f))
    assert Lemma("it", given=known, claim=goal).find_proof().derive()
    for less in (dict(convex=Convex(f)), known | dict(convex=Convex(g))):
        with pytest.raises(ProofError):
            Lemma("it", given=less, claim=goal).find_proof()


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (dict(smooth=Smooth(f, L)), "L > 0"),
        (dict(smooth=Smooth(f, L), sign=L >= 0), "L > 0"),
        (POSITIVE | dict(curved=StronglyConvex(f, mu)), "order=mu <= L"),
        (POSITIVE | dict(curved=StronglyConvex(g, mu)), ""),
        (POSITIVE, ""),
    ],
)
def test_what_is_lacking_is_said(given, lacking):
    p = Proof("it", given, FALSE)
    said = not_interpolated(p.hypotheses(), FALSE)
    assert lacking in said and bool(lacking) == bool(said)
    assert len(interpolated(p)) == ("positive" in given), "nothing is made without a sign"


def test_a_theorem_that_is_offered_counts_instead():
    p = Proof("it", POSITIVE, FALSE)
    assert interpolated(p, [PL_LEMMA]) and not interpolated(p, [smooth_interpolation])


PL_LEMMA = Lemma("under PL", given=dict(pl=PL(f, mu, xs)), claim=f(x) <= f(x))
PL_LEMMA.proof(searched())


def test_the_rate_under_pl_is_found_from_the_classes_alone():
    given = dict(mu_pos=mu > 0, order=mu <= L, smooth=Smooth(f, L), pl=PL(f, mu, xs))
    claim = f(x - grad(f, x) / L) - f(xs) <= rho * (f(x) - f(xs))
    rate = Lemma("it", given=given, claim=claim)
    rate.proof(searched(using=[PL_LEMMA]))
    found = rate.find_proof(unknown=rho)
    assert found.script.using == (PL_LEMMA,), "what the author offers counts"
    assert f"{found.claim}".startswith("f(x − ∇f(x)/L) − f(x*) ≤ (2·L − 2·μ)/(μ + 2·L)·")
    assert found.derive().theorem.conclusion == found.claim


GIVEN = dict(
    low=mu > 0,
    order=mu <= L,
    smooth=Smooth(f, L),
    curved=StronglyConvex(f, mu),
    minimum=Minimiser(f, xs),
)


def test_constants_that_may_be_equal_are_told_apart_by_itself():
    """Where μ = L the interpolation inequality says nothing: the claim is proved apart."""
    claim = sq(x - grad(f, x) / L - xs) <= (1 - mu / L) ** 2 * sq(x - xs)
    derivation = Lemma("it", given=GIVEN, claim=claim).find_proof().derive()
    assert derivation.theorem.conclusion == claim and not derivation.theorem.admits
    assert {step.kind for step in derivation.outline} >= {"case", "close"}


def test_what_fails_in_one_of_the_cases_is_not_proved():
    """Where μ < L a quadratic of curvature μ denies it; where μ = L the step ends in x*."""
    claim = sq(x - grad(f, x) / L - xs) <= (1 - mu / L) ** 2 / 2 * sq(x - xs)
    with pytest.raises(ProofError, match="the claim is false at"):
        Lemma("it", given=GIVEN, claim=claim).find_proof()


def test_the_best_rate_for_all_steps_is_that_of_constants_apart():
    given = GIVEN | dict(gd=GradientDescent(f, iterates, 2 / (mu + L)))
    claim = forall(k, sq(iterates[k] - xs) <= rho**k * sq(iterates[0] - xs))
    rate = Lemma("it", given=given, claim=claim, unknown=rho)
    rate.proof(searched())
    found = rate.derive()
    assert "((L − μ)²/(L + μ)²)^k" in f"{found.statement.claim}"


def test_the_inequalities_hold_for_random_quadratics_and_are_attained():
    """Judged apart from the kernel, at the ends of the spectrum: f(x) = c·x²/2, −L ≤ c ≤ L."""
    rng = np.random.default_rng(0)
    c, a, b = rng.uniform(-2, 2, 500), rng.normal(size=500), rng.normal(size=500)
    rise = c * (a**2 - b**2) / 2
    change = c * (a - b)
    between = c * (a + b) * (a - b) / 2 + change**2 / 8 - (a - b) ** 2 / 2
    assert (rise >= between - 1e-12).all()
    assert np.isclose(rise, between, atol=2e-2)[np.abs(c) > 1.99].all()
