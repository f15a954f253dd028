"""Values, gradients and Hessians of a formula on a box, enclosed by arb: automatic differentiation.

A :class:`Jet` is a function of d variables known up to second order on a box: ball enclosures of
its value, of each partial derivative and of each second one.  Formulas are written with + - * /,
whole powers and the functions below, or NumPy's of the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plproof.laboratory.certification.precise import Undecided, power

Formula = Callable[..., Any]
"""A function of d numbers, each a Jet when it is enclosed."""


class Jet:
    """Enclosures of value, gradient (d) and Hessian (d, d), in balls of arb."""

    __slots__ = ("gradient", "hessian", "value")

    def __init__(self, value: Any, gradient: list[Any], hessian: list[list[Any]]) -> None:
        self.value = value
        self.gradient = gradient
        self.hessian = hessian

    def _lift(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return other
        zero = self.value * 0
        d = len(self.gradient)
        return Jet(zero + other, [zero] * d, [[zero] * d for _ in range(d)])

    def __add__(self, other: Any) -> Jet:
        that = self._lift(other)
        pairs = zip(self.hessian, that.hessian, strict=True)
        return Jet(
            self.value + that.value,
            [a + b for a, b in zip(self.gradient, that.gradient, strict=True)],
            [[a + b for a, b in zip(r, s, strict=True)] for r, s in pairs],
        )

    __radd__ = __add__

    def __neg__(self) -> Jet:
        rows = [[-a for a in row] for row in self.hessian]
        return Jet(-self.value, [-a for a in self.gradient], rows)

    def __sub__(self, other: Any) -> Jet:
        difference: Jet = self + (-self._lift(other))
        return difference

    def __rsub__(self, other: Any) -> Jet:
        difference: Jet = (-self) + other
        return difference

    def __mul__(self, other: Any) -> Jet:
        if other is self:
            square: Jet = self**2
            return square
        u, v = self, self._lift(other)
        d = range(len(u.gradient))
        return Jet(
            u.value * v.value,
            [u.value * v.gradient[i] + v.value * u.gradient[i] for i in d],
            [
                [
                    u.value * v.hessian[i][j]
                    + v.value * u.hessian[i][j]
                    + u.gradient[i] * v.gradient[j]
                    + u.gradient[j] * v.gradient[i]
                    for j in d
                ]
                for i in d
            ],
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Jet:
        return self * self._lift(other)._inverse()

    def __rtruediv__(self, other: Any) -> Jet:
        quotient: Jet = self._inverse() * other
        return quotient

    def _inverse(self) -> Jet:
        if not (self.value > 0 or self.value < 0):
            raise Undecided("a denominator may be zero on the box")
        t = 1 / self.value
        return self._chain(t, -power(t, 2), 2 * power(t, 3))

    def __pow__(self, n: int) -> Jet:
        if not isinstance(n, int) or n < 0:
            raise ValueError(f"powers are whole numbers of at least 0, got {n!r}")
        powers = [power(self.value, max(k, 0)) for k in (n, n - 1, n - 2)]
        return self._chain(powers[0], n * powers[1], n * (n - 1) * powers[2])

    def _chain(self, value: Any, first: Any, second: Any) -> Jet:
        """Return h(u) from h(u), h'(u) and h''(u)."""
        g, d = self.gradient, range(len(self.gradient))
        products = [[power(g[i], 2) if i == j else g[i] * g[j] for j in d] for i in d]
        rows = [[first * self.hessian[i][j] + second * products[i][j] for j in d] for i in d]
        return Jet(value, [first * a for a in g], rows)

    def sin(self) -> Jet:
        """Return the sine."""
        s, c = self.value.sin(), self.value.cos()
        return self._chain(s, c, -s)

    def cos(self) -> Jet:
        """Return the cosine."""
        s, c = self.value.sin(), self.value.cos()
        return self._chain(c, -s, -c)

    def exp(self) -> Jet:
        """Return the exponential."""
        e = self.value.exp()
        return self._chain(e, e, e)

    def log(self) -> Jet:
        """Return the logarithm, on boxes where the argument is positive."""
        if not self.value > 0:
            raise Undecided("the argument of log may not be positive on the box")
        t = 1 / self.value
        return self._chain(self.value.log(), t, -power(t, 2))

    def sqrt(self) -> Jet:
        """Return the root, on boxes where the argument is positive."""
        if not self.value > 0:
            raise Undecided("the argument of sqrt may not be positive on the box")
        r = self.value.sqrt()
        return self._chain(r, 1 / (2 * r), -1 / (4 * r * self.value))

    def tanh(self) -> Jet:
        """Return the hyperbolic tangent."""
        t = self.value.tanh()
        return self._chain(t, 1 - power(t, 2), -2 * t * (1 - power(t, 2)))


def on_box(formula: Formula, sides: Sequence[Any]) -> Jet:
    """Return the jet of a formula of d variables on a box, given by d balls of arb.

    Raises ValueError for a formula that does not take jets, as one with functions of ``math``.
    """
    d = len(sides)
    zero = sides[0] * 0
    variables = []
    for i, side in enumerate(sides):
        gradient = [zero + (1 if i == j else 0) for j in range(d)]
        variables.append(Jet(side, gradient, [[zero] * d for _ in range(d)]))
    try:
        found = formula(*variables)
    except TypeError as error:
        names = ", ".join(FUNCTIONS)
        raise ValueError(
            f"the formula cannot be evaluated on a box: {error}; it takes {d} numbers, and uses "
            f"{names} of plproof.laboratory.certification.jets or NumPy, not of math"
        ) from error
    if not isinstance(found, Jet):
        raise ValueError(f"the formula gives {found!r}, not a function of its variables")
    return found


def _unary(name: str) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        return getattr(x, name)()

    function.__name__ = name
    function.__doc__ = f"Return {name} of a Jet."
    return function


sin, cos, exp, log, sqrt, tanh = map(_unary, ("sin", "cos", "exp", "log", "sqrt", "tanh"))

FUNCTIONS = {f.__name__: f for f in (sin, cos, exp, log, sqrt, tanh)}
"""What a formula may use, by name."""
