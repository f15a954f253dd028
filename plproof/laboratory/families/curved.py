"""Families that are not quadratic: logistic, log-sum-exp, compositions, Huber, sine bumps.

Each is centred so that its minimiser and minimum are exact by construction, not computed:
logistic and log-sum-exp terms carry the linear tilt that makes the gradient vanish there.
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
from plproof.laboratory.families.lengths import generous, length_up, slope_after
from plproof.laboratory.families.sine import sine_pl_bound
from plproof.laboratory.families.spectra import of_gram

_MATRIX_AXES: dict[str, tuple[int, ...]] = {"matrix": (1,), "centre": (0,)}


def _tilted_softplus(z: Any, chance: Floats) -> Any:
    """Return log(1 - p + p exp(z)) - p z, written with ``autograd.numpy``.

    It is >= 0 and vanishes at z = 0 only; its second derivative lies in (0, 1/4].  With s = |z| and
    q = 1 - p for z >= 0, q = p otherwise, it equals q s + log1p(q expm1(-s)), free of cancellation
    in the exponentials.
    """
    size = anp.abs(z)
    q = anp.where(z >= 0, 1.0 - chance, chance)
    return q * size + anp.log1p(q * anp.expm1(-size))


def _tilted_softplus_and_slope(z: Numeric, chance: Floats) -> tuple[Numeric, Numeric]:
    """Return the same together with its derivative +-p(1 - p)(1 - e)/(1 - q + q e), e = exp(-s).

    Branches are sums without rounding, as p is a multiple of 2^-53: p + (z >= 0)(1 - 2p) is q.
    """
    positive = ra.plain(z) >= 0
    q = positive * (1.0 - 2.0 * chance) + chance
    low = -ra.absolute(z)
    inner = q * ra.expm1(low)
    slope = ((1.0 - chance) - positive) * (inner / (1.0 + inner))
    return ra.log1p(inner) - q * low, slope


def _tilted_slope(matrix: Floats, chance: Floats, weight: Floats) -> Floats:
    """Return bounds (B,) of the gradients of w Σ (tilted softplus of z_i), z = A y."""
    return multiply_up(weight, slope_after(matrix, np.maximum(chance, 1.0 - chance)))


def _unless(quadratic: Floats, bound: Floats) -> Floats:
    """Return Lipschitz constants: none where there is a quadratic term."""
    return np.where(quadratic > 0, np.inf, bound)


def _check_chance(chance: Floats) -> None:
    if not np.all((chance > 0) & (chance < 1) & (1.0 - (1.0 - chance) == chance)):
        raise ValueError("chance lies strictly between 0 and 1 and is a multiple of 2**-53")


class LogisticRidge(Family):
    """f(x) = w sum_i [log(1 - p_i + p_i exp(z_i)) - p_i z_i] + r |y|^2 / 2 + m, y = x - c, z = Ay.

    Logistic regression with ridge, tilted so that the minimiser is c.  Arguments: ``matrix`` A
    (B, n, d); ``chance`` p (B, n), inside (0, 1), multiples of 2**-53; ``weight`` w (B,) >= 0;
    ``ridge`` r (B,) >= 0; ``centre`` c (B, d); ``minimum`` m (B,).
    Certified: smooth r + w lambda_max(A'A)/4, strongly convex and PL with r.  Without ridge
    Lipschitz with w |A's|, s_i at most max(p_i, 1 - p_i) in size.
    """

    name = "logistic with ridge"
    infinitely_differentiable = True
    parameters = ("matrix", "chance", "weight", "ridge", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "ridge": 1, "minimum": 1}
    coordinate_axes = _MATRIX_AXES
    matrix: Floats
    chance: Floats
    weight: Floats
    ridge: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        matrix: ArrayLike,
        chance: ArrayLike,
        weight: ArrayLike,
        ridge: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            matrix=(matrix, "Bnd"),
            chance=(chance, "Bn"),
            weight=(weight, "B"),
            ridge=(ridge, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        _check_chance(self.chance)
        check_not_negative(weight=self.weight, ridge=self.ridge)
        curvature = multiply_up(0.25 * self.weight, of_gram(self.matrix).largest)
        self._certify(
            smooth=add_up(self.ridge, curvature),
            strongly_convex=self.ridge,
            pl=self.ridge,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=(self.ridge == 0) & (curvature == 0),
            lipschitz=_unless(self.ridge, _tilted_slope(self.matrix, self.chance, self.weight)),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        z = anp.matmul(self.matrix, offset[:, :, None])[:, :, 0]
        loss = self.weight * anp.sum(_tilted_softplus(z, self.chance), axis=-1)
        return loss + 0.5 * self.ridge * anp.sum(offset * offset, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        loss, slope = _tilted_softplus_and_slope(matvec(self.matrix, offset), self.chance)
        pull = vecmat(slope, self.matrix)
        value = self.weight * ra.total(loss) + (0.5 * self.ridge) * dot(offset, offset)
        gradient = self.weight[:, None] * pull + self.ridge[:, None] * offset
        return value + self.minimum, gradient


class LogSumExpRidge(Family):
    """f(x) = w [log(mean_i exp(z_i)) - mean_i z_i] + r |y|^2 / 2 + m, y = x - c, z = Ay.

    Log-sum-exp with ridge, tilted so that the minimiser is c.  Arguments: ``matrix`` A (B, n, d);
    ``weight`` w (B,) >= 0; ``ridge`` r (B,) >= 0; ``centre`` c (B, d); ``minimum`` m (B,).
    Certified: smooth r + w lambda_max(A'A)/2 (the variance of numbers v under any weights is at
    most (max v - min v)^2/4 <= |v|^2/2, T. Popoviciu, 1935), strongly convex and PL with r.
    Without ridge Lipschitz with w max |a_i - mean a|.
    """

    name = "log-sum-exp with ridge"
    infinitely_differentiable = True
    parameters = ("matrix", "weight", "ridge", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "ridge": 1, "minimum": 1}
    coordinate_axes = _MATRIX_AXES
    matrix: Floats
    weight: Floats
    ridge: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        matrix: ArrayLike,
        weight: ArrayLike,
        ridge: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            matrix=(matrix, "Bnd"),
            weight=(weight, "B"),
            ridge=(ridge, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight, ridge=self.ridge)
        curvature = multiply_up(0.5 * self.weight, of_gram(self.matrix).largest)
        apart = self.matrix - np.mean(self.matrix, axis=1, keepdims=True)
        rounded = 2.0**-40 * np.max(length_up(self.matrix), axis=-1)
        steep = self.weight * (np.max(length_up(apart), axis=-1) + rounded)
        self._certify(
            smooth=add_up(self.ridge, curvature),
            strongly_convex=self.ridge,
            pl=self.ridge,
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=(self.ridge == 0) & (curvature == 0),
            lipschitz=_unless(self.ridge, generous(steep, curvature > 0)),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        z = anp.matmul(self.matrix, offset[:, :, None])[:, :, 0]
        below = z - anp.max(z, axis=-1, keepdims=True)
        loss = anp.log1p(anp.mean(anp.expm1(below), axis=-1)) - anp.mean(below, axis=-1)
        ridge = 0.5 * self.ridge * anp.sum(offset * offset, axis=-1)
        return self.weight * loss + ridge + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        count = float(self.matrix.shape[1])
        z = matvec(self.matrix, offset)
        below = z - ra.largest(z)
        drop = ra.expm1(below)
        mean = ra.total(drop) / count
        loss = ra.log1p(mean) - ra.total(below) / count
        slope = (drop - ra.columns(mean)) / (count * (1.0 + ra.columns(mean)))
        pull = vecmat(slope, self.matrix)
        value = self.weight * loss + (0.5 * self.ridge) * dot(offset, offset)
        gradient = self.weight[:, None] * pull + self.ridge[:, None] * offset
        return value + self.minimum, gradient


class Composition(Family):
    """f(x) = g(A(x - c)) + m, g(z) = sum_i [s z_i^2/2 + k (log(1 - p_i + p_i exp z_i) - p_i z_i)].

    A strongly convex g after a linear map: PL with s times the smallest non-zero eigenvalue of AA'
    (H. Karimi, J. Nutini and M. Schmidt, 2016), not strongly convex when A has a kernel.
    Arguments: ``matrix`` A (B, r, d); ``chance`` p (B, r), inside (0, 1), multiples of 2**-53;
    ``curvature`` s (B,) >= 0; ``weight`` k (B,) >= 0; ``centre`` c (B, d); ``minimum`` m (B,).
    Certified: smooth (s + k/4) lambda_max(AA').
    """

    name = "strongly convex after linear"
    infinitely_differentiable = True
    parameters = ("matrix", "chance", "curvature", "weight", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"curvature": 1, "weight": 1, "minimum": 1}
    coordinate_axes = _MATRIX_AXES
    matrix: Floats
    chance: Floats
    curvature: Floats
    weight: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        matrix: ArrayLike,
        chance: ArrayLike,
        curvature: ArrayLike,
        weight: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            matrix=(matrix, "Brd"),
            chance=(chance, "Br"),
            curvature=(curvature, "B"),
            weight=(weight, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        _check_chance(self.chance)
        check_not_negative(curvature=self.curvature, weight=self.weight)
        bounds = of_gram(self.matrix)
        tall = self.matrix.shape[1] >= self.dimension
        smooth = multiply_up(add_up(self.curvature, 0.25 * self.weight), bounds.largest)
        strongly = multiply_down(self.curvature, bounds.smallest)
        self._certify(
            smooth=smooth,
            strongly_convex=np.maximum(strongly, 0.0) if tall else np.zeros(self.batch),
            pl=multiply_down(self.curvature, bounds.smallest_positive),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=bounds.exact & (self.weight == 0),
            constant=smooth == 0,
            lipschitz=_unless(self.curvature, _tilted_slope(self.matrix, self.chance, self.weight)),
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        z = anp.matmul(self.matrix, (points - self.centre)[:, :, None])[:, :, 0]
        loss = self.weight * anp.sum(_tilted_softplus(z, self.chance), axis=-1)
        return 0.5 * self.curvature * anp.sum(z * z, axis=-1) + loss + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        z = matvec(self.matrix, points - self.centre)
        loss, slope = _tilted_softplus_and_slope(z, self.chance)
        value = (0.5 * self.curvature) * dot(z, z) + self.weight * ra.total(loss) + self.minimum
        pull = self.curvature[:, None] * z + self.weight[:, None] * slope
        return value, vecmat(pull, self.matrix)


class SineBumps(Family):
    """f(x) = w sum_j [y_j^2 + a_j sin(b_j y_j)^2] + m, y = x - c: PL without convexity.

    Arguments: ``weight`` w (B,) >= 0; ``amplitude`` a (B, d) >= 0; ``frequency`` b (B, d);
    ``centre`` c (B, d); ``minimum`` m (B,).  With t = max_j a_j b_j^2: smooth w (2 + 2 t), convex
    modulus w (2 - 2 t), negative for t > 1.  A sum of functions of separate coordinates is PL with
    the smallest of their constants; see :func:`~plproof.laboratory.families.sine.sine_pl_bound`.
    """

    name = "sine bumps"
    infinitely_differentiable = True
    parameters = ("weight", "amplitude", "frequency", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {
        "amplitude": (0,),
        "frequency": (0,),
        "centre": (0,),
    }
    weight: Floats
    amplitude: Floats
    frequency: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self,
        weight: ArrayLike,
        amplitude: ArrayLike,
        frequency: ArrayLike,
        centre: ArrayLike,
        minimum: ArrayLike,
    ):
        self._set(
            "centre",
            weight=(weight, "B"),
            amplitude=(amplitude, "Bd"),
            frequency=(frequency, "Bd"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight, amplitude=self.amplitude)
        strength = multiply_up(
            multiply_up(self.amplitude, np.abs(self.frequency)), np.abs(self.frequency)
        )
        kinds, place = np.unique(strength, return_inverse=True)
        known = np.array([sine_pl_bound(float(kind)) for kind in kinds])
        worst = np.max(strength, axis=-1)
        self._certify(
            smooth=multiply_up(self.weight, add_up(2.0, 2.0 * worst)),
            strongly_convex=multiply_down(self.weight, add_down(2.0, -2.0 * worst)),
            pl=multiply_down(self.weight, np.min(known[place.reshape(strength.shape)], axis=-1)),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=worst == 0,
            constant=self.weight == 0,
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        waves = self.amplitude * anp.sin(self.frequency * offset) ** 2
        return self.weight * anp.sum(offset**2 + waves, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        angle = self.frequency * offset
        square, product = ra.sine_products(angle)
        height = ra.total(offset * offset + self.amplitude * square)
        slope = 2.0 * offset + (2.0 * self.amplitude) * (self.frequency * product)
        return self.weight * height + self.minimum, self.weight[:, None] * slope


class Huber(Family):
    """f(x) = sum_j w_j h_j(x_j - c_j) + m with P. J. Huber's (1964) h: y^2/2, then linear.

    h_j(y) is y^2/2 for |y| <= t_j and t_j |y| - t_j^2/2 beyond.  Smooth with max w, Lipschitz with
    |(w_j t_j)_j|, convex, not PL.
    Arguments: ``weight`` w (B, d) >= 0; ``threshold`` t (B, d) > 0; ``centre`` c (B, d);
    ``minimum`` m (B,).
    """

    name = "Huber, coordinate by coordinate"
    parameters = ("weight", "threshold", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {
        "weight": (0,),
        "threshold": (0,),
        "centre": (0,),
    }
    weight: Floats
    threshold: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self, weight: ArrayLike, threshold: ArrayLike, centre: ArrayLike, minimum: ArrayLike
    ):
        self._set(
            "centre",
            weight=(weight, "Bd"),
            threshold=(threshold, "Bd"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight)
        if not np.all(self.threshold > 0):
            raise ValueError("threshold must be positive")
        smooth, zero = np.max(self.weight, axis=-1), np.zeros(self.batch)
        yes = np.ones(self.batch, dtype=bool)
        steep = length_up(multiply_up(self.weight, self.threshold))
        self._certify(
            smooth, zero, zero, self.centre, self.minimum, yes, smooth == 0, lipschitz=steep
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        size = anp.abs(offset)
        linear = self.threshold * (size - 0.5 * self.threshold)
        cost = anp.where(size <= self.threshold, 0.5 * offset * offset, linear)
        return anp.sum(self.weight * cost, axis=-1) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        slope = ra.clipped(offset, self.threshold)
        gradient = self.weight * slope
        # y^2/2 inside and t|y| - t^2/2 outside are both s (y - s/2), s = y or s = +-t
        return dot(gradient, offset - 0.5 * slope) + self.minimum, gradient


class NormHuber(Family):
    """f(x) = w h(|x - c|) + m, Huber's function of the Euclidean distance; convex, not PL.

    With w = 1 and t = R/(2N + 1) it is the worst convex function for N gradient steps of length 1
    from distance R (Y. Drori and M. Teboulle, 2014).  Lipschitz with w t.  Arguments: ``weight`` w
    (B,) >= 0; ``threshold`` t (B,) > 0; ``centre`` c (B, d); ``minimum`` m (B,).
    """

    name = "Huber of the norm"
    parameters = ("weight", "threshold", "centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"weight": 1, "minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"centre": (0,)}
    weight: Floats
    threshold: Floats
    centre: Floats
    minimum: Floats

    def __init__(
        self, weight: ArrayLike, threshold: ArrayLike, centre: ArrayLike, minimum: ArrayLike
    ):
        self._set(
            "centre",
            weight=(weight, "B"),
            threshold=(threshold, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(weight=self.weight)
        if not np.all(self.threshold > 0):
            raise ValueError("threshold must be positive")
        zero, yes = np.zeros(self.batch), np.ones(self.batch, dtype=bool)
        flat = self.weight == 0
        steep = multiply_up(self.weight, self.threshold)
        self._certify(
            self.weight, zero, zero, self.centre, self.minimum, yes, flat, lipschitz=steep
        )

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        offset = points - self.centre
        square = anp.sum(offset * offset, axis=-1)
        inside = square <= self.threshold * self.threshold
        distance = anp.sqrt(anp.where(inside, 1.0, square))
        linear = self.threshold * (distance - 0.5 * self.threshold)
        return self.weight * anp.where(inside, 0.5 * square, linear) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        offset = points - self.centre
        square = dot(offset, offset)
        distance = ra.sqrt(square)
        reach = ra.clipped(distance, self.threshold)
        height = reach * (distance - 0.5 * reach)
        # 1 inside, t/|y| outside, without a branch
        pull = self.weight * (self.threshold / ra.at_least(distance, self.threshold))
        return self.weight * height + self.minimum, ra.columns(pull) * offset
