"""The result of checking one theorem object: everything a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plproof.kernel.replay import Replayed
from plproof.language.source import Source
from plproof.language.statement import Statement

#: what a check can find; "not found" never means "false"
OUTCOMES = ("proved", "refuted", "vacuous", "failed", "not found", "error")
#: what an outcome says of the hypotheses, where the laboratory has no model of them
_SETTLED = {
    "refuted": "the values in the refutation satisfy the hypotheses",
    "vacuous": "none: the proof shows that the hypotheses contradict each other",
}


@dataclass(frozen=True)
class Step:
    """A step as the author wrote it; ``number`` is its step in the replayed proof, if any.

    ``kind`` is have, admit, close (the end of a block) or the kind of block that opens here: fix,
    suppose, case, obtain.  ``depth`` counts the blocks around it.
    """

    number: int | None
    label: str
    why: str
    kind: str
    depth: int


@dataclass
class Result:
    """What a check found out about one theorem object.

    ``failure`` is the data of a failing step (see ``ProofError.to_json``) or ``{"message": …}``.
    ``document`` is the proof document that was replayed.  ``omits`` is (theorem, hypothesis) when
    the object is declared to be another theorem without one hypothesis, ``weakened`` holds the
    results of those declared to be this one: neither is evidence until the statements are compared
    (see :mod:`plproof.report.needs`).  ``repaired`` names theorem objects that say what holds
    instead, with their files and titles.  ``stress`` and ``witness`` are the
    laboratory's, as plain data, None when it did not run.  ``stored`` says what happened to the
    stored proof: "replayed", "proved again", or why it could not be written.  ``seconds`` is for
    the reader and in no compared output.
    """

    name: str
    file: str
    line: int = 0
    kind: str = "theorem"
    title: str = ""
    note: str = ""
    expected: str = "proved"
    outcome: str = "error"
    source: Source | None = None
    statement: Statement | None = None
    replayed: Replayed | None = None
    document: Mapping[str, Any] | None = None
    outline: tuple[Step, ...] = ()
    omits: tuple[str, str] | None = None
    repaired: tuple[tuple[str, str, str], ...] = ()
    weakened: list[Result] = field(default_factory=list, repr=False)
    failure: Mapping[str, Any] | None = None
    stress: Mapping[str, Any] | None = None
    witness: Mapping[str, Any] | None = None
    consistency: str = "not tested"
    stored: str = ""
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def as_declared(self) -> bool:
        """Whether the outcome is the declared one and the laboratory agrees."""
        return self.outcome == self.expected and self.failure is None

    def tested(self, report: Mapping[str, Any]) -> None:
        """Take over what the laboratory says, as data, of the statement and its proof."""
        self.stress, self.witness = report["stress"], report["witness"]
        self.consistency = report["consistency"]
        if self.witness is None and self.outcome in _SETTLED:  # the kernel knows better
            self.consistency = _SETTLED[self.outcome]

    def axioms(self) -> tuple[str, ...]:
        """Names of the axioms the proof rests on."""
        return tuple(name for name, _ in self._trusted("axioms"))

    def oracles(self) -> tuple[str, ...]:
        """Names of the oracles the proof rests on."""
        return tuple(dict.fromkeys(name for name, _ in self._trusted("oracles")))

    def admits(self) -> tuple[str, ...]:
        """Propositions taken without proof, as text."""
        return tuple(str(t) for t in self._trusted("admits"))

    def _trusted(self, kind: str) -> tuple[Any, ...]:
        if self.replayed is None:
            return ()
        theorems = [self.replayed.theorem]
        theorems += [self.replayed.definedness] if self.replayed.definedness else []
        found: dict[Any, None] = {}
        for thm in theorems:
            found.update(dict.fromkeys(getattr(thm, kind)))
        return tuple(found)

    def unused_hypotheses(self) -> tuple[str, ...]:
        """Names of hypotheses that neither the proof nor the statement's definedness needs."""
        if self.replayed is None or self.statement is None or self.outcome != "proved":
            return ()
        used = self.replayed.theorem.hypotheses
        return tuple(name for name, h in self.statement.hypotheses if h not in used)
