"""A search in rounds where climbs are costly: what rises goes on, what is behind is given up.

All shapes climb a little; then the better half of the rows, whatever their shapes, climb on, for
longer each time (successive halving: Z. Karnin, T. Koren and O. Somekh, 2013).  A row that has come
to rest leaves the rounds with what it has reached, so that it does not take the place of one that
still rises, however slowly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.worst_case.bfgs import Ascent
from plproof.laboratory.worst_case.problems import Problem, Start
from plproof.laboratory.worst_case.shapes import Choice

_SHAPES = 16  # of the combinations of shapes, those that set out
_SIMPLE = 4  # the simplest always do
_LEAST = 8  # rows that go on whatever happens
_RESTING = 1e-8  # the gain of a round, in the logarithm of a ratio, below which a row rests
_LEVEL = 1e-11  # the logarithm of a ratio that is equality up to rounding
_ROUNDS = 25  # steps of the first round: this part of all


@dataclass(frozen=True)
class Reached:
    """A row of parameters, starts and points that a climb has reached, and log(small/large)."""

    shape: Choice
    row: Floats
    value: float


@dataclass
class _Climb:
    shape: Choice
    ascent: Ascent


def tournament(
    problem: Problem, starts: Sequence[Start], rows: int, iterations: int
) -> Iterator[Reached]:
    """Yield what was reached, the highest first, simple shapes before others where they are level.

    Arguments: ``starts``, random rows of each shape; of each, ``rows`` >= 1 set out: the best, and
    as many others.  None makes more than ``iterations`` >= 0 steps.  The same arguments, the same
    answer.
    """
    ended: list[Reached] = []
    promising = sorted(range(len(starts)), key=lambda i: (i >= _SIMPLE, -starts[i].best))[:_SHAPES]
    starts = [starts[i] for i in sorted(promising)]
    place = {start.shape.name: i for i, start in enumerate(starts)}
    climbs = [_Climb(s.shape, Ascent(problem.objective(s.shape), _spread(s, rows))) for s in starts]
    made, length = 0, max(2, iterations // _ROUNDS)
    while climbs and made < iterations:
        length = min(length, iterations - made)
        for climb in climbs:
            before = climb.ascent.values.copy()
            climb.ascent.climb(length, summit=0.0)
            with np.errstate(invalid="ignore"):
                climb.ascent.climbing &= climb.ascent.values > before + _RESTING
        made, length = made + length, length + length // 2
        ended += [reached for climb in climbs for reached in _leave(climb)]
        level = [place[r.shape.name] for r in ended if abs(r.value) < _LEVEL]
        if level:  # there is nothing more to reach, but simpler shapes may do as well
            ended += _simpler(problem, starts[: min(level)], rows, iterations)
            break
        climbs = _better(climbs)
    for climb in climbs:
        climb.ascent.climbing[:] = False
        ended += _leave(climb)
    yield from sorted(ended, key=lambda r: (-round(r.value, 9), place[r.shape.name]))


def _spread(start: Start, rows: int) -> Floats:
    """Return the best rows and, as many, rows from all of the others: of other hills."""
    best = -(-rows // 2)
    others = start.order[best:]
    chosen = [*start.order[:best], *others[:: max(1, len(others) // max(1, rows - best))]]
    return start.rows[chosen[:rows]]


def _simpler(
    problem: Problem, starts: Sequence[Start], rows: int, iterations: int
) -> list[Reached]:
    """Return the first of these shapes that reaches equality, climbing alone."""
    for start in starts:
        ascent = Ascent(problem.objective(start.shape), _spread(start, rows))
        ascent.climb(iterations, summit=0.0)
        ascent.climbing[:] = False
        found = _leave(_Climb(start.shape, ascent))
        if any(abs(reached.value) < _LEVEL for reached in found):
            return found
    return []


def _leave(climb: _Climb) -> list[Reached]:
    """Take the rows that rest out of a climb, and return the finite ones of them."""
    ascent, resting = climb.ascent, ~climb.ascent.climbing
    found = [
        Reached(climb.shape, ascent.points[i].copy(), float(ascent.values[i]))
        for i in np.flatnonzero(resting & np.isfinite(ascent.values))
    ]
    ascent.keep(np.flatnonzero(~resting).tolist())
    return found


def _better(climbs: Sequence[_Climb]) -> list[_Climb]:
    """Return the climbs with the better half of all their rows."""
    places = [(-v, c, i) for c, one in enumerate(climbs) for i, v in enumerate(one.ascent.values)]
    chosen = sorted(places)[: max(_LEAST, -(-len(places) // 2))]
    found = []
    for c, climb in enumerate(climbs):
        kept = sorted(i for _, place, i in chosen if place == c)
        if kept:
            climb.ascent.keep(kept)
            found.append(climb)
    return found


__all__ = ["Reached", "tournament"]
