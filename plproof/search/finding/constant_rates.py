"""What is said of a number that is the best for all N at once where the best depends on N."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plproof.language.binding import substitute
from plproof.language.syntax import forall
from plproof.language.terms import Term, as_real, free_variables, subterms
from plproof.proof.script import Proof
from plproof.proof.unknown import number_of
from plproof.search.finding.why_not_all_steps import best_at_few_steps
from plproof.search.statements.any_step import for_every
from plproof.search.statements.parameters import evaluated

#: what is no more than the solver's mistake, relative to the number
_EQUAL = 1e-6


def smaller_ones(p: Proof, goal: Term, unknown: Term, value: Term, using: Sequence[Any]) -> str:
    """Return in words at which N a smaller number does than a value that is the same for all N.

    "" where the value speaks of N, where none is smaller at the numbers of steps that are tried,
    and for a claim of another form.  Nothing is proved: the numbers are what the solver sees.
    """
    open_ = for_every(goal, [fact.claim for fact in p.hypotheses()])
    if open_ is not None:
        if open_ in free_variables(value):
            return ""
        goal = forall(open_, goal)
    count = number_of(goal)
    powers = any(t.op == "pow" and unknown in free_variables(t.args[0]) for t in subterms(goal))
    if powers or count is None or count in free_variables(value):
        return ""
    told: list[tuple[int, str]] = []
    place: dict[Term, Term] = {}
    for n, taken, near, exact in best_at_few_steps(p, goal, unknown, using):
        here = evaluated(as_real(substitute(value, taken)))
        if here is not None and near < float(here) - _EQUAL * max(1.0, abs(float(here))):
            told.append((n, f"{near:.6g}" if exact is None else f"{exact}"))
            place = {v: t for v, t in taken.items() if v in free_variables(value)}
    if not told:
        return ""
    where = ", ".join(f"{n}" for n, _ in told)
    numbers = ", ".join(shown for _, shown in told)
    at = f" with {', '.join(f'{v} = {t}' for v, t in place.items())}" if place else ""
    return (
        f"the best number for all {count} at once; at {count} = {where}{at} smaller ones seem to "
        f"do, {numbers}, but no function of {count} was found"
    )
