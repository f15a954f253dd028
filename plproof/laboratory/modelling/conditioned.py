"""What hypotheses ask of maps between spaces: bounds of their derivatives, small residuals.

“‖DF(w)z‖ ≤ S‖z‖ for all z” is met by S from the largest singular value, “σ‖r‖ ≤ ‖DF(w)ᵀr‖” by σ
from the smallest, “DF is ε-Lipschitz” by the certified constant of the system, and a bound of
‖F(w) − y‖ by moving y towards F(w).  Whether the hypotheses then hold is decided elsewhere, as for
everything that is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.meaning.readings import difference_of, norm_of, steady
from plproof.laboratory.modelling.fitting import linear
from plproof.laboratory.modelling.models import Assignment, Plan, base_values
from plproof.laboratory.modelling.paths import interval
from plproof.language.binding import fresh_variable
from plproof.language.binding import replace as replaced
from plproof.language.definitions import unfold_all
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, number, subterms

_ROOM = (2.0**-30, 2.0**-30, 2.0**-6, 0.5)
_COMPARISONS = ("le", "lt", "ge", "gt")


@dataclass(frozen=True)
class MapBound:
    """“‖A z‖ ≤ c‖z‖ for all z”, or with ``above`` False “c‖z‖ ≤ ‖A z‖”; A and c are closed."""

    matrix: Term
    constant: Term
    above: bool


@lru_cache(maxsize=1024)
def map_bound(p: Term) -> MapBound | None:
    """Read a bound of a linear map, None for anything else."""
    if p.op != "all" or p.loose or p.data.sort.kind != "Vec" or p.args[0].op not in _COMPARISONS:
        return None
    body = p.args[0]
    small, large = body.args if body.op in ("le", "lt") else body.args[::-1]
    for moved, other, above in ((small, large, True), (large, small, False)):
        image = norm_of(moved)
        if image is None or image.op != "lapp" or image.args[0].loose:
            continue
        if image.args[1].op != "bound":
            continue
        factors = other.args if other.op == "mul" else (other,)
        rest = [t for t in factors if norm_of(t) != image.args[1]]
        if len(rest) < len(factors) and not any(t.loose for t in rest) and len(rest) <= 1:
            return MapBound(image.args[0], rest[0] if rest else number(1), above)
    return None


def map_constants(
    plan: Plan, proposal: Assignment, known: Iterable[Term], rng: np.random.Generator
) -> dict[Term, Floats]:
    """Return numbers that bound linear maps and derivatives, mostly best possible ones.

    Draws from the generator only where there is such a number that is not ``known``.
    """
    found: dict[Term, Floats] = {}
    model: Model | None = None
    for p in plan.parts if plan.systems or plan.matrices else ():
        bound, lipschitz = map_bound(p), steady(p) if p.op == "all" else None
        constant = lipschitz[1] if lipschitz else bound.constant if bound else None
        form = None if constant is None else linear(constant)
        if form is None or form[0] in {*known, *found} or form[0] not in plan.free_numbers():
            continue
        model = model or Model(proposal.batch, proposal.dimensions, base_values(proposal))
        try:
            if lipschitz is not None:
                F = model.read(lipschitz[0])
                size = F.system.steadiness() if isinstance(F, SystemMap) else np.array(np.inf)
                above = True
            else:
                assert bound is not None
                above = bound.above
                singular = np.linalg.svd(model.value(bound.matrix).value, compute_uv=False)
                wide = np.shape(model.value(bound.matrix).value)
                injective = wide[-2] >= wide[-1]
                size = singular[..., 0] if above else singular[..., -1] * injective
        except (NotEvaluated, np.linalg.LinAlgError):
            continue
        room = rng.choice(_ROOM, size=proposal.batch)
        factor = 1.0 + room if above else 1.0 / (1.0 + room)
        size = np.broadcast_to(size, (proposal.batch,)) / form[1] * factor
        usable = np.isfinite(size)
        found[form[0]] = np.where(usable, size, 1.0)
    return found


def closer(plan: Plan, proposal: Assignment, rng: np.random.Generator) -> Assignment:
    """Return the proposal with points y moved so that a bound of ‖F(w) − y‖ holds.

    Draws from the generator only where there is such a bound.
    """
    for p in plan.parts if plan.systems else ():
        if p.op not in _COMPARISONS:
            continue
        found = _residual(unfold_all(p), plan)
        if found is None or found[0] not in proposal.points:
            continue
        y, image, apart = found
        model = Model(proposal.batch, proposal.dimensions, base_values(proposal))
        share = rng.choice([0.0, 0.25, 0.5, 1.0 - 2.0**-30], size=proposal.batch)
        size = fresh_variable("s", REAL, model.values)
        model.values[size] = total.exact(np.array([[0.0], [1.0], [2.0]]))
        try:
            home = np.broadcast_to(model.value(image).value, proposal.points[y].shape)
            scaled = replaced(p, apart, size * apart)
            small, large = scaled.args if p.op in ("le", "lt") else scaled.args[::-1]
            slack = model.value(large).value - model.value(small).value
        except NotEvaluated:
            continue
        _, most = interval(np.broadcast_to(slack, (3, proposal.batch)), True)
        factor = np.minimum(1.0, np.where(np.isfinite(most), most, 1.0) * share)
        moved = home + factor[:, None] * (proposal.points[y] - home)
        fine = np.isfinite(moved).all(axis=-1, keepdims=True)
        points = {**proposal.points, y: np.where(fine, moved, proposal.points[y])}
        proposal = replace(proposal, points=points)
    return proposal


def _residual(p: Term, plan: Plan) -> tuple[Term, Term, Term] | None:
    """Return y, F(w) and the difference in a comparison that has the norm of it."""
    for t in subterms(p):
        apart = norm_of(t)
        sides = None if apart is None or apart.loose else difference_of(apart)
        for y, image in (sides, sides[::-1]) if sides else ():
            of_map = image.op == "app" and image.args[0] in plan.systems
            if of_map and apart is not None and y.op == "var" and y not in free_variables(image):
                return y, image, apart
    return None


__all__ = ["MapBound", "closer", "map_bound", "map_constants"]
