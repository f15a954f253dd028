"""Derivatives in certified arithmetic: numbers with nilpotent parts, for any formula.

A :class:`Nilpotent` is a polynomial in generators ε₁, ε₂, …, each with square 0, whose coefficients
are the Numbers of ``precise``: balls of arb or exact rationals.  The value
of a formula at x + ε₁e has the derivative in the direction e as its coefficient of ε₁, without
truncation (J. A. Fike and J. J. Alonso, 2011).  A branch is taken only where the formula is that
branch on a whole neighbourhood, so that its derivatives are the right ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, Union

from plproof.laboratory.certification.precise import Number, Undecided

Key: TypeAlias = frozenset[int]
Scalar: TypeAlias = Union[Number, "Nilpotent"]
NONE: Key = frozenset()


class Nilpotent:
    """A number with the coefficients of products of generators; a missing one is 0."""

    __slots__ = ("parts",)

    def __init__(self, parts: Mapping[Key, Number]) -> None:
        self.parts = dict(parts)

    @property
    def value(self) -> Number:
        """The part without generators."""
        return self.parts[NONE]

    def _rest(self) -> Nilpotent:
        zero = self.value.field.number(0)
        return Nilpotent({**self.parts, NONE: zero})

    def _lift(self, other: Any) -> Nilpotent:
        if isinstance(other, Nilpotent):
            return other
        number = other if isinstance(other, Number) else self.value.field.number(other)
        return Nilpotent({NONE: number})

    def __add__(self, other: Any) -> Nilpotent:
        found = dict(self.parts)
        for key, x in self._lift(other).parts.items():
            found[key] = found[key] + x if key in found else x
        return Nilpotent(found)

    __radd__ = __add__

    def __neg__(self) -> Nilpotent:
        return Nilpotent({key: -x for key, x in self.parts.items()})

    def __sub__(self, other: Any) -> Nilpotent:
        return self + (-self._lift(other))

    def __rsub__(self, other: Any) -> Nilpotent:
        return self._lift(other) + (-self)

    def __mul__(self, other: Any) -> Nilpotent:
        found: dict[Key, Number] = {}
        for left, x in self.parts.items():
            for right, y in self._lift(other).parts.items():
                if not left & right:
                    key = left | right
                    term = x**2 if x is y else x * y
                    found[key] = found[key] + term if key in found else term
        return Nilpotent(found)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Nilpotent:
        divisor = self._lift(other)
        once = self.value.field.number(1) / divisor.value

        def derivative(k: int) -> Number:
            found: Number = (once ** (k + 1)) * ((-1) ** k * _factorial(k))
            return found

        quotient: Nilpotent = self * divisor._through(derivative)
        return quotient

    def __rtruediv__(self, other: Any) -> Nilpotent:
        return self._lift(other) / self

    def __pow__(self, n: int) -> Nilpotent:
        def derivative(k: int) -> Number:
            if k > n:
                return self.value.field.number(0)
            found: Number = (self.value ** (n - k)) * (_factorial(n) // _factorial(n - k))
            return found

        return self._through(derivative)

    def __abs__(self) -> Nilpotent:
        return -self if self.sign() < 0 else self

    def conjugate(self) -> Nilpotent:
        """Return the number: it is real."""
        return self

    def _through(self, derivative: Callable[[int], Number]) -> Nilpotent:
        """Return g of this number from the derivatives of g at its value, by Taylor's formula."""
        order = len(frozenset().union(*self.parts))
        rest = self._rest()
        found = Nilpotent({NONE: derivative(0)})
        power = self._lift(1)
        for k in range(1, order + 1):
            power = power * rest
            found = found + power * (derivative(k) / _factorial(k))
        return found

    # ------------------------------------------------------------ comparisons
    def sign(self) -> int:
        """Return the sign, -1 or 1, of the value; Undecided where that is 0 or not certain."""
        found = self.value.sign()
        if not found:
            raise Undecided("a derivative where a formula changes")
        return found

    def __lt__(self, other: Any) -> bool:
        return bool((self - other).sign() < 0)

    def __gt__(self, other: Any) -> bool:
        return bool((self - other).sign() > 0)

    __le__ = __lt__  # both sides equal is undecided
    __ge__ = __gt__

    def __eq__(self, other: object) -> bool:
        return bool((self - other).sign() == 0)

    # ------------------------------------------------------------ functions, as NumPy calls them
    def sin(self) -> Nilpotent:
        """Return the sine."""
        return self._wave(0)

    def cos(self) -> Nilpotent:
        """Return the cosine."""
        return self._wave(1)

    def _wave(self, first: int) -> Nilpotent:
        s, c = self.value.sin(), self.value.cos()
        turns = (s, c, -s, -c)
        return self._through(lambda k: turns[(first + k) % 4])

    def exp(self) -> Nilpotent:
        """Return the exponential."""
        value = self.value.exp()
        return self._through(lambda k: value)

    def expm1(self) -> Nilpotent:
        """Return exp(x) - 1."""
        start, value = self.value.expm1(), self.value.exp()
        return self._through(lambda k: value if k else start)

    def log1p(self) -> Nilpotent:
        """Return log(1 + x), where 1 + x is certainly positive."""
        base, start = self.value + 1, self.value.log1p()
        if not base > 0:
            raise Undecided("a logarithm of a number that may not be positive")

        def derivative(k: int) -> Number:
            if not k:
                return start
            found: Number = (1 / base) ** k * ((-1) ** (k - 1) * _factorial(k - 1))
            return found

        return self._through(derivative)

    def tanh(self) -> Nilpotent:
        """Return the hyperbolic tangent."""
        t = self.value.tanh()
        polynomials = [[0, 1]]  # the derivatives as polynomials in t: p' (1 - t²) after p
        for _ in range(len(frozenset().union(*self.parts))):
            slope = [i * c for i, c in enumerate(polynomials[-1])][1:]
            turned = [*slope, 0, 0]
            for i, c in enumerate(slope):
                turned[i + 2] -= c
            polynomials.append(turned)

        def derivative(k: int) -> Number:
            total = t.field.number(0)
            for i, c in enumerate(polynomials[k]):
                total = total + t**i * c
            return total

        return self._through(derivative)

    def sqrt(self) -> Nilpotent:
        """Return the root, where the number is certainly positive."""
        if self.sign() < 0:
            raise Undecided("a derivative of the root of a negative number")
        root = self.value.sqrt()

        def derivative(k: int) -> Number:  # of x**p it is p x**(p - 1)
            found = root
            for i in range(k):
                found = found / self.value * (0.5 - i)
            return found

        return self._through(derivative)

    def __repr__(self) -> str:
        return f"<{self.parts!r}>"


def moved(x: Scalar, generator: int) -> Nilpotent:
    """Return x + ε for a new generator ε, named by its number."""
    one = (x.value if isinstance(x, Nilpotent) else x).field.number(1)
    parts = x.parts if isinstance(x, Nilpotent) else {NONE: x}
    return Nilpotent({**parts, frozenset({generator}): one})


def coefficient(x: Scalar, generator: int) -> Scalar:
    """Return the coefficient of a generator: the derivative in its direction."""
    if not isinstance(x, Nilpotent):
        return x.field.number(0)
    found = {key - {generator}: part for key, part in x.parts.items() if generator in key}
    found.setdefault(NONE, x.value.field.number(0))
    return found[NONE] if len(found) == 1 else Nilpotent(found)


def _factorial(n: int) -> int:
    return n * _factorial(n - 1) if n > 1 else 1
