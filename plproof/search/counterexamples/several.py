"""Worst cases in several dimensions: quadratics, and functions through points that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from plproof.language.terms import Term
from plproof.search.counterexamples.functions.interpolant import Curvatures
from plproof.search.counterexamples.functions.interpolated import Interpolated
from plproof.search.counterexamples.functions.judge import Function
from plproof.search.counterexamples.functions.quadratic import Metric, QuadraticForm
from plproof.search.counterexamples.relaxation import Relaxation
from plproof.search.counterexamples.setting import (
    Completed,
    Coordinates,
    Numbers,
    Rounding,
    Setting,
)
from plproof.search.programs.program import Form, Program
from plproof.search.programs.refuting import refutation
from plproof.search.programs.rounding import simplest

_FITS = 1e-3
_TOLERANCES = (1e-3, 1e-5, 1e-8, 1e-11)


def turned(setting: Setting, found: Numbers) -> tuple[Numbers, Coordinates] | None:
    """Return the numbers in the axes of a quadratic through them, and its curvatures there.

    None when the only function of the statement is not nearly quadratic at the points.
    """
    if len(setting.functions) != 1:
        return None
    samples = setting.samples(setting.functions[0], found)
    if not samples:
        return None
    x, g = (np.array([s[k] for s in samples], dtype=float) for k in (0, 1))
    size = x.shape[1]
    units = [(i, j) for i in range(size) for j in range(i + 1)]
    columns = []
    for i, j in units:
        unit = np.zeros((size, size))
        unit[i, j] = unit[j, i] = 1.0
        columns.append((x @ unit).ravel())
    if not columns:
        return None
    entries, _, rank, _ = np.linalg.lstsq(np.array(columns).T, g.ravel(), rcond=1e-6)
    bent = np.zeros((size, size))
    for (i, j), c in zip(units, entries, strict=True):
        bent[i, j] = bent[j, i] = c
    if rank < len(units) or np.abs(x @ bent - g).max() > _FITS * np.abs(g).max(initial=1e-9):
        return None
    curvatures, basis = np.linalg.eigh(bent)
    return found.turned(basis), curvatures


def quadratic_functions(
    setting: Setting,
    classes: Mapping[Term, Curvatures],
    curvatures: Coordinates,
    rounded: Rounding,
) -> Iterator[dict[Term, Function]]:
    """Yield quadratics with these axes, curvatures rounded: to an end of what is allowed first."""
    (f,) = setting.functions
    metric = Metric.standard(len(curvatures))
    ends = classes[f].edges

    def near(c: float) -> Fraction:
        close = [e for e in ends if abs(float(e) - c) < _FITS * (1 + abs(c))]
        return close[0] if close else rounded(c)

    for choose in (near, rounded):
        diagonal = [choose(float(c)) for c in curvatures]
        rows = [
            [d if i == j else Fraction(0) for j in range(len(diagonal))]
            for i, d in enumerate(diagonal)
        ]
        yield {f: QuadraticForm(metric, tuple(map(tuple, rows)))}


def interpolated(
    setting: Setting,
    classes: Mapping[Term, Curvatures],
    relaxation: Relaxation,
    found: Numbers,
) -> Completed | None:
    """Return an exact point of the program at which the claim fails, with functions through it.

    In the dimensions of the numbers that were ``found``, or failing that in as many as there are
    vectors.  None when there is no such point, or the statement asks more of its functions than
    their curvatures.
    """
    if any(c.high is not None and c.high <= c.low for c in classes.values()):
        return None
    made = relaxation.made
    for rows in _bases(relaxation, found):
        point = refutation(_restricted(relaxation.program, rows), made.constant)
        if point is None:
            continue
        exact = Numbers(
            {v: np.array(row, dtype=object) for v, row in zip(made.vectors, rows, strict=True)},
            dict(zip(made.scalars, point.values, strict=True)),
            len(point.gram),
        )
        metric = Metric(point.gram)
        functions: dict[Term, Function] = {}
        for f, allowed in classes.items():
            through = tuple(
                (tuple(map(Fraction, x)), tuple(map(Fraction, g)), Fraction(v))
                for x, g, v in setting.samples(f, exact)
            )
            functions[f] = Interpolated(metric, allowed.low, allowed.high, through)
        case = setting.completed(functions, metric, exact, Fraction)
        if case is not None:
            return case
    return None


def _bases(relaxation: Relaxation, found: Numbers) -> Iterator[list[list[Fraction]]]:
    """Yield coordinates of the vectors: in few of them that span the others, nearly; in all."""
    places = np.array([np.array(row, dtype=float) for row in found.vectors.values()])
    if found.dimension > 1:
        chosen: list[int] = []
        rest = places.copy()
        for _ in range(found.dimension):
            k = int(np.linalg.norm(rest, axis=1).argmax())
            chosen.append(k)
            unit = rest[k] / np.linalg.norm(rest[k])
            rest = rest - np.outer(rest @ unit, unit)
        inside = places @ np.linalg.inv(places[chosen])
        for tolerance in _TOLERANCES:
            yield [[simplest(float(c), tolerance) for c in row] for row in inside]
    still = [v in relaxation.homes for v in relaxation.made.vectors]
    if not relaxation.movable():
        still = [False] * len(still)
    kept = [k for k, home in enumerate(still) if not home]
    yield [[Fraction(k == j) for j in kept] for k in range(len(still))]


def _restricted(program: Program, rows: list[list[Fraction]]) -> Program:
    """Return the program for vectors that are combinations of others, one row for each."""

    def form(f: Form) -> Form:
        quadratic: dict[tuple[int, int], Fraction] = {}
        for (i, j), c in f.quadratic.items():
            for k, a in enumerate(rows[i]):
                for m, b in enumerate(rows[j]):
                    if a and b:
                        key = (min(k, m), max(k, m))
                        quadratic[key] = quadratic.get(key, Fraction(0)) + c * a * b
        return Form({key: c for key, c in quadratic.items() if c}, f.linear)

    columns = [(form(c), free) for c, free in zip(program.columns, program.free, strict=True)]
    kept = [(c, free) for c, free in columns if c.quadratic or c.linear]
    return Program(
        len(rows[0]) if rows else 0,
        program.values,
        tuple(c for c, _ in kept),
        tuple(free for _, free in kept),
        form(program.bound),
        form(program.target),
    )
