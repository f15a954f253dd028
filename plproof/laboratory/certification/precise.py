"""Numbers for certified re-checks: balls of arb at any precision, and exact rationals.

A :class:`Number` compares only where the answer is certain and raises :class:`Undecided` elsewhere,
so a formula with branches, run on arrays of Numbers, takes no branch that may be the wrong one.
That is how a family's own formula becomes a rigorous one: :func:`family_at`.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from plproof.laboratory.families import Family

LARGEST = 200_000
"""Rationals with more binary digits than this are given up."""


class Undecided(Exception):
    """The question cannot be answered with these numbers; the message says what is in the way."""


class Field:
    """Where Numbers are computed: arb with a number of bits, or the rationals (``bits`` None).

    Used as a context, inside which the precision of arb is set.  Needs python-flint.
    """

    def __init__(self, bits: int | None) -> None:
        import flint  # imported here: tests without violations need no arb

        self.bits = bits
        self.exact = bits is None
        self._flint = flint
        self._before = 0

    def __enter__(self) -> Field:
        self._before = self._flint.ctx.prec
        if self.bits is not None:
            self._flint.ctx.prec = self.bits
        return self

    def __exit__(self, *_: object) -> None:
        self._flint.ctx.prec = self._before

    def raw(self, value: float | int | Fraction) -> Any:
        """Return a number of Python, taken at face value, as one of flint."""
        if isinstance(value, (float, np.floating)) and not np.isfinite(value):
            if self.exact:
                raise Undecided("an infinite number")
            return self._flint.arb("inf" if value > 0 else "-inf" if value < 0 else "nan")
        ratio = Fraction(value) if not isinstance(value, np.generic) else Fraction(value.item())
        exact = self._flint.fmpq(ratio.numerator, ratio.denominator)
        return exact if self.exact else self._flint.arb(exact)

    def number(self, value: float | int | Fraction) -> Number:
        """Return a number of Python, taken at face value."""
        return Number(self, self.raw(value))

    def array(self, values: Any) -> np.ndarray[Any, np.dtype[Any]]:
        """Return an array of Numbers."""
        source: Any = np.asarray(values)
        found = np.empty(source.shape, dtype=object)
        for place in np.ndindex(source.shape):
            found[place] = self.number(source[place])
        return found

    def __repr__(self) -> str:
        return "exact rationals" if self.exact else f"arb, {self.bits} bits"


class Number:
    """A real number, known as a ball of arb or exactly, whose comparisons raise when in doubt."""

    __slots__ = ("field", "value")

    def __init__(self, field: Field, value: Any) -> None:
        self.field = field
        self.value = value

    def _other(self, other: Any) -> Any:
        return other.value if isinstance(other, Number) else self.field.raw(other)

    def _new(self, value: Any) -> Number:
        if self.field.exact and int(value.q).bit_length() + int(value.p).bit_length() > LARGEST:
            raise Undecided("the exact numbers become too long")
        return Number(self.field, value)

    def __add__(self, other: Any) -> Number:
        if _larger(other):
            return NotImplemented
        return self._new(self.value + self._other(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Number:
        if _larger(other):
            return NotImplemented
        return self._new(self.value - self._other(other))

    def __rsub__(self, other: Any) -> Number:
        return self._new(self._other(other) - self.value)

    def __mul__(self, other: Any) -> Number:
        if _larger(other):
            return NotImplemented
        return self._new(self.value * self._other(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Number:
        if _larger(other):
            return NotImplemented
        divisor = other if isinstance(other, Number) else self.field.number(other)
        if divisor.sign() == 0:
            raise Undecided("a division by zero")
        return self._new(self.value / divisor.value)

    def __rtruediv__(self, other: Any) -> Number:
        return self.field.number(other) / self

    def __pow__(self, exponent: int) -> Number:
        if self.field.exact:
            return self._new(self.value ** int(exponent)) if exponent else self.field.number(1)
        return Number(self.field, power(self.value, int(exponent)))

    def __neg__(self) -> Number:
        return Number(self.field, -self.value)

    def __abs__(self) -> Number:
        return Number(self.field, abs(self.value))

    def conjugate(self) -> Number:
        """Return the number: it is real."""
        return self

    # ------------------------------------------------------------ comparisons
    def sign(self) -> int:
        """Return -1, 0 or 1 where it is certain; raise Undecided elsewhere."""
        if self.value > 0:
            return 1
        if self.value < 0:
            return -1
        if self.value == 0:
            return 0
        raise Undecided("two numbers too close to tell apart")

    def _minus(self, other: Any) -> Number:
        return Number(self.field, self.value - self._other(other))

    def __lt__(self, other: Any) -> bool:
        if _larger(other):
            return NotImplemented
        return self._minus(other).sign() < 0

    def __gt__(self, other: Any) -> bool:
        if _larger(other):
            return NotImplemented
        return self._minus(other).sign() > 0

    def __le__(self, other: Any) -> bool:
        if _larger(other):
            return NotImplemented
        difference = self._minus(other)
        return bool(difference.value <= 0) or difference.sign() <= 0

    def __ge__(self, other: Any) -> bool:
        if _larger(other):
            return NotImplemented
        difference = self._minus(other)
        return bool(difference.value >= 0) or difference.sign() >= 0

    def __eq__(self, other: object) -> bool:
        if _larger(other):
            return NotImplemented
        return self._minus(other).sign() == 0

    # ------------------------------------------------------------ functions, as NumPy calls them
    def _function(self, name: str, at_zero: int) -> Number:
        if not self.field.exact:
            return Number(self.field, getattr(self.value, name)())
        if self.value == 0:
            return self.field.number(at_zero)
        raise Undecided(f"{name} of a rational number is not rational")

    def sin(self) -> Number:
        """Return the sine."""
        return self._function("sin", 0)

    def cos(self) -> Number:
        """Return the cosine."""
        return self._function("cos", 1)

    def tanh(self) -> Number:
        """Return the hyperbolic tangent."""
        return self._function("tanh", 0)

    def exp(self) -> Number:
        """Return the exponential."""
        return self._function("exp", 1)

    def expm1(self) -> Number:
        """Return exp(x) - 1."""
        return self._function("expm1", 0)

    def log1p(self) -> Number:
        """Return log(1 + x)."""
        return self._function("log1p", 0)

    def sqrt(self) -> Number:
        """Return the root of the number, 0 where it is negative."""
        if self.field.exact:
            if self.value <= 0:
                return self.field.number(0)
            p, q = (_whole_root(int(part)) for part in (self.value.p, self.value.q))
            return self.field.number(Fraction(p, q))
        low, high = self.value.lower(), self.value.upper()
        if low > 0:
            return Number(self.field, self.value.sqrt())
        if not high > 0:
            return self.field.number(0)
        return Number(self.field, self.field.raw(0).union(high.sqrt()))

    def __repr__(self) -> str:
        return str(self.value)


def _larger(other: Any) -> bool:
    """Say whether the other operand is a kind of number that knows how to deal with this one."""
    return not isinstance(other, (Number, int, float, Fraction, np.generic))


def power(ball: Any, n: int) -> Any:
    """Return the n-th power, n >= 0, of a ball of arb, also of one that contains 0.

    Powers rise in |x|: the ends decide.  (The operator of python-flint gives nan around 0,
    and much too wide a ball for a wide one.)
    """
    if n == 0:
        return ball * 0 + 1
    if n == 1:
        return ball
    if ball.is_exact():
        return ball**n
    if n % 2 == 0:
        return (ball.abs_lower() ** n).union(ball.abs_upper() ** n)
    return (ball.lower() ** n).union(ball.upper() ** n)


def _whole_root(n: int) -> int:
    import math

    root = math.isqrt(n)
    if root * root != n:
        raise Undecided("an irrational root")
    return root


def family_at(family: Family, field: Field, point: Sequence[Number]) -> tuple[Number, list[Number]]:
    """Return value and gradient of a batch of one at a point, by the family's own formula.

    Its parameters are taken at face value.  Raises Undecided where a branch of the formula is not
    certain, NotImplementedError for a family without a formula by hand.
    """
    twin = copy.copy(family)
    for name in (*family.parameters, *family.derived):
        setattr(twin, name, field.array(getattr(family, name)))
    points = np.empty((1, len(point)), dtype=object)
    points[0] = point
    value, gradient = twin._value_and_gradient(points)
    row = np.broadcast_to(np.asarray(gradient, dtype=object), (1, len(point)))[0]
    return _number(field, np.ravel(np.asarray(value, dtype=object))[0]), [
        _number(field, g) for g in row
    ]


def _number(field: Field, x: Any) -> Any:
    return x if isinstance(x, Number) or _larger(x) else field.number(x)
