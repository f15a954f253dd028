"""The table of axioms: facts of analysis taken without proof, few, named and cited.  [trusted]

Each is a closed statement of the language, schematic in the spaces it mentions, and is itself
tested by the laboratory on random instances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from plproof.language import (
    Function,
    Reals,
    Source,
    Space,
    Term,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
)
from plproof.theory.functions import Differentiable


@dataclass(frozen=True)
class Axiom:
    """A named statement taken without proof, and where the proof can be read."""

    name: str
    statement: Term
    source: Source


def _segment() -> Axiom:
    space = Space("E")
    f = Function("f", space)
    x, v = Vectors("x v", space)
    a, b, t = Reals("a b t")
    slope = forall(t, implies(conj(t >= 0, t <= 1), ip(grad(f, x + t * v), v) <= a + b * t))
    bound = f(x + v) <= f(x) + a + b / 2
    return Axiom(
        "segment",
        forall([f, x, v, a, b], implies(Differentiable(f), slope, bound)),
        Source(
            "Principles of Mathematical Analysis",
            "Differentiation",
            "Theorem 5.10, mean value theorem, for t ↦ f(x + tv) − at − bt²/2",
            ("Rudin, 1976",),
        ),
    )


def _gradient() -> Axiom:
    space = Space("E")
    f = Function("f", space)
    x, g, h = Vectors("x g h", space)
    eps, delta = Reals("epsilon delta")
    error = f(x + h) - f(x) - ip(g, h)
    small = implies(norm(h) <= delta, conj(error <= eps * norm(h), -(eps * norm(h)) <= error))
    linear = forall(eps, implies(eps > 0, exists(delta, conj(delta > 0, forall(h, small)))))
    return Axiom(
        "gradient",
        forall([f, x, g], implies(linear, eq(grad(f, x), g))),
        Source(
            "Principles of Mathematical Analysis",
            "Functions of several variables",
            "Theorem 9.12, the derivative is unique: what ∇f(x) means where f is differentiable",
            ("Rudin, 1976",),
        ),
    )


SEGMENT = _segment()
GRADIENT = _gradient()

#: the shipped table, by name
AXIOMS: Mapping[str, Axiom] = MappingProxyType({axiom.name: axiom for axiom in (SEGMENT, GRADIENT)})


def statements() -> dict[str, Term]:
    """Return the statements of the shipped axioms by name, as replay compares them."""
    return {name: axiom.statement for name, axiom in AXIOMS.items()}
