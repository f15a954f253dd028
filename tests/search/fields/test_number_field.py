"""Steps and constants with roots of numbers: read, proved exactly, and nothing a hair too good."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    ProofError,
    Real,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
    sqrt,
)
from plproof.kernel.rules import assume
from plproof.search.fields.number_field import Rewriting, SeveralRoots, field_of, value_of
from plproof.search.fields.roots import written
from plproof.search.programs.surd import Surd

E = Space("E")
rho = Real("rho")
f = Function("f", E)
a, b, xs, x0, x1, x2, y1 = Vectors("a b x* x0 x1 x2 y1", E)


def root(n):
    return sqrt(rational(n))


QUARTER = rational(1, 4)


def between(mu):
    """The interpolation inequality of μ-strongly convex, 1-smooth functions (Taylor, 2017)."""
    g, d = grad(f, a) - grad(f, b), a - b
    curved = (sq(g) + mu * sq(d) - 2 * mu * ip(g, d)) / (2 * (1 - mu))
    return forall([a, b], f(a) >= f(b) + ip(grad(f, b), d) + curved)


def stated(claim, mu=QUARTER, **steps):
    given = dict(between=between(mu), still=eq(grad(f, xs), 0), **steps)
    lemma = Lemma("t", given=given, claim=claim)
    lemma.name = "t"
    return lemma


def proved(lemma):
    th = lemma.find_proof().derive().theorem
    return not th.axioms and not th.admits and not th.oracles


STEP = dict(first=eq(x1, x0 - grad(f, x0) / root(2)))


def after_a_step(rate):
    return stated(sq(x1 - xs) <= rate * sq(x0 - xs), **STEP)


RATE = (1 - QUARTER / root(2)) ** 2


@pytest.mark.parametrize("rate", [RATE, RATE + rational("1e-9"), (33 - 8 * root(2)) / 32])
def test_a_step_with_a_root_is_read_and_its_rate_is_proved(rate):
    assert proved(after_a_step(rate))


@pytest.mark.parametrize(
    "rate",
    [RATE * (1 - rational("1e-6")), (1 - QUARTER / root(2)) ** 3, (1 - QUARTER * root(2)) ** 2],
    ids=["a hair", "power", "step"],
)
def test_a_better_rate_is_refused(rate):
    with pytest.raises(ProofError, match="not found: no proof found"):
        after_a_step(rate).find_proof()


def test_the_best_rate_with_such_a_step_is_found():
    found = after_a_step(rho).find_proof(unknown=rho)
    assert value_of(found.claim.args[1].args[0]) == value_of(RATE)


def test_the_sign_of_a_root_counts():
    backwards = dict(first=eq(x1, x0 + grad(f, x0) / root(2)))
    with pytest.raises(ProofError, match="not found: no proof found"):
        stated(sq(x1 - xs) <= RATE * sq(x0 - xs), **backwards).find_proof()
    turned = stated(sq(x1 - xs) <= (1 + 1 / root(2)) ** 2 * sq(x0 - xs), **backwards)
    assert proved(turned)


def test_points_with_roots_are_points_of_the_function():
    gap = f(x1) - f(xs) <= RATE * (f(x0) - f(xs))
    assert proved(stated(gap, **STEP))
    gap = f(x1) - f(xs) <= (RATE - rational("1e-6")) * (f(x0) - f(xs))
    with pytest.raises(ProofError, match="not found: no proof found"):
        stated(gap, **STEP).find_proof()


def test_momentum_with_a_root_in_its_coefficient():
    momentum = (root(10) - 1) / (root(10) + 1)
    steps = dict(
        first=eq(x1, x0 - grad(f, x0)),
        ahead=eq(y1, x1 + momentum * (x1 - x0)),
        second=eq(x2, y1 - grad(f, y1)),
    )
    claim = f(x2) - f(xs) <= (1 - 1 / root(10)) ** 2 * (f(x0) - f(xs) + sq(x0 - xs) / 20)
    assert proved(stated(claim, mu=rational(1, 10), **steps))


NUMBERS = [
    (1 / root(2), Surd(Fraction(0), Fraction(1, 2), 2)),
    ((root(10) - 1) / (root(10) + 1), Surd(Fraction(11, 9), Fraction(-2, 9), 10)),
    ((1 + root(2)) ** 3 * root(8), Surd(Fraction(20), Fraction(14), 2)),
    (sqrt(3 - 2 * root(2)), Surd(Fraction(-1), Fraction(1), 2)),
    (root(4) + 2 / (1 - root(2)), Surd(Fraction(0), Fraction(-2), 2)),
]


@pytest.mark.parametrize(("term", "value"), NUMBERS)
def test_numbers_are_written_anew_with_a_proof_that_they_are_the_same(term, value):
    assert value_of(term) == value
    rewriting = Rewriting(value.d)
    th = assume(proposition=f(x0 - term * a) <= sq(x0) / term)
    anew = rewriting.of(th)
    assert anew.hypotheses == th.hypotheses
    assert f"{anew.conclusion}" == f"{f(x0 - written(value) * a) <= written(1 / value) * sq(x0)}"
    assert rewriting.back(anew, th.conclusion).conclusion == th.conclusion


def test_two_roots_are_named_and_not_mixed():
    assert field_of([root(8) * f(a) <= sqrt(rational(1, 2)) * sq(a)]) == 2
    assert field_of([f(a) <= rational(4) * sqrt(sq(a))]) is None
    assert proved(after_a_step((root(2) / 2) ** 2 * root(4)))  # which is 1
    for t in (root(2) + root(3), sqrt(1 + root(2)), sqrt(7 + 2 * root(5))):
        with pytest.raises(SeveralRoots):
            value_of(t)
    claim = sq(x1 - xs) <= root(3) * sq(x0 - xs)
    with pytest.raises(ProofError, match=r"one square root are read.*√.* not of one kind"):
        stated(claim, **STEP).find_proof()
