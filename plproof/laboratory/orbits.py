"""Functions at rounded points and runs of gradient descent, both with rigorous error bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.descent import gradient_descent
from plproof.laboratory.families import Family
from plproof.laboratory.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.total import length


def function_at(
    family: Family, points: Tracked, distance: Floats | None = None
) -> tuple[Tracked, Tracked]:
    """Return values (..., B) and gradients (..., B, d) of a family at points (..., B, d).

    The computed points stand for exact ones nearby, at most ``distance`` (..., B) away in the unit
    SAFETY · UNIT (by default the length of ``points.error``).  With a gradient that is b-Lipschitz,
    b certified, a function moves by at most ‖∇f‖e + be²/2 and its gradient by be over a distance e;
    b need only hold on the ball.
    At the certified minimiser value and gradient are known without error.
    """
    value, gradient = _exactly_at(family, points.value)
    if distance is None:
        if not points.error.any():
            return value, gradient
        distance = length(np.broadcast_to(points.error, points.value.shape))
    return _moved(family, points.value, value, gradient, distance)


def _exactly_at(family: Family, points: Floats) -> tuple[Tracked, Tracked]:
    value, gradient = family.tracked(points)
    constants = family.constants
    home = constants.constant | np.all(points == constants.minimiser, axis=-1)
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
    smooth = family.smooth_near(points, SAFETY * UNIT * distance)
    slope = length(np.abs(gradient.value) + SAFETY * UNIT * gradient.error)
    moved = np.where(distance == 0, 0.0, distance * (slope + SAFETY * UNIT * smooth * distance))
    turned = np.where(distance == 0, 0.0, smooth * distance)[..., None]
    return (
        Tracked(value.value, value.error + moved),
        Tracked(gradient.value, gradient.error + turned),
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


def descend(family: Family, start: Floats, step: Tracked, iterations: int) -> Orbit:
    """Run gradient descent and bound how far the exact run from the same start may be.

    Arguments: ``start`` (B, d), exact; ``step`` (B,), a rounded number; ``iterations`` K.  One step
    is Lipschitz with L = max(|1 - hs|, |1 - hb|) when f is b-smooth and f - (s/2)‖x‖² is convex
    (Nesterov, 2004, theorem 2.1.12 gives the convex case), so the distance obeys
    e(k+1) ≤ L e(k) + (rounding of step k).  A row that stops being finite is known up to there.
    """
    lengths = np.broadcast_to(step.value, (family.batch,))
    finite = np.isfinite(lengths) & np.isfinite(np.broadcast_to(step.error, lengths.shape))
    run = gradient_descent(family, start, np.where(finite, lengths, 0.0), iterations)
    known = np.where(finite, run.valid, 0)
    constants = family.constants
    with np.errstate(all="ignore"):
        value, gradient = _exactly_at(family, run.points)
        size = np.abs(lengths)
        change = size[:, None] * np.abs(run.gradients[:-1])
        # rounding of h·g, and of the subtraction where anything is subtracted
        rounding = change + np.where(change > 0, np.abs(run.points[1:]), 0.0)
        local = length(rounding) + size * length(gradient.error[:-1])
        local += np.broadcast_to(step.error, size.shape) * length(np.abs(run.gradients[:-1]))
        everywhere = np.isfinite(constants.smooth).all()
        factor = _expansion(family, lengths, constants.smooth)
        distance = np.zeros(run.values.shape)
        for k in range(iterations):
            if not everywhere:
                near = family.smooth_near(run.points[k], SAFETY * UNIT * distance[k])
                factor = _expansion(family, lengths, near)
            grown = np.where(distance[k] > 0, factor * distance[k], 0.0)
            distance[k + 1] = grown + local[k]
        moved = _moved(family, run.points, value, gradient, distance)
    return Orbit(run.points, distance, known, {id(family): (family, *moved)})


def _expansion(family: Family, lengths: Floats, smooth: Floats) -> Floats:
    """Return Lipschitz constants (B,) of a step where the gradient has ``smooth``, rounded up."""
    constants = family.constants
    factor = np.maximum(
        np.abs(1.0 - lengths * constants.strongly_convex), np.abs(1.0 - lengths * smooth)
    )
    return np.where(constants.constant, 1.0, factor) * (1.0 + 2.0**-40)
