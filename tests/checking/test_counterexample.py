"""What the laboratory says of a counterexample that does not satisfy a hypothesis."""

import pytest

from plproof import (
    FALSE,
    Function,
    Lemma,
    ProofError,
    Real,
    Smooth,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    mapsto,
    sq,
)
from plproof.checking.testing import counterexample_to
from plproof.checking.worker import failure_of

E, line = Space("E"), Space.coordinates(1)
f, beta = Function("f", E), Real("beta")
(x,), (v,) = Vectors("x", E), Vectors("v", line)


def test_the_hypothesis_is_named_and_where_it_fails_is_shown():
    """The gradient 4‖v‖²v is not 1-Lipschitz."""
    theorem = Lemma(
        "Gradients of smooth functions vanish",
        given=dict(positive=beta > 0, smooth=Smooth(f, beta)),
        claim=forall(x, eq(grad(f, x), 0)),
        expect="refuted",
        spaces={E: line},
    )
    theorem.proof(lambda p: p.have(FALSE, by=p.statement(1, mapsto(v, sq(v) ** 2))(line.basis(1))))
    with pytest.raises(ProofError) as error:
        theorem.derive()
    failure = failure_of(error.value)
    assert "the hypothesis smooth is not known" in failure["message"]
    found = counterexample_to(failure["step"], 0)
    assert found is not None and "∇(v ↦ (‖v‖²)²)(x)" in found and "certified" in found
    assert "R^1 = R^1" not in found
