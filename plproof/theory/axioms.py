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
    forall,
    grad,
    implies,
    ip,
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


SEGMENT = _segment()

#: the shipped table, by name
AXIOMS: Mapping[str, Axiom] = MappingProxyType({axiom.name: axiom for axiom in (SEGMENT,)})


def statements() -> dict[str, Term]:
    """Return the statements of the shipped axioms by name, as replay compares them."""
    return {name: axiom.statement for name, axiom in AXIOMS.items()}
