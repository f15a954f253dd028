"""Exact points that satisfy all inequalities and not the claim, which does not follow from them.

A point is a Gram matrix and values.  The solver looks for one with all inequalities strict, it is
rounded to rationals, equations are solved exactly, and then everything is checked exactly.  That
there is a function with these values is for :mod:`plproof.search.counterexamples.witness` to show:
without one the claim may be true, and need more than these inequalities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import overload

import numpy as np

from plproof.search.programs.balance import balanced
from plproof.search.programs.program import Form, FormOver, Program, squares
from plproof.search.programs.solver import (
    Floats,
    libraries,
    matrix_of,
    minimised,
    triangle,
    vector_of,
)
from plproof.search.programs.surd import Exact, rationally_reduced

_LEAST = 1e-9


@dataclass(frozen=True)
class Point:
    """Exact inner products of the vectors and values with which a claim fails.

    ``violation`` is by how much: minus the claim's slack, greater than 0.
    """

    gram: tuple[tuple[Fraction, ...], ...]
    values: tuple[Fraction, ...]
    violation: Fraction

    @overload
    def of(self, form: Form) -> Fraction: ...
    @overload
    def of(self, form: FormOver[Exact]) -> Exact: ...
    def of(self, form: FormOver[Exact]) -> Exact:
        """Return the value of a form at the point."""
        total: Exact = sum((c * self.values[k] for k, c in form.linear.items()), Fraction(0))
        for (i, j), c in form.quadratic.items():
            total += c * self.gram[i][j]
        return total


def refutation(program: Program, constant: int | None = None) -> Point | None:
    """Return a point that satisfies every column of the program and violates its target, or None.

    The rate of the program is fixed.  ``constant`` numbers the value that stands for 1, if any:
    a point has 1 there.  None says nothing about the claim.
    """
    units = balanced(program)
    found = _inner_point(units.program, constant)
    if found is None:
        return None
    depth, y = found
    bits = math.ceil(math.log2(100.0 / depth)) + 4
    near = [Fraction(round(float(c) * 2**bits), 2**bits) for c in y]
    exact = _on_equations(units.program, near)
    if exact is None:
        return None
    gram, values = units.point(*_split(program, exact))
    unit = Fraction(1) if constant is None else values[constant]
    if unit <= 0:
        return None
    point = _point(program, gram, values, unit)
    return point if satisfies(program, point) else None


def satisfies(program: Program, point: Point) -> bool:
    """Say whether the point, exactly, meets every column and fails the target by its violation."""
    size = range(program.size)
    symmetric = all(point.gram[i][j] == point.gram[j][i] for i in size for j in size)
    if not symmetric or squares(point.gram) is None:
        return False
    for column, free in zip(program.columns, program.free, strict=True):
        value = point.of(column)
        if value < 0 or (free and value):
            return False
    return point.violation > 0 and point.of(program.target) == -point.violation


def _entries(program: Program) -> list[tuple[int, int]]:
    return [(i, j) for j in range(program.size) for i in range(j + 1)]


def _split(program: Program, y: Sequence[Fraction]) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return the Gram matrix and the values of a point."""
    gram = [[Fraction(0)] * program.size for _ in range(program.size)]
    for (i, j), c in zip(_entries(program), y[program.values :], strict=True):
        gram[i][j] = gram[j][i] = c
    return gram, list(y[: program.values])


def _point(
    program: Program,
    gram: Sequence[Sequence[Fraction]],
    values: Sequence[Fraction],
    unit: Fraction,
) -> Point:
    """Return the point with these numbers, as multiples of the unit."""
    rows = tuple(tuple(c / unit for c in row) for row in gram)
    known = tuple(v / unit for v in values)
    return Point(rows, known, -Point(rows, known, Fraction(0)).of(program.target))


def _inner_point(program: Program, constant: int | None) -> tuple[float, Floats] | None:
    """Return how deep inside a point lies that the solver found, and the point."""
    clarabel, sparse = libraries()
    size, values = program.size, program.values
    count = values + size * (size + 1) // 2
    columns = [vector_of(c, size, values) for c in program.columns]
    pairs = zip(columns, program.free, strict=True)
    unequal = [c for c, free in pairs if not free and c.any()]  # 0 ≥ 0 holds, never strictly
    unequal.append(-vector_of(program.target, size, values))
    if constant is not None:
        unequal.append(np.eye(count)[constant])
    norms = [max(1.0, float(np.linalg.norm(c))) for c in unequal]
    equal = [c for c, free in zip(columns, program.free, strict=True) if free]
    diagonal = [values + j * (j + 1) // 2 + j for j in range(size)]
    trace = np.zeros(1 + count)
    trace[[1 + d for d in diagonal]] = 1.0
    # rows: equations; depth ≤ 1 and trace ≤ 1; inequalities at least as large as the depth
    rows = [np.concatenate([[0.0], c]) for c in equal]
    rows += [np.eye(1 + count)[0], trace]
    rows += [np.concatenate([[1.0], -c / n]) for c, n in zip(unequal, norms, strict=True)]
    right = np.concatenate([np.zeros(len(equal)), [1.0, 1.0], np.zeros(len(unequal))])
    inner = np.zeros((count - values, 1 + count))
    inner[:, 1 + values :] = -np.eye(count - values)
    inner[[d - values for d in diagonal], 0] = 1.0
    matrix = sparse.csc_matrix(np.vstack([*rows, inner]))
    cones = [clarabel.ZeroConeT(len(equal))] if equal else []
    cones.append(clarabel.NonnegativeConeT(2 + len(unequal)))
    cones += [clarabel.PSDTriangleConeT(size)] if size else []
    cost = np.zeros(1 + count)
    cost[0] = -1.0
    answer = minimised(
        cost.tolist(), matrix, [*right.tolist(), *[0.0] * (count - values)], cones, 1e-10
    )
    x = np.array(answer.x)
    if str(answer.status) not in ("Solved", "AlmostSolved") or x[0] < _LEAST:
        return None
    gram = matrix_of(x[1 + values :], size)
    rows_, columns_ = triangle(size)
    return float(x[0]), np.concatenate([x[1 : 1 + values], gram[rows_, columns_]])


def _on_equations(program: Program, y: list[Fraction]) -> list[Fraction] | None:
    """Return a point near y that satisfies the equations exactly, or None."""
    entries = {e: program.values + k for k, e in enumerate(_entries(program))}
    rows = []
    for column, free in zip(program.columns, program.free, strict=True):
        if free:
            row = [Fraction(0)] * len(y)
            for k, c in column.linear.items():
                row[k] += c
            for (i, j), c in column.quadratic.items():
                row[entries[min(i, j), max(i, j)]] += c
            rows.append(row)
    if not rows:
        return y
    reduced, pivots = rationally_reduced(rows)
    found = list(y)
    for row, pivot in zip(reduced, pivots, strict=True):
        rest = (c * y[k] for k, c in enumerate(row) if c and k not in pivots)
        found[pivot] = -sum(rest, Fraction(0))
    return found
