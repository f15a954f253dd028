"""Families given by one formula: what a user writes to add functions of their own.

The formula is evaluated in four ways: on arrays; by autograd; with error bounds; and in balls of
arb or exact rationals.  Gradients come from the formula itself, by the rules of the calculus, in
each of them: a :class:`Slope` is a value with its partial derivatives (R. E. Wengert, 1964).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic.rounding import Floats, Numeric, multiply_down, multiply_up
from plproof.laboratory.families.arrays import check_not_negative
from plproof.laboratory.families.base import Builder, Family
from plproof.laboratory.families.chances import drawn_centre, drawn_minimum


class Slope:
    """Numbers with their partial derivatives with respect to each of d coordinates.

    ``value`` is (..., B) or (..., B, n), arrays of floats, Tracked or exact numbers; ``partial``
    has d arrays of that shape.  Takes part in + - * / and whole powers.
    """

    __array_ufunc__ = None  # arrays hand their operators over to the methods below

    def __init__(self, value: Any, partial: list[Any]) -> None:
        self.value = value
        self.partial = partial

    def _linear(self, function: Callable[[Any], Any]) -> Slope:
        return Slope(function(self.value), [function(p) for p in self.partial])

    def chain(self, value: Any, derivative: Any) -> Slope:
        """Return h(u) for this u, given h(u) and h'(u)."""
        return Slope(value, [derivative * p for p in self.partial])

    def __add__(self, other: Any) -> Slope:
        if isinstance(other, Slope):
            pairs = zip(self.partial, other.partial, strict=True)
            return Slope(self.value + other.value, [a + b for a, b in pairs])
        return Slope(self.value + other, self.partial)

    __radd__ = __add__

    def __neg__(self) -> Slope:
        return self._linear(lambda x: -x)

    def __sub__(self, other: Any) -> Slope:
        difference: Slope = self + (-other)
        return difference

    def __rsub__(self, other: Any) -> Slope:
        difference: Slope = (-self) + other
        return difference

    def __mul__(self, other: Any) -> Slope:
        if isinstance(other, Slope):
            pairs = zip(self.partial, other.partial, strict=True)
            partial = [a * other.value + self.value * b for a, b in pairs]
            return Slope(self.value * other.value, partial)
        return self._linear(lambda x: x * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Slope:
        if not isinstance(other, Slope):
            return self._linear(lambda x: x / other)
        quotient = self.value / other.value
        pairs = zip(self.partial, other.partial, strict=True)
        return Slope(quotient, [(a - quotient * b) / other.value for a, b in pairs])

    def __rtruediv__(self, other: Any) -> Slope:
        quotient = other / self.value
        return self.chain(quotient, -quotient / self.value)

    def __pow__(self, n: int) -> Slope:
        if not isinstance(n, int) or n < 1:
            raise ValueError(f"powers are whole numbers of at least 1, got {n!r}")
        below: Any = None  # the power with one factor less
        for _ in range(n - 1):
            below = self.value if below is None else below * self.value
        return self if below is None else self.chain(below * self.value, float(n) * below)

    def __getitem__(self, key: Any) -> Slope:
        return self._linear(lambda x: _entries(x, key))


def _entries(x: Any, key: Any) -> Any:
    if isinstance(x, ra.Tracked):
        return ra.Tracked(x.value[key], x.error[key])
    return x[key]


def _elementwise(name: str, slope: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """Return the function of a name; ``slope`` gives its derivative from x and its value there."""

    def function(x: Any) -> Any:
        if isinstance(x, Slope):
            value = function(x.value)  # of a Slope again, where second derivatives are wanted
            return x.chain(value, slope(x.value, value))
        return getattr(ra if isinstance(x, ra.Tracked) else anp, name)(x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return {name} of each entry of what a formula computes."
    return function


sin = _elementwise("sin", lambda x, _: cos(x))
cos: Callable[[Any], Any] = _elementwise("cos", lambda x, _: -sin(x))
tanh = _elementwise("tanh", lambda _, t: 1.0 - t * t)
expm1 = _elementwise("expm1", lambda _, e: 1.0 + e)
log1p = _elementwise("log1p", lambda x, _: 1.0 / (1.0 + x))
sqrt = _elementwise("sqrt", lambda _, root: 0.5 / root)


def total(x: Any) -> Any:
    """Return the sum over the last axis: over the coordinates of a vector."""
    if isinstance(x, Slope):
        return x._linear(total)
    return ra.total(x) if isinstance(x, ra.Tracked) else anp.sum(x, axis=-1)


def product(matrix: Any, x: Any) -> Any:
    """Return the product of each matrix (B, r, d) of the parameters with its vector (B, d)."""
    if isinstance(x, Slope):
        return x._linear(lambda v: product(matrix, v))
    if isinstance(x, ra.Tracked):
        return ra.matvec(matrix, x)
    return anp.matmul(matrix, x[..., None])[..., 0]


class Formula(Family):
    """f(x) = scale·g(x − centre) + minimum, where a subclass says what g is: g(y) ≥ 0 = g(0).

    A subclass has ``numbers``, the parameters of g and their axes: ``"B"``, one number per
    function, ``"Bd"``, one per coordinate, or another letter for an axis of its own; ``g``, the
    formula, in + - * /, whole powers and the functions of this module; ``bounds``, the constants
    of g.  Build one with the parameters by name, and ``scale`` (B,) >= 0, ``centre`` (B, d),
    ``minimum`` (B,).  ``infinitely_differentiable`` may be set to True where it is so, ``attained``
    to False where g > 0 comes as close to 0 as one likes and no y has g(y) = 0.
    """

    numbers: ClassVar[Mapping[str, str]] = {}
    homogeneous: ClassVar[dict[str, float]] = {"scale": 1, "minimum": 1}
    attained: ClassVar[bool] = True
    scale: Floats
    centre: Floats
    minimum: Floats

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = cls.__name__
        cls.parameters = (*cls.numbers, "scale", "centre", "minimum")
        axes = {key: tuple(i for i, a in enumerate(of[1:]) if a == "d")
                for key, of in {**cls.numbers, "centre": "Bd"}.items()}  # fmt: skip
        cls.coordinate_axes = {key: where for key, where in axes.items() if where}

    def __init__(
        self, *, scale: ArrayLike, centre: ArrayLike, minimum: ArrayLike, **own: ArrayLike
    ) -> None:
        if own.keys() != self.numbers.keys():
            raise ValueError(
                f"{type(self).__name__} has the parameters {', '.join(self.parameters)}, "
                f"not {', '.join([*own, 'scale', 'centre', 'minimum'])}"
            )
        self._set(
            "centre",
            **{key: (values, self.numbers[key]) for key, values in own.items()},
            scale=(scale, "B"),
            centre=(centre, "Bd"),
            minimum=(minimum, "B"),
        )
        check_not_negative(scale=self.scale)
        unknown = {"smooth": np.inf, "strongly_convex": -np.inf, "pl": 0.0, "lipschitz": np.inf}
        given = {**unknown, **self.bounds()}
        if given.keys() != unknown.keys():
            raise ValueError(f"bounds are {', '.join(unknown)}, not {', '.join(given)}")
        smooth, convex, pl, lipschitz = (
            np.array(np.broadcast_to(np.asarray(given[key], np.float64), (self.batch,)))
            for key in unknown
        )
        # they were computed with roundings that nobody counts
        wide, narrow = 1.0 + 2.0**-45, 1.0 - 2.0**-45
        flat = self.scale == 0
        self._certify(
            smooth=_scaled(multiply_up, self.scale, smooth * wide),
            strongly_convex=_scaled(
                multiply_down, self.scale, convex * np.where(convex < 0, wide, narrow)
            ),
            pl=_scaled(multiply_down, self.scale, pl * narrow),
            minimiser=self.centre,
            minimum=self.minimum,
            exact=np.zeros(self.batch, dtype=bool),
            constant=flat,
            lipschitz=_scaled(multiply_up, self.scale, lipschitz * wide),
            attained=np.full(self.batch, self.attained),
        )

    def g(self, y: Any) -> Any:
        """Return the values (B,) at ``y`` (B, d); its parameters are attributes of ``self``."""
        raise NotImplementedError(f"{type(self).__name__} has no formula g")

    def bounds(self) -> Mapping[str, ArrayLike]:
        """Return constants of g: ``smooth``, ``strongly_convex``, ``pl``, ``lipschitz``, or some.

        Each (B,) or a number.  What is missing is unknown: infinite, minus infinite, 0, infinite.
        """
        raise NotImplementedError(f"{type(self).__name__} has no bounds")

    def value(self, points: Any) -> Any:
        """Return the values (B,) at ``points`` (B, d)."""
        return self.scale * self.g(points - self.centre) + self.minimum

    def _value_and_gradient(self, points: Numeric) -> tuple[Numeric, Numeric]:
        unit = np.eye(self.dimension)
        found = self.g(Slope(points - self.centre, [unit[j] for j in range(self.dimension)]))
        gradient = _stacked([self.scale * p for p in found.partial])
        return self.scale * found.value + self.minimum, gradient

    def hessian(self, points: ra.Tracked) -> ra.Tracked:
        """Return the second derivatives (..., B, d, d) at points (..., B, d), with error bounds."""
        unit = list(np.eye(self.dimension))
        found = self.g(Slope(Slope(points - self.centre, unit), unit)).partial
        rows = [
            _stacked([self.scale * p for p in row.partial])
            if isinstance(row, Slope)
            else ra.Tracked(np.zeros((*points.value.shape[:-1], self.dimension)))
            for row in found
        ]
        shape = np.broadcast_shapes(*(np.shape(ra.plain(row)) for row in rows))
        parts = [ra.tracked(row) for row in rows]
        return ra.Tracked(
            np.stack([np.broadcast_to(p.value, shape) for p in parts], axis=-2),
            np.stack([np.broadcast_to(p.error, shape) for p in parts], axis=-2),
        )

    @classmethod
    def drawn(cls, **how: Callable[[np.random.Generator, tuple[int, ...]], ArrayLike]) -> Builder:
        """Return a way to draw batches, for ``family_kind``.

        Arguments: for each parameter of g, a function of a generator and a shape, (B,) or (B, d).
        Scales are 1, centres and least values as for other families.
        """
        if how.keys() != cls.numbers.keys() or set("".join(cls.numbers.values())) - set("Bd"):
            raise ValueError(f"say how to draw {', '.join(cls.numbers)}, all with axes B or Bd")

        def build(
            batch: int, dimension: int, conditioning: float, rng: np.random.Generator
        ) -> Family:
            shapes = {"B": (batch,), "Bd": (batch, dimension)}
            own = {key: how[key](rng, shapes[axes]) for key, axes in cls.numbers.items()}
            return cls(
                **own,
                scale=np.ones(batch),
                centre=drawn_centre(batch, dimension, rng),
                minimum=drawn_minimum(batch, rng),
            )

        return build


def _scaled(multiply: Callable[..., Floats], scale: Floats, bound: Floats) -> Floats:
    finite = np.isfinite(bound)
    return np.where(finite, multiply(scale, np.where(finite, bound, 0.0)), bound)


def _stacked(columns: list[Any]) -> Any:
    if any(isinstance(c, ra.Tracked) for c in columns):
        parts = [ra.tracked(c) for c in columns]
        shape = np.broadcast_shapes(*(p.value.shape for p in parts))
        return ra.Tracked(
            np.stack([np.broadcast_to(p.value, shape) for p in parts], axis=-1),
            np.stack([np.broadcast_to(p.error, shape) for p in parts], axis=-1),
        )
    shape = np.broadcast_shapes(*(np.shape(c) for c in columns))
    return np.stack([np.broadcast_to(c, shape) for c in columns], axis=-1)
