"""Quasi-Newton ascent, and Newton's method, on a whole batch of independent starts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from autograd.core import make_vjp

from plproof.laboratory.arithmetic.roots import root
from plproof.laboratory.arithmetic.rounding import Floats

_ARMIJO = 1e-4
_SHORTENINGS = 12  # three times to the half, then to the eighth
_LEVEL = 1e-12
_FLAT = 1e-13  # a slope this much smaller than at the start is none
_SETTLED = 1e-6
_CHILDREN = 16
_LEAP = 8.0  # the longest step of Newton's method, in lengths of the point


class Ascent:
    """Climbs from rows (S, n), all in lock-step, each with its own matrix; can be continued.

    The method of C. G. Broyden, R. Fletcher, D. Goldfarb and D. F. Shanno (1970) with shorter steps
    where needed (L. Armijo, 1966).  ``objective`` maps (S, n) to (S,), row by row, written with
    ``autograd.numpy``; a value that is not finite counts as -inf.  A row rests when its gradient is
    below ``tolerance`` or no step climbs.  ``points`` (S, n), ``values`` (S,) and ``climbing`` (S,)
    are where the rows are and which of them do not rest.
    """

    def __init__(
        self, objective: Callable[[Any], Any], start: Floats, tolerance: float = 1e-11
    ) -> None:
        self._objective, self._tolerance = objective, tolerance
        self.points = np.array(start, dtype=np.float64)
        count, size = self.points.shape
        self.values, self._slope = _value_and_slope(objective, self.points)
        self._inverse = np.tile(np.eye(size), (count, 1, 1))
        self.climbing = np.isfinite(self.values)

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the rows."""
        chosen = np.asarray(rows, dtype=np.intp)
        self.points, self.values = self.points[chosen], self.values[chosen]
        self._slope, self._inverse = self._slope[chosen], self._inverse[chosen]
        self.climbing = self.climbing[chosen]

    def climb(self, iterations: int, summit: float = np.inf) -> None:
        """Make so many steps; all rows stop when the highest value is ``summit`` up to rounding."""
        for _ in range(iterations):
            self.climbing &= np.max(np.abs(self._slope), axis=-1) > self._tolerance
            if not self.climbing.any() or abs(np.max(self.values) - summit) < _LEVEL:
                break
            self._step()

    def _step(self) -> None:
        x, value, slope, inverse = self.points, self.values, self._slope, self._inverse
        direction = np.matvec(inverse, slope)
        climb = np.vecdot(direction, slope)
        lost = ~(climb > 0)  # start over with the gradient
        inverse[lost] = np.eye(x.shape[1])
        direction[lost] = slope[lost]
        length = np.sqrt(np.vecdot(direction, direction))
        direction /= np.maximum(length / 4.0, 1.0)[:, None]  # no leaps into flat regions
        climb = np.vecdot(direction, slope)
        step, waiting = np.ones(len(x)), self.climbing.copy()
        there, higher = x.copy(), value.copy()
        for turn in range(_SHORTENINGS):
            tried = x + (step * waiting)[:, None] * direction
            new = _value(self._objective, tried)
            good = waiting & (new >= value + _ARMIJO * step * climb)
            there[good], higher[good] = tried[good], new[good]
            waiting &= ~good
            if not waiting.any():
                break
            step = np.where(waiting, step / (2.0 if turn < 3 else 8.0), step)
        self.climbing &= ~waiting
        _, turned = _value_and_slope(self._objective, there)
        _update(inverse, there - x, slope - turned)
        with np.errstate(invalid="ignore"):
            self.climbing &= higher - value > 1e-15 * (1.0 + np.abs(value))
        self.climbing &= np.all(np.isfinite(turned), axis=-1)
        self.points, self.values = there, higher
        self._slope = np.where(np.isfinite(turned), turned, 0.0)


def maximise(
    objective: Callable[[Any], Any],
    start: Floats,
    iterations: int = 150,
    tolerance: float = 1e-11,
    summit: float = np.inf,
) -> tuple[Floats, Floats]:
    """Climb from every row of ``start`` (S, n) and return the best points (S, n), values (S,).

    Arguments as for :class:`Ascent`; ``iterations`` >= 0.
    """
    ascent = Ascent(objective, start, tolerance)
    ascent.climb(iterations, summit)
    return ascent.points, ascent.values


def evolve(
    objective: Callable[[Any], Any],
    start: Floats,
    iterations: int = 150,
    summit: float = np.inf,
) -> tuple[Floats, Floats]:
    """Climb as :func:`maximise` does where there is no derivative: the best of random neighbours.

    Steps grow after a success and shrink otherwise (I. Rechenberg, 1973).  The same arguments, the
    same answer.
    """
    rng = np.random.default_rng(len(start))
    x, value = np.array(start, dtype=np.float64), _value(objective, start)
    count, size = x.shape
    rows, width = np.arange(count), np.full(count, 0.5)
    for _ in range(iterations if size else 0):
        if abs(np.max(value) - summit) < _LEVEL:
            break
        moves = rng.standard_normal((count, _CHILDREN, size)) * width[:, None, None]
        tried = x[:, None] + moves
        found = _value(objective, tried.reshape(-1, size)).reshape(count, _CHILDREN)
        best = np.argmax(found, axis=1)
        there = found[rows, best]
        good = there > value
        x = np.where(good[:, None], tried[rows, best], x)
        value = np.where(good, there, value)
        width = np.clip(np.where(good, 1.5, 0.7) * width, 1e-9, 8.0)
    return x, value


def minimise(
    value: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    start: Floats,
    iterations: int = 60,
) -> Floats:
    """Return where convex functions are least: Newton's method with halved steps, all rows at once.

    Arguments: ``value`` (S,) and ``slope`` (S, n), its gradient, as functions of points (S, n), row
    by row; ``start`` (S, n).  Hessians come from differences of the slopes, so functions that are
    quadratic in pieces are minimised in a step for each piece that is crossed.  Functions of one
    number are minimised where the slope changes its sign; nan where it does not.
    """
    if start.shape[1] == 1:
        return _bracketed(slope, len(start))
    x = np.array(start, dtype=np.float64)
    with np.errstate(all="ignore"):
        here, g = np.array(value(x)), np.array(slope(x))
        steep = np.sqrt(np.vecdot(g, g))
        enough, active = _FLAT * steep, steep > 0
        for _ in range(iterations):
            if not active.any():
                break
            step, scale = _newton_step(slope, x, g), np.ones(len(x))
            far = np.sqrt(np.vecdot(step, step)) / (_LEAP * (1.0 + np.max(np.abs(x), axis=-1)))
            step = step / np.maximum(far, 1.0)[:, None]  # where there is no curvature
            before, waiting = x.copy(), active.copy()
            for turn in range(_SHORTENINGS):
                tried = before - (scale * waiting)[:, None] * step
                there, turned = np.asarray(value(tried)), np.asarray(slope(tried))
                size = np.sqrt(np.vecdot(turned, turned))
                # near the minimum rounding hides what is gained: then the slope decides
                level = there <= here + 1e-14 * np.abs(here)
                good = waiting & level & ((there < here) | (size < steep))
                x[good], here[good], g[good] = tried[good], there[good], turned[good]
                waiting &= ~good
                # no step of a row helps where it is as flat as rounding lets it be
                if not waiting.any() or np.all(steep[waiting] <= 1e4 * enough[waiting]):
                    break
                scale = np.where(waiting, scale / (2.0 if turn < 3 else 8.0), scale)
            steep = np.sqrt(np.vecdot(g, g))
            active &= ~waiting & (steep > enough)
    return x


def _bracketed(slope: Callable[[Any], Any], rows: int) -> Floats:
    def line(x: Floats) -> Floats:
        return np.asarray(slope(x[:, None]))[:, 0]

    with np.errstate(all="ignore"):
        found = root(line, rows)
        settled = np.abs(line(found)) <= _SETTLED * np.abs(line(np.zeros(rows)))
    return np.where(settled, found, np.nan)[:, None]


def _newton_step(slope: Callable[[Any], Any], x: Floats, g: Floats) -> Floats:
    """Return steps (S, n) of Newton's method; no curvature counts as less than a small one."""
    bent = hessians(slope, x)
    low, axes = np.linalg.eigh(np.where(np.isfinite(bent), bent, 0.0))
    low = np.maximum(low, 1e-300 + 1e-9 * np.max(np.abs(low), axis=-1, keepdims=True))
    step: Floats = np.matvec(axes, np.matvec(axes.swapaxes(-1, -2), g) / low)
    return step


def hessians(slope: Callable[[Any], Any], points: Floats) -> Floats:
    """Return symmetric matrices (S, n, n): the derivatives of a slope by central differences."""
    count, n = points.shape
    width = 2.0**-20 * (1.0 + np.max(np.abs(points), axis=-1))
    columns = []
    for i in range(n):
        step = np.zeros((count, n))
        step[:, i] = width
        columns.append((slope(points + step) - slope(points - step)) / (2.0 * width)[:, None])
    found = np.stack(columns, axis=-1)
    return np.asarray(0.5 * (found + found.swapaxes(-1, -2)), dtype=np.float64)


def _update(inverse: Floats, s: Floats, y: Floats) -> None:
    """Update inverse Hessians (S, n, n) of the negated objective, where the curvature allows."""
    curvature = np.vecdot(s, y)
    scale = np.sqrt(np.vecdot(s, s) * np.vecdot(y, y))
    rows = np.flatnonzero((curvature > 1e-12 * scale) & (scale > 0))
    s, y, rho = s[rows], y[rows], (1.0 / curvature[rows])[:, None, None]
    left = np.eye(s.shape[1]) - rho * s[:, :, None] * y[:, None, :]
    turned = np.matmul(np.matmul(left, inverse[rows]), left.swapaxes(-1, -2))
    inverse[rows] = turned + rho * s[:, :, None] * s[:, None, :]


def _value(objective: Callable[[Any], Any], x: Floats) -> Floats:
    with np.errstate(all="ignore"):
        value = np.asarray(objective(x), dtype=np.float64)
    return np.where(np.isfinite(value), value, -np.inf)


def _value_and_slope(objective: Callable[[Any], Any], x: Floats) -> tuple[Floats, Floats]:
    with np.errstate(all="ignore"):
        vjp, value = make_vjp(objective, x)
        slope = vjp(np.ones(len(x)))
    value = np.where(np.isfinite(value), value, -np.inf)
    return value, np.where(np.isfinite(slope), slope, 0.0)
