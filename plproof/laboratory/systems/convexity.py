"""Search for negative curvature of L = ½‖F - F(w*)‖² near w*: found with certainty, or not found.

The criterion it tries: with u = DF(w*)v and B = Σ u_i ∇²F_i(w*), if B has more than n negative
(positive) eigenvalues then for every small t > 0 (t < 0) the Hessian of L at w* + tv has a negative
one, on the kernel of DF(w* + tv), which is too large to avoid those directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats
from plproof.laboratory.systems.base import System

Verdict = Literal["negative", "within rounding", "not found"]
"""``negative``: certainly so, ``within rounding``: computed so, but rounding may explain it."""


@dataclass(frozen=True)
class Curvatures:
    """The smallest curvature of the square losses of B systems at T points each.

    ``points`` (T, B, m); ``smallest`` (T, B), the computed smallest Hessian eigenvalues, without a
    bound; ``directions`` z (T, B, m), computed eigenvectors; ``above`` (T, B), certain upper bounds
    on ∇²L(w)[z, z], for the numbers in ``points`` and ``directions`` taken as exact; ``times``
    (T,), for points w* + tv, the numbers t, and nan otherwise.
    """

    points: Floats
    smallest: Floats
    directions: Floats
    above: Floats
    times: Floats

    @property
    def negative(self) -> NDArray[np.bool_]:
        """Where a direction of negative curvature was found, by more than rounding, (T, B)."""
        return np.asarray(self.above < 0)

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Where an eigenvalue is below 0 as computed but perhaps not in truth, (T, B)."""
        return ~self.negative & (self.smallest < 0)

    def verdict(self, row: int) -> Verdict:
        """Return what was found anywhere for one system; "not found" proves nothing."""
        if self.negative[:, row].any():
            return "negative"
        return "within rounding" if self.doubtful[:, row].any() else "not found"


def curvatures(system: System, points: Floats, times: Floats | None = None) -> Curvatures:
    """Return the smallest curvatures of ½‖F - F(w*)‖² at ``points`` (T, B, m).

    Raises ValueError for points of another shape or where the Hessian is not finite.
    """
    hessian = system.loss_hessian(points)
    if not np.isfinite(hessian).all():
        raise ValueError("a Hessian is not finite: are the points in the domain of the system?")
    values, vectors = np.linalg.eigh(hessian)
    directions = np.ascontiguousarray(vectors[..., 0])
    form = system.loss_curvature(points, directions)
    above = np.where(np.isfinite(form.value), form.value + SAFETY * UNIT * form.error, np.inf)
    when = np.full(len(points), np.nan) if times is None else times
    return Curvatures(np.asarray(points), values[..., 0], directions, above, when)


def curvatures_along(system: System, direction: Floats, times: Floats | None = None) -> Curvatures:
    """Return the smallest curvatures at w* + tv for ``direction`` v (B, m) and all ``times`` (T,).

    By default t is ±2^-k for k = 3, ..., 20.
    """
    when = geometric_times() if times is None else np.asarray(times, dtype=np.float64)
    return curvatures(system, system.origin + when[:, None, None] * direction, when)


def geometric_times(largest: int = 3, smallest: int = 20) -> Floats:
    """Return ±2^-k for k = ``largest``, ..., ``smallest``: first those above 0, then the others."""
    positive = np.exp2(-np.arange(largest, smallest + 1.0))
    return np.concatenate([positive, -positive])


def inertia(
    matrices: Floats, tolerance: float = 1e-9
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of positive and of negative eigenvalues of symmetric (..., m, m).

    As computed: those within ``tolerance`` times the largest in size are counted as 0.
    """
    values = np.linalg.eigvalsh(matrices)
    size = tolerance * np.max(np.abs(values), axis=-1, keepdims=True)
    return np.sum(values > size, axis=-1), np.sum(values < -size, axis=-1)
