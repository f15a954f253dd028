"""The common frame of the function families: parameters, certified constants, literals, shrinking.

A family is a batch of B functions R^d -> R, one per row, given by float64 parameter arrays whose
first axis is the batch.  The parameters are taken at face value: row i *is* the real function with
exactly those numbers in it, so its constants are facts about it and not about a rounded copy.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp
from numpy.typing import ArrayLike, NDArray

from plproof.laboratory.arithmetic import rounding
from plproof.laboratory.arithmetic.rounding import Floats, Numeric, Tracked
from plproof.laboratory.families.arrays import (
    checked_arrays,
    coarser,
    frozen,
    row_numbers,
    sealed,
    simplicity,
    times_powers,
)
from plproof.laboratory.recordings.recording import NotRecorded, Recording


@dataclass(frozen=True)
class Constants:
    """Certified constants of a batch of functions, one row each, rounded in the safe direction.

    * ``smooth`` (B,): the gradient is Lipschitz with this constant (an upper bound, 0 allowed,
      +inf where it is not Lipschitz);
    * ``strongly_convex`` (B,): f - (s/2)|x|^2 is convex for this s (a lower bound; 0 says convex
      and no more, a negative value says weakly convex only);
    * ``convex`` (B,) bool: True only if f is convex;
    * ``pl`` (B,): |grad f|^2 >= 2 pl (f - min f) everywhere, the inequality of B. T. Polyak (1963)
      and S. Lojasiewicz (1963) (a lower bound; 0 says nothing, +inf for constant functions);
    * ``lipschitz`` (B,): |f(x) - f(y)| <= lipschitz |x - y| (an upper bound, +inf where nothing is
      known or no constant will do);
    * ``minimum`` (B,): the greatest lower bound of the values, exactly (-inf where there is none);
    * ``attained`` (B,) bool: whether it is a value;
    * ``minimiser`` (B, d): one global minimiser, exactly, where ``attained``; elsewhere a point to
      look around;
    * ``constant`` (B,) bool: the function is constant;
    * ``exact`` (B,) bool: ``smooth`` and ``pl`` are the best possible constants, without rounding.
    """

    smooth: Floats
    strongly_convex: Floats
    convex: NDArray[np.bool_]
    pl: Floats
    minimiser: Floats
    minimum: Floats
    constant: NDArray[np.bool_]
    exact: NDArray[np.bool_]
    lipschitz: Floats
    attained: NDArray[np.bool_]

    def take(self, indices: ArrayLike) -> Constants:
        """Return the constants of the chosen rows."""
        chosen = row_numbers(indices, len(self.smooth))
        return Constants(**{f.name: sealed(getattr(self, f.name)[chosen]) for f in fields(self)})


class Family(ABC):
    """A batch of functions R^d -> R with certified constants, differentiable but where it says so.

    ``name``, ``batch`` (B), ``dimension`` (d) and ``constants`` describe it.  Parameters are
    read-only arrays, listed in ``parameters``.  Two families never share mutable state.
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    """Names of the parameter arrays, in the order of the constructor."""
    derived: ClassVar[tuple[str, ...]] = ()
    """Names of further arrays, computed from the parameters, with the batch as first axis."""
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]]
    """For each parameter that has coordinates: the axes, after the batch axis, they run along."""

    infinitely_differentiable: ClassVar[bool] = False
    """Whether the functions certainly have derivatives of every order everywhere."""

    differentiable: ClassVar[bool] = True
    """Whether all functions are differentiable everywhere; else "gradients" are subgradients."""

    homogeneous: ClassVar[dict[str, float]]
    """The parameters to multiply by c**power, named with that power, to get c times the function"""

    derived_powers: ClassVar[dict[str, float]] = {}
    """The same for derived arrays: without it they are computed anew."""

    batch: int
    dimension: int
    constants: Constants
    _declared: dict[str, Floats]

    @abstractmethod
    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d), written with ``autograd.numpy``."""

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        """Return values (B,) and gradients (B, d) by hand, with the functions of ``rounding``.

        Optional, but tests of statements and :meth:`magnitude` need it.  Runs both on
        arrays and on :class:`~plproof.laboratory.arithmetic.rounding.Tracked`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no hand-written gradient")

    def value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (B,) and gradients (B, d) at ``points`` (B, d) in one pass.

        Uses the hand-written formula of the family, which :meth:`automatic_value_and_gradient`
        cross-checks, and the latter where a family has none.  Overflow gives inf or nan in the
        rows concerned.
        """
        if type(self)._value_and_gradient is Family._value_and_gradient:
            return self.automatic_value_and_gradient(points)
        self._check_points(points)
        return self._value_and_gradient(points)  # type: ignore[return-value]  # arrays give arrays

    def recording(self) -> Recording | None:
        """Return the hand-written formula, recorded, for many evaluations without allocation.

        None where a family has no such formula, or one that cannot be recorded.
        """
        if type(self)._value_and_gradient is Family._value_and_gradient:
            return None
        try:
            return Recording.of(self._value_and_gradient, self.batch, self.dimension)
        except NotRecorded:
            return None

    def automatic_value_and_gradient(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the same from :meth:`value` by autograd, in one pass for the whole batch.

        Row i of the value depends on row i of the points alone, hence one vector-Jacobian product
        with a vector of ones gives every gradient.
        """
        self._check_points(points)
        vjp, values = make_vjp(self.value, points)
        return values, vjp(np.ones(self.batch))

    def magnitude(self, points: Floats) -> tuple[Floats, Floats]:
        """Return error sizes (B,) and (B, d) of :meth:`value_and_gradient` at ``points`` (B, d).

        A running error analysis: sums of the absolute values of all terms, times the number of
        roundings each passes through.  The promise is ``|computed - exact| <= SAFETY * UNIT *
        magnitude``, with ``SAFETY = 2`` and ``UNIT = 2**-53`` from the rounding model.
        """
        self._check_points(points)
        with np.errstate(all="ignore"):
            value, gradient = self._value_and_gradient(Tracked(points))
        value, gradient = rounding.tracked(value), rounding.tracked(gradient)
        return value.error, gradient.error

    def tracked(self, points: Floats) -> tuple[Tracked, Tracked]:
        """Return values (..., B) and gradients (..., B, d) at exact points (..., B, d), bounded.

        The errors are those of :meth:`magnitude`.  Further axes stand in front.  Needs the family's
        hand-written formula (NotImplementedError otherwise).
        """
        if np.shape(points)[-2:] not in ((self.batch, self.dimension), (1, self.dimension)):
            raise ValueError(f"points end in {(self.batch, self.dimension)}: {np.shape(points)}")
        with np.errstate(all="ignore"):
            value, gradient = self._value_and_gradient(Tracked(points))
        value, gradient = rounding.tracked(value), rounding.tracked(gradient)
        shape = np.broadcast_shapes(np.shape(points), (self.batch, self.dimension))
        return (
            Tracked(
                np.broadcast_to(value.value, shape[:-1]), np.broadcast_to(value.error, shape[:-1])
            ),
            Tracked(np.broadcast_to(gradient.value, shape), np.broadcast_to(gradient.error, shape)),
        )

    def stacked(self, points: Floats) -> tuple[Floats, Floats]:
        """Return values (..., B) and gradients (..., B, d) at points (..., B, d) or (..., 1, d).

        As :meth:`tracked`, without bounds.
        """
        with np.errstate(all="ignore"):
            found = self._value_and_gradient(points)
        shape = np.broadcast_shapes(np.shape(points), (self.batch, self.dimension))
        value, slope = (np.asarray(x) for x in found)
        return np.broadcast_to(value, shape[:-1]), np.broadcast_to(slope, shape)

    def smooth_near(self, points: Floats, distance: Floats) -> Floats:
        """Return Lipschitz constants (..., B) of the gradient on balls around points (..., B, d).

        ``distance`` (..., B) are their radii.  The constant of the whole space is one; families
        that are smooth on bounded sets alone know others.
        """
        rows = np.broadcast_shapes(np.shape(distance), (self.batch,))  # a point of one row
        return np.broadcast_to(self.constants.smooth, rows)

    def lipschitz_near(self, points: Floats, distance: Floats) -> Floats:
        """Return Lipschitz constants (..., B) of the functions on such balls."""
        rows = np.broadcast_shapes(np.shape(distance), (self.batch,))
        return np.broadcast_to(self.constants.lipschitz, rows)

    def _gaps(self, points: Numeric) -> Numeric:
        """Return numbers (..., B, k) none of which is 0 at a point where f is differentiable.

        Asked only of families that are not ``differentiable``.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say where its kinks are")

    def differentiable_at(self, points: Floats) -> NDArray[np.bool_]:
        """Say where (..., B) the functions certainly are differentiable at points (..., B, d)."""
        if self.differentiable:
            return np.ones(np.broadcast_shapes(np.shape(points)[:-1], (self.batch,)), dtype=bool)
        with np.errstate(all="ignore"):
            gaps = rounding.tracked(self._gaps(Tracked(points)))
        apart = np.abs(gaps.value) > rounding.SAFETY * rounding.UNIT * gaps.error
        return np.asarray(apart.all(axis=-1))

    def scaled(self, factor: ArrayLike) -> Family:
        """Return c times each function; ``factor`` (B,) holds powers of 4, so nothing is rounded.

        Raises ValueError for other factors.
        """
        c = np.asarray(factor, dtype=np.float64)
        mantissa, exponent = np.frexp(c)
        if c.shape != (self.batch,) or not np.all((mantissa == 0.5) & (exponent % 2 == 1)):
            raise ValueError(f"factor is {self.batch} powers of 4, got {factor!r}")
        if np.all(c == 1.0):
            return self
        powers = {**dict.fromkeys(self.parameters, 0.0), **self.homogeneous, **self.derived_powers}
        arrays = {key: getattr(self, key) for key in self.parameters + self.derived}
        if arrays.keys() <= powers.keys() and vars(self).keys() <= {*arrays, *_OWN}:
            found = {key: times_powers(array, c, powers[key]) for key, array in arrays.items()}
            now = vars(self.constants)
            constants = {key: times_powers(now[key], c, 1.0) for key in _SCALING}
            if all(x is not None for x in (*found.values(), *constants.values())):
                result = copy.copy(self)
                vars(result).update(found)
                result._declared = {key: frozen(v * c) for key, v in self._declared.items()}
                result.constants = Constants(**{**now, **constants})
                return result
        given = {key: arrays[key] for key in self.parameters}
        for key, power in self.homogeneous.items():
            axes = (slice(None),) + (None,) * (given[key].ndim - 1)
            given[key] = given[key] * (c**power)[axes]
        rebuilt: Family = type(self)(**given)
        declared = {key: values * c for key, values in self._declared.items()}
        return rebuilt.weakened(**declared) if declared else rebuilt

    def without(self, coordinate: int) -> Family | None:
        """Return the functions on the other coordinates, None when they are no valid family.

        Arguments: a family of more than one variable, ``coordinate`` 0..d-1.
        """
        for smaller in self._attempt(self, self._without(coordinate)):
            return smaller
        return None

    def take(self, indices: ArrayLike) -> Family:
        """Return the sub-batch of the rows ``indices`` (a 1-d list of row numbers or a mask)."""
        chosen = row_numbers(indices, self.batch)
        result = copy.copy(self)
        for name in self.parameters + self.derived:
            setattr(result, name, sealed(getattr(self, name)[chosen]))
        result._declared = {key: frozen(v[chosen]) for key, v in self._declared.items()}
        result.constants = self.constants.take(chosen)
        result.batch = len(chosen)
        return result

    def weakened(
        self,
        smooth: ArrayLike | None = None,
        strongly_convex: ArrayLike | None = None,
        pl: ArrayLike | None = None,
    ) -> Family:
        """Return the same functions with weaker constants, for a claim about a larger class.

        Arguments, each (B,) or a number: ``smooth`` not below, ``strongly_convex`` and ``pl`` not
        above the present constants; else ValueError.
        """
        result = copy.copy(self)
        result._declared = dict(self._declared)
        changed: dict[str, Any] = {}
        for key, wanted in (("smooth", smooth), ("strongly_convex", strongly_convex), ("pl", pl)):
            if wanted is None:
                continue
            now = getattr(self.constants, key)
            try:
                new = np.array(np.broadcast_to(np.asarray(wanted, dtype=np.float64), now.shape))
            except ValueError:
                raise ValueError(f"{key} needs {self.batch} numbers, got {wanted!r}") from None
            if not np.all(new >= now if key == "smooth" else new <= now):
                side = "below" if key == "smooth" else "above"
                raise ValueError(f"weakened {key} must not be {side} the certified {now.tolist()}")
            changed[key] = result._declared[key] = frozen(new)
        present = {f.name: getattr(self.constants, f.name) for f in fields(Constants)}
        same = np.ones(self.batch, dtype=bool)
        for key in changed.keys() - {"strongly_convex"}:
            same &= changed[key] == present[key]
        changed["exact"] = frozen(present["exact"] & same)
        result.constants = Constants(**{**present, **changed})
        return result

    def literal(self, row: int) -> str:
        """Return a Python expression that rebuilds function ``row`` exactly, as a batch of one.

        Evaluate it where the names of ``plproof.laboratory.families`` are known.
        """
        one = self.take([row])
        given = ", ".join(f"{key}={getattr(one, key).tolist()!r}" for key in self.parameters)
        text = f"{type(self).__name__}({given})"
        if one._declared:
            weaker = ", ".join(
                f"{key}={_literal_numbers(values)}" for key, values in one._declared.items()
            )
            text += f".weakened({weaker})"
        return text

    def simplifications(self, row: int) -> Iterator[Family]:
        """Yield simpler one-function families, boldest first, for a shrinker to try.

        Drops a coordinate, replaces a whole parameter by 0 or 1, rounds it to few binary digits,
        then does the same entry by entry.  Every candidate is a valid family of the same kind,
        certified afresh, and its :meth:`complexity` is strictly smaller, so repeated
        simplification always ends.
        """
        one = self.take([row])
        if one.dimension > 1:
            for coordinate in range(one.dimension):
                yield from self._attempt(one, one._without(coordinate))
        for change in one._simpler_parameters():
            yield from self._attempt(one, change)

    def _attempt(self, one: Family, change: dict[str, Floats]) -> Iterator[Family]:
        given = {key: getattr(one, key) for key in self.parameters} | change
        try:
            candidate: Family = type(self)(**given)
            for key, values in one._declared.items():
                now = getattr(candidate.constants, key)
                weaker = np.maximum(now, values) if key == "smooth" else np.minimum(now, values)
                candidate = candidate.weakened(**{key: weaker})
        except ValueError:
            return
        if candidate.complexity() < one.complexity():
            yield candidate

    def complexity(self) -> tuple[int, int]:
        """Return (number of variables, length of all parameters in binary), for shrinkers."""
        numbers = (v for key in self.parameters for v in getattr(self, key).ravel().tolist())
        return self.dimension, sum(sum(simplicity(v)) for v in numbers)

    def _without(self, coordinate: int) -> dict[str, Floats]:
        """Return the parameters, of a batch of one, that change when a coordinate is dropped."""
        changed = {}
        for key, axes in self.coordinate_axes.items():
            array = getattr(self, key)
            for axis in axes:
                array = np.delete(array, coordinate, axis=axis + 1)
            changed[key] = array
        return changed

    def _simpler_parameters(self) -> Iterator[dict[str, Floats]]:
        for key in self.parameters:
            array = getattr(self, key)
            for simpler in (np.zeros_like(array), np.ones_like(array), *coarser(array)):
                if not np.array_equal(simpler, array):
                    yield {key: simpler}
        for key in self.parameters:
            array = getattr(self, key)
            for place in np.ndindex(array.shape):
                number = array[place]
                for simple in (0.0, 1.0, *(float(c) for c in coarser(number))):
                    if simple != number and simplicity(simple) < simplicity(number):
                        changed = array.copy()
                        changed[place] = simple
                        yield {key: changed}

    def _set(self, dimension_of: str, **given: tuple[ArrayLike, str]) -> None:
        """Store parameters; ``given`` maps a name to its array and its axes, as in ``"Brd"``.

        The letters B, r, d stand for lengths that must agree; ``dimension_of`` names the parameter
        whose last axis gives d.
        """
        arrays, sizes = checked_arrays(given)
        for key, array in arrays.items():
            setattr(self, key, array)
        self.batch = sizes["B"]
        self.dimension = getattr(self, dimension_of).shape[-1]
        self._declared = {}

    def _certify(
        self,
        smooth: Floats,
        strongly_convex: Floats,
        pl: Floats,
        minimiser: Floats,
        minimum: Floats,
        exact: NDArray[np.bool_],
        constant: NDArray[np.bool_] | None = None,
        lipschitz: Floats | None = None,
        attained: NDArray[np.bool_] | None = None,
    ) -> None:
        flat = np.zeros(self.batch, dtype=bool) if constant is None else constant
        self.constants = Constants(
            smooth=frozen(smooth),
            strongly_convex=frozen(strongly_convex),
            convex=frozen(strongly_convex >= 0),
            pl=frozen(np.where(flat, np.inf, np.maximum(pl, strongly_convex).clip(min=0.0))),
            minimiser=frozen(minimiser),
            minimum=frozen(minimum),
            constant=frozen(flat),
            exact=frozen(exact),
            lipschitz=frozen(np.where(flat, 0.0, np.inf if lipschitz is None else lipschitz)),
            attained=frozen(np.ones(self.batch, bool) if attained is None else attained | flat),
        )

    def _check_points(self, points: Any) -> None:
        if np.shape(points) != (self.batch, self.dimension):
            raise ValueError(
                f"points of this family have shape {(self.batch, self.dimension)}, "
                f"got {np.shape(points)}"
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.batch} functions of {self.dimension} variables>"


class ConstantFunction(Family):
    """Constant functions f(x) = minimum: smooth with 0, convex, PL with every constant.

    Arguments: ``minimum`` (B,); ``centre`` (B, d), the point named as minimiser.
    """

    name = "constant"
    infinitely_differentiable = True
    parameters = ("centre", "minimum")
    homogeneous: ClassVar[dict[str, float]] = {"minimum": 1}
    coordinate_axes: ClassVar[dict[str, tuple[int, ...]]] = {"centre": (0,)}
    centre: Floats
    minimum: Floats

    def __init__(self, centre: ArrayLike, minimum: ArrayLike):
        self._set("centre", centre=(centre, "Bd"), minimum=(minimum, "B"))
        zero, yes = np.zeros(self.batch), np.ones(self.batch, dtype=bool)
        self._certify(zero, zero, zero, self.centre, self.minimum, exact=yes, constant=yes)

    def value(self, points: Any) -> Any:
        """Return the constants (B,), whatever the points (B, d)."""
        return self.minimum + anp.sum(anp.where(True, 0.0, points), axis=-1)

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        return self.minimum.copy(), np.zeros((self.batch, self.dimension))


_OWN = ("batch", "dimension", "constants", "_declared")
_SCALING = (
    "smooth",
    "strongly_convex",
    "pl",
    "minimum",
    "lipschitz",
)  # the constants that grow with f


def _literal_numbers(values: Floats) -> str:
    return (
        "["
        + ", ".join(f"float({str(v)!r})" if np.isinf(v) else repr(v) for v in values.tolist())
        + "]"
    )


Builder = Callable[[int, int, float, np.random.Generator], Family]
"""Draws a batch of functions: (batch, dimension, conditioning, generator) -> family."""


@dataclass(frozen=True)
class FamilyKind:
    """A kind of functions to draw from: its name, and what draws a batch of them.

    :func:`~plproof.laboratory.families.checks.family_kind` makes one and looks for mistakes in it;
    ``file`` and ``line`` say where it was called, and are empty for a kind nobody looked at.
    """

    name: str
    build: Builder
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return self.name
