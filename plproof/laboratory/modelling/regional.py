"""Numbers that hypotheses bound on a whole region, as in “⟨∇f(x + tv), v⟩ ≤ a for 0 ≤ t ≤ 1”.

They are chosen from the enclosures that decide such a hypothesis: best possible ones up to the size
of the pieces, and larger ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats
from plproof.laboratory.meaning.decided import decided_everywhere
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.regions import divided, local
from plproof.laboratory.modelling.certify import said_apart
from plproof.laboratory.modelling.models import Assignment, Plan, base_values
from plproof.laboratory.modelling.stated import implied
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables

_MARGINS = (2.0**-30, 2.0**-30, 2.0**-10, 0.25, 1.0)


def regional_numbers(
    plan: Plan, proposal: Assignment, tied: Iterable[Term], rng: np.random.Generator
) -> dict[Term, Floats]:
    """Return numbers that certainly satisfy what is said of them on regions, often by little.

    Numbers that are ``tied`` to a function's constants stay.  Draws from the generator only where
    there is such a number.
    """
    bounds: dict[Term, list[tuple[Floats, Floats]]] = {}
    kept = {*tied}
    values = base_values(proposal)
    for p in (part for whole in plan.parts if whole.op == "all" for part in said_apart(whole)):
        about = local(p)
        if about is None or about.body.op not in ("le", "lt", "ge", "gt") or implied(p):
            continue
        free = [v for v in free_variables(about.body) if v.sort == REAL and v not in kept]
        free = [v for v in free if v in plan.free_numbers() and v in proposal.numbers]
        alone = [v for v in free if v in about.body.args]
        for v in (alone or free)[:1]:
            found = _bounds(Model(proposal.batch, proposal.dimensions, values), p, v)
            if found is not None:
                bounds.setdefault(v, []).append(found)
    return {v: _between(found, proposal.batch, rng) for v, found in bounds.items()}


def _bounds(model: Model, p: Term, v: Term) -> tuple[Floats, Floats] | None:
    """Return bounds (B,), (B,) between which a number v ≥ 0 makes a comparison hold everywhere.

    By what the comparison certainly leaves over for v = 0, 1 and 2, where that is of degree one.
    """
    about = local(p)
    assert about is not None
    body = about.inside
    left = []
    try:
        if decided_everywhere(model, p, ()) is not None:
            return None
        for value in (0.0, 1.0, 2.0):
            values = {**model.values, v: total.exact(np.full(model.batch, value))}
            tried = Model(model.batch, model.dimensions, values)
            pieces = divided(tried, about)
            small, large = (tried.value(t, pieces) for t in body.args)
            if body.op in ("ge", "gt"):
                small, large = large, small
            over = total.add(large, total.negative(small))
            left.append(over.value - SAFETY * UNIT * over.error)
    except NotEvaluated:
        return None
    zero, one, two = (np.broadcast_to(x, (max(len(x), 1), model.batch)) for x in left)
    with np.errstate(all="ignore"):  # what is not finite bounds nothing
        slope = one - zero
        straight = np.abs(two - 2.0 * one + zero) <= 1e-6 * (np.abs(two) + np.abs(zero) + 1e-300)
        at = -zero / slope
    low = np.max(np.where(straight & (slope > 0), at, -np.inf), axis=0)
    high = np.min(np.where(straight & (slope < 0), at, np.inf), axis=0)
    return low, high


def _between(
    bounds: Sequence[tuple[Floats, Floats]], batch: int, rng: np.random.Generator
) -> Floats:
    low = np.max([b[0] for b in bounds], axis=0)
    high = np.min([b[1] for b in bounds], axis=0)
    away = rng.choice(_MARGINS, size=batch)
    with np.errstate(invalid="ignore"):
        above = low + away * np.maximum(np.abs(low), 2.0**-20)
        below = high - away * np.maximum(np.abs(high), 2.0**-20)
        middle = 0.5 * (low + high)
    found = np.where(np.isfinite(low) & np.isfinite(high), middle, below)
    found = np.where(np.isfinite(low) & ~np.isfinite(high), above, found)
    return np.where(np.isfinite(found), found, rng.standard_normal(batch))


__all__ = ["regional_numbers"]
