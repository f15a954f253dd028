"""Bounds by what is given of the first member, as a radius: found from those by the member."""

import pytest

from plproof import (
    Function,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    searched,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.statements.first_member import of_first_member
from tests.thorough import THOROUGH, slow

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
v, w, xs = Vectors("v w x*", E)
x = Sequence("x", E)
q, R, D, rho = Reals("q R D rho")
k, N = Naturals("k N")
PROXIMAL = dict(
    convex=forall([v, w], f(v) >= f(w) + ip(g(w), v - w)),
    stationary=eq(g(xs), 0),
    method=forall(k, eq(x[k + 1], x[k] - g(x[k + 1]))),
)
#: a step that multiplies ‖x − x*‖² by q at most
SHRINKING = dict(
    q_nonneg=q >= 0,
    shrinks=forall(v, sq(v - grad(f, v) - xs) <= q * sq(v - xs)),
    method=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]))),
)


def gap(v):
    return f(v) - f(xs)


def lemma(given, claim, **more):
    found = Lemma("first member", given=given, claim=claim, **more)
    found.proof(searched())
    return found


def proved(given, claim):
    theorem = lemma(given, claim).derive().theorem
    return theorem.conclusion == claim and set(theorem.hypotheses) <= set(given.values())


@slow
def test_a_radius_bounds_what_the_first_distance_does():
    given = PROXIMAL | dict(radius=norm(x[0] - xs) <= R)
    claim = forall(N, gap(x[N + 1]) <= rho * R**2)
    found = lemma(given, claim, unknown=rho).derive()
    assert f"{found.theorem.conclusion}" == "∀N. f(x[N + 1]) − f(x*) ≤ 1/(4·(N + 1))·R²"


def test_a_radius_with_a_power_of_the_number_of_steps():
    given = SHRINKING | dict(radius=sq(x[0] - xs) <= D)
    assert proved(given, forall(k, sq(x[k] - xs) <= q**k * D))
    if THOROUGH:
        with pytest.raises(ProofError, match=r"not found"):
            lemma(given, forall(k, sq(x[k] - xs) <= q ** (2 * k) * D)).derive()


@slow
def test_a_bound_that_is_too_good_is_told_where_the_radius_may_be_the_distance():
    given = PROXIMAL | dict(radius=sq(x[0] - xs) <= R**2)
    wrong = forall(N, gap(x[N + 1]) <= R**2 / (4 * (N + 2)))
    with pytest.raises(ProofError, match=r"N = 0 they carry no less than 2 (.*\n)*.*R² is read"):
        lemma(given, wrong).derive()


def test_the_radius_may_be_the_distance_unless_more_is_said_of_it():
    given = PROXIMAL | dict(radius=sq(x[0] - xs) <= R**2)
    wrong = forall(N, gap(x[N + 1]) <= R**2 / (4 * (N + 2)))
    (first,) = of_first_member(Proof("t", given, wrong), wrong)
    assert "radius" not in first.others(Proof("t", given, wrong))
    small = given | dict(small=R <= 1)  # then it may not
    assert "radius" in first.others(Proof("t", small, wrong))


def test_a_number_that_bounds_from_below_or_is_not_in_the_claim_is_not_read():
    for bound in (sq(x[0] - xs) >= R**2, sq(x[0] - xs) <= D, sq(v - xs) <= R**2):
        goal = forall(N, gap(x[N]) <= R**2 / (N + 1))
        assert not list(of_first_member(Proof("t", PROXIMAL | dict(b=bound), goal), goal))
