"""Gradient descent on a whole batch of functions at once, the measured core of the laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.rounding import Floats


class Objective(Protocol):
    """What descent needs of a batch of B functions R^d -> R; every ``Family`` has it."""

    batch: int
    dimension: int

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, d) at ``points`` (B, d)."""


@dataclass(frozen=True)
class Trajectory:
    """The run of K gradient steps on B functions.

    ``points`` (K+1, B, d), ``values`` (K+1, B) and ``gradients`` (K+1, B, d) belong together: entry
    k holds the function and its gradient at point k.  ``step`` is (B,).  ``diverged`` (B,) bool
    marks rows where a point, value or gradient stopped being finite; such a row repeats its last
    finite entry from then on, and ``valid`` (B,) counts the steps it really made (K elsewhere).
    A row that is not finite at the start has ``valid`` -1 and keeps what was computed there.
    """

    points: Floats
    values: Floats
    gradients: Floats
    step: Floats
    diverged: NDArray[np.bool_]
    valid: NDArray[np.int64]


def gradient_descent(
    objective: Objective, start: ArrayLike, step: ArrayLike, iterations: int
) -> Trajectory:
    """Run x(k+1) = x(k) - step * grad f(x(k)) for every function of a batch, row by row.

    Arguments: ``start`` (B, d); ``step`` (B,) or one number, finite; ``iterations`` K >= 0.
    One evaluation of value and gradient per point, K + 1 in all.  Never warns on overflow: see
    :class:`Trajectory`.  Raises ValueError on other shapes or ranges.
    """
    if iterations < 0:
        raise ValueError(f"the number of iterations is at least 0, got {iterations}")
    batch, dimension = objective.batch, objective.dimension
    points = np.empty((iterations + 1, batch, dimension))
    values = np.empty((iterations + 1, batch))
    gradients = np.empty_like(points)
    begin = np.asarray(start, dtype=np.float64)
    if begin.shape != (batch, dimension):
        raise ValueError(f"start needs shape {(batch, dimension)}, got {begin.shape}")
    lengths = np.asarray(step, dtype=np.float64)
    if lengths.shape not in ((), (batch,)) or not np.all(np.isfinite(lengths)):
        raise ValueError(f"step is one finite number or {batch} of them, got {step!r}")
    lengths = np.array(np.broadcast_to(lengths, (batch,)))
    column = lengths[:, None]
    valid = np.full(batch, iterations, dtype=np.int64)
    alive = np.ones(batch, dtype=bool)
    points[0] = begin
    with np.errstate(all="ignore"):
        for k in range(iterations + 1):
            if k:
                np.multiply(column, gradients[k - 1], out=points[k])
                np.subtract(points[k - 1], points[k], out=points[k])
            values[k], gradients[k] = objective.value_and_gradient(points[k])
            sound = np.isfinite(values[k]) & np.isfinite(gradients[k]).all(axis=-1)
            sound &= np.isfinite(points[k]).all(axis=-1)
            if not (sound | ~alive).all():
                valid[alive & ~sound] = k - 1
                alive &= sound
            if k and not alive.all():
                frozen = ~alive
                points[k, frozen] = points[k - 1, frozen]
                values[k, frozen] = values[k - 1, frozen]
                gradients[k, frozen] = gradients[k - 1, frozen]
    return Trajectory(points, values, gradients, lengths, ~alive, valid)


def segments(
    objective: Objective, start: ArrayLike, step: ArrayLike, iterations: int, length: int = 50
) -> Iterator[Trajectory]:
    """Yield one long run in pieces of ``length`` steps, each begun where the last one ended.

    For runs too long to be held: the same points as :func:`gradient_descent` gives, the shared
    ones twice.  A row that diverged stays where it was, and is flagged in each piece.  Arguments as
    there; ``length`` >= 1, else ValueError.
    """
    if length < 1:
        raise ValueError(f"the length of a piece is at least 1, got {length}")
    done, here = 0, start
    while True:
        run = gradient_descent(objective, here, step, min(length, iterations - done))
        yield run
        done, here = done + len(run.points) - 1, run.points[-1]
        if done >= iterations:
            return
