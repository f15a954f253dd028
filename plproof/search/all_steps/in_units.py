"""Numbers that depend on i, N and parameters as they do in units, as L/(4·N·γL + 2) does.

A function of L, γ and N that is a power of L times one of γL and N has fewer coefficients, and few
values of the parameters tell it.  A fit is a guess; the proof made with it is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import TypeAlias

from plproof.language.terms import Term
from plproof.search.all_steps.numbers import Point
from plproof.search.programs.fitting import Polynomial, apart, monomials, polynomials_through
from plproof.search.statements.units import Unit

#: powers of a unit that numbers may be multiplied by
_POWERS = (0, 1, -1, 2, -2)

Place: TypeAlias = tuple[Fraction, ...]


def fit_in_units(
    unit: Unit,
    parameters: Sequence[Term],
    steps: Sequence[Term],
    points: Sequence[Point],
    values: Sequence[Fraction],
) -> tuple[Fraction, Term, Term] | None:
    """Return c, p and q with c·p/q as :func:`plproof.search.programs.fitting.fit_apart` does.

    c·p/q is a power of the unit times a function of ``steps`` and the other ``parameters`` in it.
    Two of the points are the same in units, which tells the power; the first value is not 0.
    """
    others = unit.others(parameters)
    u, weights = unit.parameter, unit.weights
    within = [
        {v: p[v] / p[u] ** weights[v] for v in others} | {v: p[v] for v in steps} for p in points
    ]
    told = [n for n in _POWERS if _alike(within, _without(u, n, points, values))]
    if len(told) != 1:
        return None
    variables = [*others, *steps]
    ours = dict(zip(map(_place, within), _without(u, told[0], points, values), strict=True))
    places = list(ours)
    Random(0).shuffle(places)  # of the first ones no polynomial of a low degree vanishes
    at = [dict(zip(variables, place, strict=True)) for place in places]
    found = polynomials_through(variables, at, [ours[place] for place in places])
    met = {place[: len(others)] for place in places}
    if found is None or _free(found, len(others)) >= len(met):
        return None
    variables = [u, *variables]
    lifted = _lifted(found, [weights[v] for v in others], told[0])
    return apart(variables, lifted, [points[0][v] for v in variables], in_factors=True)


def _place(point: Point) -> Place:
    return tuple(point.values())


def _without(
    u: Term, power: int, points: Sequence[Point], values: Sequence[Fraction]
) -> list[Fraction]:
    return [c / p[u] ** power for p, c in zip(points, values, strict=True)]


def _alike(points: Sequence[Point], values: Sequence[Fraction]) -> bool:
    """Say whether there is one value at each point."""
    known: dict[Place, Fraction] = {}
    pairs = zip(map(_place, points), values, strict=True)
    return all(known.setdefault(place, c) == c for place, c in pairs)


def _free(sides: tuple[Polynomial, Polynomial], count: int) -> int:
    """Return how many numbers tell a quotient as a function of its first variables."""
    degrees = [max(sum(e[:count]) for e in side) for side in sides]
    return sum(len(monomials(count, degree)) for degree in degrees) - 1


def _lifted(
    sides: tuple[Polynomial, Polynomial], weights: Sequence[int], power: int
) -> tuple[Polynomial, Polynomial]:
    """Return a quotient of polynomials in s = v/uʷ, …, times a power of u, as one in u, v, …"""
    above, below = (
        {
            (more - sum(w * n for w, n in zip(weights, e[: len(weights)], strict=True)), *e): c
            for e, c in side.items()
        }
        for side, more in zip(sides, (power, 0), strict=True)
    )
    least = min(e[0] for side in (above, below) for e in side)
    above, below = ({(e[0] - least, *e[1:]): c for e, c in side.items()} for side in (above, below))
    return above, below
