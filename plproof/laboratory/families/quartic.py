"""Quadratics with a term of degree 4: strongly convex, and smooth on bounded sets alone."""

from __future__ import annotations

from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import drawn_centre, drawn_minimum, drawn_spectrum, short


class Quartic(Family):
    """f(x) = Σ_j [s_j y_j²/2 + q_j y_j⁴/4] + m, y = x − c: in every class but the smooth one.

    Arguments: ``curvature`` s (B, d) >= 0; ``quartic`` q (B, d) >= 0; ``centre`` c (B, d);
    ``minimum`` m (B,).  Strongly convex with min s, exactly.  Without terms of degree 4 smooth
    with max s, otherwise with nothing.  PL with min s over the j with s_j > 0 or q_j > 0, since
    (s y + q y³)² − 2s(s y²/2 + q y⁴/4) = (3/2)s q y⁴ + q² y⁶ ≥ 0.
    """

    name = "quadratic and quartic"
    infinitely_differentiable = True
    parameters = ("curvature", "quartic", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"curvature": 1, "quartic": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {
        "curvature": (0,),
        "quartic": (0,),
        "centre": (0,),
    }
    curvature: Floats
    quartic: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self, curvature: ArrayLike, quartic: ArrayLike, centre: ArrayLike, minimum: ArrayLike
    ):
        self._set(
            "centre",
            curvature=(curvature, "Bd"),
            quartic=(quartic, "Bd"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(curvature=self.curvature, quartic=self.quartic)
        used = (self.curvature > 0) | (self.quartic > 0)
        pl = np.min(np.where(used, self.curvature, np.inf), axis=-1)
        steep = np.any(self.quartic > 0, axis=-1)
        self._certify(
            smooth=np.where(steep, np.inf, np.max(self.curvature, axis=-1)),
            strongly_convex=np.min(self.curvature, axis=-1),
            pl=pl,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.ones(self.batch, dtype=bool),
            constant=np.asarray(~used.any(axis=-1)),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        square = (points - self.centre) ** 2
        height = 0.5 * self.curvature * square + 0.25 * self.quartic * square**2
        return anp.sum(height, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        square = offset * offset
        steep = self.quartic * square
        height = square * (0.5 * self.curvature + 0.25 * steep)
        return ra.total(height) + self.minimum, offset * (self.curvature + steep)

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return max_j s_j + 3 q_j (|y_j| + distance)² (..., B), rounded up."""
        reach = np.abs(points - self.centre) + distance[..., None] + 2.0**-52 * np.abs(points)
        bound = np.max(self.curvature + 3.0 * self.quartic * reach * reach, axis=-1)
        return np.asarray(np.minimum(bound * (1.0 + 2.0**-45), self.constants.smooth))


def quartic(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw strongly convex functions that are not smooth."""
    return Quartic(
        drawn_spectrum(batch, dimension, conditioning, rng),
        short(np.exp2(rng.uniform(-4.0, 2.0, (batch, dimension)))),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )
