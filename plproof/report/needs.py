"""Which hypotheses of a theorem are needed: what replayed proofs show about it without each.

A result counts as evidence only if its verdict is the declared one and its statement is, when the
two are compared, the theorem's without that hypothesis: what an object says of itself is not asked.
"""

from __future__ import annotations

from plproof.proof.without import left_out
from plproof.report.model import Evidence, Formula, Need, Styles
from plproof.report.result import Result

NEEDED, REDUNDANT, WHEN, UNKNOWN = "needed", "redundant", "redundant when", "not examined"


def needs(result: Result) -> tuple[Need, ...]:
    """Return a verdict on each hypothesis of a theorem, nothing when none was examined.

    There is nothing to say of a theorem that is not proved itself.
    """
    if result.statement is None or result.expected == "refuted" or not result.as_declared:
        return ()
    found = []
    for name, _ in result.statement.hypotheses:
        shown = [_evidence(result, part, name) for part in result.weakened]
        evidence = tuple(e for e in shown if e is not None)
        found.append(Need(name, _status(evidence), evidence))
    return tuple(found) if any(need.shown_by for need in found) else ()


def _evidence(whole: Result, part: Result, hypothesis: str) -> Evidence | None:
    """Return what the result shows about the theorem without the hypothesis, None if nothing."""
    if part.omits != (whole.name, hypothesis) or part.statement is None or part.replayed is None:
        return None
    if not part.as_declared or part.outcome not in ("refuted", whole.outcome):
        return None
    assert whole.statement is not None
    assumed = left_out(whole.statement, part.statement, hypothesis)
    if assumed is None:
        return None
    styles = Styles.beside(part.statement)
    when = tuple(Formula.of(h, styles) for _, h in assumed)
    trusted = (*part.axioms(), *part.oracles())
    return Evidence(part.name, part.outcome, part.note, when, trusted)


def _status(evidence: tuple[Evidence, ...]) -> str:
    if any(e.outcome == "refuted" for e in evidence):
        return NEEDED
    if any(not e.when for e in evidence):
        return REDUNDANT
    return WHEN if evidence else UNKNOWN
