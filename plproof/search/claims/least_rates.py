"""The least rate that premises allow, as numbers tell it; nothing is proved.

It is recognised by many digits as rational or with one square root.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.language.terms import Term
from plproof.search.counterexamples.evidence import (
    NO_LEAST,
    NO_RATE,
    NO_SMALLEST,
    Evidence,
    NoProof,
)
from plproof.search.programs.balance import balanced
from plproof.search.programs.bridge import translate
from plproof.search.programs.exact import least
from plproof.search.programs.presolve import reduced
from plproof.search.programs.program import Program
from plproof.search.programs.rounding import simplest
from plproof.search.programs.solver import least_rate
from plproof.search.programs.surd import Exact

_TOLERANCES = (1e-6, 1e-8)


def best_rate(goal: Term, rate: Term, conclusions: Sequence[Term]) -> tuple[float, Fraction | None]:
    """Return the least rate that the premises allow, numerically, and the rational it seems to be.

    Nothing is proved.  Raises NoProof when there is no least rate.
    """
    near, exact = best_value(goal, rate, conclusions)
    return near, exact if isinstance(exact, Fraction) else None


def best_value(goal: Term, rate: Term, conclusions: Sequence[Term]) -> tuple[float, Exact | None]:
    """Return the least rate that the premises allow, numerically, and the number it seems to be.

    It is recognised by many digits as rational or with one square root; where they are not to be
    had it seems to be the simplest rational near it when that is the same at two tolerances.
    Nothing is proved.  Raises NoProof when there is no least rate.
    """
    return best_of(translate(goal, (), rate, conclusions).program)


def best_of(program: Program) -> tuple[float, Exact | None]:
    """Return the least rate of a program, as :func:`best_value` does."""
    made = balanced(reduced(program).program)
    answer = least_rate(made.program)
    if not answer.solved:
        raise NoProof(Evidence(_no_rate(answer.status), {}))
    exact = least(made.program)
    if exact is None:
        loose, close = (simplest(answer.first, tolerance) for tolerance in _TOLERANCES)
        exact = loose if loose == close else None
    near = float(made.old_rate(Fraction(answer.first)))
    return near, None if exact is None else made.old_rate(exact)


def _no_rate(status: str) -> str:
    if status == "PrimalInfeasible":
        return NO_RATE
    if status == "DualInfeasible":
        return NO_SMALLEST
    return f"{NO_LEAST} ({status})"
