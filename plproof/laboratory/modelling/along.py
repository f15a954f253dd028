"""Numbers that hypotheses bound along a run, as in “b < ‖∇f(x_k)‖² for all k ≤ N”."""

from __future__ import annotations

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.language.binding import substitute
from plproof.language.propositions import up_to
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, number

_CLOSE = (2.0**-40, 2.0**-10, 0.25)


def bounded_along(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> dict[Term, Floats]:
    """Return numbers that satisfy such bounds along the runs of a proposal, often by little.

    Draws from the generator only where there is such a bound.
    """
    found: dict[Term, Floats] = {}
    for p in plan.parts:
        bound = _bound(p)
        if bound is None or bound[0] not in plan.free_numbers() or bound[0] in found:
            continue
        v, k, other, last, above = bound
        try:
            model = realise(plan, proposal)
            least = np.full(proposal.batch, np.inf)
            reached = np.broadcast_to(model.value(last).value, least.shape)
            for i in range(proposal.iterations + 1):
                value = model.value(substitute(other, {k: number(i, NAT)})).value
                value = np.broadcast_to(value if above else -value, least.shape)
                least = np.where(i <= reached, np.minimum(least, value), least)
        except NotEvaluated:
            continue
        away = np.abs(least) * rng.choice(_CLOSE, size=least.shape)
        least = np.where(np.isfinite(least), least - away, 0.0)
        found[v] = least if above else -least
    return found


def _bound(p: Term) -> tuple[Term, Term, Term, Term, bool] | None:
    """Return (v, k, t, n, above) of “for all k ≤ n: v < t(k)”; not above: of v > t(k)."""
    bounded = up_to(p)
    if bounded is None or bounded[2].op not in ("le", "lt", "ge", "gt"):
        return None
    k, last, body = bounded
    a, b = body.args
    small, large = (a, b) if body.op in ("le", "lt") else (b, a)
    for v, other, above in ((small, large, True), (large, small, False)):
        if v.op == "var" and v.sort == REAL and v not in free_variables(other):
            return v, k, other, last, above
    return None


__all__ = ["bounded_along"]
