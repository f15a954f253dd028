"""Rates for every k, from one step that the search finds, by induction."""

import pytest

from plproof import (
    Function,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    rational,
    searched,
    sq,
)
from plproof.language.terms import number
from plproof.proof.errors import ProofError
from plproof.search.finding.induction import one_step

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
v, w, xs = Vectors("v w x*", E)
x = Sequence("x", E)
mu, L, gamma, rho, c = Reals("mu L gamma rho c")
k = Natural("k")
RESTRICTED = dict(
    mu_pos=mu > 0,
    order=mu <= L,
    secant=forall(v, ip(grad(f, v), v - xs) >= mu * sq(v - xs)),
    bound=forall(v, sq(grad(f, v)) <= L**2 * sq(v - xs)),
    method=forall(k, eq(x[k + 1], x[k] - mu / L**2 * grad(f, x[k]))),
)
PROXIMAL = dict(
    gamma_pos=gamma > 0,
    convex=forall([v, w], f(v) >= f(w) + ip(g(w), v - w) + sq(v - w) / 2),
    stationary=eq(g(xs), 0),
    method=forall(k, eq(x[k + 1], x[k] - gamma * g(x[k + 1]))),
)


def distance(v):
    return sq(v - xs)


def stated(given, claim, **more):
    lemma = Lemma("for all k", given=given, claim=forall(k, claim), **more)
    lemma.proof(searched())
    return lemma


def test_the_rate_is_found_for_all_k_also_of_implicit_steps():
    lemma = stated(PROXIMAL, distance(x[k]) <= rho**k * distance(x[0]), unknown=rho)
    assert (
        lemma.find_proof().claim
        == stated(PROXIMAL, distance(x[k]) <= (1 / (1 + gamma) ** 2) ** k * distance(x[0])).claim
    )


@pytest.mark.parametrize("hair", ["1", "1.000001"])
def test_a_hair_too_good_fails_on_a_function_after_a_few_steps(hair):
    rate = 1 - rational(hair) * mu**2 / L**2
    lemma = stated(RESTRICTED, distance(x[k]) <= rate**k * distance(x[0]))
    if hair == "1":
        theorem = lemma.derive().theorem
        assert theorem.conclusion == lemma.claim
        assert set(theorem.hypotheses) <= set(RESTRICTED.values())
        return
    with pytest.raises(ProofError, match=r"the claim is false at k = \d"):
        lemma.derive()


def test_what_is_so_of_all_points_is_so_of_all_members():
    low = dict(RESTRICTED, low=forall(v, f(v) <= c))
    lemma = stated(low, f(x[k]) <= c)
    assert lemma.derive().theorem.conclusion == lemma.claim


@pytest.mark.parametrize(
    ("bound", "message"),
    [
        (distance(x[0]) / (k + 1), "a bound q"),
        ((1 - mu**2 / L**2) ** k * distance(x[0]), "by induction, whose step is not found"),
    ],
    ids=["no power", "a sum of norms"],
)
def test_what_is_not_found_is_not_called_false(bound, message):
    half = L / 2 * norm(v - xs)
    given = RESTRICTED | dict(bound=forall(v, norm(grad(f, v)) <= half + half))
    with pytest.raises(ProofError) as caught:
        stated(given, distance(x[k]) <= bound).derive()
    assert message in f"{caught.value} {caught.value.hint}"
    assert "the claim is false" not in f"{caught.value}"


def test_which_claims_have_a_step():
    q = rational(1, 2)
    step = one_step(forall(k, distance(x[k]) <= q ** (2 * k) * c / L))
    assert step.factor == q**2 and step.claim.args[1] == q**2 * distance(x[step.k])
    assert one_step(forall(k, c >= f(x[k]))).factor is None
    assert one_step(forall(k, f(x[k]) <= number(1) ** k * c)).factor is None
    for claim in (c <= f(x[k]) / (k + 1), f(x[k]) <= k * c, f(x[k]) <= c ** (k * k), c <= q**k):
        assert one_step(forall(k, claim)) is None
    assert one_step(forall(k, f(x[k + 1]) <= f(x[k]))) is None


def test_a_rate_is_only_looked_for_where_one_step_tells_it():
    for bound in (rho ** (2 * k) * distance(x[0]), rho**k * distance(x[0]) * rho):
        with pytest.raises(ProofError, match=r"for all k the best ρ is found in a bound ρ\*\*k"):
            stated(PROXIMAL, distance(x[k]) <= bound, unknown=rho).find_proof()
