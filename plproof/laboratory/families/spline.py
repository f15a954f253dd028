"""Quadratic splines: C¹ functions of one variable with piecewise constant curvature, summed.

They are the worst cases of many rates, convex and not, with exact constants and rational values.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric, Tracked
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import (
    drawn_centre,
    drawn_minimum,
    drawn_spectrum,
    short,
)
from plproof.laboratory.families.lengths import length_up


def shrunk(y: Numeric, knot: Floats) -> Numeric:
    """Return sign(y)·max(|y| − knot, 0), entry by entry: 1-Lipschitz in y and in the knot.

    So the error of y and one rounding bound that of the result, on both sides of the knot.
    """
    value = ra.plain(y)
    result = value - ra.clipped(value, knot)
    if not isinstance(y, Tracked):
        return result
    size = np.abs(value) - knot
    reach = y.error + np.abs(size)
    return Tracked(result, np.where(size + ra.SAFETY * ra.UNIT * reach > 0, reach, 0.0))


class QuadraticSpline(Family):
    """f(x) = Σ_j s_j(|x_j − c_j|) + m, with s_j(0) = s_j'(0) = 0 and s_j'' constant between knots.

    Arguments: ``curvature`` (B, d, p), p ≥ 2: entry i is the curvature between knot i and knot
    i + 1, the last one for ever, differences of neighbours free of rounding; ``knot`` (B, d,
    p − 1), positive, strictly increasing; ``centre`` c (B, d); ``minimum`` m (B,).  No slope is
    negative, else ValueError: then c is a minimiser.  With the curvatures (w, 0) it is Huber's
    function, with (0, w) the squared distance from an interval.

    Smooth with the largest |curvature|, convex modulus the smallest curvature, both attained.  On
    a piece s'² − 2κs is constant, so s'²/(2s) is monotone where s' ≥ 0, and the PL constant is the
    least value at the knots, the first curvature that is not 0, and the last.  Lipschitz where all
    last curvatures are 0, with the largest slopes, which are at knots.
    """

    name = "quadratic spline"
    parameters = ("curvature", "knot", "centre", "minimum")
    derived = ("jump",)
    derived_powers: ClassVar[dict[str, float]] = {"jump": 1}
    homogeneous: ClassVar[dict[str, float]] = {"curvature": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {
        "curvature": (0,),
        "knot": (0,),
        "centre": (0,),
    }
    curvature: Floats
    knot: Floats
    jump: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self, curvature: ArrayLike, knot: ArrayLike, centre: ArrayLike, minimum: ArrayLike
    ):
        self._set(
            "centre",
            curvature=(curvature, "Bdp"),
            knot=(knot, "Bdq"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        pieces = self.curvature.shape[-1]
        if pieces != self.knot.shape[-1] + 1:
            raise ValueError(f"{pieces} pieces have {pieces - 1} knots between them")
        if not (np.all(self.knot[..., 0] > 0) and np.all(np.diff(self.knot) > 0)):
            raise ValueError("knots are positive and strictly increasing")
        self.jump = np.diff(self.curvature)
        if not np.array_equal(
            ra.add_up(self.curvature[..., :-1], self.jump), self.curvature[..., 1:]
        ):
            raise ValueError(
                "differences of curvatures must be free of rounding: use short binary numbers"
            )
        self.jump.setflags(write=False)
        pl, exact, steep = _pl(self.curvature, self.knot)
        level = (self.curvature[..., -1] == 0).all(axis=-1)
        smooth = np.max(np.abs(self.curvature), axis=(-2, -1))
        self._certify(
            smooth=smooth,
            strongly_convex=np.min(self.curvature, axis=(-2, -1)),
            pl=np.min(pl, axis=-1),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.take_along_axis(exact, np.argmin(pl, axis=-1)[:, None], axis=1)[:, 0],
            constant=smooth == 0,
            lipschitz=np.where(level, length_up(steep), np.inf),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        beyond = anp.maximum(anp.abs(offset)[..., None] - self.knot, 0.0)
        square = self.curvature[..., 0] * offset**2 + anp.sum(self.jump * beyond**2, axis=-1)
        return 0.5 * anp.sum(square, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        slope = self.curvature[..., 0] * offset
        square = slope * offset
        for i in range(self.knot.shape[-1]):
            beyond = shrunk(offset, self.knot[..., i])
            turn = self.jump[..., i] * beyond
            slope, square = slope + turn, square + turn * beyond
        return 0.5 * ra.total(square) + self.minimum, slope


def _pl(curvature: Floats, knot: Floats) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Return lower bounds (B, d) of the PL constants of the summands, and which are exact.

    +inf for a summand that is 0.  Also upper bounds (B, d) of their slopes at knots.  Raises
    ValueError where a slope is negative.
    """
    first = np.argmax(curvature != 0, axis=-1)
    begin = np.take_along_axis(curvature, first[..., None], axis=-1)[..., 0]
    last = curvature[..., -1]
    if np.any(begin < 0) or np.any(last < 0):
        raise ValueError("the first curvature that is not 0, and the last, are at least 0")
    slope: Tracked | Floats = np.zeros_like(begin)
    height: Tracked | Floats = np.zeros_like(begin)
    before = Tracked(np.zeros_like(begin))
    least = np.full_like(begin, np.inf)
    steep = np.zeros_like(begin)
    for i in range(knot.shape[-1]):
        width = Tracked(knot[..., i]) - before
        before = Tracked(knot[..., i])
        grown = slope + curvature[..., i] * width
        height = height + width * (slope + 0.5 * (curvature[..., i] * width))
        slope = grown
        steep = np.maximum(steep, ra.round_up(slope.value + ra.SAFETY * ra.UNIT * slope.error, 2))
        doubtful = slope.value - ra.SAFETY * ra.UNIT * slope.error < 0
        for place in zip(*np.nonzero(doubtful & (i >= first)), strict=True):
            if _slope(curvature[place], knot[place], i) < 0:
                raise ValueError(f"the slope is negative at knot {i} of coordinate {place[1]}")
        # at the end of the first piece that is not flat the ratio is its curvature
        with np.errstate(all="ignore"):
            ratio = slope * slope / (2.0 * height)
            low = ra.round_down(np.maximum(ratio.value - ra.SAFETY * ra.UNIT * ratio.error, 0.0), 2)
        least = np.where(i > first, np.minimum(least, np.where(np.isnan(low), 0.0, low)), least)
    flat = begin == 0
    ends = np.minimum(begin, last)
    pl = np.minimum(least, ends)
    return np.where(flat, np.inf, pl), flat | (pl == ends), steep


def _slope(curvature: Floats, knot: Floats, last: int) -> Fraction:
    """Return the slope at a knot of one summand, exactly."""
    ends = [Fraction(0), *map(Fraction, knot.tolist())]
    pairs = zip(curvature.tolist(), ends, ends[1:], strict=False)
    return sum((Fraction(c) * (b - a) for c, a, b in list(pairs)[: last + 1]), Fraction(0))


def piecewise_quadratic(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw strongly convex splines of two to four pieces, curvatures in [1/conditioning, 1]."""
    pieces = int(rng.integers(2, 5))
    curvature = drawn_spectrum(batch * dimension, pieces, conditioning, rng)
    curvature = rng.permuted(curvature, axis=-1).reshape(batch, dimension, pieces)
    return QuadraticSpline(
        curvature,
        _knots(batch, dimension, pieces - 1, rng),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def distance_from_box(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw weighted squared distances from boxes: convex, PL, minimal on a whole box."""
    curvature = np.zeros((batch, dimension, 2))
    curvature[..., 1] = drawn_spectrum(batch, dimension, conditioning, rng)
    return QuadraticSpline(
        curvature,
        _knots(batch, dimension, 1, rng),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def sawtooth(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw splines of curvature ±1 whose slope falls to a half and rises again, several times.

    Half of them are linear in the end, as :func:`worst_sawtooth`; the others are PL.
    """
    teeth = int(rng.integers(1, 4))
    curvature = np.tile(_teeth(teeth), (batch, dimension, 1))
    curvature[::2, :, -1] = float(short(np.array(1.0 / conditioning)))
    scale = short(np.exp2(rng.uniform(-3.0, 1.0, (batch, dimension, 1))))
    return QuadraticSpline(
        curvature,
        scale * _bends(teeth),
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def worst_sawtooth(iterations: int) -> Family:
    """Return the worst 1-smooth function for gradients after a number of unit steps, batch of 1.

    Started at iterations + 1 every gradient of the run is 1 and f(x₀) − min f = (3N + 2)/4, so that
    min ‖∇f(x_k)‖² = 4(f(x₀) − min f)/(3N + 2), k ≤ N (H. Abbaszadehpeivasti, E. de Klerk and
    M. Zamani, 2022).  Argument: ``iterations`` N >= 1, else ValueError.
    """
    if iterations < 1:
        raise ValueError(f"need at least one step, got {iterations}")
    curvature, knot = _teeth(iterations), _bends(iterations)
    return QuadraticSpline([[curvature]], [[knot]], [[0.0]], [0.0])


def _teeth(count: int) -> Floats:
    return np.array([1.0] + [-1.0, 1.0] * count + [0.0])


def _bends(count: int) -> Floats:
    return np.asarray(1.0 + 0.5 * np.arange(2 * count + 1), dtype=np.float64)


def _knots(batch: int, dimension: int, count: int, rng: np.random.Generator) -> Floats:
    widths = short(np.exp2(rng.uniform(-4.0, 1.0, (batch, dimension, count))), 6)
    return np.asarray(np.cumsum(widths, axis=-1))
