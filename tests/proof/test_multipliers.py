"""Multipliers a reader calls obvious, 2L, L/2, 1/(2L), (1 − μ/L), are found; no false claim is."""

import pytest

from plproof.language import (
    Function,
    Reals,
    Space,
    Vectors,
    eq,
    grad,
    ip,
    ne,
    rational,
    sq,
)
from plproof.proof.errors import ProofError
from tests.proof.scripts import proves

E = Space("E")
f = Function("f", E)
x, y, u, v, w = Vectors("x y u v w", E)
L, mu, gamma, q, r, s, t = Reals("L mu gamma q r s t")
g, h = grad(f, x), grad(f, y)
L_pos, mu_pos, order = L > 0, mu > 0, mu < L


#: what is known, what is used for it, and the claim with a factor that makes it false when below 1
QUADRATIC = {
    "1/(2L)": ([L_pos], [sq(u) <= L**2 * sq(v)], lambda c: ip(u, v) <= c * L * sq(v)),
    "1/(4L)": ([L_pos], [sq(u) <= 4 * L**2 * sq(v)], lambda c: ip(u, v) <= 2 * c * L * sq(v)),
    "2L": ([L_pos], [sq(u) <= sq(v)], lambda c: 4 * L * ip(u, v) <= 4 * c * L * sq(v)),
    "L/2": ([L_pos], [sq(u) <= sq(v) / L**2], lambda c: ip(u, v) <= c * sq(v) / L),
    "a square is left": ([L_pos], [sq(u) / L <= ip(u, v)], lambda c: ip(u, v) <= c * L * sq(v)),
    "1/L": ([L_pos], [ip(u, v) >= sq(u) / L], lambda c: sq(v - 2 * u / L) <= c * sq(v)),
    "2mu": ([mu_pos], [mu * sq(v) <= ip(u, v)], lambda c: mu**2 * sq(v) <= c * sq(u)),
    "1/mu": ([mu_pos], [mu / 2 * sq(v) <= ip(u, v)], lambda c: ip(u, v) <= 2 * c * sq(u) / mu),
    "mu*L": ([L_pos, mu_pos], [sq(u) <= mu * L * sq(v)],
             lambda c: ip(u, v) <= c * (mu + L) / 2 * sq(v)),
    "1/4": ([], [sq(u) <= 4 * sq(v)], lambda c: ip(u, v) <= 2 * c * sq(v)),
    "a number": ([L_pos], [sq(u) <= r], lambda c: 2 * ip(u, v) <= c * L * r + sq(v) / L),
    "two sums": ([L_pos], [
        f(x) >= f(y) + ip(h, x - y) + sq(g - h) / (2 * L),
        f(y) >= f(x) + ip(g, y - x) + sq(g - h) / (2 * L),
    ], lambda c: sq(g - h) <= c * L**2 * sq(x - y)),
    "two apart": ([L_pos], [sq(u) <= L**2 * sq(v), sq(w) <= 4 * sq(x)],
                  lambda c: ip(u, v) + L * ip(w, x) <= c * L * sq(v) + 2 * L * sq(x)),
    "gamma": (
        [L_pos, mu_pos, order, gamma > 0, gamma * (L + mu) <= 2],
        [ip(u, v) >= (mu * L * sq(v) + sq(u)) / (mu + L)],
        lambda c: sq(v - gamma * u) <= (1 - gamma * mu) ** 2 * sq(v) + (c - 1) * gamma * sq(v),
    ),
}  # fmt: skip
SCALAR = {
    "1/(2L)": ([L_pos, t > 0], [s <= r / (2 * L), r <= t], lambda c: s <= c * t / (2 * L)),
    "1 - mu/L": ([L_pos, mu_pos, order, t > 0], [s <= (1 - mu / L) * r, r <= t],
                 lambda c: s <= c * (1 - mu / L) * t),
    "a chain": ([L_pos, mu_pos, t > 0], [s <= r / (2 * L), r <= mu * q, q <= t],
                lambda c: s <= c * mu * t / (2 * L)),
}  # fmt: skip


def have(known, used, claim):
    """Return what proves a claim from those used, the others in scope."""
    given = {f"k{i}": p for i, p in enumerate([*known, *used])}
    by = list(given)[len(known) :]
    return proves(claim, lambda p: p.have(claim, by=[getattr(p, name) for name in by]), **given)


@pytest.mark.parametrize(("known", "used", "claim"), QUADRATIC.values(), ids=QUADRATIC)
def test_the_multiplier_of_a_quadratic_inequality_is_found(known, used, claim):
    assert have(known, used, claim(1)).conclusion == claim(1)
    with pytest.raises(ProofError, match="not found"):
        have(known, used, claim(rational(99, 100)))


@pytest.mark.parametrize(("known", "used", "claim"), SCALAR.values(), ids=SCALAR)
def test_a_factor_in_a_chain_of_numbers_is_found(known, used, claim):
    assert have(known, used, claim(1)).conclusion == claim(1)
    with pytest.raises(ProofError, match="not found"):
        have(known, used, claim(rational(99, 100)))


def test_a_multiplier_needs_its_sign_and_the_message_says_which():
    chain = [s <= (1 - mu / L) * r, r <= t]
    with pytest.raises(ProofError, match="sign is not known") as error:
        have([L_pos], chain, s <= (1 - mu / L) * t)
    assert error.value.missing == ["0 ≤ (L − μ)/L"]
    with pytest.raises(ProofError, match="not found"):  # for L < 0 it is false
        have([ne(L, 0)], [sq(u) <= L**2 * sq(v)], ip(u, v) <= L * sq(v))


def test_the_claim_is_not_advised_for_its_own_proof():
    with pytest.raises(ProofError) as error:
        have([L_pos], [s <= r, r <= t], s <= t - L)
    assert not error.value.missing and "no multipliers were found" in error.value.message
    assert error.value.residual == "t − s − L"


def test_equations_take_multipliers_of_any_sign_also_on_an_edge():
    known = [L_pos, mu_pos]
    claim = ip(u, v) <= L * sq(v)
    assert have(known, [eq(ip(u, v) * L, sq(u))], claim).conclusion == claim
    with pytest.raises(ProofError, match="not found"):
        have(known, [eq(ip(u, v) * mu, sq(u))], claim)
