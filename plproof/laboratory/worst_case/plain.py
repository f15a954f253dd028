"""Simple examples: functions on a line with simple parameters, at points with few digits.

Where the worst example lies on the edge of what hypotheses about points allow, as in ‖v − x‖² = D²,
an ascent between barriers only comes near to it.  Simple numbers are often on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import Family, NormHuber, QuadraticSpline
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.worst_case.barriers import Barriers
from plproof.laboratory.worst_case.candidates import Candidate, Certified
from plproof.laboratory.worst_case.frames import Opened
from plproof.laboratory.worst_case.problems import Problem, log_ratio
from plproof.laboratory.worst_case.shapes import Choice

_PLACES = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
_MOST = 8_192  # examples of a shape that are computed
_CERTIFIED = 8  # of them, those that are decided exactly at most
_SIMPLIFICATIONS = 60
_FINE, _COARSE = 64, 16  # denominators of fractions that knots and curvatures are tried at
_EDGE = 1e-9  # hypotheses that fail by this much in floats may hold with equality


def plain_examples(
    problem: Problem, rng: np.random.Generator
) -> Iterator[tuple[Certified, Candidate]]:
    """Yield what is certain of the simple examples that come closest to equality, or beyond it."""
    if problem.comparison.some is not None:
        return
    for shape in problem.choices(1, rng):
        if shape.plain is None:
            continue
        rows = _rows(problem, shape, shape.plain, rng)
        try:
            ratios = _ratios(problem, shape, rows)
        except NotEvaluated:
            continue
        order = np.argsort(-ratios, kind="stable")
        for row in order[np.isfinite(ratios[order])][:_CERTIFIED]:
            found = problem.certain(shape, rows[row], int(row))
            yield from found
            if found:
                break


def _rows(problem: Problem, shape: Choice, plain: Floats, rng: np.random.Generator) -> Floats:
    """Return parameters and places (S, n): all of the grid, or a sample of it."""
    numbers = {abs(float(x)) for x in problem.numbers.values() if abs(x) < 100}
    grid = list(dict.fromkeys([*_PLACES, *(s * x for x in sorted(numbers) for s in (1, -1))]))
    moved = shape.dimension * len(shape.moved)
    count = moved + len(problem.starts(shape, 1, rng)[0]) - shape.size
    if len(plain) * len(grid) ** count <= _MOST:
        places = np.array(list(product(grid, repeat=count))).reshape(-1, count)
        theta = np.repeat(plain, len(places), axis=0)
        places = np.tile(places, (len(plain), 1))
    else:
        places = rng.choice(grid, size=(_MOST, count))
        places[rng.random(places.shape) < 0.25] = 0.0  # where minimisers are
        theta = plain[rng.integers(len(plain), size=_MOST)]
    return np.concatenate([theta, places], axis=1)


def _ratios(problem: Problem, shape: Choice, rows: Floats) -> Floats:
    """Return the logarithms of the ratios (S,), -inf where a hypothesis certainly fails."""
    opened = Opened()
    barriers = Barriers(opened, problem.last)
    with np.errstate(all="ignore"):
        run = problem.unrolled(shape, rows, opened)
        ((small, large),) = problem.sides(run)
        found = np.array(log_ratio(small, large) + np.zeros(len(rows)))
        for p in problem.side_conditions():
            for room in barriers.of(p, run, {}):
                found[~(np.broadcast_to(np.asarray(room), found.shape) >= -_EDGE)] = -np.inf
    return np.where(np.isnan(found), -np.inf, found)


def simplified(problem: Problem, found: tuple[Certified, Candidate]) -> tuple[Certified, Candidate]:
    """Return simpler splines that do as much; other functions are simple as they are."""
    tries, improved = 0, True
    while improved:
        improved = False
        families = found[1].assignment.families
        trials = ((f, g) for f in families for g in _simpler(families[f]))
        for f, simpler in trials:
            tries += 1
            if tries > _SIMPLIFICATIONS:
                return found
            moved = (simpler.constants.minimiser != families[f].constants.minimiser).any()
            if simpler.dimension != families[f].dimension or moved:
                continue
            a = replace(found[1].assignment, families={**families, f: simpler})
            candidate = replace(found[1], assignment=a)
            known = problem.setting.certified(candidate)
            if known is not None and known.ratio >= found[0].ratio - 1e-7 * abs(found[0].ratio):
                found, improved = (known, candidate), True
                break
    return found


def _simpler(family: Family) -> Iterator[Family]:
    """Yield the function at fractions nearby; a spline without a knot and a piece, with shorter
    numbers.
    """
    yield from _at_fractions(family)
    if not isinstance(family, QuadraticSpline):
        return
    for i in reversed(range(family.knot.shape[-1] if family.knot.shape[-1] > 1 else 0)):
        for piece in (i + 1, i):
            try:
                yield QuadraticSpline(
                    np.delete(family.curvature, piece, axis=-1),
                    np.delete(family.knot, i, axis=-1),
                    family.centre,
                    family.minimum,
                )
            except ValueError:
                continue  # a slope would be negative
    yield from family.simplifications(0)


def _at_fractions(family: Family) -> Iterator[Family]:
    """Yield a spline or Huber's function with its knots, and its curvatures too, at simple
    fractions nearby.

    An ascent stops short of a knot as 1/21, at which the run of the method turns.
    """
    if isinstance(family, NormHuber):
        bends, knots = family.weight, family.threshold
    elif isinstance(family, QuadraticSpline):
        bends, knots = family.curvature, family.knot
    else:
        return
    near, straight = _fractions(knots, _FINE), _fractions(bends, _COARSE)
    if (near == knots).all() and (straight == bends).all():
        return
    for curvature in (straight, bends)[: 1 if (straight == bends).all() else 2]:
        try:
            yield type(family)(curvature, near, family.centre, family.minimum)
        except ValueError:
            continue  # two knots have become one


def _fractions(numbers: Floats, largest: int) -> Floats:
    """Return the nearest fractions with denominators up to the largest."""
    near = [float(Fraction(c).limit_denominator(largest)) for c in np.ravel(numbers)]
    return np.array(near).reshape(np.shape(numbers))
