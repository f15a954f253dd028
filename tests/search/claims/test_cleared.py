"""Bounds on parameters may be written with quotients: they are multiplied out where that helps."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    ProofError,
    Reals,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    sq,
)
from plproof.language.printing import show
from plproof.proof.errors import author_place
from plproof.proof.script import Proof
from plproof.search.claims.cleared import with_cleared_bounds
from tests.thorough import slow

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
mu, L, gamma = Reals("mu L gamma")
CLASS = forall(
    [x, y],
    f(x)
    >= f(y)
    + ip(grad(f, y), x - y)
    + mu / 2 * sq(x - y)
    + sq(grad(f, x) - grad(f, y) - mu * (x - y)) / (2 * (L - mu)),
)


def contraction(bound):
    """Return the theorem that a step with such a bound contracts distances."""
    return Theorem(
        "contraction",
        given=dict(
            mu_pos=mu > 0, order=mu < L, positive=gamma > 0, bound=bound,
            smooth=CLASS, still=eq(grad(f, xs), 0),
        ),
        claim=sq(x - gamma * grad(f, x) - xs) <= (1 - gamma * mu) ** 2 * sq(x - xs),
    )  # fmt: skip


@slow
def test_a_step_up_to_a_quotient_is_one_of_the_region():
    found = contraction(gamma <= 2 / (mu + L)).find_proof().derive().theorem
    assert not found.axioms and (gamma <= 2 / (mu + L)) in found.hypotheses


@slow
def test_a_bound_that_is_a_little_larger_carries_nothing():
    with pytest.raises(ProofError):
        contraction(1000 * gamma <= 2001 / (mu + L)).find_proof()


@pytest.mark.parametrize(
    ("bound", "cleared"),
    [
        (gamma <= 2 / (mu + L), gamma * (mu + L) <= 2),
        (1 / mu > L / (mu + 1), (mu + 1) > L * mu),
        (gamma <= 2 / (L - mu - 1), None),  # of unknown sign
        (gamma <= mu / 2, None),
    ],
)
def test_denominators_that_are_positive_are_multiplied_out(bound, cleared):
    p = Proof("bounds", dict(mu_pos=mu > 0, order=mu < L, bound=bound), gamma <= 1)
    tries = []

    def search():
        tries.append(p)
        raise ProofError("nothing is found", author_place())

    with pytest.raises(ProofError, match="nothing is found"):
        with_cleared_bounds(p, search)
    assert len(tries) == 1 + (cleared is not None)
    if cleared is not None:
        assert show(p.last.claim) == show(cleared)
