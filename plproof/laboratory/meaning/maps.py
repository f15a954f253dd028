"""Maps between spaces as values: a system, its value at w* and its derivatives, all bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.matrices import applied
from plproof.laboratory.arithmetic.rounding import (
    Floats,
    Tracked,
    choose,
    product_is_exact,
    tracked,
)
from plproof.laboratory.systems.base import System
from plproof.laboratory.systems.examples import BowlSystem
from plproof.laboratory.systems.polynomial import PolynomialSystem

_KEPT = 64


class SystemMap:
    """The maps F(w) = F̄(w) - F̄(w*) + y of a batch of systems F̄: R^m -> R^n, twice differentiable.

    Arguments: ``system``; ``offset`` y (B, n), exact, the values at w* = ``system.origin``, where
    derivatives may be known without error; ``radius`` (B,), in [0, inf]: ½‖F - y‖² is certainly
    convex on the ball of that radius around w*, for a reason the caller has (0 says nothing);
    ``direction`` v (B, m), in which to look for negative curvature of that loss.
    """

    def __init__(
        self,
        system: System,
        offset: ArrayLike,
        radius: ArrayLike | None = None,
        direction: Floats | None = None,
    ) -> None:
        self.system = system
        self.offset = np.array(offset, dtype=np.float64)
        if self.offset.shape != (system.batch, system.outputs):
            raise ValueError(f"offset has shape {(system.batch, system.outputs)}")
        given = np.zeros(system.batch) if radius is None else np.asarray(radius, dtype=np.float64)
        self.radius = np.array(np.broadcast_to(given, (system.batch,)))
        self.direction = direction
        self.idle = system.idle()
        self._known = system.exact_derivatives()
        self._jacobians: dict[int, tuple[Tracked, Tracked]] = {}
        self._seconds: dict[int, tuple[Tracked, Tracked]] = {}

    @property
    def batch(self) -> int:
        """The number B of maps."""
        return self.system.batch

    @property
    def affine(self) -> bool:
        """Whether all maps certainly are affine."""
        s = self.system
        return isinstance(s, PolynomialSystem) and not (s.quadratic.any() or s.cubic.any())

    def take(self, rows: NDArray[np.intp]) -> SystemMap:
        """Return the chosen rows."""
        direction = None if self.direction is None else self.direction[rows]
        return SystemMap(self.system.take(rows), self.offset[rows], self.radius[rows], direction)

    def literal(self, row: int) -> str:
        """Return a Python expression that rebuilds one map exactly, as a batch of one."""
        radius = "" if self.radius[row] == 0 else f", radius=float('{self.radius[row]}')"
        offset = self.offset[row : row + 1].tolist()
        return f"SystemMap({self.system.literal(row)}, offset={offset}{radius})"

    # ------------------------------------------------------------------ simpler maps, of one row
    def without_input(self, index: int) -> SystemMap | None:
        """Return the restriction to h_i = 0, h = w - w*; None where there is no such map.

        Convexity of the loss is inherited.
        """
        smaller = self.system.without("m", index) if self.system.inputs > 1 else None
        if smaller is None:
            return None
        turned = None if self.direction is None else np.delete(self.direction, index, axis=-1)
        return SystemMap(smaller, self.offset, self.radius, turned)

    def without_output(self, index: int) -> SystemMap | None:
        """Return the maps without a component; None where there are no such maps."""
        smaller = self.system.without("n", index) if self.system.outputs > 1 else None
        if smaller is None:
            return None
        offset = np.delete(self.offset, index, axis=-1)
        return SystemMap(smaller, offset, convex_radius(smaller), self.direction)

    def simplifications(self) -> Iterator[SystemMap]:
        """Yield simpler maps between the same spaces, for a shrinker to try."""
        system = self.system
        for offset in (np.zeros_like(self.offset), np.round(self.offset) + 0.0):
            if (offset != self.offset).any():
                yield SystemMap(system, offset, self.radius, self.direction)
        if not isinstance(system, PolynomialSystem):
            plain = _second_order(system)
            yield SystemMap(plain, self.offset, convex_radius(plain), self.direction)
        for simpler in system.simplifications():
            moved = simpler.is_moved(system)
            radius = self.radius if moved else convex_radius(simpler)
            yield SystemMap(simpler, self.offset, radius, self.direction)

    # ------------------------------------------------------------------ values and derivatives
    def at_home(self, points: Tracked) -> NDArray[np.bool_]:
        """Say where points (..., B, m) certainly have the value y: w* but for idle coordinates."""
        same = (points.value == self.system.origin) & (points.error == 0)
        return np.asarray(np.all(same | self.idle, axis=-1))

    def value(self, points: Tracked) -> Tracked:
        """Return F (..., B, n) at points (..., B, m)."""
        if self.affine and self._known is not None:  # without error where no product rounds
            apart = total.add(points, total.exact(-self.system.origin))
            residual = applied(Tracked(self._known[0]), apart)
        else:
            residual = self.system.by_hand(points)
        home = self.at_home(points)[..., None]
        zero = Tracked(np.zeros(residual.value.shape))
        found = total.add(tracked(choose(home, zero, residual)), total.exact(self.offset))
        return self._spread(found, points, (self.system.outputs,))

    def jacobian(self, points: Tracked) -> Tracked:
        """Return DF (..., B, n, m) at points (..., B, m)."""
        kept = self._jacobians.get(id(points))
        if kept is None:
            kept = points, self._jacobian(points)
            _keep(self._jacobians, id(points), kept)
        return kept[1]

    def _jacobian(self, points: Tracked) -> Tracked:
        columns = []
        for unit in np.eye(self.system.inputs):
            first = self.system.jet(points, np.broadcast_to(unit, points.value.shape))[1]
            columns.append(self._spread(tracked(first), points, (self.system.outputs,)))
        found = _stacked(columns)
        if self._known is None:
            return found
        home = _exactly(points, self.system.origin)[..., None, None]
        return tracked(choose(home, tracked(self._known[0]), found))

    def second(self, points: Tracked) -> Tracked:
        """Return D²F (..., B, n, m, m) at points (..., B, m)."""
        kept = self._seconds.get(id(points))
        if kept is None:
            kept = points, self._second(points)
            _keep(self._seconds, id(points), kept)
        return kept[1]

    def _second(self, points: Tracked) -> Tracked:
        found = self.system.second(points)
        found = self._spread(found, points, found.value.shape[-3:])
        if self._known is None:
            return found
        home = _exactly(points, self.system.origin)[..., None, None, None]
        return tracked(choose(home, tracked(self._known[1]), found))

    def along(self, points: Tracked, directions: Sequence[Tracked]) -> Tracked | None:
        """Return the derivative of order 0, 1 or 2 in the directions; None for higher orders."""
        if not directions:
            return self.value(points)
        if len(directions) == 1:
            return applied(self.jacobian(points), directions[0])
        if len(directions) > 2:
            return None
        turned = self.turned(points, directions[0])
        return applied(turned, directions[1])

    def turned(self, points: Tracked, direction: Tracked) -> Tracked:
        """Return D²F(w)[z, ·] (..., B, n, m), the derivative of DF in the direction z."""
        return applied(self.second(points), _wide(direction))

    def _spread(self, x: Tracked, points: Tracked, tail: tuple[int, ...]) -> Tracked:
        rows = np.broadcast_shapes(points.value.shape[:-1], (self.batch,))  # a point of one row
        shape = (*rows, *tail)
        return Tracked(np.broadcast_to(x.value, shape), np.broadcast_to(x.error, shape))


def convex_radius(system: System) -> Floats:
    """Return up to where the square loss of each map certainly is convex around w*, from its form.

    Everywhere, for affine maps and for bowls with ⟨e, c⟩ = 0; 0 says nothing.
    """
    if isinstance(system, PolynomialSystem):
        bent = system.quadratic.any(axis=(1, 2, 3)) | system.cubic.any(axis=(1, 2))
        return np.where(bent, 0.0, np.inf)
    if isinstance(system, BowlSystem):
        exact = product_is_exact(system.line[:, None, :], system.bowl[:, :, None])
        return np.where(exact & (np.vecdot(system.line, system.bowl) == 0), np.inf, 0.0)
    return np.zeros(system.batch)


def _second_order(system: System) -> PolynomialSystem:
    """Return polynomials of order two with about the same derivatives at w*."""
    _, linear, quadratic = system.derivatives(system.origin)
    batch, n, m = linear.shape
    quadratic = 0.5 * (quadratic + quadratic.swapaxes(-1, -2))
    none = np.zeros((batch, 1, m)), np.zeros((batch, n, 1))
    return PolynomialSystem(linear, quadratic, *none, system.origin)


def _wide(v: Tracked) -> Tracked:
    return Tracked(v.value[..., None, :], v.error[..., None, :])


def _stacked(columns: Sequence[Tracked]) -> Tracked:
    return Tracked(
        np.stack([c.value for c in columns], axis=-1), np.stack([c.error for c in columns], axis=-1)
    )


def _exactly(points: Tracked, origin: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.all((points.value == origin) & (points.error == 0), axis=-1))


def _keep(
    kept: dict[int, tuple[Tracked, Tracked]], key: int, entry: tuple[Tracked, Tracked]
) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = entry
