"""Exact weights where there is no room to spare: on the face that the worst case shows.

[untrusted: what comes of it is checked by the kernel]

At the optimum the slack annihilates the vectors of the worst case and no value is left over.  A few
Newton steps make a solver's worst case precise, its coordinates are read as simple numbers, and the
weights are then the solution of linear equations, which are sparse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from plproof.proof.forms import ZERO, Line, add, exactly, fraction
from plproof.search.many_points.templates import Slack
from plproof.search.programs.rounding import echelon, simplest
from plproof.search.programs.solver import Floats, matrix_of, triangle

#: which pivots of a worst case count, as parts of the largest
_RANK = 1e-4
#: what makes Newton's equations regular: they leave the size of the worst case open
_REGULAR = 1e-10
#: a step of this size or less is the last one
_SMALL = 1e-6
#: how often a worst case is refined at most, and what is missing then
_REFINED, _PRECISE = 12, 1e-60
#: binary digits of a weight that may be chosen
_CHOSEN = 24


class Lagrangian:
    """½⟨V, S(w)·V⟩ + ½h·r(w) in floats, which is stationary at a worst case.

    S is the slack, r what is left of the values, w the weights, V the vectors of the worst case
    and h its values.

    ``columns`` and ``target`` are given by rows as the solver reads them: values, then the upper
    triangle of the Gram matrix, by columns; see :func:`plproof.search.programs.solver.vector_of`.
    """

    def __init__(
        self,
        columns: Sequence[Mapping[int, float]],
        target: Mapping[int, float],
        size: int,
        values: int,
    ) -> None:
        self._size, self._values = size, values
        counts = [len(column) for column in columns]
        self._column = np.repeat(np.arange(len(columns)), counts)
        self._row = np.array([row for column in columns for row in column], dtype=int)
        self._entry = np.array([c for column in columns for c in column.values()])
        self._target = np.zeros(values + size * (size + 1) // 2)
        self._target[list(target)] = list(target.values())
        linear = self._row < values
        self._share = np.zeros((len(columns), values))
        self._share[self._column[linear], self._row[linear]] = self._entry[linear]
        column, entry, row = (v[~linear] for v in (self._column, self._entry, self._row))
        rows, places = triangle(size)
        i, j = rows[row - values], places[row - values]
        apart = i != j  # an entry off the diagonal, √2 times its size, is there twice
        scaled = np.where(apart, entry / np.sqrt(2.0), entry)
        self._at = np.concatenate([column * size + i, (column * size + j)[apart]])
        self._other = np.concatenate([j, i[apart]])
        self._scaled = np.concatenate([scaled, scaled[apart]])

    def equations(self, weights: Floats, points: Floats, heights: Floats) -> tuple[Floats, Floats]:
        """Return the gradient, by weights, vectors and values, and its slope."""
        count, values, size = len(weights), self._values, self._size
        rank = points.shape[1]
        weighed = weights[self._column] * self._entry
        left = self._target - np.bincount(self._row, weighed, len(self._target))
        slack = matrix_of(left[values:], size)
        pulled = np.empty((count * size, rank))
        for r in range(rank):
            scaled = self._scaled * points[self._other, r]
            pulled[:, r] = np.bincount(self._at, scaled, count * size)
        pulled = pulled.reshape(count, size * rank)
        missing = [
            -(pulled @ points.ravel() + self._share @ heights) / 2,
            (slack @ points).ravel(),
            left[:values] / 2,
        ]
        second = count + size * rank
        slope = np.zeros((second + values, second + values))
        slope[count:second, :count] = -pulled.T
        slope[:count, count:second] = -pulled
        slope[:count, second:] = -self._share / 2
        slope[second:, :count] = -self._share.T / 2
        slope[count:second, count:second] = slack if rank == 1 else np.kron(slack, np.eye(rank))
        slope.flat[:: len(slope) + 1] += _REGULAR
        return np.concatenate(missing), slope


def factor(gram: Floats, negligible: float) -> Floats:
    """Return V with VVᵀ the matrix, up to what is negligible beside its largest diagonal entry.

    Cholesky's, with the largest pivot next: V has few columns where the matrix is of low rank.
    """
    left = gram
    columns: list[Floats] = []
    diagonal = left.diagonal()
    place = int(diagonal.argmax())
    least = negligible * diagonal[place]
    while diagonal[place] > least and len(columns) < len(gram):
        column = left[:, place] / math.sqrt(diagonal[place])
        columns.append(column)
        left = left - column[:, None] * column
        diagonal = left.diagonal()
        place = int(diagonal.argmax())
    return np.array(columns).T if columns else np.zeros((len(gram), 0))


class WorstCase:
    """A worst case of a program, with the weights that it goes with, in floats."""

    def __init__(
        self,
        columns: Sequence[Mapping[int, float]],
        target: Mapping[int, float],
        weights: Floats,
        gram: Floats,
        heights: Floats,
    ) -> None:
        """Take what :class:`Lagrangian` takes, weights of the columns, and a worst case."""
        self.weights, self.heights = weights, heights
        self._columns, self._target, self._size = columns, target, len(gram)
        self.points = factor(gram, _RANK)

    @cached_property
    def _lagrangian(self) -> Lagrangian:
        """What the Newton steps are for: a worst case that is read as it is needs none."""
        return Lagrangian(self._columns, self._target, self._size, len(self.heights))

    def _equations(self) -> tuple[Floats, Floats]:
        return self._lagrangian.equations(self.weights, self.points, self.heights)

    def polished(self, steps: int) -> None:
        """Take Newton steps, at most that many, towards where the Lagrangian is stationary."""
        first, second = len(self.weights), len(self.weights) + self.points.size
        for _ in range(steps):
            missing, slope = self._equations()
            try:
                step = np.linalg.solve(slope, -missing)
            except np.linalg.LinAlgError:
                return
            self.weights = self.weights + step[:first]
            self.points = self.points + step[first:second].reshape(self.points.shape)
            self.heights = self.heights + step[second:]
            if np.abs(step).max() < _SMALL:
                return

    def refined(self, columns: Sequence[Slack], target: Slack) -> list[list[Fraction]] | None:
        """Return the vectors of the worst case with many digits, by coordinates; None when lost.

        The equations are those of the columns and the target exactly, what is missing is computed
        exactly, and the slope stays as it is in floats (iterative refinement).
        """
        try:
            inverse = np.linalg.inv(self._equations()[1])
        except np.linalg.LinAlgError:
            return None
        count, rank = len(self.weights), self.points.shape[1]
        start = np.concatenate([self.weights, self.points.ravel(), self.heights])
        unknown = [fmpq(*x.as_integer_ratio()) for x in start.tolist()]
        second = count + self._size * rank
        for _ in range(_REFINED):
            rows = [unknown[count + i * rank : count + (i + 1) * rank] for i in range(self._size)]
            missing = _missing(columns, target, unknown[:count], rows, unknown[second:])
            wrong = np.array([float(c) for c in missing])
            if not np.isfinite(wrong).all() or np.abs(wrong).max(initial=0.0) > 1.0:
                return None
            if np.abs(wrong).max(initial=0.0) < _PRECISE:
                return [[fraction(row[r]) for row in rows] for r in range(rank)]
            step = (inverse @ wrong).tolist()
            unknown = [x - fmpq(*c.as_integer_ratio()) for x, c in zip(unknown, step, strict=True)]
        return None

    def simple(self, tolerance: float) -> list[Line]:
        """Return vectors that span those of the worst case, read as simple numbers."""
        return simple_lines(self.points.T, tolerance)


def simple_lines(vectors: NDArray[Any], tolerance: float) -> list[Line]:
    """Return vectors with the span of some that are near, in floats or exactly, simple numbers."""
    exact = ([simplest(x, tolerance) for x in row] for row in echelon(vectors))
    return [{i: exactly(c) for i, c in enumerate(row) if c} for row in exact]


def _missing(
    columns: Sequence[Slack],
    target: Slack,
    weights: Sequence[fmpq],
    rows: Sequence[Sequence[fmpq]],
    heights: Sequence[fmpq],
) -> list[fmpq]:
    """Return the gradient of the Lagrangian exactly, by weights, vectors and values."""
    found = []
    grams, left = dict(target.grams), dict(target.values)
    for column, w in zip(columns, weights, strict=True):
        total = sum((c * heights[k] for k, c in column.values.items()), ZERO)
        for (i, j), c in column.grams.items():
            total += c * sum((x * y for x, y in zip(rows[i], rows[j], strict=True)), ZERO)
        found.append(-total / 2)
        add(grams, column.grams, -w)
        add(left, column.values, -w)
    pulled = [[ZERO] * len(row) for row in rows]
    for (i, j), c in grams.items():
        for r in range(len(rows[i])):
            pulled[i][r] += c / 2 * rows[j][r]
            pulled[j][r] += c / 2 * rows[i][r]
    found += [c for row in pulled for c in row]
    return found + [left.get(k, ZERO) / 2 for k in range(len(heights))]


def solved(
    columns: Sequence[Mapping[int, fmpq]],
    right: Mapping[int, fmpq],
    near: Sequence[float],
    digits: int = _CHOSEN,
) -> list[fmpq] | None:
    """Return x with Σ x·column the right side, near the given numbers, or None.

    Where it is free it is that number, rounded to so many binary digits after the point.  By sparse
    elimination: in the row with the fewest entries of those that are left, the unknown that is in
    the fewest rows (Markowitz, 1957).
    """
    count = len(columns)
    rows: dict[int, dict[int, fmpq]] = {r: {count: c} for r, c in right.items()}
    within: list[set[int]] = [set(column) for column in columns]
    for k, column in enumerate(columns):
        for r, c in column.items():
            rows.setdefault(r, {})[k] = c
    within.append(set())
    heap = [(len(row) - (count in row), r) for r, row in rows.items()]
    heapify(heap)
    pivots = []
    while heap:
        length, r = heappop(heap)
        row = rows.get(r)
        if row is None or length != len(row) - (count in row):
            continue
        del rows[r]
        if not length:
            if row:
                return None
            continue
        pivot = min((k for k in row if k != count), key=lambda k: (len(within[k]), -near[k], k))
        for k in row:
            within[k].discard(r)
        for other in list(within[pivot]):
            theirs = rows[other]
            factor = theirs[pivot] / row[pivot]
            for k, c in row.items():
                value = theirs[k] - factor * c if k in theirs else -factor * c
                if value and k != pivot:
                    theirs[k] = value
                    within[k].add(other)
                elif k in theirs:
                    del theirs[k]
                    within[k].discard(other)
            heappush(heap, (len(theirs) - (count in theirs), other))
        pivots.append((pivot, row))
    bound = {pivot for pivot, _ in pivots}
    found = [ZERO if k in bound else _rounded(x, digits) for k, x in enumerate(near)]
    for pivot, row in reversed(pivots):
        value = row.get(count, ZERO)
        for k, c in row.items():
            if k != count and k != pivot and found[k]:
                value = value - c * found[k]
        found[pivot] = value / row[pivot]
    return found


def _rounded(x: float, bits: int) -> fmpq:
    """Return the multiple of 2^(−bits) nearest to a number."""
    return exactly(Fraction(round(x * (1 << bits)), 1 << bits))
