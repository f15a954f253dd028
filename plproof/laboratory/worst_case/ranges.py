"""Values for numbers that the hypotheses leave free in a range: what a search tries beside one.

An inequality with a step size γ, 0 < γ ≤ 2/(μ + L), may be tight at an end of the range only.  The
ends are found by bisection, whatever the form of the hypotheses; every value is checked exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from plproof.laboratory.modelling.models import Plan
from plproof.laboratory.modelling.recursions import Method
from plproof.laboratory.worst_case.held import Chooser
from plproof.language.rationals import simplest_between
from plproof.language.terms import Term

Numbers: TypeAlias = Mapping[Term, Fraction]

_FAR = 12  # doublings of a step after which a range counts as unbounded
_BITS = 22  # halvings: an end that is not attained is approached as closely as this
_NEAR = Fraction(1, 2**16)
_MOST = 8  # choices in all, beside the first


def independent(plan: Plan, method: Method, numbers: Numbers) -> list[Term]:
    """Return the real numbers held fixed that are neither constants of a class nor determined."""
    return [v for v in Chooser(plan, method, 1).independent() if v in numbers]


def variations(plan: Plan, method: Method, numbers: Numbers) -> list[dict[Term, Fraction]]:
    """Return other choices of the numbers: with those free in a range at its ends, then inside.

    ``numbers``: a choice that fits.  Several numbers are at their ends together first;
    an end that does not fit is approached from within, unless it is 0 and there is no other.  At
    most eight choices, all of which fit exactly; [] where no number is free in a range.
    """
    chooser = Chooser(plan, method, 1)
    moving = [v for v in chooser.independent() if v in numbers]
    if not moving:
        return []
    solved = chooser.solved()

    def moved(given: Numbers, v: Term, value: Fraction) -> dict[Term, Fraction] | None:
        kept = {u: x for u, x in given.items() if u not in solved}
        return chooser.completed({**kept, v: value})

    ends: list[dict[Term, Fraction]] = [dict(numbers)]
    inner: list[dict[Term, Fraction]] = []
    for v in moving if len(moving) == 1 else [*moving, *moving]:
        for given in [n for n in ends if n[v] == numbers[v]]:

            def fits(value: Fraction, given: Numbers = given, v: Term = v) -> bool:
                return moved(given, v, value) is not None

            high, low = _end(given[v], 1, fits), _end(given[v], -1, fits)
            if high is None or low is None:  # a sign alone, γ > 0, is no range
                high, low = (e if e is not None and not _vanishes(e, given[v]) else None
                             for e in (high, low))  # fmt: skip
            for value in (high, low):
                found = None if value is None else moved(given, v, value)
                if found is not None and found not in ends:
                    ends.append(found)
            if high is not None and low is not None:
                width = high - low
                middle = simplest_between(low + 3 * width / 8, high - 3 * width / 8)
                found = moved(given, v, middle)
                if found is not None and found not in inner:
                    inner.append(found)
    corners = sorted(ends[1:], key=lambda n: -sum(n[v] != numbers[v] for v in moving))
    return [*corners, *(n for n in inner if n not in ends)][:_MOST]


def _end(start: Fraction, way: int, fits: Callable[[Fraction], bool]) -> Fraction | None:
    """Return the last value that fits from one that does, upwards (1) or down; None without end.

    The simplest number within the bracket is the end itself where that is rational and fits.
    """
    step = abs(start) or Fraction(1)
    inside = start
    for power in range(_FAR):
        outside = start + way * step * 2**power
        if not fits(outside):
            break
        inside = outside
    else:
        return None
    for _ in range(_BITS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if fits(middle) else (inside, middle)
    found = simplest_between(min(inside, outside), max(inside, outside))
    return found if fits(found) else inside


def _vanishes(end: Fraction, start: Fraction) -> bool:
    return end != 0 and abs(end) <= _NEAR * abs(start)


__all__ = ["independent", "variations"]
