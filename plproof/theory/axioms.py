"""The table of axioms: facts taken without proof, few, named and cited.  [trusted]

Each is a closed statement of the language, schematic in the spaces it mentions, and is itself
tested by the laboratory on random instances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from plproof.language import Term
from plproof.theory.analysis import ANALYSIS
from plproof.theory.axiom import Axiom
from plproof.theory.linear_algebra import LINEAR_ALGEBRA

#: the shipped table, by name
AXIOMS: Mapping[str, Axiom] = MappingProxyType(
    {axiom.name: axiom for axiom in (*ANALYSIS, *LINEAR_ALGEBRA)}
)


class _Statements(Mapping[str, Term]):
    """The statements by name; only those that a proof rests on are built."""

    def __getitem__(self, name: str) -> Term:
        return AXIOMS[name].statement

    def __iter__(self) -> Iterator[str]:
        return iter(AXIOMS)

    def __len__(self) -> int:
        return len(AXIOMS)


def statements() -> Mapping[str, Term]:
    """Return the statements of the shipped axioms by name, as replay compares them."""
    return _Statements()
