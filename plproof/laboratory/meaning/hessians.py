"""Second derivatives of function families at rounded points, where there is a formula for them."""

from __future__ import annotations

import numpy as np

from plproof.laboratory.arithmetic import rounding
from plproof.laboratory.arithmetic.matrices import composed, transposed
from plproof.laboratory.arithmetic.rounding import Tracked, tracked
from plproof.laboratory.families import (
    ConstantFunction,
    Family,
    Formula,
    LeastSquares,
    Quadratic,
    Quartic,
    SineBumps,
    SineComposition,
)


def is_smooth(family: Family) -> bool:
    """Say whether the functions of the family have derivatives of every order everywhere."""
    return family.infinitely_differentiable


def hessian(family: Family, points: Tracked) -> Tracked | None:
    """Return the Hessians (..., B, d, d) at points (..., B, d), None where there is no formula."""
    shape = (*points.value.shape[:-1], family.dimension, family.dimension)
    found = _hessian(family, points)
    if found is None:
        return None
    return Tracked(np.broadcast_to(found.value, shape), np.broadcast_to(found.error, shape))


def _hessian(family: Family, points: Tracked) -> Tracked | None:
    if isinstance(family, Quadratic):
        return Tracked(family.hessian)
    if isinstance(family, LeastSquares):
        matrix = Tracked(family.matrix)
        return composed(transposed(matrix), matrix)
    if isinstance(family, ConstantFunction):
        return Tracked(np.zeros((family.dimension, family.dimension)))
    if isinstance(family, SineBumps):  # w (2 + 2 a b² cos(2by)) on the diagonal
        angle = (2.0 * family.frequency) * (points - family.centre)
        strength = tracked(family.amplitude) * family.frequency * (2.0 * family.frequency)
        return _diagonal(family.weight[:, None] * (2.0 + strength * tracked(rounding.cos(angle))))
    if isinstance(family, SineComposition):  # A' diag(w (2s + 2 a b² cos(2bz))) A
        z = rounding.matvec(family.matrix, points - family.centre)
        strength = tracked(family.amplitude) * family.frequency * (2.0 * family.frequency)
        bend = strength * tracked(rounding.cos((2.0 * family.frequency) * z))
        curved = family.weight[:, None] * (2.0 * family.curvature[:, None] + bend)
        matrix = Tracked(family.matrix)
        return composed(transposed(matrix), composed(_diagonal(curved), matrix))
    if isinstance(family, Quartic):
        offset = points - family.centre
        return _diagonal(family.curvature + (3.0 * family.quartic) * (offset * offset))
    if isinstance(family, Formula) and family.infinitely_differentiable:
        return family.hessian(points)
    return None


def _diagonal(entries: Tracked) -> Tracked:
    unit = np.eye(entries.value.shape[-1])
    return Tracked(entries.value[..., None] * unit, entries.error[..., None] * unit)
