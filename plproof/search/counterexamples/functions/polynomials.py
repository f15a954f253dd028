"""Polynomials of degree at most 2 with rational coefficients, and where they are at least 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Monomial = tuple[int, ...]  # the variables in it, in order: () is 1, (0, 0) the square of the first
#: an interval with rational ends, None for one at infinity
Interval = tuple[Fraction | None, Fraction | None]


class Undecided(Exception):
    """The question cannot be answered exactly here; the message says what is in the way."""


@dataclass(frozen=True)
class Poly:
    """Σ c·(product of variables), at most two in each product.

    >>> x = Poly.variable(0)
    >>> print(x * x + Poly.of(3))
    1·x0·x0 + 3
    """

    terms: Mapping[Monomial, Fraction]

    @classmethod
    def of(cls, value: Fraction | int) -> Poly:
        """Return a constant."""
        return cls({(): Fraction(value)} if value else {})

    @classmethod
    def variable(cls, index: int) -> Poly:
        """Return a variable by its number."""
        return cls({(index,): Fraction(1)})

    def __add__(self, other: Poly) -> Poly:
        found = dict(self.terms)
        for m, c in other.terms.items():
            value = found.get(m, Fraction(0)) + c
            if value:
                found[m] = value
            else:
                found.pop(m, None)
        return Poly(found)

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        found: dict[Monomial, Fraction] = {}
        for a, c in self.terms.items():
            for b, d in other.terms.items():
                m = tuple(sorted((*a, *b)))
                if len(m) > 2:
                    raise Undecided("a term of degree more than 2")
                found[m] = found.get(m, Fraction(0)) + c * d
        return Poly({m: c for m, c in found.items() if c})

    @property
    def constant(self) -> Fraction | None:
        """The value of a constant, None for others."""
        return self.terms.get((), Fraction(0)) if set(self.terms) <= {()} else None

    def variables(self) -> list[int]:
        """Return the numbers of the variables that occur."""
        return sorted({v for m in self.terms for v in m})

    def coefficient(self, *variables: int) -> Fraction:
        """Return the coefficient of a product of variables."""
        return self.terms.get(tuple(sorted(variables)), Fraction(0))

    def with_value(self, variable: int, value: Poly) -> Poly:
        """Return the polynomial with another in place of a variable."""
        total = Poly({})
        for m, c in self.terms.items():
            piece = Poly.of(c)
            for v in m:
                piece = piece * (value if v == variable else Poly.variable(v))
            total = total + piece
        return total

    def __str__(self) -> str:
        return " + ".join("·".join([str(c), *(f"x{v}" for v in m)]) for m, c in self.terms.items())


def nonnegative_everywhere(p: Poly) -> bool:
    """Say whether p ≥ 0 at every point: [[Q, b/2], [bᵀ/2, c]] is positive semidefinite."""
    from plproof.search.programs.program import squares

    places = p.variables()
    size = len(places) + 1
    half = Fraction(1, 2)
    matrix = [[Fraction(0)] * size for _ in range(size)]
    matrix[-1][-1] = p.coefficient()
    for i, v in enumerate(places):
        matrix[i][i] = p.coefficient(v, v)
        matrix[i][-1] = matrix[-1][i] = p.coefficient(v) * half
        for j, w in enumerate(places[:i]):
            matrix[i][j] = matrix[j][i] = p.coefficient(v, w) * half
    return squares(matrix) is not None


def nonnegative_on(p: Poly, box: Mapping[int, Interval]) -> bool:
    """Say whether p ≥ 0 on a box; of its variables at most two.

    On a polyhedron a quadratic function that is bounded below attains its minimum (Frank and Wolfe,
    1956), and it is bounded below when it does not fall along any direction of recession (Eaves,
    1971).  With corners, the minimum lies on an edge or at a critical point of a positive definite
    form.
    """
    used = p.variables()
    if len(used) > 2:
        raise Undecided("more than two variables")
    if not used:
        return p.coefficient() >= 0
    if all(box[v] == (None, None) for v in used):
        return nonnegative_everywhere(p)
    for v in used:
        low, high = box[v]
        if low is None and high is None:  # without corners: two halves have them
            parts: list[Interval] = [(None, Fraction(0)), (Fraction(0), None)]
            return all(nonnegative_on(p, {**box, v: part}) for part in parts)
    moved: dict[int, Fraction | None] = {}  # each variable from 0 up to a length
    for v in used:
        low, high = box[v]
        start, sign = (low, 1) if low is not None else (high, -1)
        assert start is not None
        p = p.with_value(v, Poly.of(start) + Poly.of(sign) * Poly.variable(v))
        moved[v] = None if low is None or high is None else high - low
    if len(used) == 1:
        return _on_segment(p, used[0], moved[used[0]])
    return _on_rectangle(p, used[0], used[1], moved)


def _on_segment(p: Poly, v: int, length: Fraction | None) -> bool:
    a, b, c = p.coefficient(v, v), p.coefficient(v), p.coefficient()
    if c < 0:
        return False
    if length is None:
        if a < 0 or (a == 0 and b < 0):
            return False
    elif a * length**2 + b * length + c < 0:
        return False
    lowest = -b / (2 * a) if a > 0 else Fraction(0)
    inside = lowest > 0 and (length is None or lowest < length)
    return not inside or 4 * a * c >= b * b


def _on_rectangle(p: Poly, v: int, w: int, lengths: Mapping[int, Fraction | None]) -> bool:
    for one, other in ((v, w), (w, v)):  # the edges
        for side in (Fraction(0), lengths[one]):
            if side is None:
                continue
            if not _on_segment(p.with_value(one, Poly.of(side)), other, lengths[other]):
                return False
    a, b, c = p.coefficient(v, v), p.coefficient(v, w) / 2, p.coefficient(w, w)
    d, e = p.coefficient(v), p.coefficient(w)
    for one, other in ((v, w), (w, v)):  # along an axis, from every point of the other
        if lengths[one] is None and p.coefficient(one, one) <= 0:
            if p.coefficient(one, one) < 0:
                return False
            slope, rise = p.coefficient(one), p.coefficient(v, w)
            end = lengths[other]
            if slope < 0 or (rise < 0 if end is None else slope + rise * end < 0):
                return False
    if lengths[v] is None and lengths[w] is None and b < 0:
        if b * b > a * c:
            return False
        if b * b == a * c and not _falls_not(d, e, a, c):
            return False
    determinant = a * c - b * b
    if a > 0 and determinant > 0:
        s, t = (b * e - c * d) / (2 * determinant), (b * d - a * e) / (2 * determinant)
        inside = s > 0 and t > 0
        for place, length in ((s, lengths[v]), (t, lengths[w])):
            inside = inside and (length is None or place < length)
        if inside and p.coefficient() + (d * s + e * t) / 2 < 0:
            return False
    return True


def _falls_not(d: Fraction, e: Fraction, a: Fraction, c: Fraction) -> bool:
    """Say whether d√c + e√a ≥ 0."""
    left, right = d * abs(d) * c, e * abs(e) * a
    return left + right >= 0
