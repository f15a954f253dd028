"""What the descent core is measured against, family by family, written by hand.

``KERNELS`` has the value and gradient of a batch in NumPy as somebody would write them who knows
the formula, the machine and nothing of plproof: fused, in place, chunked.  They take the parameters
in the order of the family's constructor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np


class Columns:
    """The functions along the last axis: C functions of d variables are arrays (d, C)."""

    single = False

    def place(self, array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(np.moveaxis(array, 0, -1))

    def per_function(self, numbers: np.ndarray) -> np.ndarray:
        return numbers

    matvec = staticmethod(lambda a, x, out: np.einsum("ijb,jb->ib", a, x, out=out))
    vecmat = staticmethod(lambda s, a, out: np.einsum("ib,ijb->jb", s, a, out=out))
    dot = staticmethod(lambda x, y: np.einsum("ib,ib->b", x, y))
    total = staticmethod(lambda x: np.add.reduce(x, 0))
    top = staticmethod(lambda x: np.maximum.reduce(x, 0))


class Rows(Columns):
    """The functions along the first axis, (C, d); matrices go to BLAS."""

    def place(self, array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array)

    def per_function(self, numbers: np.ndarray) -> np.ndarray:
        return numbers[:, None]

    matvec = staticmethod(lambda a, x, out: np.matmul(a, x[..., None], out=out[..., None]))
    vecmat = staticmethod(lambda s, a, out: np.matmul(s[:, None], a, out=out[:, None]))
    dot = staticmethod(np.vecdot)
    total = staticmethod(lambda x: np.add.reduce(x, -1))
    top = staticmethod(lambda x: np.maximum.reduce(x, -1))


class Single(Columns):
    """One function: vectors (d,) and numbers of Python; what is left are the calls.

    Methods are called faster than functions, numbers are spread faster as arrays without axes, and
    a short sum is faster as a product with ones.
    """

    single = True

    def place(self, array: np.ndarray) -> Any:
        return np.array(array[0]) if array.ndim > 1 else float(array[0])

    def per_function(self, numbers: Any) -> np.ndarray:
        return np.array(numbers)

    matvec = staticmethod(lambda a, x, out: a.dot(x, out))
    vecmat = staticmethod(lambda s, a, out: s.dot(a, out))
    dot = staticmethod(lambda x, y: x.dot(y))
    total = staticmethod(lambda x: x.dot(_ones(len(x))))
    top = staticmethod(lambda x: x[x.argmax()])


@cache
def _ones(size: int) -> np.ndarray:
    return np.ones(size)


ZERO, QUARTER, HALF, ONE = (np.array(n) for n in (0.0, 0.25, 0.5, 1.0))


Layout = Columns
Kernel = Callable[[np.ndarray, np.ndarray], Any]
"""Takes points, writes gradients, returns values, all in one layout."""


def fast_quadratic(L: Layout, x: np.ndarray, hessian: Any, c: Any, m: Any) -> Kernel:
    y = np.empty_like(x)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        L.matvec(hessian, y, g)
        v = L.dot(y, g)
        v *= 0.5
        v += m
        return v

    return kernel


def fast_least_squares(L: Layout, x: np.ndarray, matrix: Any, target: Any, _: Any) -> Kernel:
    r = np.empty_like(target)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        L.matvec(matrix, x, r)
        np.subtract(r, target, r)
        L.vecmat(r, matrix, g)
        v = L.dot(r, r)
        v *= 0.5
        return v

    return kernel


def _softplus(chance: Any) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """Return a function z -> terms log(1 - p + p e^z) - p z, and the array of their slopes."""
    shift, base = np.log(chance) - np.log1p(-chance), np.log1p(-chance)
    s, e, term, slope = (np.empty_like(shift) for _ in range(4))

    def evaluate(z: np.ndarray) -> np.ndarray:
        np.add(z, shift, s)
        np.abs(s, e)
        np.negative(e, e)
        np.exp(e, e)
        np.log1p(e, term)
        np.maximum(s, ZERO, out=slope)
        np.add(term, slope, term)
        np.add(term, base, term)
        np.multiply(chance, z, slope)
        np.subtract(term, slope, term)
        np.minimum(s, ZERO, out=slope)  # the sigmoid is exp(min(s, 0))/(1 + exp(-|s|))
        np.exp(slope, slope)
        np.add(e, ONE, e)
        np.divide(slope, e, slope)
        np.subtract(slope, chance, slope)
        return term

    return evaluate, slope


def fast_logistic(
    L: Layout, x: np.ndarray, matrix: Any, chance: Any, w: Any, r: Any, c: Any, m: Any
) -> Kernel:
    y, z = np.empty_like(x), np.empty_like(chance)
    evaluate, slope = _softplus(chance)
    half, ww, rr = 0.5 * r, L.per_function(w), L.per_function(r)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        L.matvec(matrix, y, z)
        v = w * L.total(evaluate(z))
        L.vecmat(slope, matrix, g)
        np.multiply(g, ww, g)
        v += half * L.dot(y, y)
        np.multiply(y, rr, y)
        np.add(g, y, g)
        v += m
        return v

    return kernel


def fast_log_sum_exp(
    L: Layout, x: np.ndarray, matrix: Any, w: Any, r: Any, c: Any, m: Any
) -> Kernel:
    y = np.empty_like(x)
    rows = isinstance(L, Rows)
    count = matrix.shape[1] if rows else matrix.shape[0]
    z = np.empty((len(x), count) if rows else (count, *x.shape[1:]))
    half, even, rr = 0.5 * r, L.per_function(w / count), L.per_function(r)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        L.matvec(matrix, y, z)
        mean, top = L.total(z), L.top(z)
        np.subtract(z, L.per_function(top), z)
        np.exp(z, z)
        size = L.total(z)
        np.multiply(z, L.per_function(w / size), z)
        np.subtract(z, even, z)
        L.vecmat(z, matrix, g)
        v = w * (np.log(size / count) + top - mean / count) + half * L.dot(y, y) + m
        np.multiply(y, rr, y)
        np.add(g, y, g)
        return v

    return kernel


def fast_composition(
    L: Layout, x: np.ndarray, matrix: Any, chance: Any, s: Any, w: Any, c: Any, m: Any
) -> Kernel:
    y, z = np.empty_like(x), np.empty_like(chance)
    evaluate, slope = _softplus(chance)
    half, ww, ss = 0.5 * s, L.per_function(w), L.per_function(s)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        L.matvec(matrix, y, z)
        v = w * L.total(evaluate(z))
        v += half * L.dot(z, z)
        np.multiply(slope, ww, slope)
        np.multiply(z, ss, z)
        np.add(slope, z, slope)
        L.vecmat(slope, matrix, g)
        v += m
        return v

    return kernel


def _waves(a: Any, b: Any) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function (y, slope) -> a sin(by)^2 that writes ab sin(2by) = 2ab sin cos."""
    t, u, twice = np.empty_like(a), np.empty_like(a), 2.0 * a * b

    def evaluate(y: np.ndarray, slope: np.ndarray) -> np.ndarray:
        np.multiply(b, y, t)
        np.tan(t, t)
        np.multiply(t, t, u)
        np.add(u, ONE, u)
        np.divide(t, u, u)
        np.multiply(u, twice, slope)
        np.multiply(t, u, t)
        np.multiply(t, a, t)
        return t

    return evaluate


def fast_sine_bumps(L: Layout, x: np.ndarray, w: Any, a: Any, b: Any, c: Any, m: Any) -> Kernel:
    y, evaluate, ww = np.empty_like(x), _waves(a, b), L.per_function(w)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        v = L.total(evaluate(y, g))
        v += L.dot(y, y)
        v *= w
        v += m
        np.add(y, y, y)
        np.add(g, y, g)
        np.multiply(g, ww, g)
        return v

    return kernel


def fast_sine_composition(
    L: Layout, x: np.ndarray, matrix: Any, w: Any, s: Any, a: Any, b: Any, c: Any, m: Any
) -> Kernel:
    y, z, slope, evaluate = np.empty_like(x), np.empty_like(a), np.empty_like(a), _waves(a, b)
    ww, twice = L.per_function(w), L.per_function(2.0 * s)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        L.matvec(matrix, y, z)
        v = L.total(evaluate(z, slope))
        v += s * L.dot(z, z)
        v *= w
        v += m
        np.multiply(z, twice, z)
        np.add(slope, z, slope)
        np.multiply(slope, ww, slope)
        L.vecmat(slope, matrix, g)
        return v

    return kernel


def fast_huber(L: Layout, x: np.ndarray, w: Any, t: Any, c: Any, m: Any) -> Kernel:
    y, s, low = np.empty_like(x), np.empty_like(x), -t

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        np.maximum(y, low, out=s)
        np.minimum(s, t, out=s)
        np.multiply(s, w, g)
        np.multiply(s, HALF, s)
        np.subtract(y, s, y)
        v = L.dot(g, y)
        v += m
        return v

    return kernel


def fast_norm_huber(L: Layout, x: np.ndarray, w: Any, t: Any, c: Any, m: Any) -> Kernel:
    y = np.empty_like(x)

    def one(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        square = float(y.dot(y))
        if square <= inner:
            factor[()] = w
            np.multiply(y, factor, g)
            return 0.5 * w * square + m
        distance = math.sqrt(square)
        factor[()] = slope / distance
        np.multiply(y, factor, g)
        return slope * (distance - 0.5 * t) + m

    if L.single:
        inner, slope, factor = t * t, w * t, np.array(w)
        return one

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        square = L.dot(y, y)
        distance = np.sqrt(square)
        reach = np.minimum(distance, t)
        v = w * reach * (distance - 0.5 * reach) + m
        np.multiply(y, L.per_function(w * (t / np.maximum(distance, t))), g)
        return v

    return kernel


def fast_spline(L: Layout, x: np.ndarray, curvature: Any, knot: Any, c: Any, m: Any) -> Kernel:
    # the axis of the pieces first, so that each piece is contiguous
    axis = 1 if not isinstance(L, Rows) else 2
    curvature, knot = (np.ascontiguousarray(np.moveaxis(p, axis, 0)) for p in (curvature, knot))
    jump, low = np.diff(curvature, axis=0), -knot
    y, u, v2 = np.empty_like(x), np.empty_like(x), np.empty_like(x)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        np.multiply(y, curvature[0], g)
        v = L.dot(g, y)
        for i in range(len(knot)):
            np.maximum(y, low[i], out=u)
            np.minimum(u, knot[i], out=u)
            np.subtract(y, u, u)
            np.multiply(u, jump[i], v2)
            np.add(g, v2, g)
            v += L.dot(u, v2)
        v *= 0.5
        v += m
        return v

    return kernel


def fast_quartic(L: Layout, x: np.ndarray, s: Any, q: Any, c: Any, m: Any) -> Kernel:
    y, u, half = np.empty_like(x), np.empty_like(x), 0.5 * s

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        np.multiply(y, y, u)
        np.multiply(u, q, g)
        np.multiply(g, QUARTER, y)
        np.add(y, half, y)
        v = L.dot(y, u)
        v += m
        np.subtract(x, c, y)
        np.add(g, s, g)
        np.multiply(g, y, g)
        return v

    return kernel


def fast_radial_product(
    L: Layout, x: np.ndarray, mean: Any, depth: Any, turn: Any, c: Any, m: Any
) -> Kernel:
    y, steep = np.empty_like(x), depth * turn

    def one(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        square = float(y.dot(y))
        angle = turn * math.log1p(square)
        wave = mean + depth * math.cos(angle)
        factor[()] = wave - steep * math.sin(angle) * (square / (1.0 + square))
        np.multiply(y, factor, g)
        return 0.5 * square * wave + m

    if L.single:
        factor = np.array(mean)
        return one

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.subtract(x, c, y)
        square = L.dot(y, y)
        angle = turn * np.log1p(square)
        wave = mean + depth * np.cos(angle)
        v = 0.5 * square * wave + m
        wave = wave - steep * np.sin(angle) * (square / (1.0 + square))
        np.multiply(y, L.per_function(wave), g)
        return v

    return kernel


def fast_two_layer(
    L: Layout, x: np.ndarray, inputs: Any, outer: Any, w: Any, c: Any, m: Any
) -> Kernel:
    if L.single:
        return _one_two_layer(inputs, outer, w, c, m)
    rows = isinstance(L, Rows)
    us = (
        [inputs[:, i, None] for i in range(inputs.shape[1])]
        if rows
        else [*map(L.per_function, inputs)]
    )
    pulls = [outer * u for u in us]
    home = [L.dot(np.tanh(c * u), outer) for u in us]
    h, ww = np.empty_like(x), L.per_function(w)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        g[...] = 0.0
        v = 0.0
        for u, pull, at in zip(us, pulls, home, strict=True):
            np.multiply(x, u, h)
            np.tanh(h, h)
            residual = L.dot(h, outer) - at
            v = v + residual * residual
            np.multiply(h, h, h)
            np.subtract(ONE, h, h)
            np.multiply(h, pull, h)
            np.multiply(h, L.per_function(residual), h)
            np.add(g, h, g)
        np.multiply(g, ww, g)
        return 0.5 * w * v + m

    return kernel


def _one_two_layer(inputs: Any, outer: Any, w: Any, c: Any, m: Any) -> Kernel:
    """Return the kernel of one network: all data at once, in arrays (n, d)."""
    u = inputs[:, None].copy()
    pull, home = outer * u, np.tanh(c * u).dot(outer)
    h, r, half, ww = np.empty_like(pull), np.empty(len(u)), 0.5 * w, np.array(w)

    def kernel(x: np.ndarray, g: np.ndarray) -> Any:
        np.multiply(u, x, h)
        np.tanh(h, h)
        h.dot(outer, r)
        np.subtract(r, home, r)
        np.multiply(h, h, h)
        np.subtract(ONE, h, h)
        np.multiply(h, pull, h)
        r.dot(h, g)
        np.multiply(g, ww, g)
        return half * r.dot(r) + m

    return kernel


KERNELS: dict[str, Callable[..., Kernel]] = {
    "Quadratic": fast_quadratic,
    "LeastSquares": fast_least_squares,
    "LogisticRidge": fast_logistic,
    "LogSumExpRidge": fast_log_sum_exp,
    "Composition": fast_composition,
    "SineBumps": fast_sine_bumps,
    "SineComposition": fast_sine_composition,
    "Huber": fast_huber,
    "NormHuber": fast_norm_huber,
    "QuadraticSpline": fast_spline,
    "Quartic": fast_quartic,
    "RadialProduct": fast_radial_product,
    "TwoLayerLoss": fast_two_layer,
}


class HandWritten:
    """A descent with such a kernel, for one layout and one width of the chunks."""

    def __init__(self, name: str, parameters: list[np.ndarray], layout: Layout, width: int) -> None:
        self.name, self.parameters, self.layout, self.width = name, parameters, layout, width

    def run(self, start: np.ndarray, step: np.ndarray, iterations: int) -> np.ndarray:
        """Make the steps and return the values (K+1, B)."""
        batch, place = len(start), self.layout.place
        values = np.empty((iterations + 1, batch))
        with np.errstate(all="ignore"):
            for low in range(0, batch, self.width):
                rows = slice(low, min(batch, low + self.width))
                x = np.array(place(start[rows]))
                g = np.empty_like(x)
                h = self.layout.per_function(place(step[rows]))
                given = [place(p[rows]) for p in self.parameters]
                kernel = KERNELS[self.name](self.layout, x, *given)
                values[0, rows] = kernel(x, g)
                for k in range(1, iterations + 1):
                    np.multiply(g, h, g)
                    np.subtract(x, g, x)
                    values[k, rows] = kernel(x, g)
        return values
