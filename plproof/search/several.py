"""Worst cases in several dimensions: quadratics, and functions through points that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from plproof.language.terms import Term
from plproof.search.functions.interpolant import Curvatures
from plproof.search.functions.interpolated import Interpolated
from plproof.search.functions.judge import Function
from plproof.search.functions.quadratic import Metric, QuadraticForm
from plproof.search.refuting import refutation
from plproof.search.relaxation import Relaxation
from plproof.search.setting import Completed, Coordinates, Numbers, Rounding, Setting

_FITS = 1e-3


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
    setting: Setting, classes: Mapping[Term, Curvatures], relaxation: Relaxation
) -> Completed | None:
    """Return an exact point of the program at which the claim fails, with functions through it.

    In as many dimensions as there are vectors, which are the coordinate vectors; None when there is
    no such point, or the statement asks more of its functions than their curvatures.
    """
    made = relaxation.made
    point = refutation(relaxation.program, made.constant)
    if point is None:
        return None
    metric, size = Metric(point.gram), len(point.gram)
    unit = np.array([[Fraction(i == j) for j in range(size)] for i in range(size)], dtype=object)
    exact = Numbers(
        dict(zip(made.vectors, unit, strict=True)),
        dict(zip(made.scalars, point.values, strict=True)),
        size,
    )
    functions: dict[Term, Function] = {}
    for f, allowed in classes.items():
        if allowed.high is None or allowed.high <= allowed.low:
            return None
        samples = setting.samples(f, exact)
        data = {
            tuple(map(Fraction, x)): (tuple(map(Fraction, g)), Fraction(v)) for x, g, v in samples
        }
        through = tuple((x, g, v) for x, (g, v) in data.items())
        functions[f] = Interpolated(metric, allowed.low, allowed.high, through)
    return setting.completed(functions, metric, exact, Fraction)
