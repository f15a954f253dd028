"""Convex functions without a minimiser: softplus, z + √(1 + z²), exponentials, linear functions."""

from __future__ import annotations

from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric, add_up, dot, multiply_up
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Family
from plproof.laboratory.families.chances import drawn_centre, drawn_minimum, short
from plproof.laboratory.families.lengths import length_up


class Falling(Family):
    """f(x) = Σ_j [s_j log(1 + e^z_j) + r_j (z_j + √(1 + z_j²)) + e_j e^z_j] + m, z = b(x − c).

    All terms are positive and fall to 0 as z_j = b_j(x_j − c_j) → −∞: the infimum is m, and no
    value unless f is constant.  Arguments: ``soft`` s, ``root`` r and ``exponential`` e (B, d), at
    least 0; ``rate`` b (B, d); ``centre`` c (B, d), a point to look around; ``minimum`` m (B,).
    Convex and no more.  Without exponentials smooth with max b_j²(s_j/4 + r_j) and Lipschitz with
    |(b_j(s_j + 2r_j))_j|, the best possible: at z = 0 both second derivatives are the largest, 1/4
    and 1, and as z → ∞ both slopes, 1 and 2.
    """

    name = "falling to its infimum"
    infinitely_differentiable = True
    parameters = ("soft", "root", "exponential", "rate", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {
        "soft": 1, "root": 1, "exponential": 1, "minimum": 1
    }  # fmt: skip
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(
        ("soft", "root", "exponential", "rate", "centre"), (0,)
    )
    soft: Floats
    root: Floats
    exponential: Floats
    rate: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        soft: ArrayLike,
        root: ArrayLike,
        exponential: ArrayLike,
        rate: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            soft=(soft, "Bd"),
            root=(root, "Bd"),
            exponential=(exponential, "Bd"),
            rate=(rate, "Bd"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(soft=self.soft, root=self.root, exponential=self.exponential)
        used = (self.soft > 0) | (self.root > 0) | (self.exponential > 0)
        if np.any(used & (self.rate == 0)):
            raise ValueError("rate is not 0 where there is a term")
        b = np.abs(self.rate)
        bend = multiply_up(multiply_up(b, b), add_up(0.25 * self.soft, self.root))
        slope = multiply_up(b, add_up(self.soft, 2.0 * self.root))
        steep = (self.exponential > 0).any(axis=-1)
        zero, flat = np.zeros(self.batch), np.asarray(~used.any(axis=-1))
        self._certify(
            smooth=np.where(steep, np.inf, np.max(bend, axis=-1)),
            strongly_convex=zero,
            pl=zero,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.ones(self.batch, dtype=bool),
            constant=flat,
            lipschitz=np.where(steep, np.inf, length_up(slope)),
            attained=flat,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        z = self.rate * (points - self.centre)
        length, steep = anp.sqrt(1.0 + z * z), 1.0 * (self.exponential > 0)
        soft = self.soft * anp.logaddexp(0.0, z)
        low, high = anp.where(z >= 0, 0.0, z), anp.where(z >= 0, z, 0.0)
        root = self.root * anp.where(z >= 0, length + high, 1.0 / (length - low))
        return anp.sum(soft + root + self.exponential * anp.exp(steep * z), axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        z = self.rate * (points - self.centre)
        size, positive = ra.absolute(z), ra.plain(z) >= 0
        fall = 1.0 + ra.expm1(-size)
        share = 1.0 / (1.0 + fall)
        chance = ra.choose(positive, share, 1.0 - share)  # the logistic function
        length = ra.sqrt(1.0 + z * z)
        height = size + length
        tail = ra.choose(positive, height, 1.0 / height)
        growth = 1.0 + ra.expm1((self.exponential > 0) * z)  # not 0 times what overflows
        half = 0.5 * (z + size)
        value = self.soft * (half + ra.log1p(fall)) + self.root * tail + self.exponential * growth
        slope = self.soft * chance + self.root * (tail / length) + self.exponential * growth
        return ra.total(value) + self.minimum, self.rate * slope

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return max_j b_j²(s_j/4 + r_j + e_j e^t), t the largest z_j on the ball, rounded up."""
        b = np.abs(self.rate)
        z = self.rate * (points - self.centre)
        off = 2.0**-45 * (np.abs(z) + b * (np.abs(points) + np.abs(self.centre)))
        with np.errstate(over="ignore"):
            top = np.exp(z + b * distance[..., None] + off)
            bend = b * b * (0.25 * self.soft + self.root + self.exponential * top)
        bound = np.max(bend, axis=-1) * (1.0 + 2.0**-40) + 2.0**-900
        return np.asarray(np.minimum(bound, self.constants.smooth))


class Linear(Family):
    """f(x) = ⟨a, x − c⟩ + m: convex, smooth with every constant, unbounded below unless a = 0.

    Arguments: ``slope`` a (B, d); ``centre`` c (B, d); ``offset`` m (B,).
    """

    name = "linear"
    infinitely_differentiable = True
    parameters = ("slope", "centre", "offset")
    homogeneous: ClassVar[dict[str, float]] = {"slope": 1, "offset": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"slope": (0,), "centre": (0,)}
    slope: Floats
    centre: Floats
    offset: Floats

    def __init__(self, slope: ArrayLike, centre: ArrayLike, offset: ArrayLike):
        self._set("centre", slope=(slope, "Bd"), centre=(centre, "Bd"), offset=(offset, "B"))
        zero, flat = np.zeros(self.batch), np.asarray(~self.slope.any(axis=-1))
        self._certify(
            smooth=zero,
            strongly_convex=zero,
            pl=zero,
            minimiser=self.centre,
            minimum=np.where(flat, self.offset, -np.inf),
            exact=np.ones(self.batch, dtype=bool),
            constant=flat,
            lipschitz=length_up(self.slope),
            attained=flat,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        return anp.sum(self.slope * (points - self.centre), axis=-1) + self.offset

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        y = points - self.centre
        return dot(y, self.slope) + self.offset, self.slope + 0.0 * y


# ---------------------------------------------------------------- drawing
def softplus_like(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw sums of softplus functions and z + √(1 + z²), smooth with about 1, Lipschitz."""
    share = rng.choice([0.0, 0.25, 1.0], size=(batch, dimension))
    rate = _rates(batch, dimension, rng)
    return Falling(
        short(4.0 * (1.0 - share) / rate**2),
        short(share / rate**2),
        np.zeros((batch, dimension)),
        rate,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def exponential(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Family:
    """Draw sums of exponentials: convex, smooth on bounded sets alone."""
    rate = _rates(batch, dimension, rng)
    none = np.zeros((batch, dimension))
    return Falling(
        none,
        none,
        short(np.exp2(rng.uniform(-4.0, 1.0, (batch, dimension)))),
        rate,
        drawn_centre(batch, dimension, rng),
        drawn_minimum(batch, rng),
    )


def linear(batch: int, dimension: int, conditioning: float, rng: np.random.Generator) -> Family:
    """Draw linear functions that are not constant."""
    slope = short(rng.standard_normal((batch, dimension)) + 0.0)
    slope[:, 0] = np.where(slope.any(axis=-1), slope[:, 0], 1.0)
    return Linear(slope, drawn_centre(batch, dimension, rng), drawn_minimum(batch, rng))


def _rates(batch: int, dimension: int, rng: np.random.Generator) -> Floats:
    sign = rng.choice([-1.0, 1.0], size=(batch, dimension))
    return np.asarray(sign * np.exp2(rng.integers(-2, 3, size=(batch, dimension))))
