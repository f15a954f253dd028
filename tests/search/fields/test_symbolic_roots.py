"""Rates with a square root of the parameters are found and proved, none a hair better is."""

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
from plproof.search.fields.symbolic_roots import root_of_parameters
from tests.thorough import THOROUGH

E = Space("E")
f = Function("f", E)
x, y, x1, xs = Vectors("x y x1 x*", E)
mu, rho = Real("mu"), Real("rho")
apart = x - xs
BOUNDED = dict(mu_pos=mu > 0, bounded=forall(x, sq(grad(f, x)) <= sq(x - xs)))


def largest(value):
    """The claim that a value is at least the larger eigenvalue of [[1, μ], [μ, 0]]."""
    claim = sq(apart) + 2 * mu * ip(apart, grad(f, x)) <= value * (sq(apart) + sq(grad(f, x)))
    return Lemma("an eigenvalue", given=BOUNDED, claim=claim)


def pl_step(value):
    """The claim that a step 1/2 multiplies the gap by a value under PL, for L = 1."""
    change = sq(grad(f, x) - grad(f, y)) / 4 - sq(x - y) / 4
    between = ip(grad(f, x) + grad(f, y), x - y) / 2
    given = dict(
        mu_pos=mu > 0,
        order=mu < 1,
        smooth=forall([x, y], f(x) - f(y) >= between + change),
        pl=forall(x, sq(grad(f, x)) / 2 >= mu * (f(x) - f(xs))),
        gd=eq(x1, x - grad(f, x) / 2),
    )
    return Lemma("a short step", given=given, claim=f(x1) - f(xs) <= value * (f(x) - f(xs)))


SHORT = ((mu / 2 + sqrt((8 - 3 * mu - 3 * mu**2) / 2)) / (2 + mu)) ** 2


def test_a_root_of_a_parameter_is_discovered_and_proved():
    found = largest(rho).find_proof(unknown=rho)
    assert found.title == "an eigenvalue: ρ = 1/2 + √((1 + 4·μ²)/4)"
    assert not found.derive().theorem.axioms
    said = repr(found.explain())
    assert "(−1/2 + s)·‖x − x* + ((−1/2)/μ − 1/μ·s)·∇f(x)‖²\n  where s = √((1 + 4·μ²)/4)\n" in said


def test_a_root_is_recognised_where_no_premise_is_needed():
    claim = sq(apart) + 2 * ip(apart, grad(f, x)) <= rho * (sq(apart) + sq(grad(f, x)))
    found = Lemma("the golden ratio", given=BOUNDED, claim=claim).find_proof(unknown=rho)
    assert found.title == "the golden ratio: ρ = (1 + √5)/2"


@pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH=1: some seconds for the signs")
def test_the_rate_of_a_short_step_under_pl_is_proved_in_symbols():
    assert pl_step(SHORT).find_proof() is not None


def test_a_hair_better_is_not_proved_and_refuted_at_numbers():
    with pytest.raises(ProofError, match="not provable from these inequalities at μ = "):
        pl_step(SHORT * rational("0.999999")).find_proof()


def test_a_hair_weaker_follows_from_the_best():
    value = rational(1, 2) + rational(1, 10**9) + sqrt(1 + 4 * mu**2) / 2
    assert largest(value).find_proof() is not None  # of another form than the root that is found
    small, large = largest(value).claim.args
    assert Lemma("turned round", given=BOUNDED, claim=large >= small).find_proof() is not None
    with pytest.raises(ProofError, match=r"from these inequalities.* at μ = "):
        largest(value - rational(2, 10**9)).find_proof()


def test_the_root_is_the_only_one_and_no_premise_has_it():
    root, other, norm = sqrt(1 + mu), sqrt(2 + mu), sqrt(sq(x))
    claim = f(x) <= root * f(y)
    assert root_of_parameters(claim, [f(x) <= other * f(y), f(x) <= norm], [mu]) == root
    assert root_of_parameters(claim, [f(x) <= mu * root * f(y)], [mu]) is None
    assert root_of_parameters(f(x) <= (root + other) * f(y), [], [mu]) is None
    assert root_of_parameters(f(x) <= norm + sqrt(2), [], [mu]) is None
