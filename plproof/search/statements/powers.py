"""Terms as products of powers: coefficients of claims, their roots and quotients, written again.

[untrusted: what is made of them is proved]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from plproof.language.sorts import NAT
from plproof.language.terms import Term, as_real, number


@dataclass(frozen=True)
class Powers:
    """number · Π base^exponent, exponents not 0: c·μ²/L as written, for bases that are not 0.

    >>> from plproof import Reals
    >>> mu, L = Reals("mu L")
    >>> found = Powers.of(12 * (1 - mu / L)**6 / (3 * L))
    >>> print(found.term())
    4·(1 − μ/L)^6/L
    >>> print(Powers.of((1 - mu / L)**6).root(3).term(), found.root(2))
    (1 − μ/L)² None
    """

    number: Fraction = Fraction(1)
    exponents: Mapping[Term, int] = field(default_factory=dict)

    @classmethod
    def of(cls, t: Term) -> Powers:
        """Return a real or natural term as a product of powers."""
        if t.op == "num":
            return cls(Fraction(t.data))
        if t.op == "real":
            return cls.of(t.args[0])
        if t.op == "neg":
            return cls(Fraction(-1)).times(cls.of(t.args[0]))
        if t.op == "mul":
            found = cls()
            for arg in t.args:
                found = found.times(cls.of(arg))
            return found
        if t.op == "div":
            below = cls.of(t.args[1])
            return cls.of(t.args[0]).times(below.power(-1)) if below.number else cls(Fraction(0))
        if t.op == "pow" and t.args[1].op == "num":
            return cls.of(t.args[0]).power(int(t.args[1].data))
        return cls(exponents={t: 1})

    def times(self, other: Powers) -> Powers:
        """Return the product."""
        exponents = dict(self.exponents)
        for base, e in other.exponents.items():
            exponents[base] = exponents.get(base, 0) + e
        kept = {base: e for base, e in exponents.items() if e}
        return Powers(self.number * other.number, kept)

    def power(self, n: int) -> Powers:
        """Return the n-th power; n is at least 0 where the number is 0."""
        kept = {base: e * n for base, e in self.exponents.items() if n}
        return Powers(self.number**n, kept)

    def root(self, n: int) -> Powers | None:
        """Return the n-th root, with a number above 0, where it is a product of powers; or None."""
        c = _root(self.number, n)
        if c is None or any(e % n for e in self.exponents.values()):
            return None
        return Powers(c, {base: e // n for base, e in self.exponents.items()})

    def sides(self) -> tuple[Term, Term]:
        """Return numerator and denominator of the absolute value as terms."""
        c = abs(self.number)
        above = _product(c.numerator, {b: e for b, e in self.exponents.items() if e > 0})
        below = _product(c.denominator, {b: -e for b, e in self.exponents.items() if e < 0})
        return above, below

    def term(self) -> Term:
        """Return the product as a term: a quotient where there are negative exponents."""
        above, below = self.sides()
        found = above if below == number(1) else above / below
        return -found if self.number < 0 else found


def _product(c: int, exponents: Mapping[Term, int]) -> Term:
    found: Term | None = number(c) if c != 1 or not exponents else None
    for base, e in exponents.items():
        piece = as_real(base) if e == 1 else as_real(base) ** number(e, NAT)
        found = piece if found is None else found * piece
    assert found is not None
    return found


def _root(c: Fraction, n: int) -> Fraction | None:
    """Return the rational n-th root of a number above 0, None where it is no such power."""
    if c <= 0:
        return None
    above, below = (_whole_root(part, n) for part in (c.numerator, c.denominator))
    return None if above is None or below is None else Fraction(above, below)


def _whole_root(c: int, n: int) -> int | None:
    """Return the n-th root of a whole number above 0, None where it is none."""
    low, high = 1, 1 << (c.bit_length() // n + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**n < c else (low, middle)
    return low if low**n == c else None
