"""Hypotheses that leave next to nothing are said to; those that leave something are not."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    FALSE,
    PL,
    Function,
    Lemma,
    ProofError,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    ne,
    rational,
    sq,
)
from plproof.proof.script import Proof
from plproof.search.claims.emptiness import contradiction, crossed, what_is_left, what_is_steep
from plproof.search.finding.script import searched

E = Space("E")
f = Function("f", E)
x, y, x1, xs = Vectors("x y x1 x*", E)
mu, L, rho = Reals("mu L rho")


def tangent(c):
    return f(x) + ip(grad(f, x), y - x) + c / 2 * sq(y - x)


def below(c):
    return forall([x, y], f(y) >= tangent(c))


def above(c):
    return forall([x, y], f(y) <= tangent(c))


def facts(**given):
    return Proof("these", given, FALSE).hypotheses()


@pytest.mark.parametrize("strong", [below(mu), StronglyConvex(f, mu)])
def test_more_strongly_convex_than_smooth_leaves_one_point(strong):
    given = dict(mu_pos=mu > 0, low=strong, up=above(L))
    said = what_is_left(facts(**given, order=mu > L))
    assert "u = v for all u and v" in said and "the space {0} alone" in said
    assert "low" in said and "up, with mu_pos, order, prove" in said
    assert what_is_left(facts(**given, order=mu <= L)) == ""


@pytest.mark.parametrize(
    ("steep", "left"),
    [
        (StronglyConvex(f, mu), "the space {0} alone"),
        (PL(f, mu, xs), "f is nowhere above f(x*)"),
    ],
)
def test_a_class_that_is_bent_more_than_it_may_is_told_by_the_names_of_its_constants(steep, left):
    given = dict(L_pos=L > 0, smooth=Smooth(f, L), steep=steep)
    said = crossed(Proof("these", dict(order=mu > L, **given), FALSE))
    assert "smooth and steep contradict each other, nearly: μ > L" in said
    assert left in said and "order=mu < L" in said
    of_another = given | dict(smooth=Smooth(Function("g", E), L), order=mu > L)
    for fine in (given, dict(order=mu <= L, **given), of_another):
        assert crossed(Proof("these", fine, FALSE)) == ""


@pytest.mark.parametrize(
    ("hypothesis", "said"),
    [
        (f(x) <= f(y), "f(u) ≤ f(v)"),
        (f(x) + 1 <= f(y), "1 ≤ 0"),
        (sq(grad(f, x)) <= 0 * f(y), "∇f(u) = 0"),
        (sq(grad(f, x) - grad(f, y)) <= 0, "∇f(u) = ∇f(v)"),
        (sq(grad(f, x)) <= f(y), ""),
        (f(x) - 1 <= f(y), ""),
        (sq(grad(f, x) - grad(f, y)) <= rational(1, 10**6) * sq(x - y), ""),
    ],
)
def test_what_two_points_leave(hypothesis, said):
    found = what_is_left(facts(told=forall([x, y], hypothesis)))
    assert found.startswith(f"told proves that {said} for all") if said else found == ""


def test_numbers_that_contradict_each_other_are_named():
    given = dict(L_pos=L > 0, mu_pos=mu > 0, low=L <= -mu)
    assert contradiction(facts(**given, spare=mu <= 7)).startswith("L_pos, mu_pos, low contradict")
    assert contradiction(facts(L_pos=L > 0, mu_pos=mu > 0, low=mu <= L)) == ""
    assert contradiction(facts(square=L**2 <= -1)).startswith("square is false")


def test_the_reader_of_a_failed_search_is_told():
    theorem = Lemma(
        "a step",
        given=dict(
            low=below(rational(2)),
            up=above(rational(1)),
            minimum=eq(grad(f, xs), 0),
            gd=eq(x1, x - grad(f, x)),
        ),
        claim=sq(x1 - xs) <= sq(x - xs) / 3,
    )
    theorem.proof(searched())
    with pytest.raises(ProofError, match="low, up prove that u = v for all u and v"):
        theorem.derive()


def interpolated(low, high):
    """The inequality of functions with curvatures from low to high, as it is usually written."""
    steps, slopes = x - y, grad(f, x) - grad(f, y)
    rest = sq(slopes) / high + low * sq(steps) - 2 * low / high * ip(slopes, steps)
    plain = f(x) - f(y) - ip(grad(f, y), steps)
    return forall([x, y], plain >= rest / (2 * (1 - low / high)))


def test_curvatures_the_wrong_way_round_bound_nothing():
    given = dict(L_pos=L > 0, mu_pos=mu > 0, curved=interpolated(mu, L))
    said = what_is_steep(facts(**given, order=mu > L))
    assert "curved holds for f(x) = 500000·‖x‖² too" in said
    assert "2·(1 − μ/L), by which what is given is divided, is negative" in said
    assert what_is_steep(facts(**given, order=mu < L)) == ""
    claim = sq(x - grad(f, x) / L - xs) <= rho * sq(x - xs)
    first = dict(L_pos=L > 0, apart=ne(2 * (1 - mu / L), 0))  # defined is what comes after it
    given = first | given | dict(order=mu > L, minimum=eq(grad(f, xs), 0))
    with pytest.raises(ProofError, match="is negative"):
        Theorem("no class", given=given, claim=claim, unknown=rho).find_proof()


def test_what_bounds_no_slope_is_said_to():
    assert "low, strong hold" in what_is_steep(facts(low=below(0 * mu), strong=below(mu), m=mu > 0))
    assert what_is_steep(facts(low=below(0 * mu), up=above(L), L_pos=L > 0)) == ""
    assert what_is_steep(facts(minimum=eq(grad(f, xs), 0))) == ""
    affine = forall([x, y], eq(grad(f, x), grad(f, y)))  # no comparison, and it may bound slopes
    assert what_is_steep(facts(low=below(0 * mu), affine=affine)) == ""
