"""Numbers that depend on the step i, on N and on parameters, as closed forms.

A fit is a guess; the proof made with it is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import TypeAlias, TypeVar

from flint import fmpq

from plproof.language.terms import Term, number
from plproof.proof.forms import fraction
from plproof.search.all_steps.in_units import fit_in_units
from plproof.search.all_steps.numbers import Point
from plproof.search.programs.fitting import fit_apart
from plproof.search.statements.units import Unit

_Key = TypeVar("_Key", bound=Hashable)
Place: TypeAlias = tuple[Fraction, ...]


class NoForm(Exception):
    """Numbers are not values of a simple rational function."""


class Samples:
    """Points: first at one value of the parameters, then at others, with fewer steps.

    Most numbers are a function of the parameters times one of i and N, as units have it; then few
    values of the parameters will do.  Others are a power of a ``unit``, as L, times a function of
    the other parameters in it, as γL, and of i and N.
    """

    def __init__(
        self, steps: Sequence[Term], parameters: Sequence[Term], unit: Unit | None = None
    ) -> None:
        self.steps, self.parameters, self.unit = list(steps), list(parameters), unit
        self.first: list[Point] = []
        self.others: list[Point] = []
        self._known: dict[Hashable, tuple[Fraction, Term, Term] | None] = {}

    def add(self, point: Point) -> None:
        """Add a point."""
        first = not self.first or all(point[v] == self.first[0][v] for v in self.parameters)
        (self.first if first else self.others).append(point)

    def at_first(self) -> Samples:
        """Return the points at the first value of the parameters."""
        found = Samples(self.steps, [])
        found.first = self.first
        return found

    def all_fitted(
        self,
        table: Mapping[Place, Mapping[_Key, fmpq]],
        whole: Callable[[_Key], _Key | None] = lambda key: None,
    ) -> dict[_Key, Term]:
        """Return closed forms of all numbers of the points that are not always 0; see
        :func:`at_place`.  NoForm: one has none.

        What is not there is 0, and any number where the ``whole`` that it is part of is not there.
        """
        found = {}
        for key in dict.fromkeys(key for numbers in table.values() for key in numbers):
            containing = whole(key)

            def value(
                point: Point, key: _Key = key, containing: _Key | None = containing
            ) -> Fraction | None:
                numbers = table[at_place(point)]
                if key in numbers:
                    return fraction(numbers[key])
                return Fraction(0) if containing is None or containing in numbers else None

            form = self.fitted(value)
            if form != number(0):
                found[key] = form
        return found

    def fitted(self, value: Callable[[Point], Fraction | None]) -> Term:
        """Return a closed form of values at the points, those without one left out.

        NoForm: none is found.
        """
        (points, first), (more, rest) = (_defined(at, value) for at in (self.first, self.others))
        if not any(first):
            if any(rest):
                raise NoForm
            return number(0)
        alone = self._fit(self.steps, points, first)
        if not self.parameters:
            return quotient(Fraction(1), [alone])
        ratios = self._ratios(points, first, more, rest)
        if ratios is not None:
            values = [dict(zip(self.parameters, at, strict=True)) for at in ratios]
            times = self._fit_of_all([], values, list(ratios.values()))
            return quotient(Fraction(1), [times, alone])
        pairs = list(zip([*points, *more], [*first, *rest], strict=True))
        Random(0).shuffle(pairs)  # of the first points no polynomial of a low degree vanishes
        every, numbers = [p for p, _ in pairs], [c for _, c in pairs]
        return quotient(Fraction(1), [self._fit_of_all(self.steps, every, numbers)])

    def _fit_of_all(
        self, steps: Sequence[Term], points: Sequence[Point], values: Sequence[Fraction]
    ) -> tuple[Fraction, Term, Term]:
        """Return what fits as a function of the parameters and steps, in units if that is found."""
        if self.unit is not None and len(self.parameters) > 1:
            order = sorted(range(len(values)), key=lambda n: not values[n])  # one not 0 comes first
            points, values = [points[n] for n in order], [values[n] for n in order]
            found = fit_in_units(self.unit, self.parameters, steps, points, values)
            if found is not None:
                return found
        return self._fit([*self.parameters, *steps], points, values)

    def _ratios(
        self,
        points: Sequence[Point],
        first: Sequence[Fraction],
        more: Sequence[Point],
        rest: Sequence[Fraction],
    ) -> dict[Place, Fraction] | None:
        """Return by what all numbers are multiplied at other parameters, None if it differs."""
        base = {v: points[0][v] for v in self.parameters}
        table = {_at(p, self.steps): c for p, c in zip(points, first, strict=True)}
        ratios: dict[Place, Fraction] = {_at(base, self.parameters): Fraction(1)}
        for point, here in zip(more, rest, strict=True):
            there = table.get(_at(point, self.steps))
            if there is None:
                continue
            if not there:
                if here:
                    return None
            elif ratios.setdefault(_at(point, self.parameters), here / there) != here / there:
                return None
        return ratios

    def _fit(
        self, variables: Sequence[Term], points: Sequence[Point], values: Sequence[Fraction]
    ) -> tuple[Fraction, Term, Term]:
        start = next(n for n, c in enumerate(values) if c)
        scale = values[start]
        alike = tuple(c / scale for c in values)
        key = tuple(variables), tuple(_at(p, variables) for p in points), alike
        if key not in self._known:
            order = sorted(range(len(values)), key=lambda n: n != start)
            self._known[key] = fit_apart(
                variables, [points[n] for n in order], [alike[n] for n in order], in_factors=True
            )
        found = self._known[key]
        if found is None:
            raise NoForm
        return scale * found[0], found[1], found[2]


def _defined(
    points: Sequence[Point], value: Callable[[Point], Fraction | None]
) -> tuple[list[Point], list[Fraction]]:
    """Return the points with a value, and these."""
    pairs = [(point, value(point)) for point in points]
    return [p for p, c in pairs if c is not None], [c for _, c in pairs if c is not None]


def at_place(point: Point) -> Place:
    """Return what identifies a point."""
    return tuple(point.values())


def _at(point: Point, variables: Sequence[Term]) -> Place:
    return tuple(point[v] for v in variables)


def quotient(scale: Fraction, factors: Sequence[tuple[Fraction, Term, Term]]) -> Term:
    """Return a product of a number and of numbers c·p/q as one quotient."""
    above, below = [], []
    for c, p, q in factors:
        scale *= c
        above += [p] if p != number(1) else []
        below += [q] if q != number(1) else []
    top, bottom = (
        _product(([number(n)] if n != 1 else []) + rest)
        for n, rest in ((abs(scale.numerator), above), (scale.denominator, below))
    )
    found = top if bottom == number(1) else top / bottom
    return -found if scale < 0 else found


def _product(factors: Sequence[Term]) -> Term:
    if not factors:
        return number(1)
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total
