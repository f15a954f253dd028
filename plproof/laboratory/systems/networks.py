"""Networks with one hidden layer of tanh units, the first layer being the variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Numeric,
    Tracked,
    matmul,
    plain,
    reshaped,
    tanh,
    total,
)
from plproof.laboratory.systems.base import Jet, System

BEND = 4.0 / (3.0 * np.sqrt(3.0))
"""The largest value of |tanh''| = 2|tanh|(1 - tanh²), attained where tanh² = 1/3."""


class TanhNetwork(System):
    """F_i(w) = s Σ_j a_j tanh⟨w_j, x_i⟩ on n data x_i: R^m -> R^n with m = kd, w = (w_1, ..., w_k).

    Arguments: ``data`` x (B, n, d); ``outer`` a (B, k), each 1, 0 or -1, not
    trained; ``scale`` s (B,); ``origin``
    w* (B, kd).  The residual uses tanh p - tanh q = tanh(p - q)(1 - tanh p tanh q), free of
    cancellation near w*.  ∇²F_i(w) is block diagonal with blocks s a_j tanh''⟨w_j, x_i⟩ x_i x_i':
    every unit gives at most one eigenvalue, of the sign of -a_j⟨w_j, x_i⟩.
    """

    name = "tanh network"
    data: Floats
    outer: Floats
    scale: Floats

    def __init__(self, data: ArrayLike, outer: ArrayLike, scale: ArrayLike, origin: ArrayLike):
        self._store(
            origin=(origin, "Bm"),
            data=(data, "Bnd"),
            outer=(outer, "Bk"),
            scale=(scale, "B"),
        )
        self.width, self.dimension = self.outer.shape[1], self.data.shape[2]
        if self.inputs != self.width * self.dimension:
            raise ValueError(
                f"origin needs {self.width} · {self.dimension} entries per row, got {self.inputs}"
            )
        self._transposed = np.ascontiguousarray(self.data.swapaxes(1, 2))
        if not np.isin(self.outer, (-1.0, 0.0, 1.0)).all():
            raise ValueError("the outer weights are 1, 0 or -1")
        self._weights = self.scale[:, None] * self.outer
        self._home = np.tanh(self.activations(self.origin))
        self._compare()

    def twin(self, convert: Callable[[Floats], Any]) -> Self:
        """Return the same networks with every array converted; tanh at w* is computed anew."""
        result = super().twin(convert)
        result._home = np.tanh(result.activations(result.origin))
        return result

    def is_moved(self, other: System) -> bool:
        """Say no: a network is no function of w - w*."""
        return False

    def steadiness(self) -> Floats:
        """Return bounds (B,) of the Lipschitz constants of DF, the least possible for one datum.

        With c = max|tanh''|: |s| c √(Σ_i ‖x_i‖⁴), as Σ_j |⟨u_j - v_j, x_i⟩⟨z_j, x_i⟩| is at most
        ‖u - v‖ ‖z‖ ‖x_i‖², and |s| c ‖X‖ max‖x_i‖, as the norm of Σ_i r_i ⟨u_j - v_j, x_i⟩ x_i is
        at most ‖X‖ times that of the numbers r_i ⟨u_j - v_j, x_i⟩.
        """
        square = np.sum(self.data**2, axis=-1)
        size = np.linalg.svd(self.data, compute_uv=False)[:, 0] * np.sqrt(np.max(square, axis=-1))
        bound = np.minimum(np.sqrt(np.sum(square**2, axis=-1)), size)
        bound = BEND * np.abs(self.scale) * bound * (1.0 + 2.0**-40)
        return np.where(np.any(self.outer != 0, axis=1), bound, 0.0)

    def activations(self, points: Floats) -> Floats:
        """Return ⟨w_j, x_i⟩, shape (..., B, k, n), at ``points`` (..., B, kd)."""
        rows = points.reshape(*points.shape[:-1], self.width, self.dimension)
        found: Floats = np.matmul(rows, self._transposed)
        return found

    def residual(self, points: Any) -> Any:
        """Return F(w) - F(w*) (..., B, n)."""
        shape = (*anp.shape(points)[:-1], self.width, self.dimension)
        moved = anp.reshape(points - self.origin, shape)
        new = anp.tanh(anp.matmul(anp.reshape(points, shape), self._transposed))
        change = anp.tanh(anp.matmul(moved, self._transposed)) * (1.0 - new * self._home)
        return anp.sum(self._weights[:, :, None] * change, axis=-2)

    def jet(self, points: Numeric, direction: Numeric) -> Jet:
        """Return F(w) - F(w*), DF(w)z and D²F(w)[z, z], each (..., B, n)."""
        moved, ahead = self._through(points - self.origin), self._through(direction)
        new = tanh(self._through(points))
        exact = isinstance(points, Tracked)
        home = tanh(self._through(Tracked(self.origin))) if exact else self._home
        slope = 1.0 - new * new
        change = tanh(moved) * (1.0 - new * home)
        first = slope * ahead
        second = -2.0 * (new * (first * ahead))
        return self._collect(change), self._collect(first), self._collect(second)

    def _through(self, points: Numeric) -> Numeric:
        shape = plain(points).shape
        rows = reshaped(points, (*shape[:-1], self.width, self.dimension))
        return matmul(rows, self._transposed)

    def _collect(self, units: Numeric) -> Numeric:
        """Return s Σ_j a_j t_j (..., B, n) for ``units`` t (..., B, k, n)."""
        weighted = units * self._weights[:, :, None]
        if isinstance(weighted, Tracked):
            value, error = weighted.value.swapaxes(-1, -2), weighted.error.swapaxes(-1, -2)
            return total(Tracked(value, error))
        return np.asarray(weighted.sum(axis=-2))
