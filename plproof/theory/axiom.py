"""What an axiom is: a statement of the language taken without proof, with its source."""

from __future__ import annotations

from dataclasses import dataclass

from plproof.language import Source, Term


@dataclass(frozen=True)
class Axiom:
    """A named statement taken without proof, and where the proof can be read."""

    name: str
    statement: Term
    source: Source
