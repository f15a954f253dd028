"""Squares of norms, ‖v‖² and ‖v‖·‖v‖, are read as ⟨v, v⟩ in claims and in hypotheses."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    GradientDescent,
    Naturals,
    ProofError,
    Reals,
    Sequence,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    rational,
    sq,
)
from plproof.language.propositions import at_variables
from plproof.proof.script import Proof
from plproof.search.statements.norm_squares import known_with_inner_products, with_inner_products

E = Space("E")
f = Function("f", E)
x, y, z, xs = Vectors("x y z x*", E)
R, c = Reals("R c")
(k,) = Naturals("k")
X = Sequence("x", E)
convex = forall(
    [y, z], f(y) >= f(z) + ip(grad(f, z), y - z) + norm(grad(f, y) - grad(f, z)) ** 2 / 2
)
lowest = eq(grad(f, xs), 0)
near = norm(x - xs) ** 2 <= R**2


def stated(claim, **more):
    return Theorem("norms", given=dict(convex=convex, lowest=lowest, **more), claim=claim)


def gap(v):
    return f(v) - f(xs)


@pytest.mark.parametrize(
    "theorem",
    [
        stated(gap(x - grad(f, x)) <= norm(x - xs) ** 2 / 6),
        stated(forall(x, gap(x - grad(f, x)) <= rational(1, 6) * norm(x - xs) * norm(x - xs))),
        stated(gap(x - grad(f, x)) <= R**2 / 6, near=near),
        stated(
            forall(k, norm(X[k] - xs) ** 2 <= norm(X[0] - xs) ** 2), gd=GradientDescent(f, X, 1)
        ),
    ],
    ids=["claim", "product", "radius", "every k"],
)
def test_what_is_stated_with_norms_is_proved(theorem):
    assert theorem.find_proof().derive()


def test_what_is_false_is_not():
    with pytest.raises(ProofError, match="the claim is false"):
        stated(gap(x - grad(f, x)) <= norm(x - xs) ** 2 / 7).find_proof()


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        (norm(x) ** 2 <= 1, sq(x) <= 1),
        (c * norm(x) * norm(x) <= norm(x), c * sq(x) <= norm(x)),
        (forall([y, z], norm(y - x) ** 2 <= sq(z)), forall([y, z], sq(y - x) <= sq(z))),
        (norm(norm(x) ** 2 * y) ** 2 <= 1, sq(sq(x) * y) <= 1),
        (norm(x) ** 3 <= norm(x) * norm(y), None),
    ],
)
def test_the_kernel_makes_one_of_the_other(claim, other):
    p = Proof("these", dict(said=claim), claim)
    found = known_with_inner_products(p.said.thm)
    assert (found is None) == (other is None)
    if other is not None:
        assert with_inner_products(claim) == other
        assert at_variables(found.conclusion)[0] == at_variables(other)[0]
        assert list(found.hypotheses) == [claim]
