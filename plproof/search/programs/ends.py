"""Sums of squares for forms with one bounded number in them: what is so at its ends is so between.

A form whose coefficients are polynomials in h, as h = γL ≤ 1, is Σ hᵏ(c − h)ⁿ⁻ᵏ·Bₖ with matrices Bₖ
without h (Bernstein, 1912); where all of these are positive semidefinite so is it, for 0 ≤ h ≤ c.
Squares by elimination would have coefficients of ever higher degree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import comb, gcd
from typing import Any

from plproof.language.terms import Term, as_real, number
from plproof.search.programs.fitting import (
    Exponents,
    Polynomial,
    coefficients,
    element,
    polynomial,
    polynomials_through,
    power_at,
    ring_of,
    value_at,
)
from plproof.search.programs.program import squares
from plproof.search.programs.surd import rationally_reduced

#: how often the degree is raised where the matrices are not positive semidefinite
_RAISED = 4
#: ends of a range that are tried, the smallest that will do
_ENDS = (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(3), Fraction(4))

#: entries of a symmetric matrix, by vectors in a fixed order, i ≤ j
Entries = Mapping[tuple[int, int], Fraction]


@dataclass(frozen=True)
class Square:
    """size·above/below·‖Σ cᵥ·sᵥ·v‖²: a number above 0, terms, and c and s by number of vector."""

    size: Fraction
    above: Term
    below: Term
    line: Mapping[int, tuple[Fraction, Term]]


@dataclass(frozen=True)
class Split:
    """A form Σ M·⟨yᵢ, yⱼ⟩ in a few vectors yᵢ = vᵢ − Σ c·vⱼ, ``kept`` and ``others`` by number."""

    kept: tuple[int, ...]
    matrix: Entries
    others: Mapping[int, Mapping[int, Fraction]]


def split(matrix: Entries, size: int) -> Split:
    """Return a form without the vectors that it does not need: as many as it annihilates.

    >>> one = {(0, 0): Fraction(2), (0, 1): Fraction(-6), (1, 1): Fraction(18)}
    >>> found = split(one, 2)  # 2·‖v₀ − 3·v₁‖²
    >>> found.kept, found.matrix, found.others
    ((0,), {(0, 0): Fraction(2, 1)}, {0: {1: Fraction(3, 1)}})
    """
    rows = [[Fraction(0)] * size for _ in range(size)]
    for (i, j), c in matrix.items():
        rows[i][j] = rows[j][i] = c
    reduced, pivots = rationally_reduced(rows)
    others = {
        pivot: {j: -c for j, c in enumerate(row) if c and j != pivot}
        for row, pivot in zip(reduced, pivots, strict=True)
    }
    kept = set(pivots)
    inner = {pair: c for pair, c in matrix.items() if kept.issuperset(pair)}
    return Split(tuple(pivots), inner, others)


def squares_between_ends(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    matrices: Sequence[Entries],
    bounded: Callable[[Term, Fraction], bool],
) -> list[Square] | None:
    """Return squares whose sum is the form through its matrices at points, or None.

    ``bounded`` says whether a product of parameters is known to be at most a number.
    """
    form = _scaled(parameters, points, matrices)
    if form is None:
        return None
    unit, degree = form.unit()
    if unit is None:
        return None
    h = _monomial(parameters, unit)
    largest = max(power_at(unit, [point[v] for v in parameters]) for point in points)
    for end in _ENDS:
        if end < largest or not bounded(h, end):
            continue
        for more in range(_RAISED + 1):
            found = form.between(h, unit, degree, end, more)
            if found is not None:
                return found
    return None


@dataclass(frozen=True)
class _Form:
    """(common/below)·s·N·s with a matrix N of polynomials, a product common and scales s of powers
    of the parameters, and a polynomial below.
    """

    parameters: Sequence[Term]
    entries: Mapping[tuple[int, int], Polynomial]
    common: Exponents
    below: Term
    scales: Mapping[int, Exponents]

    def unit(self) -> tuple[Exponents | None, int]:
        """Return the exponents of h and a degree such that all entries are polynomials in h."""
        met = [e for p in self.entries.values() for e in p if any(e)]
        if not met:
            return None, 0
        sizes = [reduce(gcd, e) for e in met]
        units = {tuple(x // size for x in e) for e, size in zip(met, sizes, strict=True)}
        if len(units) > 1:
            return None, 0
        return units.pop(), max(sizes)

    def between(
        self, h: Term, unit: Exponents, degree: int, end: Fraction, more: int
    ) -> list[Square] | None:
        """Return squares with hᵏ(c − h)ⁿ⁻ᵏ for n = degree + more, None where they are none."""
        n = degree + more
        order = sorted({i for pair in self.entries for i in pair})
        scales = {i: _monomial(self.parameters, self.scales[i]) for i in order}
        found: list[Square] = []
        for k in range(n + 1):
            rows = [[Fraction(0)] * len(order) for _ in order]
            for (i, j), p in self.entries.items():
                c = _bernstein(p, unit, n, k, end)
                a, b = order.index(i), order.index(j)
                rows[a][b] = rows[b][a] = c
            parts = squares(rows)
            if parts is None:
                return None
            factor = _times(_power(h, k), _power(number(end) - h, n - k))
            above = _times(factor, _monomial(self.parameters, self.common))
            for d, line in parts:
                scaled = {order[a]: (c, scales[order[a]]) for a, c in line.items()}
                found.append(Square(d, above, self.below, scaled))
        return found


def _bernstein(p: Polynomial, unit: Exponents, n: int, k: int, end: Fraction) -> Fraction:
    """Return the coefficient of hᵏ(c − h)ⁿ⁻ᵏ in a polynomial in h, of degree n at most."""
    total = Fraction(0)
    for e, c in p.items():
        m = _times_of(e, unit)
        if m <= k:  # hᵐ = Σ C(n − m, k − m)·hᵏ(c − h)ⁿ⁻ᵏ/cⁿ⁻ᵐ
            total += c * comb(n - m, k - m) / end ** (n - m)
    return total


def _times_of(e: Exponents, unit: Exponents) -> int:
    return next((x // u for x, u in zip(e, unit, strict=True) if u), 0)


def _scaled(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    matrices: Sequence[Entries],
) -> _Form | None:
    """Return the form through its matrices at points, scaled so that degrees are low, or None."""
    ring = ring_of(len(parameters))
    fitted: dict[tuple[int, int], tuple[Any, Any]] = {}
    below = ring.from_dict({(0,) * len(parameters): 1})
    for pair in dict.fromkeys(pair for matrix in matrices for pair in matrix):
        values = [matrix.get(pair, Fraction(0)) for matrix in matrices]
        if not any(values):
            continue
        both = polynomials_through(parameters, points, values)
        if both is None:
            return None
        top, bottom = (element(ring, p) for p in both)
        shared = top.gcd(bottom)
        top, bottom = divmod(top, shared)[0], divmod(bottom, shared)[0]
        fitted[pair] = top, bottom
        below = below * divmod(bottom, below.gcd(bottom))[0]
    if value_at(coefficients(below), [points[0][v] for v in parameters]) < 0:
        below = -below
    whole = {
        pair: coefficients(top * divmod(below, bottom)[0]) for pair, (top, bottom) in fitted.items()
    }
    contents = {
        i: tuple(min(e[n] for e in p) for n in range(len(parameters)))
        for (i, j), p in whole.items()
        if i == j
    }
    if not contents:
        return None
    common = min(contents.values())
    scales: dict[int, Exponents] = {}
    for i, content in contents.items():
        ratio = [x - y for x, y in zip(content, common, strict=True)]
        if any(x % 2 for x in ratio):
            return None
        scales[i] = tuple(x // 2 for x in ratio)
    entries: dict[tuple[int, int], Polynomial] = {}
    for (i, j), p in whole.items():
        if i not in scales or j not in scales:
            return None
        shift = [sum(parts) for parts in zip(common, scales[i], scales[j], strict=True)]
        moved = {tuple(x - y for x, y in zip(e, shift, strict=True)): c for e, c in p.items()}
        if any(x < 0 for e in moved for x in e):
            return None
        entries[i, j] = moved
    return _Form(parameters, entries, common, _term(parameters, coefficients(below)), scales)


# ---------------------------------------------------------------- terms
def _monomial(parameters: Sequence[Term], exponents: Exponents) -> Term:
    above, below = number(1), number(1)
    for v, e in zip(parameters, exponents, strict=True):
        if e > 0:
            above = _times(above, _power(as_real(v), e))
        elif e < 0:
            below = _times(below, _power(as_real(v), -e))
    return above if below == number(1) else above / below


def _power(t: Term, n: int) -> Term:
    return number(1) if not n else t if n == 1 else t**n


def _times(a: Term, b: Term) -> Term:
    return b if a == number(1) else a if b == number(1) else a * b


def _term(parameters: Sequence[Term], p: Polynomial) -> Term:
    """Return a polynomial as a product of powers and of a sum."""
    content = tuple(min(e[n] for e in p) for n in range(len(parameters)))
    rest = {tuple(x - y for x, y in zip(e, content, strict=True)): c for e, c in p.items()}
    return _times(_monomial(parameters, content), polynomial(parameters, rest))
