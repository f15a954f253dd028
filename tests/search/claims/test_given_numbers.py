"""Where hypotheses give parameters as numbers the statement is proved with the numbers."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    ProofError,
    Reals,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)

E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
mu, L = Reals("mu L")
CLASS = forall(
    [y, z],
    f(y)
    >= f(z)
    + ip(grad(f, z), y - z)
    + mu / 2 * sq(y - z)
    + sq(grad(f, y) - grad(f, z) - mu * (y - z)) / (2 * (L - mu)),
)


def step(factor):
    given = dict(mu_pos=mu > 0, order=mu < L, c=CLASS, still=eq(grad(f, xs), 0))
    given |= dict(one=eq(mu, 1), ten=eq(10, L))
    claim = f(x - grad(f, x) / L) - f(xs) <= factor * (f(x) - f(xs))
    return Lemma("a step", given=given, claim=claim)


def test_the_numbers_are_put_in_and_the_proof_is_of_the_statement_as_it_is():
    proved = step(rational(81, 100)).find_proof().derive()
    assert proved.theorem.conclusion == proved.statement.claim
    assert {eq(mu, 1), eq(10, L)} <= set(proved.theorem.hypotheses)
    assert set(proved.theorem.hypotheses) <= {h for _, h in proved.statement.hypotheses}


def test_a_hair_too_good_is_false_at_these_numbers():
    with pytest.raises(ProofError, match=r"false at .*(μ = 1, L = 10|L = 10, μ = 1)"):
        step(rational(81, 100) - rational("1e-6")).find_proof()
