"""Functions on the space of dimension 0, which has one point: a number each."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic.rounding import Floats, Numeric
from plproof.laboratory.families.base import Constants, Family


class OnePoint(Family):
    """Functions on {0}: in the classes of every constant, also of negative ones.

    Argument: ``minimum`` (B,), finite, the value of each; else ValueError.
    """

    name = "one point"
    parameters = ("minimum",)
    homogeneous: ClassVar[dict[str, float]] = {"minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {}
    minimum: Floats

    def __init__(self, minimum: ArrayLike):
        self._set("minimum", minimum=(minimum, "B"))
        self.dimension = 0
        beyond, yes = np.full(self.batch, np.inf), np.ones(self.batch, dtype=bool)
        self.constants = Constants(
            smooth=-beyond,
            strongly_convex=beyond,
            convex=yes,
            pl=beyond,
            minimiser=np.zeros((self.batch, 0)),
            minimum=self.minimum,
            constant=yes,
            exact=yes,
            lipschitz=-beyond,
            attained=yes,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, 0)."""
        return self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        return self.minimum.copy(), np.zeros((self.batch, 0))
