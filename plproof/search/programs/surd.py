"""Numbers a + b·√d with rational a and b, exactly; and telling them by their digits.

Only one root d is in play at a time: a number without it combines with every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from math import isqrt

#: coefficients of a relation that is believed have at most this part of the digits that are known
_PART = 5


@total_ordering
@dataclass(frozen=True, eq=False)
class Surd:
    """The number a + b·√d; d > 1 is a whole number without square factors.

    >>> root = Surd(Fraction(0), Fraction(1), 2)
    >>> (1 + root) * (root - 1) == 1, 7 - 5 * root < 0, 1 / (root - 1) == 1 + root
    (True, True, True)
    >>> root == Surd(Fraction(0), Fraction(1), 3)
    False
    """

    a: Fraction
    b: Fraction
    d: int

    def _other(self, value: object) -> Surd | None:
        if isinstance(value, Surd):
            if self.d != value.d and self.b and value.b:
                raise ValueError(f"√{self.d} and √{value.d} do not mix")
            return value
        if isinstance(value, (int, Fraction)):
            return Surd(Fraction(value), Fraction(0), self.d)
        return None

    def __add__(self, value: object) -> Surd:
        other = self._other(value)
        if other is None:
            return NotImplemented
        return Surd(self.a + other.a, self.b + other.b, self.d if self.b else other.d)

    __radd__ = __add__

    def __neg__(self) -> Surd:
        return Surd(-self.a, -self.b, self.d)

    def __sub__(self, value: object) -> Surd:
        other = self._other(value)
        return NotImplemented if other is None else self + -other

    def __rsub__(self, value: object) -> Surd:
        return -self + value

    def __mul__(self, value: object) -> Surd:
        other = self._other(value)
        if other is None:
            return NotImplemented
        d = self.d if self.b else other.d
        return Surd(self.a * other.a + self.b * other.b * d, self.a * other.b + self.b * other.a, d)

    __rmul__ = __mul__

    def __truediv__(self, value: object) -> Surd:
        other = self._other(value)
        if other is None:
            return NotImplemented
        norm = other.a**2 - other.b**2 * other.d
        return self * Surd(other.a / norm, -other.b / norm, other.d)

    def __rtruediv__(self, value: object) -> Surd:
        other = self._other(value)
        return NotImplemented if other is None else other / self

    def __bool__(self) -> bool:
        return bool(self.a or self.b)

    def __eq__(self, value: object) -> bool:
        if isinstance(value, Surd) and self.d != value.d and self.b and value.b:
            return False  # 1, √d and √d' are independent over the rational numbers
        other = self._other(value)
        return NotImplemented if other is None else not self - other

    def __lt__(self, value: object) -> bool:
        other = self._other(value)
        return NotImplemented if other is None else (self - other).sign() < 0

    def __hash__(self) -> int:
        return hash((self.a, self.b, self.d)) if self.b else hash(self.a)

    def sign(self) -> int:
        """Return −1, 0 or 1."""
        signs = [(c > 0) - (c < 0) for c in (self.a, self.b)]
        if signs[0] * signs[1] >= 0:
            return signs[0] or signs[1]
        return signs[0] if self.a**2 > self.b**2 * self.d else signs[1]

    def near(self, bits: int) -> Fraction:
        """Return a rational number within |b|·2^(−bits) of it."""
        return self.a + self.b * Fraction(isqrt(self.d << (2 * bits)), 1 << bits)

    def __float__(self) -> float:
        return float(self.near(80))


Exact = Fraction | Surd


def without_root(value: Exact) -> Fraction:
    """Return a number that has no root in it; ValueError for one with a root.

    >>> without_root(Surd(Fraction(1, 2), Fraction(0), 2))
    Fraction(1, 2)
    >>> without_root(Surd(Fraction(1, 2), Fraction(1), 2))
    Traceback (most recent call last):
    ValueError: Surd(a=Fraction(1, 2), b=Fraction(1, 1), d=2) is not rational
    """
    if isinstance(value, Surd):
        if value.b:
            raise ValueError(f"{value} is not rational")
        return value.a
    return value


def root_of(q: Fraction) -> Fraction | Surd:
    """Return the square root of a rational number q > 0.

    >>> root_of(Fraction(8, 9))
    Surd(a=Fraction(0, 1), b=Fraction(2, 3), d=2)
    """
    d, square = _without_squares(q.numerator * q.denominator)
    c = Fraction(square, q.denominator)
    return c if d == 1 else Surd(Fraction(0), c, d)


def root_within(value: Surd) -> Surd | None:
    """Return the square root of a number a + b·√d > 0, b ≠ 0, when it is of that form too, or None.

    >>> root_within(Surd(Fraction(3), Fraction(2), 2))  # (1 + √2)²
    Surd(a=Fraction(1, 1), b=Fraction(1, 1), d=2)
    >>> root_within(Surd(Fraction(3), Fraction(-2), 2))  # (√2 − 1)², and not (1 − √2)²
    Surd(a=Fraction(-1, 1), b=Fraction(1, 1), d=2)
    >>> root_within(Surd(Fraction(1), Fraction(1), 2))
    """
    norm = value.a**2 - value.b**2 * value.d
    size = None if norm < 0 else _rational_root(norm)
    for square in () if size is None else ((value.a + size) / 2, (value.a - size) / 2):
        p = None if square <= 0 else _rational_root(square)
        if p is not None:
            found = Surd(p, value.b / (2 * p), value.d)
            return found if found.sign() > 0 else -found
    return None


def _rational_root(q: Fraction) -> Fraction | None:
    top, bottom = isqrt(q.numerator), isqrt(q.denominator)
    return Fraction(top, bottom) if Fraction(top, bottom) ** 2 == q else None


def recognised(value: Fraction, bits: int) -> Fraction | Surd | None:
    """Return the rational or quadratic number with the value, of which ``bits`` digits are right.

    None when there is none that its digits make credible.

    >>> recognised(Surd(Fraction(1, 3), Fraction(2, 7), 5).near(300), 280)
    Surd(a=Fraction(1, 3), b=Fraction(2, 7), d=5)
    """
    rational = as_rational(value, bits)
    if rational is not None:
        return rational
    relation = _relation([Fraction(1), value, value**2], bits)
    if relation is None or not relation[2]:
        return None
    c, b, a = relation
    inside = b * b - 4 * a * c
    if inside <= 0:
        return None
    d, square = _without_squares(inside)
    if d == 1:
        return None
    root = Fraction(square, 2 * a)
    made = [Surd(Fraction(-b, 2 * a), sign * root, d) for sign in (1, -1)]
    return min(made, key=lambda s: abs(s.near(bits) - value))


def as_rational(value: Fraction, bits: int) -> Fraction | None:
    """Return the rational number with the value, or None when no simple one has it."""
    found = value.limit_denominator(1 << (bits // _PART))
    return found if abs(found - value) < Fraction(1, 1 << (bits - bits // _PART)) else None


def in_field(value: Fraction, bits: int, d: int) -> Fraction | Surd | None:
    """Return the number a + b·√d with the value, or None when no simple one has it."""
    rational = as_rational(value, bits)
    if rational is not None:
        return rational
    root = Surd(Fraction(0), Fraction(1), d).near(bits)
    relation = _relation([Fraction(1), root, value], bits)
    if relation is None or not relation[2]:
        return None
    return Surd(Fraction(-relation[0], relation[2]), Fraction(-relation[1], relation[2]), d)


def _relation(values: Sequence[Fraction], bits: int) -> list[int] | None:
    """Return small whole numbers c with Σ c·value = 0 as far as the digits go (LLL), or None."""
    from flint import fmpz_mat

    count = len(values)
    rows = [[int(i == j) for j in range(count)] for i in range(count)]
    for row, value in zip(rows, values, strict=True):
        row.append(round(value * (1 << bits)))
    reduced = fmpz_mat(rows).lll()
    found = [int(reduced[0, j]) for j in range(count)]
    largest = max(map(abs, found))
    small = largest.bit_length() <= bits // _PART
    return found if small and abs(int(reduced[0, count])) <= largest * 2**8 else None


def _without_squares(n: int) -> tuple[int, int]:
    """Return (d, s) with n = d·s² and d without square factors."""
    from flint import fmpz

    d, s = 1, 1
    for p, e in fmpz(n).factor():
        s *= int(p) ** (int(e) // 2)
        d *= int(p) ** (int(e) % 2)
    return d, s


def row_reduced(
    rows: Sequence[Sequence[Fraction | Surd]],
) -> tuple[list[list[Fraction | Surd]], list[int]]:
    """Return the reduced row echelon form, without zero rows, and its pivot columns."""
    if not any(isinstance(c, Surd) and c.b for row in rows for c in row):
        plain = [[c.a if isinstance(c, Surd) else c for c in row] for row in rows]
        rational, places = rationally_reduced(plain)
        return [list(row) for row in rational], places
    table = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(len(table[0])):
        rank = len(pivots)
        at = next((r for r in range(rank, len(table)) if table[r][column]), None)
        if at is None:
            continue
        table[rank], table[at] = table[at], table[rank]
        pivot = table[rank][column]
        table[rank] = [c / pivot if c else c for c in table[rank]]
        for r, row in enumerate(table):
            factor = row[column]
            if r != rank and factor:
                table[r] = [
                    c - factor * p if p else c for c, p in zip(row, table[rank], strict=True)
                ]
        pivots.append(column)
    return table[: len(pivots)], pivots


def rationally_reduced(
    rows: Sequence[Sequence[Fraction]],
) -> tuple[list[list[Fraction]], list[int]]:
    """Return the reduced row echelon form of rational numbers, without zero rows, and its pivots.

    >>> rationally_reduced([[Fraction(2), Fraction(4)], [Fraction(1), Fraction(2)]])
    ([[Fraction(1, 1), Fraction(2, 1)]], [0])
    """
    from flint import fmpq, fmpq_mat

    table = fmpq_mat(len(rows), len(rows[0]) if rows else 0)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value:
                table[r, c] = fmpq(value.numerator, value.denominator)
    reduced, rank = table.rref()
    found = []
    for r in range(rank):
        entries = (reduced[r, c] for c in range(reduced.ncols()))
        found.append([Fraction(int(e.p), int(e.q)) if e else Fraction(0) for e in entries])
    pivots = [next(c for c, e in enumerate(row) if e) for row in found]
    return found, pivots
