"""Functions of several variables given by points, gradients and values that fit together.

Convex functions through them need only f_i ≥ f_j + ⟨g_j, x_i − x_j⟩ for all pairs: the largest of
the affine functions f_j + ⟨g_j, x − x_j⟩ is one.

Between m and L of curvature such a function exists just when the interpolation inequalities hold
for all pairs (Taylor, Hendrickx and Glineur, 2017, Theorem 4), and a formula for one is known
(Drori, 2018): with y_i = x_i − (g_i − m x_i)/(L − m) and c_i = f_i − ½m‖x_i‖² −
‖g_i − m x_i‖²/(2(L − m)) it is

    f(x) = ½m‖x‖² + min over weights w ≥ 0, Σ w = 1, of ½(L − m)‖x − Σ w_i y_i‖² + Σ w_i c_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from plproof.search.counterexamples.functions.piecewise import signed
from plproof.search.counterexamples.functions.quadratic import Metric, Point, coordinates

#: a point, the gradient and the value there
Datum = tuple[Point, Point, Fraction]
#: how near the least is to the value of the function
_TOLERANCE = 1e-8


@dataclass(frozen=True)
class Interpolated:
    """The function with curvatures in [low, high], low < high, through the ``data``.

    Without ``high`` it is ½·low·‖·‖² plus the largest of affine functions, and its subgradient at a
    point of the data is the one given there.

    >>> one = Metric.standard(1)
    >>> flat = ((Fraction(0),), (Fraction(0),), Fraction(0))
    >>> steep = ((Fraction(1),), (Fraction(1),), Fraction(1, 2))
    >>> Interpolated(one, Fraction(0), Fraction(1), (flat, steep)).fits()
    True
    >>> Interpolated(one, Fraction(0), Fraction(1, 2), (flat, steep)).fits()
    False
    """

    metric: Metric
    low: Fraction
    high: Fraction | None
    data: tuple[Datum, ...]

    def fits(self) -> bool:
        """Say whether all pairs satisfy the interpolation inequality, exactly."""
        if self.high is not None and not self.low < self.high:
            return False
        return all(self._pair(a, b) for a in self.data for b in self.data if a is not b)

    def _pair(self, a: Datum, b: Datum) -> bool:
        (x, g, f), (y, h, v) = a, b
        m = self.low
        apart, change = _minus(x, y), _minus(_minus(g, h), tuple(m * c for c in _minus(x, y)))
        square = self.metric.inner(change, change)
        lower = v + self.metric.inner(h, apart) + m / 2 * self.metric.inner(apart, apart)
        return f >= lower + (0 if self.high is None else square / (2 * (self.high - m)))

    def at(self, point: Point) -> tuple[Fraction, Point] | None:
        """Return value and gradient at a point of the data, None at others."""
        return next(((f, g) for x, g, f in self.data if x == point), None)

    def value(self, point: Sequence[float]) -> float:
        """Return the value anywhere, numerically."""
        from plproof.search.programs.solver import libraries, minimised

        m = float(self.low)
        weight = np.array(self.metric.matrix, dtype=float)
        x, g = (np.array([d[k] for d in self.data], dtype=float) for k in (0, 1))
        f = np.array([d[2] for d in self.data], dtype=float)
        pull = g - m * x
        if self.high is None:
            there = np.array(point, dtype=float)
            flat = f - m / 2 * np.einsum("ki,ij,kj->k", x, weight, x)
            planes = flat + np.einsum("ki,ij,kj->k", pull, weight, there - x)
            return float(planes.max() + m / 2 * there @ weight @ there)
        clarabel, sparse = libraries()
        width = float(self.high - self.low)
        y = x - pull / width
        c = f - m / 2 * np.einsum("ki,ij,kj->k", x, weight, x)
        c -= np.einsum("ki,ij,kj->k", pull, weight, pull) / (2 * width)
        at, count = np.array(point, dtype=float), len(f)
        answer = minimised(
            (c - width * y @ weight @ at).tolist(),
            sparse.csc_matrix(np.vstack([np.ones((1, count)), -np.eye(count)])),
            [1.0] + [0.0] * count,
            [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(count)],
            _TOLERANCE,
            sparse.csc_matrix(np.triu(width * y @ weight @ y.T)),
        )
        return float(answer.obj_val + (m + width) / 2 * at @ weight @ at)

    def __str__(self) -> str:
        bend = f"1/2·{_factor(self.low)}‖x‖² + " if self.low else ""
        inner, m = self.metric.inner, self.low
        pulls = [_minus(g, tuple(m * c for c in x)) for x, g, _ in self.data]
        flat = [f - m / 2 * inner(x, x) for x, _, f in self.data]
        if self.high is None:
            starts = [c - inner(p, x) for c, p, (x, *_) in zip(flat, pulls, self.data, strict=True)]
            planes = [
                f"{signed(c)} + ⟨{coordinates(p)}, x⟩" for c, p in zip(starts, pulls, strict=True)
            ]
            return f"{bend}max({', '.join(planes)})"
        width = self.high - m
        y = [
            _minus(x, tuple(c / width for c in p))
            for p, (x, *_) in zip(pulls, self.data, strict=True)
        ]
        c = [f - inner(p, p) / (2 * width) for f, p in zip(flat, pulls, strict=True)]
        return (
            f"{bend}min over weights w ≥ 0, Σ w = 1, of 1/2·{_factor(width)}‖x − Σ w·y‖² + Σ w·c "
            f"with y = {', '.join(map(coordinates, y))} and c = {', '.join(map(signed, c))}, "
            f"the function with curvatures from {signed(m)} to {signed(self.high)} through "
            f"{len(self.data)} points"
        )


def _factor(c: Fraction) -> str:
    return "" if c == 1 else f"({signed(c)})·"


def _minus(a: Point, b: Point) -> Point:
    return tuple(p - q for p, q in zip(a, b, strict=True))
