"""The best value of an unknown on the smaller side of a claim is the largest that will do."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import Function, Lemma, Reals, Space, Vectors, eq, forall, grad, ip, sq
from plproof.language.binding import substitute
from plproof.language.terms import number
from plproof.proof.errors import ProofError
from plproof.search.counterexamples.functions.classes import interpolation
from plproof.search.finding.discover import negated
from plproof.search.statements.parameters import evaluated
from tests.inequalities import smooth_and_convex

E = Space("E")
f = Function("f", E)
x, v, w, xs = Vectors("x v w x*", E)
mu, L, rho, a, b = Reals("mu L rho a b")
CONVEX = dict(
    L_pos=L > 0,
    pairs=forall([v, w], smooth_and_convex(f, v, w, L)),
    still=eq(grad(f, xs), 0),
)
PAIRS = dict(
    pairs=forall([v, w], interpolation(f, v, w, Fraction(0), Fraction(1))),
    still=eq(grad(f, xs), 0),
)
GAP = f(x) - f(xs)


@pytest.mark.parametrize(
    ("claim", "best"),
    [
        (GAP >= rho * sq(grad(f, x)) / L, "1/2"),
        (rho * (f(x - grad(f, x) / L) - f(xs)) <= L * sq(x - xs), "6"),
        (forall(x, ip(grad(f, x), x - xs) >= rho * sq(grad(f, x))), "1/L"),
    ],
    ids=["larger side", "smaller side", "in symbols, for all points"],
)
def test_the_largest_value_is_found_and_proved(claim, best):
    found = Lemma("largest", given=CONVEX, claim=claim).find_proof(unknown=rho)
    assert found.title.endswith(f"ρ = {best}") and found.derive()


@pytest.mark.parametrize("hair", ["1/2", "500001/1000000"])
def test_a_hair_more_is_false(hair):
    claim = GAP >= number(Fraction(hair)) * sq(grad(f, x))
    lemma = Lemma("largest", given=PAIRS, claim=claim)
    if hair == "1/2":
        assert lemma.find_proof().derive()
    else:
        with pytest.raises(ProofError, match="the claim is false"):
            lemma.find_proof()


def test_where_every_value_will_do_none_is_the_best():
    """Its multiple is 0, as ∇f(x*) is, or in the space {0}."""
    for given, claim in (
        (PAIRS, rho * sq(grad(f, xs)) <= GAP),
        (PAIRS | dict(one=forall(v, sq(v - xs) <= 0)), rho * sq(x - xs) <= GAP),
    ):
        with pytest.raises(ProofError, match="every value is carried by them"):
            Lemma("all", given=given, claim=claim).find_proof(unknown=rho)


def test_minus_a_term_is_written_without_two_signs():
    values = {a: number(Fraction(3)), b: number(Fraction(7, 2))}
    for t, shown in (
        (-a, "a"),
        (-1 / b, "1/b"),
        (number(-2) * a / b, "2·a/b"),
        (a - b, "−a + b"),
        (a / b, "−a/b"),
        (a * b, "−a·b"),
        (number(Fraction(-1, 2)), "1/2"),
    ):
        minus = negated(t)
        assert evaluated(substitute(minus + t, values)) == 0, t
        assert f"{minus}" == shown
