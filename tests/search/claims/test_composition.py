"""Claims about many steps from one step: what composes is proved, a hair more is not."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Real,
    Reals,
    Sequence,
    Space,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.proof.script import Proof
from plproof.search.claims.composition import bounds
from plproof.search.claims.find import find
from plproof.search.claims.rates_of_steps import rate_of_steps
from plproof.search.claims.same_steps import by_comparison, by_contraction
from plproof.search.statements.premises import at_numbers
from plproof.search.statements.recursions import recursion
from tests.inequalities import smooth_and_convex

E = Space("E")
f, s = Function("f", E), Function("s", E, E)
a, b, xs = Vectors("a b x*", E)
mu, L, gamma = Reals("mu L gamma")
k_th = [Vector(f"x{k}", E) for k in range(13)]


def between(a, b):
    """The interpolation inequality of μ-strongly convex, L-smooth functions (Taylor, 2017)."""
    g, d = grad(f, a) - grad(f, b), a - b
    return f(a) >= f(b) + ip(grad(f, b), d) + (sq(g) / L + mu * sq(d) - 2 * mu / L * ip(g, d)) / (
        2 * (1 - mu / L)
    )


def stated(claim, step=1 / L, steps=6, **more):
    """A proof to be made about steps x − step·∇f(x) from x₀ on."""
    given = dict(mu_pos=mu > 0, order=mu < L, between=forall([a, b], between(a, b)))
    given |= dict(still=eq(grad(f, xs), 0), **more)
    for k in range(steps):
        given[f"step{k}"] = eq(k_th[k + 1], k_th[k] - step * grad(f, k_th[k]))
    return Proof("t", given, claim)


def composed(p, *ways):
    facts = at_numbers(p, p.hypotheses(), p.goal)
    for way in ways or (by_contraction, by_comparison):
        found = way(p, p.goal, facts, (), (), find)
        if found is not None:
            assert found.claim == p.goal and not found.thm.axioms and not found.thm.admits
            assert set(found.thm.hypotheses) <= {fact.claim for fact in p.hypotheses()}
            return [step.kind for step in p.outline]
    return []


def gap(x):
    return f(x) - f(xs)


def away(x):
    return sq(x - xs)


ANY_STEP = dict(step=gamma, positive=gamma > 0, short=gamma * (L + mu) <= 2)


def test_a_rate_after_six_steps_in_symbols():
    assert composed(stated(gap(k_th[6]) <= (1 - mu / L) ** 12 * gap(k_th[0])))
    wanted = away(k_th[6]) <= (1 - gamma * mu) ** 12 * away(k_th[0])
    # a lemma about a step is all there is to it
    assert composed(stated(wanted, **ANY_STEP)).count("have") == 2


@pytest.mark.parametrize(
    "factor",
    [
        (1 - mu / L) ** 12 * (1 - rational("1e-6")),
        (1 - mu / L) ** 18,
        (1 - 2 * mu / L) ** 12,
        (1 - rational("1.000001") * mu / L) ** 12,
    ],
)
def test_what_is_too_good_is_not(factor):
    p = stated(gap(k_th[6]) <= factor * gap(k_th[0]))
    assert not composed(p) and not p.outline


def test_nor_is_a_step_in_the_wrong_direction_or_of_the_wrong_length():
    claim = away(k_th[6]) <= (1 - gamma * mu) ** 12 * away(k_th[0])
    assert not composed(stated(claim, **ANY_STEP | dict(step=-gamma)))
    assert not composed(stated(claim, **ANY_STEP | dict(short=gamma * L <= 2)))


def test_two_measures_and_what_no_step_increases():
    assert composed(stated(gap(k_th[6]) <= L / 2 * (1 - mu / L) ** 12 * away(k_th[0])))
    convex = smooth_and_convex(f, a, b, L)
    any_step = dict(between=forall([a, b], convex), step=gamma, positive=gamma > 0)
    claim = 12 * gamma * gap(k_th[6]) <= away(k_th[0])
    assert composed(stated(claim, **any_step, short=gamma * L <= 1))
    # with a step 2/L neither need decrease, and the claim is false
    assert not composed(stated(claim, **any_step, short=gamma * L <= 2))


@pytest.mark.parametrize(("once", "whole"), [(2, 12), (1, None), (3, None)])
def test_the_best_rate_of_steps_is_a_power_where_none_is_less(once, whole):
    rho = Real("rho")
    p = stated(gap(k_th[6]) <= rho * gap(k_th[0]))
    best = rate_of_steps(p, p.goal, rho, p.hypotheses(), (), (), lambda part: (1 - mu / L) ** once)
    assert (best is None) if whole is None else best == (1 - mu / L) ** whole


def test_recursions_are_read_in_whatever_way_they_are_written():
    x = Sequence("x", E)

    def steps(first, last, *claims):
        p = Proof("t", {f"h{n}": c for n, c in enumerate(claims)}, gap(last) <= gap(first))
        return recursion(first, last, [xs], p.hypotheses())

    def step(v):
        return v - gamma * grad(f, v)

    members = steps(x[0], x[2], eq(x[2], step(x[1])), eq(x[1], step(x[0])))
    assert [s.points for s in members] == [[x[0], x[1]], [x[1], x[2]]]
    written = steps(a, step(step(step(a))))
    assert [s.points[1] for s in written] == [step(a), step(step(a)), step(step(step(a)))]
    halves = [eq(k_th[1], step(k_th[0])), eq(k_th[2], k_th[1] - gamma * s(k_th[2]))]
    halves += [eq(k_th[3], step(k_th[2])), eq(k_th[4], k_th[3] - gamma * s(k_th[4]))]
    assert [len(s.links) for s in steps(k_th[0], k_th[4], *halves)] == [2, 2]
    assert steps(k_th[0], k_th[4], *halves[:3]) is None
    assert steps(k_th[0], k_th[2], eq(k_th[2], k_th[1] + k_th[0])) is None  # of a third point


def test_points_may_be_written_out():
    there = k_th[0]
    for _ in range(3):
        there = there - grad(f, there) / L
    steep = sq(grad(f, there)) <= (1 - mu / L) ** 6 * sq(grad(f, k_th[0]))
    assert composed(stated(steep, steps=0))


def test_no_claim_of_another_form_is_read_as_one():
    for claim in (
        gap(k_th[6]) <= mu,
        gap(k_th[6]) <= gap(k_th[0]) * away(k_th[0]),
        gap(k_th[6]) <= 1 / gap(k_th[0]),
        gap(k_th[1]) <= (1 - mu / L) ** 2 * gap(k_th[0]),  # it is one step already
        eq(gap(k_th[6]), gap(k_th[0])),
    ):
        assert not list(bounds(claim, stated(claim).hypotheses()))
