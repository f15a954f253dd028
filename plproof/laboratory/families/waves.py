"""Functions that are PL and not convex, and not sums over coordinates: waves, products, spirals.

Their constants have closed forms, up to numbers that :mod:`.wave_bounds` certifies.
"""

from __future__ import annotations

from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Numeric,
    add_down,
    add_up,
    dot,
    matvec,
    multiply_down,
    multiply_up,
    vecmat,
)
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import (
    drawn_centre,
    drawn_from,
    drawn_minimum,
    orthogonal_rows,
    short,
)
from plproof.laboratory.families.lengths import slope_after
from plproof.laboratory.families.sine import SINE_PL_BOUNDS, sine_pl_bound
from plproof.laboratory.families.spectra import of_gram
from plproof.laboratory.families.wave_bounds import SPIRAL_BENDS, modulated_pl_bound

_WIDE, _NARROW = 1.0 + 2.0**-45, 1.0 - 2.0**-45  # pay for a few roundings of positive numbers


class SineComposition(Family):
    """f(x) = w Σ_i [s z_i² + a_i sin(b_i z_i)²] + m, z = A(x − c): waves along any directions.

    Arguments: ``matrix`` A (B, r, d); ``weight`` w (B,) >= 0; ``curvature`` s (B,), 0 or 1;
    ``amplitude`` a (B, r) >= 0; ``frequency`` b (B, r); ``centre`` c (B, d); ``minimum`` m (B,).

    With t = max_i a_i b_i² and λ the eigenvalues of A'A: smooth w(2s + 2t) max λ, convex modulus
    w(2s − 2t) min λ if that is not negative and w(2s − 2t) max λ otherwise.  Where the rows of A
    are independent, |A'g|² ≥ |g|² min λ(AA'), so f is PL with that times the constant of the sum
    of waves; see :func:`~plproof.laboratory.families.sine.sine_pl_bound`.  With s = 0 it is an egg
    carton: smooth, Lipschitz with w |A'v|, |v_i| <= a_i|b_i|, with many minimisers, and not PL.
    """

    name = "waves after linear"
    infinitely_differentiable = True
    parameters = (
        "matrix", "weight", "curvature", "amplitude", "frequency", "centre", "minimum"
    )  # fmt: skip
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"matrix": (1,), "centre": (0,)}
    matrix: Floats
    weight: Floats
    curvature: Floats
    amplitude: Floats
    frequency: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        matrix: ArrayLike,
        weight: ArrayLike,
        curvature: ArrayLike,
        amplitude: ArrayLike,
        frequency: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            matrix=(matrix, "Brd"),
            weight=(weight, "B"),
            curvature=(curvature, "B"),
            amplitude=(amplitude, "Br"),
            frequency=(frequency, "Br"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight, amplitude=self.amplitude)
        if not np.all((self.curvature == 0) | (self.curvature == 1)):
            raise ValueError("curvature is 0 or 1: use weight for another scale")
        size = np.abs(self.frequency)
        strength = multiply_up(multiply_up(self.amplitude, size), size)
        worst, s = np.max(strength, axis=-1), self.curvature
        kinds, place = np.unique(strength, return_inverse=True)
        known = np.array([sine_pl_bound(float(kind)) for kind in kinds])
        bounds = of_gram(self.matrix)
        rows, d = self.matrix.shape[1:]
        least = bounds.smallest if rows >= d else np.zeros(self.batch)
        modulus = multiply_down(self.weight, add_down(2.0 * s, -2.0 * worst))
        independent = bounds.smallest if rows <= d else np.zeros(self.batch)
        pl = s * multiply_down(self.weight, np.min(known[place.reshape(strength.shape)], axis=-1))
        smooth = multiply_up(multiply_up(self.weight, add_up(2.0 * s, 2.0 * worst)), bounds.largest)
        steep = slope_after(self.matrix, multiply_up(self.amplitude, size))
        self._certify(
            smooth=smooth,
            strongly_convex=multiply_down(modulus, np.where(modulus < 0, bounds.largest, least)),
            pl=multiply_down(pl, independent),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=smooth == 0,
            lipschitz=np.where(s > 0, np.inf, multiply_up(self.weight, steep)),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        z = anp.matmul(self.matrix, (points - self.centre)[:, :, None])[:, :, 0]
        waves = self.amplitude * anp.sin(self.frequency * z) ** 2
        height = self.curvature * anp.sum(z**2, axis=-1) + anp.sum(waves, axis=-1)
        return self.weight * height + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        z = matvec(self.matrix, points - self.centre)
        angle = self.frequency * z
        square, product = ra.sine_products(angle)
        bend = self.curvature[:, None] * z
        height = dot(bend, z) + ra.total(self.amplitude * square)
        slope = 2.0 * bend + (2.0 * self.amplitude) * (self.frequency * product)
        gradient = self.weight[:, None] * vecmat(slope, self.matrix)
        return self.weight * height + self.minimum, gradient


class RadialProduct(Family):
    """f(x) = (|y|²/2)(A + B cos(c log(1 + |y|²))) + m, y = x − centre: a quadratic times a wave.

    Arguments: ``mean`` A (B,) and ``depth`` B (B,), 0 <= B < A; ``turn`` c (B,), 0 or at least 3/8;
    ``centre`` (B, d); ``minimum`` m (B,).

    With s = |y|²/(1 + |y|²) the Hessian has the eigenvalues A + B cos τ − sBc sin τ and A +
    B((1 − 2c²s²) cos τ − cs(5 − 2s) sin τ).  For c >= 3/8 the amplitude of the second rises with s:
    smooth with A + B √((1 + c²)(1 + 4c²)), convex modulus A − the same, both the best possible.
    PL: see :func:`~plproof.laboratory.families.wave_bounds.modulated_pl_bound`.
    """

    name = "quadratic times a wave"
    infinitely_differentiable = True
    parameters = ("mean", "depth", "turn", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"mean": 1, "depth": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"centre": (0,)}
    mean: Floats
    depth: Floats
    turn: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        mean: ArrayLike,
        depth: ArrayLike,
        turn: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            mean=(mean, "B"),
            depth=(depth, "B"),
            turn=(turn, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        _check_depth(self.mean, self.depth)
        if not np.all(((self.turn == 0) | (self.turn >= 0.375)) & (self.turn < 2.0**10)):
            raise ValueError("turn is 0, or at least 3/8 and below 1024")
        square = self.turn**2
        bend = _WIDE * self.depth * np.sqrt((1.0 + square) * (1.0 + 4.0 * square))
        flat = (self.depth == 0) | (self.turn == 0)
        bend = np.where(flat, self.depth * (self.turn == 0), bend)
        plain, below = add_up(self.mean, bend), add_down(self.mean, bend)
        self._certify(
            smooth=plain,
            strongly_convex=np.where(flat, below, add_down(self.mean, -bend)),
            pl=np.where(flat, below, _pl(self.mean, self.depth, self.turn, False)),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=plain == 0,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        square = anp.sum(offset**2, axis=-1)
        wave = self.mean + self.depth * anp.cos(self.turn * anp.log1p(square))
        return 0.5 * square * wave + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        square = dot(offset, offset)
        angle = self.turn * ra.log1p(square)
        wave = self.mean + self.depth * ra.cos(angle)
        fall = (self.depth * self.turn) * (ra.sin(angle) * (square / (1.0 + square)))
        return (0.5 * square) * wave + self.minimum, ra.columns(wave - fall) * offset


class Spiral(Family):
    """A quadratic with axes A ± B in each plane, after a rotation by (c/2) log(1 + r²): g ∘ φ.

    Coordinates 2k and 2k + 1 of y = x − centre form a plane, r is the distance from 0 in it; a last
    coordinate alone contributes A y²/2.  Arguments: ``mean`` A (B,) and ``depth`` B (B,),
    0 <= B < A; ``turn`` c (B,), one of those in ``SPIRAL_BENDS``; ``centre`` (B, d); ``minimum``
    (B,).

    The diffeomorphism φ turns the valley of the quadratic into a spiral.  In polar coordinates,
    with s = r²/(1 + r²) and along a direction at an angle to the radius, the second derivative is
    A + B (p cos 2ψ + q sin 2ψ), p and q depending on s and that angle alone: smooth with A + BK,
    convex modulus A − BK, K(c) the largest √(p² + q²), an upper bound of which is in
    ``SPIRAL_BENDS``.  PL: see :func:`~.wave_bounds.modulated_pl_bound`.
    """

    name = "spiral"
    infinitely_differentiable = True
    parameters = ("mean", "depth", "turn", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"mean": 1, "depth": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"centre": (0,)}
    derived = ("quarter",)
    derived_powers: ClassVar[dict[str, float]] = {"quarter": 0}
    mean: Floats
    depth: Floats
    turn: Floats
    centre: Floats
    minimum: Floats
    quarter: Floats

    def __init__(
        self,
        mean: ArrayLike,
        depth: ArrayLike,
        turn: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            mean=(mean, "B"),
            depth=(depth, "B"),
            turn=(turn, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        _check_depth(self.mean, self.depth)
        table = dict(SPIRAL_BENDS)
        known = np.isin(self.turn, list(table))
        if not known.all():
            raise ValueError(f"turn is one of {', '.join(map(str, table))}, see SPIRAL_BENDS")
        d, planes = self.dimension, self.dimension // 2
        turned = np.zeros((d, d))
        for k in range(planes):
            turned[2 * k, 2 * k + 1], turned[2 * k + 1, 2 * k] = -1.0, 1.0
        self.quarter = np.tile(turned, (self.batch, 1, 1))  # a rotation by 90° in each plane
        self.quarter.setflags(write=False)
        bend = multiply_up(self.depth, np.array([table[c] for c in self.turn.tolist()]))
        bend = bend * (planes > 0)
        pl = np.where(self.turn == 0, self.mean - self.depth, 0.0)
        turning = (self.turn != 0) & (bend > 0)
        if turning.any():
            found = _pl(self.mean[turning], self.depth[turning], self.turn[turning], True)
            pl[turning] = found
        smooth = add_up(self.mean, bend)
        self._certify(
            smooth=smooth,
            strongly_convex=add_down(self.mean, -bend),
            pl=np.where(bend == 0, self.mean, _NARROW * pl),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=smooth == 0,
        )

    def _planes(self) -> tuple[Floats, Floats]:
        """Return 1 and −1 by turns (d,), and which coordinates belong to a plane, as 0 and 1."""
        paired = np.arange(self.dimension) < 2 * (self.dimension // 2)
        sign = 1.0 - 2.0 * (np.arange(self.dimension) % 2)
        return sign.astype(np.float64), paired.astype(np.float64)

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        y = points - self.centre
        sign, paired = self._planes()
        u = anp.matmul(self.quarter, y[:, :, None])[:, :, 0]
        angle = self.turn[:, None] * anp.log1p(y**2 + u**2)
        waves = sign * (anp.cos(angle) * (y**2 - u**2) + 2.0 * anp.sin(angle) * y * u)
        depth = 0.5 * self.depth * anp.sum(paired * waves, axis=-1)
        return 0.5 * (self.mean * anp.sum(y**2, axis=-1) + depth) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        y = points - self.centre
        sign, paired = self._planes()
        u = matvec(self.quarter, y)
        own, other = y * y, u * u
        square = own + other
        angle = self.turn[:, None] * ra.log1p(square)
        sine, cosine = ra.sin(angle), ra.cos(angle)
        across, along = 2.0 * (y * u), own - other
        wave = sign * (cosine * along + sine * across)
        fall = sign * (sine * along - cosine * across)
        height = self.mean * dot(y, y) + (0.5 * self.depth) * ra.total(paired * wave)
        depth = self.depth[:, None] * paired
        twist = (self.turn[:, None] * fall) / (1.0 + square)
        turned = sign * (cosine * y + sine * u) - twist * y
        return 0.5 * height + self.minimum, self.mean[:, None] * y + depth * turned


def _check_depth(mean: Floats, depth: Floats) -> None:
    if not np.all((depth >= 0) & ((depth < mean) | (depth == 0)) & (mean >= 0)):
        raise ValueError("depth is at least 0 and below mean")


def _pl(mean: Floats, depth: Floats, turn: Floats, turning: bool) -> Floats:
    """Return lower bounds (B,) of the PL constants of modulated quadratics."""
    share = np.divide(depth, mean, out=np.zeros_like(depth), where=mean > 0)
    pairs, place = np.unique(np.stack([share, turn], axis=-1), axis=0, return_inverse=True)
    known = np.array([modulated_pl_bound(float(q), float(c), turning) for q, c in pairs])
    return np.asarray(_NARROW * mean * known[place.ravel()])


# ---------------------------------------------------------------- drawing
def rotated_sines(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw waves along orthogonal directions, PL and mostly not convex."""
    matrix = orthogonal_rows(batch, dimension, np.sqrt(conditioning), rng)
    shape = matrix.shape[:2]
    frequency = np.exp2(rng.integers(-1, 2, size=shape))
    strength = drawn_from([a for a, _ in SINE_PL_BOUNDS], shape, rng)
    strength[::4] = 0.5  # these are strongly convex where the rows span the space
    weight = short(1.0 / (2.0 + 2.0 * np.max(strength, axis=-1)))
    return SineComposition(
        matrix,
        weight,
        np.ones(batch),
        strength / frequency**2,
        frequency,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def egg_carton(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw smooth functions with saddles, maxima and many minimisers: Σ a_i sin(b_i z_i)²."""
    matrix = orthogonal_rows(batch, dimension, np.sqrt(conditioning), rng)
    shape = matrix.shape[:2]
    frequency = np.exp2(rng.integers(-1, 2, size=shape))
    strength = rng.choice([0.25, 0.5, 1.0], size=shape)
    strength[:, 0] = 1.0
    return SineComposition(
        matrix,
        np.full(batch, 0.5),
        np.zeros(batch),
        strength / frequency**2,
        frequency,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def radial_product(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw quadratics times a wave, PL, convex or not, smooth with about 1."""
    turn = rng.choice([0.375, 0.5, 1.0, 2.0], size=batch)
    share = rng.choice([0.125, 0.25, 0.5], size=batch) / np.where(turn > 1, 2.0, 1.0)
    largest = 1.0 + share * np.sqrt((1.0 + turn**2) * (1.0 + 4.0 * turn**2))
    mean = short(1.0 / largest)
    return RadialProduct(
        mean,
        mean * share,
        turn,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def spiral(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw spiral valleys, PL and mostly not convex, smooth with about 1."""
    table = dict(SPIRAL_BENDS)
    turn = rng.choice(list(table), size=batch)
    share = rng.choice([0.25, 0.5, 0.75], size=batch)
    mean = short(1.0 / (1.0 + share * np.array([table[c] for c in turn.tolist()])))
    return Spiral(
        mean if dimension > 1 else np.ones(batch),
        mean * share,
        turn,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )
