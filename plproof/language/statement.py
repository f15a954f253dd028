"""Statements: named hypotheses in order, and a claim.  [trusted: what a proof is compared with]"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plproof.language.binding import bind_each
from plproof.language.sorts import PROP, LanguageError
from plproof.language.terms import Term, free_variables, make


@dataclass(frozen=True, slots=True)
class Statement:
    """The hypotheses, an ordered tuple of (name, proposition), and the claim.

    Raises LanguageError when a part is not a closed proposition or a name is used twice.
    """

    hypotheses: tuple[tuple[str, Term], ...]
    claim: Term

    def __post_init__(self) -> None:
        for name, p in (*self.hypotheses, ("the claim", self.claim)):
            if not isinstance(p, Term) or p.sort != PROP or p.loose:
                raise LanguageError(f"{name} is not a proposition: {p!r}")
        names = [name for name, _ in self.hypotheses]
        if len(set(names)) != len(names):
            raise LanguageError("two hypotheses have the same name")

    @classmethod
    def of(cls, hypotheses: Mapping[str, Term], claim: Term) -> Statement:
        """Return the statement with the hypotheses of a mapping, in its order."""
        return cls(tuple(hypotheses.items()), claim)

    def variables(self) -> tuple[Term, ...]:
        """Return the free variables in order of appearance: the objects the statement is about."""
        return free_variables([*(p for _, p in self.hypotheses), self.claim])

    def closed(self) -> Term:
        """Return ∀ variables. h₁ → (h₂ → … → claim), the one proposition the statement is."""
        body = self.claim
        for _, hypothesis in reversed(self.hypotheses):
            body = make("imp", (hypothesis, body))
        return bind_each("all", self.variables(), body)
