"""What is said of a claim whose unknown is no factor, has no value, or was not named."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    ProofError,
    Real,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from plproof.language.sorts import LanguageError

E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
rho, gamma = Real("rho"), Real("gamma")
convex = forall([y, z], f(y) >= f(z) + ip(grad(f, z), y - z) + sq(grad(f, y) - grad(f, z)) / 2)
GIVEN = dict(convex=convex, lowest=eq(grad(f, xs), 0))
gap = f(x - grad(f, x)) - f(xs)


def best(claim, unknown=rho):
    return Theorem("best", given=GIVEN, claim=claim, unknown=unknown)


def test_a_factor_of_a_square_of_a_norm_is_found():
    assert best(gap <= rho * norm(x - xs) ** 2).find_proof().title == "best: ρ = 1/6"


@pytest.mark.parametrize(
    ("claim", "where"),
    [
        (gap <= sq(x - xs) / rho, "ρ is in the denominator of ‖x − x*‖²/ρ"),
        (gap / (1 + rho) <= sq(x - xs), "in the denominator of"),
        (norm(grad(f, x)) <= rho**2 / rho * norm(x - xs), "in the denominator of ρ²/ρ"),
    ],
)
def test_what_is_no_factor_is_not_searched_for(claim, where):
    with pytest.raises(ProofError, match="a factor: write the claim with ρ as one") as raised:
        best(claim).find_proof()
    assert where in str(raised.value) and "no rate at all" not in str(raised.value)


def test_a_factor_of_which_nothing_is_said_may_be_an_unknown():
    with pytest.raises(ProofError) as raised:
        best(gap <= rho * sq(x - xs), None).find_proof()
    assert "unknown=rho" in raised.value.hint


def test_a_step_of_which_nothing_is_said_is_none():
    with pytest.raises(ProofError) as raised:
        best(f(x - gamma * grad(f, x)) <= f(x), None).find_proof()
    assert "unknown" not in raised.value.hint


def test_the_name_of_a_variable_is_none():
    with pytest.raises(LanguageError, match=r'write unknown=rho, where rho = Real\("rho"\)'):
        best(gap <= rho * sq(x - xs), "rho")
