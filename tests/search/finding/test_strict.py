"""Strict claims: proved where something strict carries them, false where the sides can be equal."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    Minimiser,
    Real,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    implies,
    ip,
    ne,
    norm,
    rational,
    searched,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.search.counterexamples.functions.classes import interpolation
from plproof.search.finding.worst import worst_case
from tests.inequalities import smooth_and_convex

F = Fraction
E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
(L,) = Reals("L")
CONVEX = forall([y, z], f(y) >= f(z) + ip(grad(f, z), y - z))
PAIRS = forall([y, z], interpolation(f, y, z, F(0), F(1)))
SMOOTH = forall(
    [y, z],
    smooth_and_convex(f, y, z, L),
)


def refused(claim, **given):
    """Return what is said of a claim that is not proved, and the function it is false with."""
    theorem = Theorem("strict", given=given, claim=claim)
    with pytest.raises(ProofError) as failure:
        theorem.find_proof()
    return str(failure.value), worst_case(theorem)


@pytest.mark.parametrize("sides", ["lt", "gt"])
def test_a_claim_that_fails_only_by_equality_is_false(sides):
    small, large = f(x - grad(f, x)), f(x)
    claim = small < large if sides == "lt" else large > small
    said, case = refused(claim, pairs=PAIRS, minimum=Minimiser(f, xs))
    assert "the claim is false" in said and "not below" in said
    assert case.is_false and case.violation == 0
    assert case.evaluate(small) == case.evaluate(large)
    weak = Theorem("weak", given=dict(pairs=PAIRS, minimum=Minimiser(f, xs)), claim=small <= large)
    assert weak.find_proof().derive()
    other = worst_case(weak)
    assert other is None or not other.is_false


def test_the_worst_rate_is_attained_and_not_below_itself():
    """Drori and Teboulle, 2014: 1/6 for one step, attained where x is not the minimiser."""
    given = dict(pairs=PAIRS, still=eq(grad(f, xs), 0), apart=ne(x, xs))
    gap = f(x - grad(f, x)) - f(xs)
    said, case = refused(gap < sq(x - xs) / 6, **given)
    assert "is 1/6, not below 1/6" in said and case.is_false and case.left == F(1, 6)
    hair = rational(1000001, 6000000)
    assert (
        Theorem("a hair weaker", given=given, claim=gap < hair * sq(x - xs)).find_proof().derive()
    )


@pytest.mark.parametrize("c", [F(0), F(1, 1000000)])
def test_what_is_above_by_a_number_is_strict(c):
    claim = f(x) - f(y) < ip(grad(f, x), x - y) + rational(c.numerator, c.denominator)
    if c:
        assert Theorem("room", given=dict(convex=CONVEX), claim=claim).find_proof().derive()
        more = Theorem("room", given=dict(convex=CONVEX), claim=claim.args[0] <= claim.args[1])
        assert more.find_proof().derive()
    else:
        assert "the claim is false" in refused(claim, convex=CONVEX)[0]


def test_strict_premises_carry_claims_with_symbols():
    given = dict(L_pos=L > 0, smooth=SMOOTH, moving=ne(grad(f, x), 0))
    claim = f(x - grad(f, x) / L) < f(x)
    assert Theorem("descent", given=given, claim=claim).find_proof().derive()
    said, case = refused(claim, L_pos=L > 0, smooth=SMOOTH)
    assert "the claim is false at L = 1" in said and case.is_false


def test_a_condition_in_the_claim_is_a_hypothesis_of_the_function_too():
    """Its label, "x ≠ x*", is no name of Python."""
    gap = f(x - grad(f, x)) - f(xs)
    claim = implies(ne(x, xs), gap < sq(x - xs) / 6)
    said, _ = refused(claim, pairs=PAIRS, still=eq(grad(f, xs), 0))
    assert "is 1/6, not below 1/6" in said


def test_a_strict_claim_has_no_least_rate():
    rho = Real("rho")
    claim = f(x - grad(f, x)) - f(xs) < rho * sq(x - xs)
    lemma = Lemma("strict", given=dict(pairs=PAIRS, still=eq(grad(f, xs), 0)), claim=claim)
    with pytest.raises(ProofError, match="write A <= B"):
        lemma.find_proof(unknown=rho)


def test_a_statement_that_fails_by_equality_is_refuted_by_the_kernel():
    home = Space.coordinates(1)
    given = dict(smooth=Smooth(f, 1), curved=StronglyConvex(f, 0), still=eq(grad(f, xs), 0))
    claim = f(x) - f(xs) < sq(x - xs) / 2
    lemma = Lemma("strict", given=given, claim=claim, expect="refuted", spaces={E: home})
    lemma.proof(searched())
    assert lemma.derive().theorem


def test_lengths_in_hypotheses_and_claims():
    given = dict(smooth=Smooth(f, 1), curved=StronglyConvex(f, 1), still=eq(grad(f, xs), 0))
    said, case = refused(norm(x - xs) < norm(grad(f, x)), far=norm(x - xs) > 1, **given)
    assert case.is_false and case.left == case.right > 1 and "is 2, not below 2" in said


def test_what_is_neither_proved_nor_refuted_is_said_so():
    """It is false, but in two dimensions only, where the numeric search reads no lengths."""
    u, v = Vectors("u v", E)
    plane = dict(one=eq(sq(u), 1), other=eq(sq(v), 1), across=eq(ip(u, v), 0))
    given = dict(smooth=Smooth(f, 1), curved=StronglyConvex(f, 1), still=eq(grad(f, xs), 0))
    said, case = refused(
        sq(x - xs) < sq(grad(f, x)), far=norm(x - xs) > 5_000_000, **given, **plane
    )
    assert case is None and "A ≤ B is proved" in said and "false" not in said
