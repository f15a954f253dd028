"""Closed forms from numbers: rational functions of the parameters through exact sample values.

A fit is a guess; the proof made with it is what counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

from plproof.language.sorts import REAL
from plproof.language.terms import Term, as_real, number
from plproof.search.programs.surd import rationally_reduced

#: degrees of numerators and denominators, and of both together
MAX_DEGREE, _TOGETHER = 6, 8
_SPARE = 3
#: points on a line that tell whether a function on it is a fit: see :func:`fit`
ON_A_LINE = _TOGETHER + 2 + _SPARE
#: modulo which it is seen that there is no fit
_PRIME = (1 << 61) - 1

Exponents = tuple[int, ...]
#: coefficients of a polynomial, by the exponents of its variables
Polynomial = dict[Exponents, Fraction]


def monomials(count: int, degree: int) -> list[Exponents]:
    """Return the exponents of the monomials in that many variables up to the degree."""
    found = []
    for total in range(degree + 1):
        for chosen in combinations_with_replacement(range(count), total):
            found.append(tuple(chosen.count(i) for i in range(count)))
    return found


def samples_needed(count: int, degree: int) -> int:
    """Return how many samples a fit of that total degree can use."""
    return 2 * len(monomials(count, degree)) + _SPARE


def points_for(count: int, above: int, below: int) -> int:
    """Return how many points tell a function of that many variables with these degrees."""
    return len(monomials(count, above)) + len(monomials(count, below)) + _SPARE


def fit(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
) -> Term | None:
    """Return the simplest rational function of the parameters with the values at the points.

    None when none of degree at most ``MAX_DEGREE`` in numerator and denominator has them, with a
    few samples to spare.
    """
    found = polynomials_through(parameters, points, values)
    return None if found is None else _term(parameters, *found, [points[0][v] for v in parameters])


def fit_apart(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
    in_factors: bool = False,
) -> tuple[Fraction, Term, Term] | None:
    """Return a number c and terms p and q with c·p/q as :func:`fit` does.

    p and q have whole coefficients without a common divisor and are positive at the first point;
    no value is 0, or that at the first point is not and they are written ``in_factors``, which are
    positive there too.
    """
    found = _fitted(parameters, points, values)
    if found is None:
        return None
    return apart(parameters, found, [points[0][v] for v in parameters], in_factors)


def apart(
    parameters: Sequence[Term],
    sides: tuple[Polynomial, Polynomial],
    row: Sequence[Fraction],
    in_factors: bool = False,
) -> tuple[Fraction, Term, Term]:
    """Return c, p and q as :func:`fit_apart` does for a quotient that is known, positive at a
    ``row`` of values of the parameters but for its sign.
    """
    number_ = Fraction(1)
    written: list[Term] = []
    for side, power in zip(sides, (1, -1), strict=True):
        kept = {e: c for e, c in side.items() if c}
        content = Fraction(
            math.gcd(*(c.numerator for c in kept.values())),
            math.lcm(*(c.denominator for c in kept.values())),
        )
        content = content if value_at(kept, row) > 0 else -content
        number_ *= content**power
        whole = {e: c / content for e, c in kept.items()}
        written.append(_factored(parameters, whole, row, in_factors))
    above, below = written
    return number_, above, below


def polynomials_through(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
) -> tuple[Polynomial, Polynomial] | None:
    """Return p and q with whole coefficients, p/q as :func:`fit` finds it."""
    found = _fitted(parameters, points, values)
    if found is None:
        return None
    scale = math.lcm(*(c.denominator for side in found for c in side.values()))
    above, below = ({e: c * scale for e, c in side.items() if c} for side in found)
    return above, below


def _fitted(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
) -> tuple[Polynomial, Polynomial] | None:
    """Return numerator and denominator of the simplest function through the points, or None.

    Most degrees are ruled out modulo a prime: equations that have no solution there have none.
    """
    rows = [[point[v] for v in parameters] for point in points]
    shown = _Modular(rows, values)
    for total in range(_TOGETHER + 1):
        for below in range(min(total, MAX_DEGREE) + 1):
            above = total - below
            if above > MAX_DEGREE:
                continue
            top, bottom = monomials(len(parameters), above), monomials(len(parameters), below)
            unknowns = len(top) + len(bottom)
            if unknowns + _SPARE > len(points):
                continue
            if not shown.may_have(top, bottom):
                continue
            used = min(len(points), unknowns + 2 * _SPARE)
            table = [
                [power_at(e, row) for e in top] + [-value * power_at(e, row) for e in bottom]
                for row, value in zip(rows[:used], values[:used], strict=True)
            ]
            solution = _only_solution(table, unknowns)
            if solution is None:
                continue
            p = dict(zip(top, solution[: len(top)], strict=True))
            q = dict(zip(bottom, solution[len(top) :], strict=True))
            if all(_fits(p, q, row, value) for row, value in zip(rows, values, strict=True)):
                return p, q
    return None


class _Modular:
    """Points and values modulo a prime, in which it is told what polynomials do not fit."""

    def __init__(self, rows: Sequence[Sequence[Fraction]], values: Sequence[Fraction]) -> None:
        self._values: list[int] = []
        self._powers: list[list[list[int]]] = []  # by point, variable and exponent
        for row, value in zip(rows, values, strict=True):
            if not all(c.denominator % _PRIME for c in (*row, value)):
                continue  # nothing is told by this one
            self._values.append(_residue(value))
            powers = []
            for c in map(_residue, row):
                line = [1]
                for _ in range(MAX_DEGREE):
                    line.append(line[-1] * c % _PRIME)
                powers.append(line)
            self._powers.append(powers)
        self._columns: dict[Exponents, list[int]] = {}

    def may_have(self, top: Sequence[Exponents], bottom: Sequence[Exponents]) -> bool:
        """Say whether p = value·q at all the points has a solution other than 0 modulo the prime.

        A solution in rational numbers, multiplied until it is one of whole numbers without a common
        divisor, is one modulo the prime.
        """
        from flint import nmod_mat

        columns = [self._column(e) for e in top]
        for e in bottom:
            pairs = zip(self._column(e), self._values, strict=True)
            columns.append([c * value % _PRIME for c, value in pairs])
        entries = [c for column in columns for c in column]
        table = nmod_mat(len(columns), len(self._values), entries, _PRIME)
        return bool(table.rank() < len(columns))

    def _column(self, e: Exponents) -> list[int]:
        found = self._columns.get(e)
        if found is None:
            found = []
            for powers in self._powers:
                c = 1
                for line, n in zip(powers, e, strict=True):
                    if n:
                        c = c * line[n] % _PRIME
                found.append(c)
            self._columns[e] = found
        return found


def _residue(c: Fraction) -> int:
    return c.numerator * pow(c.denominator, -1, _PRIME) % _PRIME


def power_at(exponents: Exponents, point: Sequence[Fraction]) -> Fraction:
    """Return the value of a product of powers."""
    result = Fraction(1)
    for x, e in zip(point, exponents, strict=True):
        result *= x**e
    return result


def value_at(p: Mapping[Exponents, Fraction], point: Sequence[Fraction]) -> Fraction:
    """Return the value of a polynomial."""
    return sum((c * power_at(e, point) for e, c in p.items() if c), Fraction(0))


def ring_of(count: int) -> Any:
    """Return the ring of polynomials in that many variables with whole coefficients."""
    from flint import Ordering, fmpz_mpoly_ctx

    return fmpz_mpoly_ctx.get(tuple(f"a{place}" for place in range(count)), Ordering.lex)


def element(ring: Any, p: Mapping[Exponents, Fraction]) -> Any:
    """Return a polynomial with whole coefficients as an element of a ring."""
    return ring.from_dict({e: int(c) for e, c in p.items() if c})


def coefficients(p: Any) -> Polynomial:
    """Return a polynomial that is an element of a ring."""
    return {tuple(map(int, e)): Fraction(int(c)) for e, c in p.to_dict().items()}


def _fits(
    p: Mapping[Exponents, Fraction],
    q: Mapping[Exponents, Fraction],
    point: Sequence[Fraction],
    value: Fraction,
) -> bool:
    below = value_at(q, point)
    return below != 0 and value_at(p, point) == value * below


def _only_solution(table: Sequence[Sequence[Fraction]], unknowns: int) -> list[Fraction] | None:
    """Return the kernel vector of a matrix whose kernel is one-dimensional, else None."""
    reduced, pivots = rationally_reduced(table)
    if len(pivots) != unknowns - 1:
        return None
    (free,) = set(range(unknowns)) - set(pivots)
    found = [Fraction(0)] * unknowns
    found[free] = Fraction(1)
    for row, pivot in zip(reduced, pivots, strict=True):
        found[pivot] = -row[free]
    return found


def _term(
    parameters: Sequence[Term],
    p: Mapping[Exponents, Fraction],
    q: Mapping[Exponents, Fraction],
    point: Sequence[Fraction],
) -> Term:
    """Return p/q, which have whole coefficients, with a positive leading one below."""
    sign = -1 if next(iter(q.values())) < 0 else 1
    top, bottom = (
        _factored(parameters, {e: c * sign for e, c in side.items()}, point) for side in (p, q)
    )
    return top if bottom == number(1) else top / bottom


def _factored(
    parameters: Sequence[Term],
    p: Mapping[Exponents, Fraction],
    point: Sequence[Fraction],
    always: bool = False,
) -> Term:
    """Return a polynomial with whole coefficients, as a product when it has a repeated factor.

    What is squared is positive at the point: (1 − γμ)², and not (γμ − 1)².  A polynomial without
    other divisors than 1 and −1 and positive there is ``always`` a product of positive factors.
    """
    content, factors = element(ring_of(len(parameters)), p).factor()
    parts = [(coefficients(f), int(n)) for f, n in factors]
    if not always and all(n == 1 for f, n in parts if len(f) > 1):
        return polynomial(parameters, p)
    product: Term | None = None if always or content == 1 else number(int(content))
    for factor, times in sorted(parts, key=lambda part: len(part[0])):
        if (always or times % 2 == 0) and value_at(factor, point) < 0:
            factor = {e: -c for e, c in factor.items()}
        made = polynomial(parameters, factor)
        made = made if times == 1 else made**times
        product = made if product is None else product * made
    return number(1) if product is None else product


def polynomial(parameters: Sequence[Term], p: Mapping[Exponents, Fraction]) -> Term:
    """Return a polynomial as a sum, what is added before what is taken away."""
    total: Term | None = None
    for exponents, c in sorted(p.items(), key=lambda item: (item[1] < 0, item[0])):
        piece: Term | None = None if abs(c) == 1 and any(exponents) else number(abs(c), REAL)
        for v, e in zip(parameters, exponents, strict=True):
            if e:
                factor = as_real(v) if e == 1 else as_real(v) ** e
                piece = factor if piece is None else piece * factor
        assert piece is not None
        if total is None:
            total = piece if c > 0 else -piece
        else:
            total = total + piece if c > 0 else total - piece
    return number(0) if total is None else total
