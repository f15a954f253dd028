"""The common frame of systems F: R^m -> R^n: Jacobians, second derivatives, the square loss.

A system is a batch of B maps given by float64 arrays, taken at face value as the families are.
Each has a point of interest w* (``origin``), usually a solution of F(w) = y, and is evaluated as
the *residual* F(w) - F(w*), which a subclass writes without cancellation near w*.

Derivatives are there twice: by autograd, as matrices, and by hand, as a jet in one direction z,
(F(w) - F(w*), DF(w)z, D²F(w)[z, z]), which also runs on
``Tracked`` and then carries a bound on its error.  The two are
compared when a system is made.
"""

from __future__ import annotations

import copy
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic.rounding import Floats, Numeric, Tracked, dot, tracked
from plproof.laboratory.families.arrays import checked_arrays, coarser, simplicity

Jet = tuple[Numeric, Numeric, Numeric]
"""The residual, the first and the second derivative in one direction, each (..., B, n)."""

_AGREEMENT = 1e-9
_REACH = 0.05


class System(ABC):
    """A batch of twice differentiable maps F: R^m -> R^n, near a point w* of each.

    ``name``, ``batch`` (B), ``inputs`` (m), ``outputs`` (n) and ``origin`` w* (B, m) describe it.
    Points and directions have shape (..., B, m): further axes stand in front.
    """

    name: ClassVar[str]
    batch: int
    inputs: int
    outputs: int
    origin: Floats
    _compared: bool = False

    @abstractmethod
    def residual(self, points: Any) -> Any:
        """Return F(w) - F(w*) (..., B, n) at ``points``, written with ``autograd.numpy``."""

    @abstractmethod
    def jet(self, points: Numeric, direction: Numeric) -> Jet:
        """Return F(w) - F(w*), DF(w)z and D²F(w)[z, z] by hand, for arrays and for ``Tracked``."""

    def pull(self, points: Any, weights: Any) -> Any:
        """Return DF(w)'u = Σ u_i ∇F_i(w) (..., B, m) for ``weights`` u (..., B, n), by autograd."""
        vjp, values = make_vjp(self.residual, points)
        return vjp(np.broadcast_to(weights, anp.shape(values)))

    def jacobian(self, points: Floats) -> Floats:
        """Return the Jacobians DF(w) (..., B, n, m), by autograd."""
        self._check("points", points)
        rows = [self.pull(points, unit) for unit in np.eye(self.outputs)]
        return np.stack(rows, axis=-2)

    def hessian_times(self, points: Floats, weights: Floats, direction: Floats) -> Floats:
        """Return (Σ u_i ∇²F_i(w)) z (..., B, m), by autograd twice."""
        vjp, _ = make_vjp(lambda w: self.pull(w, weights), points)
        return np.asarray(vjp(np.broadcast_to(direction, np.shape(points))))

    def hessian(self, points: Floats, weights: Floats) -> Floats:
        """Return the matrices Σ u_i ∇²F_i(w) (..., B, m, m) for ``weights`` u (..., B, n)."""
        self._check("points", points)
        vjp, _ = make_vjp(lambda w: self.pull(w, weights), points)
        units = np.eye(self.inputs)
        columns = [vjp(np.broadcast_to(unit, np.shape(points))) for unit in units]
        matrix = np.stack(columns, axis=-1)
        return np.asarray(0.5 * (matrix + matrix.swapaxes(-1, -2)))

    def component_hessian(self, points: Floats, component: int) -> Floats:
        """Return ∇²F_i(w) (..., B, m, m) of the component i = ``component``, counted from 0."""
        return self.hessian(points, np.eye(self.outputs)[component])

    def loss_hessian(self, points: Floats) -> Floats:
        """Return the Hessians DF'DF + Σ r_i ∇²F_i (..., B, m, m) of L = ½‖r‖², r = F - F(w*)."""
        jacobian = self.jacobian(points)
        gram = np.matmul(jacobian.swapaxes(-1, -2), jacobian)
        return np.asarray(gram + self.hessian(points, self.residual(points)))

    def loss_curvature(self, points: Floats, direction: Floats) -> Tracked:
        """Return ∇²L(w)[z, z] (..., B) of L = ½‖F - F(w*)‖², by hand, with a bound on its error.

        The points and directions are taken as exact.
        """
        self._check("points", points)
        with np.errstate(all="ignore"):
            value, first, second = self.jet(Tracked(points), Tracked(direction))
            return tracked(dot(first, first) + dot(value, second))

    def by_hand(self, points: Tracked) -> Tracked:
        """Return F(w) - F(w*) (..., B, n) by hand, with a bound on its error."""
        return tracked(self.jet(points, np.zeros(points.value.shape))[0])

    def second(self, points: Tracked) -> Tracked:
        """Return ∇²F_i(w) (..., B, n, m, m) by polarisation, with a bound on its error."""
        units = np.eye(self.inputs)

        def along(direction: Floats) -> Tracked:
            return tracked(self.jet(points, np.broadcast_to(direction, points.value.shape))[2])

        pure = [along(unit) for unit in units]
        rows: list[list[Tracked]] = []
        for i in range(self.inputs):
            row: list[Tracked] = []
            for j in range(self.inputs):
                if j == i:
                    row.append(pure[i])
                elif j < i:
                    row.append(rows[j][i])
                else:
                    row.append(0.5 * (along(units[i] + units[j]) - pure[i] - pure[j]))
            rows.append(row)
        return Tracked(
            np.stack([np.stack([t.value for t in row], axis=-1) for row in rows], axis=-2),
            np.stack([np.stack([t.error for t in row], axis=-1) for row in rows], axis=-2),
        )

    def derivatives(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Return F(w) - F(w*), DF(w) and ∇²F_i(w) at ``points`` (..., B, m), without bounds."""
        exact = Tracked(points)
        units = [np.broadcast_to(unit, points.shape) for unit in np.eye(self.inputs)]
        columns = [self.jet(points, unit)[1] for unit in units]
        return (
            np.asarray(self.residual(points)),
            np.stack([np.asarray(column) for column in columns], axis=-1),
            self.second(exact).value,
        )

    def exact_derivatives(self) -> tuple[Floats, Floats] | None:
        """Return DF(w*) (B, n, m) and ∇²F_i(w*) (B, n, m, m) where they are known without error."""
        return None

    def steadiness(self) -> Floats:
        """Return upper bounds (B,) of the Lipschitz constants of DF, inf where none is known."""
        return np.full(self.batch, np.inf)

    def idle(self) -> NDArray[np.bool_]:
        """Say on which coordinates (B, m) F certainly does not depend."""
        return np.zeros((self.batch, self.inputs), dtype=bool)

    def take(self, rows: ArrayLike) -> Self:
        """Return the chosen rows (a list of numbers, not empty)."""
        chosen = np.asarray(rows, dtype=np.intp)
        result = copy.copy(self)
        for key, kept in vars(self).items():
            if isinstance(kept, np.ndarray):
                setattr(result, key, kept[chosen])
        result.batch = len(chosen)
        return result

    def twin(self, convert: Callable[[Floats], Any]) -> Self:
        """Return the same maps with every array converted, as to numbers of another arithmetic.

        For :meth:`jet` on points of that arithmetic.  A subclass that keeps rounded numbers
        computes them anew.
        """
        result = copy.copy(self)
        for key, kept in vars(self).items():
            if isinstance(kept, np.ndarray):
                setattr(result, key, convert(kept))
        return result

    # ------------------------------------------------------------------ simpler maps, of one row
    def without(self, letter: str, index: int) -> Self | None:
        """Return the map of one row without an entry of all axes of a letter: m for an input.

        For an input it is the restriction to h_i = 0, h = w - w*.  None where there is no such map.
        """
        changed = {}
        for key, axes in self._axes.items():
            array = getattr(self, key)
            for axis, name in reversed(list(enumerate(axes))):
                if name == letter:
                    array = np.delete(array, index, axis=axis)
            changed[key] = array
        return self._changed(changed)

    def simplifications(self) -> Iterator[Self]:
        """Yield simpler maps between the same spaces, boldest first, for a shrinker to try."""
        for letter in dict.fromkeys("".join(self._axes.values())):
            if letter not in "Bmn":
                key = next(k for k, axes in self._axes.items() if letter in axes)
                length = getattr(self, key).shape[self._axes[key].index(letter)]
                for index in range(length):
                    yield from self._attempt(self.without(letter, index))
        for key in self._axes:
            array = getattr(self, key)
            for simpler in (np.zeros_like(array), np.ones_like(array), *coarser(array)):
                yield from self._attempt(self._changed({key: simpler}))
        for key, axes in self._axes.items():
            array = getattr(self, key)
            for place in np.ndindex(array.shape):
                number = array[place]
                for simple in (0.0, 1.0, *(float(c) for c in coarser(number))):
                    if simple != number and simplicity(simple) < simplicity(number):
                        changed = array.copy()
                        changed[place] = simple
                        if axes.endswith("mm"):  # the matrix stays symmetric
                            changed[(*place[:-2], place[-1], place[-2])] = simple
                        yield from self._attempt(self._changed({key: changed}))

    def is_moved(self, other: System) -> bool:
        """Say whether this is the other map around another w*, a function of w - w* alone."""
        return type(self) is type(other) and all(
            np.array_equal(getattr(self, key), getattr(other, key))
            for key in self._axes
            if key != "origin"
        )

    def complexity(self) -> tuple[int, int]:
        """Return the number of variables and the length of all parameters, for shrinkers."""
        numbers = (v for key in self._axes for v in getattr(self, key).ravel().tolist())
        return self.inputs + self.outputs, sum(sum(simplicity(v)) for v in numbers)

    def _changed(self, change: Mapping[str, Floats]) -> Self | None:
        given = {key: getattr(self, key) for key in inspect.signature(type(self)).parameters}
        made = object.__new__(type(self))
        made._compared = True  # by the same formulas as this one, which was compared
        try:
            made.__init__(**(given | dict(change)))  # type: ignore[misc]  # new, and of this class
        except ValueError:
            return None
        return made

    def _attempt(self, candidate: Self | None) -> Iterator[Self]:
        if candidate is not None and candidate.complexity() < self.complexity():
            yield candidate

    def literal(self, row: int) -> str:
        """Return a Python expression that rebuilds one system exactly, as a batch of one."""
        one = self.take([row])
        given = []
        for key in inspect.signature(type(self)).parameters:
            kept = getattr(one, key)
            given.append(f"{key}={kept.tolist() if isinstance(kept, np.ndarray) else kept!r}")
        return f"{type(self).__name__}({', '.join(given)})"

    def form_along(self, direction: Floats) -> tuple[Floats, Floats]:
        """Return u = DF(w*)v (B, n) and Σ u_i ∇²F_i(w*) (B, m, m) for ``direction`` v (B, m)."""
        self._check("direction", direction)
        image = self.jet(self.origin, direction)[1]
        assert not isinstance(image, Tracked)
        return image, self.hessian(self.origin, image)

    def _store(self, **given: tuple[ArrayLike, str]) -> None:
        """Keep the parameters; the letters B, m, n of their axes give batch, inputs and outputs."""
        arrays, sizes = checked_arrays(given)
        for key, array in arrays.items():
            setattr(self, key, array)
        self._axes = {key: axes for key, (_, axes) in given.items()}
        self.batch, self.outputs = sizes["B"], sizes["n"]
        self.inputs = self.origin.shape[-1]

    def _compare(self) -> None:
        """Compare the two ways to the derivatives, at two points near w* in random directions."""
        if self._compared:
            return
        rng = np.random.default_rng(0)
        shape = (2, self.batch, self.inputs)
        reach = _REACH / np.sqrt(self.inputs)
        points = self.origin + reach * rng.standard_normal(shape)
        direction = rng.standard_normal(shape)
        weights = rng.standard_normal((2, self.batch, self.outputs))
        by_hand = self.jet(points, direction)
        gradient = self.pull(points, weights)
        bend = self.hessian_times(points, weights, direction)
        pairs = (
            ("values", dot(by_hand[0], weights), dot(self.residual(points), weights)),
            ("first derivatives", dot(by_hand[1], weights), dot(gradient, direction)),
            ("second derivatives", dot(by_hand[2], weights), dot(bend, direction)),
        )
        for what, ours, theirs in pairs:
            size = 1.0 + np.max(np.abs(np.asarray(theirs)))
            if not np.all(np.abs(np.asarray(ours) - np.asarray(theirs)) <= _AGREEMENT * size):
                raise RuntimeError(f"{self!r}: the {what} by hand are not those by autograd")

    def _check(self, what: str, points: Any) -> None:
        if np.shape(points)[-2:] != (self.batch, self.inputs):
            expected = f"(..., {self.batch}, {self.inputs})"
            raise ValueError(f"{what} of this system have shape {expected}, got {np.shape(points)}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.batch} maps R^{self.inputs} -> R^{self.outputs}>"
