"""Points x − ∇f(x)/L, which a search tries where it finds nothing without them."""

from __future__ import annotations

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    Proof,
    ProofError,
    Reals,
    Sequence,
    Smooth,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    rational,
    sq,
)
from plproof.search.claims.advice import about_equations
from plproof.search.claims.more_points import after_a_step

E = Space("E")
f, h = Function("f", E), Function("h", E)
x, y, z, xs, x1 = Vectors("x y z x* x1", E)
X = Sequence("X", E)
L, c, beta = Reals("L c beta")
SMOOTH = dict(L_pos=L > 0, smooth=Smooth(f, L), least=forall(y, f(xs) <= f(y)))


def test_the_gradient_is_bounded_by_the_gap_with_a_point_nobody_named():
    stated = Lemma("it", given=SMOOTH, claim=sq(grad(f, x)) <= c * (f(x) - f(xs)), unknown=c)
    assert stated.find_proof().claim == (sq(grad(f, x)) <= 2 * L * (f(x) - f(xs)))


def test_what_is_false_stays_so():
    claim = sq(grad(f, x)) <= rational(199, 100) * L * (f(x) - f(xs))
    with pytest.raises(ProofError, match="the claim is false"):
        Lemma("it", given=SMOOTH, claim=claim).find_proof()


@pytest.mark.parametrize(
    ("claim", "points", "more"),
    [
        (f(x) <= f(y), [], [x, y]),
        (f(x) <= f(y), [x - grad(f, x) / L], [y]),
        (f(x) + f(y) <= f(z), [], [x, y]),
        (h(x) <= h(y), [], []),
        (f(X[0]) <= f(x), [], []),
        (f(x - grad(f, x)) <= f(x), [], [x]),
    ],
    ids=str,
)
def test_there_are_few_and_of_smooth_functions_alone(claim, points, more):
    found = after_a_step(Proof("it", SMOOTH, claim), claim, points)
    assert found == [v - grad(f, v) / L for v in more]


@pytest.mark.parametrize("known", [{}, dict(L_pos=L >= 0), dict(L_pos=beta > 0)], ids=str)
def test_there_are_none_where_the_constant_may_be_zero(known):
    claim = f(x) <= f(y)
    assert after_a_step(Proof("it", dict(smooth=Smooth(f, L)) | known, claim), claim, []) == []


def test_a_point_that_is_asked_for_is_not_asked_for_again():
    given = dict(least=SMOOTH["least"], descent=eq(x1, x - grad(f, x)))
    p = Proof("it", given, f(x) <= f(xs))
    assert "searched(points=[x1]) adds it" in about_equations(p.hypotheses(), p.goal, ())
    assert about_equations(p.hypotheses(), p.goal, (), None, [x1]) == ""
