"""Functions at rounded points and runs of gradient descent, both with rigorous error bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked, rounds
from plproof.laboratory.arithmetic.total import length
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.descent import (
    Outcome,
    Trajectory,
    descent_values,
    gradient_descent,
)


def function_at(
    family: Family, points: Tracked, distance: Floats | None = None
) -> tuple[Tracked, Tracked]:
    """Return values (..., B) and gradients (..., B, d) of a family at points (..., B, d).

    The computed points stand for exact ones nearby, at most ``distance`` (..., B) away in the unit
    SAFETY · UNIT (by default the length of ``points.error``).  With a gradient that is b-Lipschitz,
    b certified, a function moves by at most ‖∇f‖e + be²/2 and its gradient by be over a distance e;
    b need only hold on the ball.  A function that is M-Lipschitz there moves by at most Me.
    At the certified minimiser value and gradient are known without error.  Of ∇f at a kink nothing
    is demanded: it is the subgradient that the family chooses.
    """
    value, gradient = exactly_at(family, points.value)
    if distance is None:
        if not points.error.any():
            return value, gradient
        distance = length(np.broadcast_to(points.error, points.value.shape))
    return _moved(family, points.value, value, gradient, distance)


def exactly_at(family: Family, points: Floats) -> tuple[Tracked, Tracked]:
    """Return what :func:`function_at` does, at the computed points themselves."""
    value, gradient = family.tracked(points)
    constants = family.constants
    home = np.all(points == constants.minimiser, axis=-1) & constants.attained
    home = constants.constant | home
    if not home.any():
        return value, gradient
    at = home[..., None]
    return (
        Tracked(np.where(home, constants.minimum, value.value), np.where(home, 0.0, value.error)),
        Tracked(np.where(at, 0.0, gradient.value), np.where(at, 0.0, gradient.error)),
    )


def _moved(
    family: Family, points: Floats, value: Tracked, gradient: Tracked, distance: Floats
) -> tuple[Tracked, Tracked]:
    moved, turned = displaced(family, points, gradient, distance)
    return (
        Tracked(value.value, value.error + moved),
        Tracked(gradient.value, gradient.error + turned[..., None]),
    )


def displaced(
    family: Family, points: Floats, gradient: Tracked, distance: Floats
) -> tuple[Floats, Floats]:
    """Return how far values and gradients may move (..., B) within a distance; all in one unit."""
    smooth = family.smooth_near(points, SAFETY * UNIT * distance)
    slope = length(np.abs(gradient.value) + SAFETY * UNIT * gradient.error)
    steep = family.lipschitz_near(points, SAFETY * UNIT * distance)
    steep = np.fmin(slope + SAFETY * UNIT * smooth * distance, steep)
    return (
        np.where(distance == 0, 0.0, distance * steep),
        np.where(distance == 0, 0.0, smooth * distance),
    )


@dataclass
class Orbit:
    """A sequence of points known up to an index: the value of a sequence variable.

    ``points`` (K+1, B, d), or (K+1, B) for a sequence of reals; ``distance`` (K+1, B), how far the
    exact points may be, in the unit SAFETY · UNIT; ``known`` (B,), the last index known.
    """

    points: Floats
    distance: Floats
    known: NDArray[np.int64]
    _functions: dict[int, tuple[Family, Tracked, Tracked]] = field(default_factory=dict)

    @property
    def horizon(self) -> int:
        """The largest index held."""
        return len(self.points) - 1

    def at(self, index: Floats) -> Tracked:
        """Return the points at whole numbers (..., B) or (..., 1); unknown beyond the end."""
        error = self.distance if self.points.ndim == 2 else self.distance[..., None]
        return self._pick(self.points, error, index)

    def function(self, family: Family, index: Floats) -> tuple[Tracked, Tracked]:
        """Return values and gradients of a family at those points; computed once for all points."""
        found = self._functions.get(id(family))
        if found is None:
            pair = function_at(family, Tracked(self.points), self.distance)
            found = self._functions[id(family)] = (family, *pair)
        value, gradient = found[1:]
        return (
            self._pick(value.value, value.error, index),
            self._pick(gradient.value, gradient.error, index),
        )

    def take(self, rows: NDArray[np.intp]) -> Orbit:
        """Return the chosen rows."""
        return Orbit(self.points[:, rows], self.distance[:, rows], self.known[rows])

    def _pick(self, values: Floats, errors: Floats, index: Floats) -> Tracked:
        wanted = np.asarray(index)
        beyond = (wanted > self.known) | (wanted < 0)
        place = np.clip(wanted, 0, self.horizon).astype(np.intp)
        if place.ndim == 0 or place.shape[-1] == 1:
            short = place if place.ndim == 0 else place[..., 0]
            value, error = values[short], errors[short]
        else:
            rows = np.arange(len(self.known))
            value, error = values[place, rows], errors[place, rows]
        if beyond.any():
            mask = beyond if value.ndim == beyond.ndim else beyond[..., None]
            error = np.where(mask, np.inf, error)
        return Tracked(value, np.broadcast_to(error, value.shape))


class Descent(Orbit):
    """A run of gradient descent, see :func:`descend`: only what is asked for is computed.

    ``values`` are those of a plain run without error bounds; ``trajectory`` has its points and
    gradients too; ``distance`` and :meth:`function` take the bounds, several times as long.
    """

    def __init__(self, family: Family, start: Floats, step: Tracked, iterations: int) -> None:
        self.family = family
        self.start = start
        self.step = step
        self.iterations = iterations
        self._functions = {}

    @property
    def horizon(self) -> int:
        """The largest index held."""
        return self.iterations

    def take(self, rows: NDArray[np.intp]) -> Descent:
        """Return the chosen rows, to be run anew."""
        shape = (self.family.batch,)
        value, error = (np.broadcast_to(x, shape)[rows] for x in (self.step.value, self.step.error))
        part, start = self.family.take(rows), self.start[rows]
        return Descent(part, start, Tracked(value, error), self.iterations)

    @cached_property
    def _lengths(self) -> tuple[Floats, NDArray[np.bool_]]:
        """The steps, and on which rows they are known."""
        lengths = np.broadcast_to(self.step.value, (self.family.batch,))
        known = np.isfinite(lengths) & np.isfinite(np.broadcast_to(self.step.error, lengths.shape))
        return np.where(known, lengths, 0.0), known

    @cached_property
    def outcome(self) -> Outcome | Trajectory:
        """The run with its values, and perhaps no more."""
        if "trajectory" in self.__dict__:
            return self.trajectory
        return descent_values(self.family, self.start, self._lengths[0], self.iterations)

    @cached_property
    def trajectory(self) -> Trajectory:
        """The run with its points and gradients."""
        return gradient_descent(self.family, self.start, self._lengths[0], self.iterations)

    @cached_property
    def points(self) -> Floats:  # type: ignore[override]  # never set, as attributes are
        """The points (K+1, B, d)."""
        return self.trajectory.points

    @cached_property
    def known(self) -> NDArray[np.int64]:  # type: ignore[override]  # never set, as attributes are
        """The last index known, by row."""
        return np.where(self._lengths[1], self.outcome.valid, 0)

    @cached_property
    def distance(self) -> Floats:  # type: ignore[override]  # never set, as attributes are
        """How far the exact points may be (K+1, B), in the unit SAFETY · UNIT."""
        return self._bounded[0]

    def function(self, family: Family, index: Floats) -> tuple[Tracked, Tracked]:
        """Return values and gradients of a family at those points; computed once for all points."""
        if family is self.family and id(family) not in self._functions:
            self._functions[id(family)] = (family, *self._bounded[1:])
        return super().function(family, index)

    @cached_property
    def _bounded(self) -> tuple[Floats, Tracked, Tracked]:
        """The distances, and values and gradients of the own function with their bounds."""
        run, family, (lengths, _) = self.trajectory, self.family, self._lengths
        constants = family.constants
        with np.errstate(all="ignore"):
            value, gradient = exactly_at(family, run.points)
            size = np.abs(lengths)
            change = size[:, None] * np.abs(run.gradients[:-1])
            # rounding of h·g, and of the subtraction where anything is subtracted
            rounding = change + np.where(change > 0, np.abs(run.points[1:]), 0.0)
            local = length(rounding) + np.where(size > 0, size * length(gradient.error[:-1]), 0.0)
            off = np.broadcast_to(self.step.error, size.shape)
            step = Tracked(lengths, off)
            local += off * length(np.abs(run.gradients[:-1]))
            everywhere = np.isfinite(constants.smooth).all()
            factor = expansion(family, step, constants.smooth)
            distance = np.zeros(run.values.shape)
            for k in range(self.iterations):
                if not everywhere:
                    near = family.smooth_near(run.points[k], SAFETY * UNIT * distance[k])
                    factor = expansion(family, step, near)
                grown = np.where(distance[k] > 0, factor * distance[k], 0.0)
                distance[k + 1] = grown + local[k]
            moved = _moved(family, run.points, value, gradient, distance)
        return distance, *moved


def descend(family: Family, start: Floats, step: Tracked, iterations: int) -> Descent:
    """Run gradient descent and bound how far the exact run from the same start may be.

    Arguments: ``start`` (B, d), exact; ``step`` (B,), a rounded number; ``iterations`` K.  One step
    is Lipschitz with L = max(|1 - hs|, |1 - hb|) when f is b-smooth and f - (s/2)‖x‖² is convex
    (Nesterov, 2004, theorem 2.1.12 gives the convex case), so the distance obeys
    e(k+1) ≤ L e(k) + (rounding of step k).  A row that stops being finite is known up to there.
    """
    return Descent(family, start, step, iterations)


def expansion(family: Family, step: Tracked, smooth: Floats) -> Floats:
    """Return Lipschitz constants (B,) of a step where the gradient has ``smooth``, rounded up.

    Of the exact step, too: 1 - hb may vanish for the rounded numbers alone.
    """
    factors = []
    for bound in (family.constants.strongly_convex, smooth):
        product = step.value * bound
        off = np.where(rounds(step.value, bound), np.abs(product), 0.0)
        off += np.where(step.error == 0, 0.0, step.error * np.abs(bound))
        factors.append(np.abs(1.0 - product) + SAFETY * UNIT * off)
    factor = np.where(family.constants.constant, 1.0, np.maximum(*factors))
    return np.asarray(factor * (1.0 + 2.0**-40))
