"""Equations of functions rewrite terms that contain them, and only those."""

import pytest

from plproof import (
    Function,
    LinearMap,
    ProofError,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    jac,
    mapsto,
)

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


def test_an_equation_of_maps_rewrites_in_an_equation_of_vectors():
    A, B = LinearMap("A", E, Y), LinearMap("B", E, Y)
    theorem = Theorem("claim", given=dict(same=eq(A, B)), claim=eq(A @ x + A @ h, B @ (x + h)))
    theorem.proof(lambda p: p.have(theorem.claim, by=p.same))
    assert theorem.derive().theorem.conclusion == theorem.claim


def test_an_equation_of_vectors_of_another_space_rewrites():
    theorem = Theorem("claim", given=dict(same=eq(x, h)), claim=eq(F(x), F(h)))
    theorem.proof(lambda p: p.have(theorem.claim, by=p.same))
    assert theorem.derive().theorem.conclusion == theorem.claim


def test_a_fact_is_rewritten_wherever_the_left_side_stands():
    A, B = LinearMap("A", E, E), LinearMap("B", E, E)
    given = dict(same=eq(A, B), symmetric=eq(A.T, A))
    theorem = Theorem("claim", given=given, claim=eq(B.T, B))
    theorem.proof(lambda p: p.have(theorem.claim, by=p.rewrite(p.symmetric, by=p.same)))
    assert theorem.derive().theorem.conclusion == theorem.claim


def test_only_an_equation_rewrites():
    theorem = Theorem("claim", given=dict(less=f(x) <= g(x)), claim=f(x) <= g(x))
    theorem.proof(lambda p: p.rewrite(p.less, by=p.less))
    with pytest.raises(ProofError, match="is not an equation"):
        theorem.derive()
