"""The functions that the descent core is measured on, of one vector, as a user would write them.

For autograd and for jax: ``xp`` is the NumPy of either.  They take the parameters in the order of
the family's constructor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Formula = Callable[..., Any]


def quadratic(xp: Any, x: Any, hessian: Any, centre: Any, minimum: Any) -> Any:
    y = x - centre
    return 0.5 * xp.dot(y, xp.dot(hessian, y)) + minimum


def least_squares(xp: Any, x: Any, matrix: Any, target: Any, minimiser: Any) -> Any:
    residual = xp.dot(matrix, x) - target
    return 0.5 * xp.dot(residual, residual)


def softplus(xp: Any, z: Any, chance: Any) -> Any:
    shift = xp.log(chance) - xp.log1p(-chance)
    return xp.sum(xp.logaddexp(0.0, z + shift) + xp.log1p(-chance) - chance * z)


def logistic(xp: Any, x: Any, matrix: Any, chance: Any, w: Any, r: Any, c: Any, m: Any) -> Any:
    y = x - c
    return w * softplus(xp, xp.dot(matrix, y), chance) + 0.5 * r * xp.dot(y, y) + m


def log_sum_exp(xp: Any, x: Any, matrix: Any, w: Any, r: Any, c: Any, m: Any) -> Any:
    y = x - c
    z = xp.dot(matrix, y)
    top = xp.max(z)
    loss = xp.log(xp.mean(xp.exp(z - top))) + top - xp.mean(z)
    return w * loss + 0.5 * r * xp.dot(y, y) + m


def composition(xp: Any, x: Any, matrix: Any, chance: Any, s: Any, w: Any, c: Any, m: Any) -> Any:
    z = xp.dot(matrix, x - c)
    return 0.5 * s * xp.dot(z, z) + w * softplus(xp, z, chance) + m


def sine_bumps(xp: Any, x: Any, w: Any, a: Any, b: Any, c: Any, m: Any) -> Any:
    y = x - c
    return w * xp.sum(y**2 + a * xp.sin(b * y) ** 2) + m


def sine_composition(
    xp: Any, x: Any, matrix: Any, w: Any, s: Any, a: Any, b: Any, c: Any, m: Any
) -> Any:
    z = xp.dot(matrix, x - c)
    return w * xp.sum(s * z**2 + a * xp.sin(b * z) ** 2) + m


def huber(xp: Any, x: Any, w: Any, t: Any, c: Any, m: Any) -> Any:
    size = xp.abs(x - c)
    return xp.sum(w * xp.where(size <= t, 0.5 * size**2, t * (size - 0.5 * t))) + m


def norm_huber(xp: Any, x: Any, w: Any, t: Any, c: Any, m: Any) -> Any:
    y = x - c
    square = xp.dot(y, y)
    inside = square <= t * t
    distance = xp.sqrt(xp.where(inside, 1.0, square))
    return w * xp.where(inside, 0.5 * square, t * (distance - 0.5 * t)) + m


def spline(xp: Any, x: Any, curvature: Any, knot: Any, c: Any, m: Any) -> Any:
    y = x - c
    beyond = xp.maximum(xp.abs(y)[:, None] - knot, 0.0)
    jump = curvature[:, 1:] - curvature[:, :-1]
    return 0.5 * xp.sum(curvature[:, 0] * y**2 + xp.sum(jump * beyond**2, axis=1)) + m


def quartic(xp: Any, x: Any, s: Any, q: Any, c: Any, m: Any) -> Any:
    square = (x - c) ** 2
    return xp.sum(0.5 * s * square + 0.25 * q * square**2) + m


def radial_product(xp: Any, x: Any, mean: Any, depth: Any, turn: Any, c: Any, m: Any) -> Any:
    y = x - c
    square = xp.dot(y, y)
    return 0.5 * square * (mean + depth * xp.cos(turn * xp.log1p(square))) + m


def two_layer(xp: Any, x: Any, inputs: Any, outer: Any, w: Any, c: Any, m: Any) -> Any:
    apart = xp.tanh(xp.outer(inputs, x)) - xp.tanh(xp.outer(inputs, c))
    residual = xp.dot(apart, outer)
    return 0.5 * w * xp.dot(residual, residual) + m


FORMULAS: dict[str, Formula] = {
    "Quadratic": quadratic,
    "LeastSquares": least_squares,
    "LogisticRidge": logistic,
    "LogSumExpRidge": log_sum_exp,
    "Composition": composition,
    "SineBumps": sine_bumps,
    "SineComposition": sine_composition,
    "Huber": huber,
    "NormHuber": norm_huber,
    "QuadraticSpline": spline,
    "Quartic": quartic,
    "RadialProduct": radial_product,
    "TwoLayerLoss": two_layer,
}
