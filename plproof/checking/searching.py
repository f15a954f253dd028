"""What a theorem object does with the search: ``find_proof``, ``explain``, claims with an unknown.

What searches, and the solver it brings, is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from plproof.language.terms import Term
from plproof.proof.theorem import Derivation, Theorem
from plproof.report.explanation import Explanation, explained
from plproof.report.result import Result
from plproof.report.stepwise import lines_of


def find_proof(
    theorem: Theorem,
    using: Sequence[Any],
    points: Sequence[Term],
    unknown: Term | None,
    explaining: bool,
) -> Theorem:
    """Find a proof, and print why it holds if asked to; see :meth:`Theorem.find_proof`."""
    from plproof.search.finding import discover

    found = discover.find_proof(theorem, using, points, unknown)
    if explaining:
        print(explain(found))
    return found


def derive_best(theorem: Theorem) -> Derivation:
    """Derive a claim with the best value of its unknown; see :meth:`Theorem.derive`."""
    from plproof.search.finding import discover

    return discover.derive_best(theorem)


class Explained:
    """Why a claim holds, as a notebook shows it, with the steps that were found; ``explanation`` is
    the data of the claim itself.
    """

    def __init__(self, explanation: Explanation, lines: Iterable[str]) -> None:
        self.explanation, self._text = explanation, "\n".join(lines)

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def explain(theorem: Theorem) -> Explained:
    """Explain the proof of a theorem object; see :meth:`Theorem.explain`."""
    from plproof.checking.notebook import proved_here

    theorem.derive()  # a proof that fails raises here
    result, _ = proved_here(theorem)
    worst = worst_case_of(result)
    whole = explained(result, worst)
    return Explained(whole, lines_of(result, worst, whole))


def worst_case_of(result: Result) -> str:
    """Return a worst case of a proved claim A ≤ B in words, or why there is none to show.

    The claim may begin with "for all"; the laboratory says what it computes on the function.
    """
    assert result.statement is not None
    claim = result.statement.claim
    if claim.op not in ("le", "ge", "all"):
        return ""
    from plproof.checking.worst_runs import in_words, worst_of
    from plproof.search.programs.solver import SearchUnavailable

    try:
        found = worst_of(result.statement)
    except SearchUnavailable as error:
        return str(error)
    if found is None:
        return "" if claim.op == "all" else "no function was found that attains it"
    return in_words(found)
