"""Theorems offered to a search are used at the steps and points of the goal, where they hold."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Definition,
    Function,
    LanguageError,
    Lemma,
    ProofError,
    Reals,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    searched,
    sq,
)
from plproof.proof.script import Proof
from plproof.search.claims.offered import instances_of

E, W = Space("E"), Space("W")
f, g = Function("f", E), Function("g", W)
v, w = Vectors("v w", E)
x, x1, x2, y = Vectors("x x1 x2 y", W)
beta, gamma, L, rho = Reals("beta gamma L rho")

Below = Definition(
    "Below",
    [f, beta],
    forall([v, w], f(w) <= f(v) + ip(grad(f, v), w - v) + beta / 2 * sq(w - v)),
)
decrease = Lemma(
    "A short step",
    given=dict(gamma_pos=gamma > 0, short=gamma * beta <= 1, below=Below(f, beta)),
    claim=f(v - gamma * grad(f, v)) <= f(v) - gamma / 2 * sq(grad(f, v)),
)


@decrease.proof
def _(p):
    room = gamma / 2 * (p.short * sq(grad(f, v)))
    p.have(decrease.claim, by=[p.below(v, v - gamma * grad(f, v)), p.gamma_pos * room])


GIVEN = dict(L_pos=L > 0, below=Below(g, L))


def offered(goal, **more):
    p = Proof("these", GIVEN | more, goal)
    return {str(fact.claim) for fact in instances_of(p, decrease, goal)}


def at(point, length):
    step = point - length * grad(g, point)
    return str(g(step) <= g(point) - length / 2 * sq(grad(g, point)))


def test_the_step_is_read_off_the_points_of_the_goal():
    assert at(x, 1 / L) in offered(g(x - grad(g, x) / L) <= g(x))
    assert at(x, 1 / (2 * L)) in offered(g(x1) <= g(x), gd=eq(x1, x - grad(g, x) / (2 * L)))
    twice = dict(gd=eq(x1, x - grad(g, x) / L), then=eq(x2, x1 - grad(g, x1) / L))
    written = x - grad(g, x) / L
    assert {at(x, 1 / L), at(written, 1 / L)} <= offered(g(x2) <= g(x), **twice)


def test_a_step_that_is_too_long_is_no_step_of_the_theorem():
    with pytest.raises(ProofError, match="short: 2/L·L ≤ 1"):
        offered(g(x - 2 / L * grad(g, x)) <= g(x))
    with pytest.raises(ProofError, match="gamma_pos"):  # no step at all
        offered(g(x + grad(g, x) / L) <= g(x))
    with pytest.raises(ProofError, match="gamma_pos"):  # nor one from another point
        offered(g(x1) <= g(x), gd=eq(x1, y - grad(g, x) / L))
    allowed = offered(g(x1) <= g(x), gd=eq(x1, x - grad(g, x) / L), then=eq(x2, x - 3 / L * y))
    assert allowed == {at(x, 1 / L)}


def test_a_rate_is_found_with_it():
    theorem = Lemma(
        "two steps",
        given=GIVEN | dict(gd=eq(x1, x - grad(g, x) / L), then=eq(x2, x1 - grad(g, x1) / L)),
        claim=g(x2) <= g(x) + rho * (sq(grad(g, x)) + sq(grad(g, x1))),
    )
    found = theorem.find_proof(using=[decrease], unknown=rho)
    assert found.title == "two steps: ρ = (−1)/(2·L)"


@pytest.mark.parametrize(
    ("using", "said"),
    [
        (lambda: decrease, r"write decrease\.proof\(searched\(\)\)"),
        (lambda: [decrease.claim], "lists theorem objects"),
    ],
)
def test_what_is_no_list_of_theorems_is_refused_with_what_to_write(using, said):
    with pytest.raises(LanguageError, match=said):
        searched(using())
