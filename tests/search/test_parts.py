"""Claims that are made of several: conjunctions and conditions."""

import pytest

from plproof import (
    Function,
    Lemma,
    Reals,
    Space,
    Vectors,
    eq,
    forall,
    implies,
    norm,
    rational,
    searched,
    sq,
)
from plproof.proof.errors import ProofError

E = Space("E")
T = Function("T", E, E)
x, v, w, xs = Vectors("x v w x*", E)
c, rho = Reals("c rho")
CONTRACTION = dict(contracts=forall([v, w], 4 * sq(T(v) - T(w)) <= sq(v - w)), still=eq(T(xs), xs))


def far(t, bound):
    return sq(t - xs) <= bound


def stated(claim):
    lemma = Lemma("it", given=CONTRACTION, claim=claim)
    lemma.proof(searched())
    return lemma


@pytest.mark.parametrize(
    "claim",
    [
        far(T(x), sq(x - xs) / 4) & far(T(T(x)), sq(x - xs) / 16),
        implies(far(x, 1), far(T(x), rational(1, 4))),
        forall(x, implies(norm(x - xs) <= 1, norm(T(x) - xs) <= rational(1, 2))),
        forall(x, implies(far(x, c), implies(c <= 1, far(T(x), rational(1, 4))))),
    ],
    ids=["and", "if", "with norms for all", "twice"],
)
def test_the_parts_are_proved(claim):
    assert stated(claim).derive().theorem.conclusion == claim


@pytest.mark.parametrize(
    "claim",
    [
        far(T(x), sq(x - xs) / 4) & far(T(T(x)), sq(x - xs) / 17),
        implies(far(x, 1), far(T(x), rational(1, 5))),
        implies(far(x, 4), far(T(x), rational(1, 4))),
        far(T(x), rational(1, 4)),
    ],
)
def test_false_neighbours_are_not(claim):
    with pytest.raises(ProofError):
        stated(claim).derive()


def test_a_condition_counts_where_a_function_is_looked_for():
    """Without it f(x) = x²/2 at 1 would break the claim."""
    from plproof import Smooth, StronglyConvex, grad

    f = Function("f", E)
    given = dict(smooth=Smooth(f, 1), convex=StronglyConvex(f, 0), still=eq(grad(f, xs), 0))
    low = f(x) - f(xs) <= sq(x - xs) / 3
    true = Lemma("it", given=given, claim=implies(3 * norm(grad(f, x)) <= norm(x - xs), low))
    false = Lemma("it", given=given, claim=implies(norm(grad(f, x)) <= norm(x - xs), low))
    assert true.find_proof().derive().theorem
    with pytest.raises(ProofError, match="the claim is false"):
        false.find_proof()
