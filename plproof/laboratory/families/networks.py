"""Square losses of two-layer networks as functions of their weights, with a known minimiser."""

from __future__ import annotations

from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import drawn_centre, drawn_from, drawn_minimum, short
from plproof.laboratory.families.lengths import generous, length_up

BEND = 0.7698004
"""At least 4/(3√3), the largest size of the second derivative of tanh."""


class TwoLayerLoss(Family):
    """f(w) = k Σ_i (F_i(w) − F_i(c))²/2 + m, with F_i(w) = Σ_j a_j tanh(w_j u_i).

    A network of one input and d hidden units that learns its first layer from a teacher with
    weights c.  Arguments: ``inputs`` u (B, n); ``outer`` a (B, d); ``weight`` k (B,) >= 0;
    ``centre`` c (B, d); ``minimum`` m (B,).

    |DF|² ≤ |a|²|u|², |F_i(w) − F_i(c)| ≤ 2 Σ|a_j| and |tanh''| ≤ 4/(3√3), hence with T = (8/(3√3))
    max|a_j| Σ|a_j| |u|²: smooth with k(|a|²|u|² + T), convex modulus at least −kT, Lipschitz with
    2k |a| Σ|a_j| Σ|u_i|.  Not PL: f is bounded.
    """

    name = "loss of a two-layer network"
    infinitely_differentiable = True
    parameters = ("inputs", "outer", "weight", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"outer": (0,), "centre": (0,)}
    inputs: Floats
    outer: Floats
    weight: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        inputs: ArrayLike,
        outer: ArrayLike,
        weight: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            inputs=(inputs, "Bn"),
            outer=(outer, "Bd"),
            weight=(weight, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight)
        first, second = curvature_bounds(self.inputs, self.outer)
        smooth, bend = self.weight * (first + second), self.weight * second
        size = np.abs(self.outer)
        steep = length_up(size) * size.sum(axis=-1) * np.abs(self.inputs).sum(axis=-1)
        steep = 2.0 * self.weight * steep
        wide, least = 1.0 + 2.0**-45, 2.0**-900  # a few roundings of positive numbers; underflow
        flat = (self.weight == 0) | ~self.outer.any(-1) | ~self.inputs.any(-1)
        self._certify(
            smooth=np.where(flat, 0.0, smooth * wide + least),
            strongly_convex=np.where(flat, 0.0, -bend * wide - least),
            pl=np.zeros(self.batch),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=flat,
            lipschitz=generous(steep, ~flat),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        residual: Any = 0.0
        for i in range(self.inputs.shape[1]):
            u = self.inputs[:, i, None]
            apart = anp.tanh(points * u) - anp.tanh(self.centre * u)
            residual = residual + anp.sum(self.outer * apart, axis=-1) ** 2
        return 0.5 * self.weight * residual + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        height: Any = 0.0
        slope: Any = 0.0
        exact = ra.tracked(self.centre) if isinstance(points, ra.Tracked) else self.centre
        for i in range(self.inputs.shape[1]):
            u = self.inputs[:, i, None]
            response = ra.tanh(points * u)
            residual = ra.total(self.outer * (response - ra.tanh(exact * u)))
            height = height + residual * residual
            pull = (self.outer * u) * (1.0 - response * response)
            slope = slope + ra.columns(residual) * pull
        return (0.5 * self.weight) * height + self.minimum, self.weight[:, None] * slope


def curvature_bounds(inputs: Floats, outer: Floats) -> tuple[Floats, Floats]:
    """Return |a|²|u|² and T (B,), for ``weight`` 1, up to rounding."""
    reach = np.sum(inputs**2, axis=-1)
    size = np.abs(outer)
    first = np.sum(outer**2, axis=-1) * reach
    return first, 2.0 * BEND * np.max(size, axis=-1) * np.sum(size, axis=-1) * reach


def two_layer(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw losses of networks with up to four data, smooth with about 1."""
    inputs = short(rng.standard_normal((batch, int(rng.integers(1, 5)))) + 2.0**-10)
    outer = drawn_from([-1.0, -0.5, 0.5, 1.0], (batch, dimension), rng)
    first, second = curvature_bounds(inputs, outer)
    return TwoLayerLoss(
        inputs,
        outer,
        short(0.99 / (first + second)),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )
