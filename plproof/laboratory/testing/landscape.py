"""Slices of a function around a point at which a statement says that it is convex, or is not.

One model of the hypotheses is drawn.  In it the function is looked at near the point for a
direction in which it bends downwards; the slice is spanned by the way there and that direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.testing.stress import kinds_of
from plproof.language import grad, hess, ip
from plproof.language.binding import fresh_variable
from plproof.language.definitions import definitions_of
from plproof.language.printing import show
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables, subterms
from plproof.theory.functions import Convex, ConvexOn

GRID = 61
"""Points of a slice in each direction."""

TIMES = 81
"""Points at which the smallest curvature is computed along the way."""

_TRIED = 48  # directions in which negative curvature is looked for
_ROWS = 32
_WIDTHS = (0.5, 0.25, 0.125, 0.0625)  # how far from the point, the widest first


@dataclass(frozen=True)
class Landscape:
    """A function L on w* + s·v + t·u, v and u orthonormal, and its curvature along w* + s·v.

    ``title``, the claim; ``function``, L as text; ``model``, what was drawn, in words; ``across``
    (S,) the values of s and t; ``heights`` (T, S), L − L(w*) there; ``curvature`` (K,), the
    smallest eigenvalue of ∇²L at w* + s·v for ``places`` (K,); ``bent``, the s at which L certainly
    bends downwards, None where it was not found to; ``direction``, the components along v and u of
    the z in which it does, and ``profile`` (S,), L on w* + bent·v + t·z less its tangent at t = 0.
    """

    title: str
    function: str
    model: str
    across: tuple[float, ...]
    heights: tuple[tuple[float, ...], ...]
    places: tuple[float, ...]
    curvature: tuple[float, ...]
    bent: float | None
    direction: tuple[float, float]
    profile: tuple[float, ...]


def landscapes(statement: Statement, seed: int = 0) -> list[Landscape]:
    """Return a slice for each function of which a claim says that it is convex near a point.

    None for other statements, and where no model of the hypotheses is found.  ``seed`` >= 0, the
    same for the same result.
    """
    said = _convexity(statement.claim)
    if not said:
        return []
    hypotheses = [h for _, h in statement.hypotheses]
    try:
        plan = Plan.of(hypotheses, (statement.claim,))
        proposal = _model(plan, hypotheses, seed)
        if proposal is None:
            return []
        return [_Slice(statement, plan, proposal, f, c).landscape(seed) for f, c in said]
    except (NotEvaluated, np.linalg.LinAlgError):
        return []


def _convexity(claim: Term) -> list[tuple[Term, Term | None]]:
    """Return the functions said to be convex, or not, each with the point near which, if any."""
    found: dict[tuple[Term, Term | None], None] = {}
    for p in subterms(claim):
        if p.op == "def" and p.data in (Convex, ConvexOn) and not any(a.loose for a in p.args[:2]):
            found[p.args[0], p.args[1] if p.data == ConvexOn else None] = None
        elif p.op == "def" and {Convex, ConvexOn} & {*definitions_of([p])} and not p.loose:
            inside = p.data.unfold(p.args)
            found.update(dict.fromkeys(_convexity(inside)))
    return [(f, c) for f, c in found if f.sort.parts[0].kind == "Vec"]


def _model(plan: Plan, hypotheses: list[Term], seed: int) -> Assignment | None:
    """Return one row that certainly satisfies the hypotheses."""
    kinds = kinds_of(plan)
    for turn in range(2 * len(kinds)):
        rng = np.random.default_rng([seed, 41, turn])
        proposal = draw(plan, rng, kinds[turn % len(kinds)], 3, 4.0, _ROWS, 4)
        model = realise(plan, proposal)
        rows = np.ones(model.batch, dtype=bool)
        for h in hypotheses:
            rows &= certify(model, h)
        if rows.any():
            return proposal.take([int(np.argmax(rows))])
    return None


class _Slice:
    """The function of a statement around a point, in one model."""

    def __init__(
        self, statement: Statement, plan: Plan, proposal: Assignment, f: Term, centre: Term | None
    ) -> None:
        self.statement, self.plan, self.proposal = statement, plan, proposal
        self.f = f
        used = [*free_variables([f]), *plan.points]
        self.point = fresh_variable("w", f.sort.parts[0], used)
        self.along = fresh_variable("z", f.sort.parts[0], [*used, self.point])
        alone = self._model(1)
        (space,) = f.sort.parts[0].spaces
        at = None if centre is None else alone.value(centre).value
        size = alone.dimension(space)
        self.centre = np.zeros(size) if at is None else np.broadcast_to(at, (1, size))[0]
        self.value = f(self.point)
        self.hessian = hess(f, self.point)
        self.form = ip(self.hessian @ self.along, self.along)

    def _model(self, rows: int) -> Model:
        return realise(self.plan, self.proposal.take([0] * rows))

    def heights(self, points: Floats) -> Floats:
        """Return the function (P,) at points (P, d)."""
        model = self._model(len(points))
        model.values[self.point] = total.exact(points)
        return np.broadcast_to(model.value(self.value).value, (len(points),))

    def slopes(self, points: Floats) -> Floats:
        """Return gradients (P, d) at points (P, d)."""
        model = self._model(len(points))
        model.values[self.point] = total.exact(points)
        return np.asarray(model.value(grad(self.f, self.point)).value)

    def hessians(self, points: Floats) -> Tracked:
        """Return the second derivatives (P, d, d) at points (P, d)."""
        model = self._model(len(points))
        model.values[self.point] = total.exact(points)
        return model.value(self.hessian)

    def curvature(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the smallest eigenvalues (P,) with directions (P, d), and bounds from above."""
        hessian = self.hessians(points)
        values, vectors = np.linalg.eigh(0.5 * (hessian.value + hessian.value.swapaxes(-1, -2)))
        z = vectors[..., 0]
        model = self._model(len(points))
        model.values[self.point] = total.exact(points)
        model.values[self.along] = total.exact(z)
        form = model.value(self.form)
        above = np.broadcast_to(form.value + SAFETY * UNIT * form.error, values[:, 0].shape)
        return values[:, 0], z, above

    def _ways(self, rng: np.random.Generator) -> Floats:
        """Return unit vectors (W, d) in which to look: those of the model first, then random."""
        size = len(self.centre)
        known = [x[0] for v, x in self.proposal.points.items() if v.sort == self.point.sort]
        known += [
            system.direction[0]
            for system in self.proposal.systems.values()
            if system.direction is not None and system.direction.shape[-1] == size
        ]
        found = np.array([*known, *np.eye(size), *rng.standard_normal((_TRIED, size))])
        length = np.sqrt(np.vecdot(found, found))
        found = found[length > 1e-9] / length[length > 1e-9][:, None]
        return np.concatenate([found, -found])

    def landscape(self, seed: int) -> Landscape:
        """Return the slice with the most negative curvature that was found."""
        rng = np.random.default_rng([seed, 42])
        ways, best = self._ways(rng), None
        for width in _WIDTHS:
            points = self.centre + 0.5 * width * ways
            values, z, above = self.curvature(points)
            # measured by the largest curvature there: a slice that shows something
            size = np.max(np.abs(self.hessians(points).value), axis=(-1, -2))
            share = np.where(np.isfinite(values), values / np.maximum(size, 1e-300), np.inf)
            row = int(np.argmin(share))
            if best is None or share[row] < best[0]:
                best = share[row], width, ways[row], z[row], bool(above[row] < 0)
        assert best is not None
        share, width, v, u, certain = best
        u = u - np.dot(u, v) * v
        if np.linalg.norm(u) < 1e-6:
            u = _orthogonal(v)
        u = u / np.linalg.norm(u) if len(v) > 1 else 0.0 * v
        across = np.linspace(-width, width, GRID)
        grid = self.centre + across[None, :, None] * v + across[:, None, None] * u
        base = self.heights(self.centre[None])[0]
        heights = self.heights(grid.reshape(-1, len(v))).reshape(GRID, GRID) - base
        places = np.linspace(-width, width, TIMES)
        curvature = self.curvature(self.centre + places[:, None] * v)[0]
        bent, profile, slope = None, np.zeros(0), (0.0, 0.0)
        if share < 0 and certain:
            bent = 0.5 * width  # where it was found
            _, (z,), _ = self.curvature((self.centre + bent * v)[None])
            base_point = (self.centre + bent * v)[None]
            line = base_point + across[:, None] * z
            tangent = across * float(np.dot(self.slopes(base_point)[0], z))
            profile = self.heights(line) - self.heights(base_point) - tangent
            slope = (float(np.dot(z, v)), float(np.dot(z, u)))
        return Landscape(
            show(self.statement.claim),
            show(self.f),
            self._in_words(),
            _tuple(across),
            tuple(_tuple(row) for row in heights),
            _tuple(places),
            _tuple(curvature),
            bent,
            slope,
            _tuple(profile),
        )

    def _in_words(self) -> str:
        dimensions = self.proposal.dimensions
        parts = [f"{space} = R^{d}" for space, d in dimensions.items()]
        return ", ".join(parts)


def _orthogonal(v: Floats) -> Floats:
    """Return a unit vector orthogonal to a unit vector."""
    axis = np.eye(len(v))[int(np.argmin(np.abs(v)))]
    found = axis - np.dot(axis, v) * v
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-300))


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{v:.6g}") for v in values)
