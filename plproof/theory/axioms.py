"""The table of axioms: facts taken without proof, few, named and cited.  [trusted]

Each is a closed statement of the language, schematic in the spaces it mentions, and is itself
tested by the laboratory on random instances.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from plproof.language import Term
from plproof.theory.analysis import ANALYSIS
from plproof.theory.axiom import Axiom
from plproof.theory.linear_algebra import LINEAR_ALGEBRA

#: the shipped table, by name
AXIOMS: Mapping[str, Axiom] = MappingProxyType(
    {axiom.name: axiom for axiom in (*ANALYSIS, *LINEAR_ALGEBRA)}
)


def statements() -> dict[str, Term]:
    """Return the statements of the shipped axioms by name, as replay compares them."""
    return {name: axiom.statement for name, axiom in AXIOMS.items()}
