"""Equations of functions rewrite terms that contain them, and only those."""

import pytest

from plproof import Function, ProofError, Space, Theorem, Vectors, eq, forall, grad, jac, mapsto

E, Y = Space("E"), Space("Y")
f, g = Function("f", E), Function("g", E)
F, G = Function("F", E, Y), Function("G", E, Y)
x, h = Vectors("x h", E)


def derived(claim, **given):
    theorem = Theorem("claim", given=given, claim=claim)
    theorem.proof(lambda p: p.have(claim, by=p.extensional(p.same)))
    return theorem.derive().theorem.conclusion


@pytest.mark.parametrize(
    ("same", "claim"),
    [
        (forall(x, eq(f(x), g(x))), eq(grad(mapsto(x, f(x)), h), grad(mapsto(x, g(x)), h))),
        (forall(x, eq(f(x), g(x))), mapsto(x, f(x))(h) <= g(h)),
        (forall(x, eq(F(x), G(x))), eq(jac(mapsto(x, F(x)), h), jac(mapsto(x, G(x)), h))),
    ],
    ids=["gradients", "values", "derivatives"],
)
def test_an_equation_of_functions_rewrites(same, claim):
    assert derived(claim, same=same) == claim


def test_it_does_not_rewrite_what_only_looks_alike():
    claim = eq(grad(mapsto(x, f(x)), h), grad(mapsto(x, g(x) + g(x)), h))
    with pytest.raises(ProofError):
        derived(claim, same=forall(x, eq(f(x), g(x))))
