"""What a theorem object does with the search: ``find_proof`` and claims with an unknown.

What searches, and the solver it brings, is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plproof.language.terms import Term
from plproof.proof.theorem import Derivation, Theorem


def find_proof(
    theorem: Theorem, using: Sequence[Any], points: Sequence[Term], unknown: Term | None
) -> Theorem:
    """Find a proof; see :meth:`Theorem.find_proof`."""
    from plproof.search import discover

    return discover.find_proof(theorem, using, points, unknown)


def derive_best(theorem: Theorem) -> Derivation:
    """Derive a claim with the best value of its unknown; see :meth:`Theorem.derive`."""
    from plproof.search import discover

    return discover.derive_best(theorem)
