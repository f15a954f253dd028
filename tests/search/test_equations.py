"""Claims that things are equal, and those of kinds that no search is made for."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    Reals,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.search.counterexamples.functions.classes import interpolation

E = Space("E")
f = Function("f", E)
x, y, v, w, x1, xs = Vectors("x y v w x1 x*", E)
mu, t = Reals("mu t")
CONVEX = dict(
    pairs=forall([v, w], interpolation(f, v, w, Fraction(0), Fraction(1))),
    still=eq(grad(f, xs), 0),
)
STEP = CONVEX | dict(move=eq(x1, x - grad(f, x)))
AT_REST = CONVEX | dict(rest=eq(grad(f, x), 0))


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (AT_REST, eq(f(x), f(xs))),
        (STEP, eq(sq(x1 - x), sq(grad(f, x)))),
        (STEP, eq(grad(f, x), x - x1)),
        (CONVEX, forall(x, eq(sq(x - xs), sq(x) - 2 * ip(x, xs) + sq(xs)))),
        (
            dict(
                mu_pos=mu > 0,
                strong=StronglyConvex(f, mu),
                one=eq(grad(f, x), 0),
                two=eq(grad(f, y), 0),
            ),
            eq(x, y),
        ),
    ],
    ids=["values", "lengths", "vectors", "for all points", "one minimiser"],
)
def test_equations_are_found_from_both_sides(given, claim):
    assert Lemma("equal", given=given, claim=claim).find_proof().derive().theorem


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (STEP, eq(f(x1), f(x))),
        (STEP, eq(sq(x1 - x), rational(1000001, 1000000) * sq(grad(f, x)))),
        (STEP, eq(x1, xs)),
        (AT_REST, eq(x, xs)),
    ],
    ids=["values", "a hair", "points", "two minimisers"],
)
def test_what_is_not_equal_is_so_on_a_function(given, claim):
    with pytest.raises(ProofError, match="the claim is false"):
        Lemma("not equal", given=given, claim=claim).find_proof()


@pytest.mark.parametrize(
    ("claim", "hint"),
    [
        (exists(t, f(x - t * grad(f, x)) <= f(x)), "name a value: p.exhibit"),
        ((f(x) <= f(y)) | (f(y) <= f(x)), "the side that holds"),
    ],
)
def test_claims_of_other_kinds_are_left_to_the_author(claim, hint):
    with pytest.raises(ProofError, match="comparisons are searched for") as raised:
        Lemma("another", given=CONVEX, claim=claim).find_proof()
    assert hint in raised.value.hint
