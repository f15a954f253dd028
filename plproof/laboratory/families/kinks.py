"""Convex functions that are not differentiable: sums of hinges, largest of affine functions, norms.

What stands for the gradient is a subgradient everywhere: 0 at the minimiser, and at a kink the
slope on one of its sides.
"""

from __future__ import annotations

from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric, Tracked, dot, matvec, vecmat
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import (
    data_matrix,
    drawn_centre,
    drawn_from,
    drawn_minimum,
    orthogonal_rows,
    short,
)
from plproof.laboratory.families.lengths import length_up, slope_after


def positive_part(x: Numeric) -> tuple[Numeric, Numeric]:
    """Return max(x, 0) and its slope: 1 where x > 0, else 0; no rounding.

    The slope is not known where x is rounded and its sign in doubt.
    """
    value = ra.plain(x)
    above = value > 0
    if not isinstance(x, Tracked):
        return np.where(above, x, 0.0 * x), np.where(above, 1.0, 0.0)
    off = ra.SAFETY * ra.UNIT * x.error
    near = np.where(value + 2.0 * off > 0, x.error, 0.0)
    doubt = np.where((x.error > 0) & (np.abs(value) <= off), 1.0 / ra.UNIT, 0.0)
    return Tracked(np.where(above, value, 0.0), near), Tracked(above.astype(np.float64), doubt)


class HingeSum(Family):
    """f(x) = Σ_i [u_i max(z_i − b_i, 0) + v_i max(−z_i − b_i, 0)] + r|y|²/2 + m, z = Ay, y = x − c.

    Absolute values for u = v, b = 0; hinges for v = 0; with a dead zone for b > 0; with a ridge
    strongly convex without being differentiable.  Arguments: ``matrix`` A (B, n, d); ``right`` u,
    ``left`` v and ``knot`` b (B, n) >= 0; ``ridge`` r (B,) >= 0; ``centre`` c (B, d); ``minimum`` m
    (B,).  Strongly convex with r; without ridge Lipschitz with the bound of |A's| for |s_i| at most
    max(u_i, v_i), the best possible for orthogonal rows.
    """

    name = "sum of hinges"
    differentiable = False
    parameters = ("matrix", "right", "left", "knot", "ridge", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"right": 1, "left": 1, "ridge": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"matrix": (1,), "centre": (0,)}
    matrix: Floats
    right: Floats
    left: Floats
    knot: Floats
    ridge: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        matrix: ArrayLike,
        right: ArrayLike,
        left: ArrayLike,
        knot: ArrayLike,
        ridge: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            matrix=(matrix, "Bnd"),
            right=(right, "Bn"),
            left=(left, "Bn"),
            knot=(knot, "Bn"),
            ridge=(ridge, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(right=self.right, left=self.left, knot=self.knot, ridge=self.ridge)
        most = np.maximum(self.right, self.left)
        bent = (most * self.matrix.any(axis=-1)).any(axis=-1)
        steep = slope_after(self.matrix, most)
        self._certify(
            smooth=np.where(bent, np.inf, self.ridge),
            strongly_convex=self.ridge,
            pl=self.ridge,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=~bent & (self.ridge == 0),
            lipschitz=np.where(self.ridge > 0, np.inf, steep),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        y = points - self.centre
        z = anp.matmul(self.matrix, y[:, :, None])[:, :, 0]
        cost = self.right * anp.maximum(z - self.knot, 0.0)
        cost = cost + self.left * anp.maximum(-z - self.knot, 0.0)
        return anp.sum(cost, axis=-1) + 0.5 * self.ridge * anp.sum(y * y, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        y = points - self.centre
        z = matvec(self.matrix, y)
        right, up = positive_part(z - self.knot)
        left, down = positive_part(-z - self.knot)
        cost = self.right * right + self.left * left
        value = ra.total(cost) + (0.5 * self.ridge) * dot(y, y) + self.minimum
        pull = vecmat(self.right * up - self.left * down, self.matrix)
        return value, pull + self.ridge[:, None] * y

    def _gaps(self, points: Numeric) -> Numeric:
        return ra.absolute(matvec(self.matrix, points - self.centre)) - self.knot

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return the ridge where no kink is on the ball, inf elsewhere."""
        gaps = ra.tracked(self._gaps(Tracked(points)))
        reach = length_up(self.matrix) * distance[..., None] * (1.0 + 2.0**-45)
        away = np.abs(gaps.value) - 2.0 * ra.SAFETY * ra.UNIT * gaps.error > reach
        idle = (self.right == 0) & (self.left == 0)
        return np.where((away | idle).all(axis=-1), self.ridge, np.inf)

    def lipschitz_near(self, points: Floats, distance: Floats) -> Floats:
        """Return the constant of the hinges and r times the largest |y| on the ball."""
        hinges = slope_after(self.matrix, np.maximum(self.right, self.left))
        reach = length_up(points - self.centre) + distance + 2.0**-45 * length_up(points)
        return np.asarray(hinges + self.ridge * reach * (1.0 + 2.0**-45))


class LargestAffine(Family):
    """f(x) = max(0, max_i ⟨a_i, y⟩ − b_i) + m, y = x − c: the largest of affine functions.

    Arguments: ``matrix`` (B, n, d), the rows a_i; ``knot`` b (B, n) >= 0; ``centre`` c (B, d);
    ``minimum`` m (B,).  Convex, Lipschitz with max |a_i|, which is attained.
    """

    name = "largest of affine functions"
    differentiable = False
    parameters = ("matrix", "knot", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"matrix": 1, "knot": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"matrix": (1,), "centre": (0,)}
    matrix: Floats
    knot: Floats
    centre: Floats
    minimum: Floats

    def __init__(self, matrix: ArrayLike, knot: ArrayLike, centre: ArrayLike, minimum: ArrayLike):
        self._set(
            "centre",
            matrix=(matrix, "Bnd"),
            knot=(knot, "Bn"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(knot=self.knot)
        zero, flat = np.zeros(self.batch), np.asarray(~self.matrix.any(axis=(1, 2)))
        self._certify(
            smooth=np.where(flat, 0.0, np.inf),
            strongly_convex=zero,
            pl=zero,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=flat,
            lipschitz=np.max(length_up(self.matrix), axis=-1),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        z = anp.matmul(self.matrix, (points - self.centre)[:, :, None])[:, :, 0] - self.knot
        return anp.maximum(anp.max(z, axis=-1), 0.0) + self.minimum

    def _heights(self, points: Numeric) -> Numeric:
        return matvec(self.matrix, points - self.centre) - self.knot

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        z = self._heights(points)
        plain = ra.plain(z)
        top: Floats = 0.0 * plain[..., 0]
        chosen: Floats = np.zeros((*top.shape, self.matrix.shape[1]))
        for i in range(self.matrix.shape[1]):
            above = plain[..., i] > top
            top = np.where(above, plain[..., i], top)
            chosen = np.where(above[..., None], np.eye(chosen.shape[-1])[i], chosen)
        slope = vecmat(chosen, self.matrix)
        if not isinstance(z, Tracked):
            return top + self.minimum, slope
        error = np.max(z.error, axis=-1)
        off = ra.SAFETY * ra.UNIT * (z.error + np.max(chosen * z.error, axis=-1)[..., None])
        other = (plain + off >= top[..., None]) & (chosen == 0)  # may be the largest
        ends = np.abs(self.matrix - slope[..., None, :]) * other[..., None]
        jump = np.max(ends, axis=-2, initial=0.0)
        ground = (chosen.any(axis=-1)) & (top <= off.max(axis=-1))  # or 0 is
        jump = np.maximum(jump, np.abs(slope) * ground[..., None])
        return Tracked(top, error) + self.minimum, Tracked(slope, jump / ra.UNIT)

    def _gaps(self, points: Numeric) -> Numeric:
        z = self._heights(points)
        plain = ra.plain(z)
        ranked = np.sort(np.concatenate([0.0 * plain[..., :1], plain], axis=-1), axis=-1)
        gap: Floats = ranked[..., -1:] - ranked[..., -2:-1]
        if not isinstance(z, Tracked):
            return gap
        return Tracked(gap, 2.0 * np.max(z.error, axis=-1, keepdims=True) + np.abs(gap))

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return 0 where one affine function is the largest on the ball, inf elsewhere."""
        gap = ra.tracked(self._gaps(Tracked(points)))
        apart = (gap.value - 2.0 * ra.SAFETY * ra.UNIT * gap.error)[..., 0]
        reach = 2.0 * self.constants.lipschitz * distance * (1.0 + 2.0**-45)
        return np.where(apart > reach, 0.0, np.where(self.constants.constant, 0.0, np.inf))


class Norm(Family):
    """f(x) = w|x − c| + m, a cone: convex and Lipschitz with w, not differentiable at c alone.

    Arguments: ``weight`` w (B,) >= 0; ``centre`` c (B, d); ``minimum`` m (B,).
    """

    name = "norm"
    differentiable = False
    parameters = ("weight", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"centre": (0,)}
    weight: Floats
    centre: Floats
    minimum: Floats

    def __init__(self, weight: ArrayLike, centre: ArrayLike, minimum: ArrayLike):
        self._set("centre", weight=(weight, "B"), centre=(centre, "Bd"), minimum=(minimum, "B"))
        check_not_negative(weight=self.weight)
        zero, flat = np.zeros(self.batch), self.weight == 0
        self._certify(
            smooth=np.where(flat, 0.0, np.inf),
            strongly_convex=zero,
            pl=zero,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=flat,
            lipschitz=self.weight,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        square = anp.sum((points - self.centre) ** 2, axis=-1)
        away = square > 0
        length = anp.where(away, anp.sqrt(anp.where(away, square, 1.0)), 0.0)
        return self.weight * length + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        y = points - self.centre
        square = dot(y, y)
        length = ra.sqrt(square)
        home = ra.plain(square) == 0
        safe = ra.choose(home, 0.0 * ra.plain(square) + 1.0, length)
        slope = ra.columns(self.weight / safe) * y
        if isinstance(slope, Tracked):  # of length w at most, whatever is rounded
            most = self.weight[:, None] / ra.UNIT
            known = ~home[..., None] & (slope.error < most)
            slope = Tracked(slope.value, np.where(known, slope.error, most))
        return self.weight * length + self.minimum, slope

    def _gaps(self, points: Numeric) -> Numeric:
        return ra.columns(dot(points - self.centre, points - self.centre))

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return w divided by the least distance from the centre on the ball, rounded up."""
        y = Tracked(points) - self.centre
        least = np.sqrt(np.sum(y.value * y.value, axis=-1)) * (1.0 - 2.0**-45)
        least = least - distance - 2.0 * ra.SAFETY * ra.UNIT * np.sum(y.error, axis=-1)
        bound = self.weight / np.where(least > 0, least, 1.0) * (1.0 + 2.0**-45)
        return np.where(self.weight == 0, 0.0, np.where(least > 0, bound, np.inf))


# ---------------------------------------------------------------- drawing
def absolute(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw weighted absolute values along orthogonal directions, Lipschitz with about 1."""
    return _absolute(batch, dimension, conditioning, np.zeros(batch), rng)


def elastic_net(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw absolute values with a ridge of 1: strongly convex without being differentiable."""
    return _absolute(batch, dimension, conditioning, np.ones(batch), rng)


def _absolute(
    batch: int, dimension: int, conditioning: float, ridge: Floats, rng: np.random.Generator
) -> Family:
    matrix = orthogonal_rows(batch, dimension, conditioning, rng)
    count = matrix.shape[1]
    weight = short(np.exp2(rng.uniform(-3.0, 0.0, (batch, count)))) / np.sqrt(4.0 ** (count // 2))
    return HingeSum(
        matrix,
        weight,
        weight,
        np.zeros((batch, count)),
        ridge,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def hinges(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw sums of hinges, one-sided or with dead zones, Lipschitz with about 1 or less."""
    count = int(rng.integers(1, 2 * dimension + 1))
    most = short(np.full((batch, count), 1.0 / np.sqrt(count)))
    kind = rng.integers(3, size=(batch, count))
    return HingeSum(
        data_matrix(count, batch, dimension, rng),
        most * (kind != 1),
        most * (kind != 2) * drawn_from([0.25, 1.0], (batch, count), rng),
        short(drawn_from([0.0, 0.25, 1.0], (batch, count), rng)),
        np.zeros(batch),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def largest_affine(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw the largest of some affine functions, Lipschitz with at most about 1."""
    count = int(rng.integers(1, 2 * dimension + 2))
    return LargestAffine(
        data_matrix(count, batch, dimension, rng),
        short(drawn_from([0.0, 0.0, 0.25, 1.0], (batch, count), rng)),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def norm(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw norms, Lipschitz with 1."""
    return Norm(np.ones(batch), drawn_centre(batch, dimension, rng), drawn_minimum(batch, rng))
