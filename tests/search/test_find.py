"""Proofs that nobody wrote: the instances and multipliers are found, with numbers and symbols."""

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
from plproof.search.find import searched

E = Space("E")
f = Function("f", E)
x, y, xs, x1, x2 = Vectors("x y x* x1 x2", E)
mu, L = Reals("mu L")


def smooth(a, b):
    """The interpolation inequality of L-smooth functions."""
    change = grad(f, a) - grad(f, b)
    between = ip(grad(f, a) + grad(f, b), a - b) / 2
    return f(a) - f(b) >= between + sq(change) / (4 * L) - L / 4 * sq(a - b)


def smooth_convex(a, b):
    return f(a) >= f(b) + ip(grad(f, b), a - b) + sq(grad(f, a) - grad(f, b)) / 2


def pl_rate(rate, **changes):
    """One step of gradient descent under PL, with the claimed rate."""
    given = dict(
        mu_pos=mu > 0,
        order=mu < L,
        smooth=forall([x, y], smooth(x, y)),
        pl=forall(x, sq(grad(f, x)) / 2 >= mu * (f(x) - f(xs))),
        gd=eq(x1, x - grad(f, x) / L),
    )
    given.update(changes)
    claim = f(x1) - f(xs) <= rate * (f(x) - f(xs))
    theorem = Lemma("rate", given={k: h for k, h in given.items() if h is not None}, claim=claim)
    theorem.proof(searched())
    return theorem


def test_the_sharper_rate_under_pl_is_proved_in_symbols():
    rate = (2 * L - 2 * mu) / (2 * L + mu)
    theorem = pl_rate(rate).derive().theorem
    assert not theorem.axioms and not theorem.admits


@pytest.mark.parametrize(
    "rate",
    [
        (2 * L - 2 * mu) / (2 * L + mu) - rational("1e-9"),
        (2 * L - 3 * mu) / (2 * L + mu),
        1 - 2 * mu / L,
    ],
    ids=["a hair", "more", "twice"],
)
def test_a_better_rate_is_not(rate):
    with pytest.raises(ProofError, match="not found: no proof found"):
        pl_rate(rate).derive()


@pytest.mark.parametrize("dropped", ["pl", "smooth", "gd"])
def test_nor_is_the_rate_without_a_hypothesis(dropped):
    with pytest.raises(ProofError):
        pl_rate((2 * L - 2 * mu) / (2 * L + mu), **{dropped: None}).derive()


def two_steps(bound):
    theorem = Lemma(
        "two steps",
        given=dict(
            smooth=forall([x, y], smooth_convex(x, y)),
            minimum=eq(grad(f, xs), 0),
            first=eq(x1, x - grad(f, x)),
            second=eq(x2, x1 - grad(f, x1)),
        ),
        claim=f(x2) - f(xs) <= bound * sq(x - xs),
    )
    theorem.proof(searched())
    return theorem


def test_numbers_alone_are_rounded_exactly():
    two_steps(rational(1, 10)).derive()


def test_a_number_a_hair_too_small_is_not_proved():
    with pytest.raises(ProofError, match="no proof found"):
        two_steps(rational(1, 10) - rational("1e-6")).derive()
