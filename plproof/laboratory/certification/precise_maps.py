"""Maps between spaces and linear maps in certified arithmetic: derivatives, ranks, signatures.

Matrices are lists of rows.  What elimination cannot decide stays between two bounds: a pivot is
used only when it certainly is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from plproof.laboratory.certification.nilpotent import Nilpotent, Scalar
from plproof.laboratory.certification.precise import Field, Number, Undecided
from plproof.laboratory.meaning.maps import SystemMap

Matrix: TypeAlias = list[list[Any]]


class PreciseMap:
    """One map F: R^m -> R^n, by the own formulas of its system, its parameters at face value.

    Arguments: ``given``, a batch of one; ``field``, that of the numbers.
    """

    def __init__(self, given: SystemMap, field: Field) -> None:
        self.given, self.field = given, field
        self._twin = given.system.twin(field.array)
        self._offset = field.array(given.offset)[0]

    def value(self, point: Sequence[Scalar]) -> list[Scalar]:
        """Return F(w); ``point`` may have nilpotent parts.  Raises Undecided at doubtful places."""
        still = [self.field.number(0)] * len(point)
        moved = self._jet(point, still)[0]
        return [a + b for a, b in zip(self._offset, moved, strict=True)]

    def jacobian(self, point: Sequence[Scalar]) -> Matrix:
        """Return DF(w), n rows."""
        columns = []
        for j in range(len(point)):
            unit = [self.field.number(i == j) for i in range(len(point))]
            columns.append(self._jet(point, unit)[1])
        return [list(row) for row in zip(*columns, strict=True)]

    def _jet(self, point: Sequence[Scalar], direction: Sequence[Scalar]) -> list[list[Scalar]]:
        arrays = []
        for vector in (point, direction):
            row = np.empty((1, len(vector)), dtype=object)
            row[0] = vector
            arrays.append(row)
        found = self._twin.jet(*arrays)
        outputs = self.given.system.outputs
        return [
            [
                x if isinstance(x, (Number, Nilpotent)) else self.field.number(x)
                for x in np.broadcast_to(np.asarray(part, dtype=object), (1, outputs))[0]
            ]
            for part in found[:2]
        ]

    def solved(self, y: Sequence[Number]) -> bool:
        """Say whether y is the value at w*; Undecided where that is not certain."""
        return all(a == b for a, b in zip(self._offset, y, strict=True))

    def within(self, centre: Sequence[Number], radius: Number) -> bool:
        """Say whether ½‖F - F(w*)‖² certainly is convex on the ball around a point."""
        known = float(self.given.radius[0])
        if known == np.inf:
            return True
        home = self.field.array(self.given.system.origin)[0]
        away = self.field.number(0)
        for a, b in zip(centre, home, strict=True):
            away = away + (a - b) ** 2
        room = self.field.number(known) - radius
        return bool(room >= 0) and bool(away <= room**2)


def _nonzero(x: Number) -> bool:
    return bool(x.value > 0 or x.value < 0)


def _nought(x: Number) -> bool:
    return bool(x.value == 0)


def rank(matrix: Matrix) -> tuple[int, int]:
    """Return bounds of the rank; equal where elimination decides it."""
    rows = [list(row) for row in matrix]
    order = min(len(rows), len(rows[0]))
    for k in range(order):
        places = [
            (i, j) for i in range(k, len(rows)) for j in range(k, len(rows[0]))
            if _nonzero(rows[i][j])
        ]  # fmt: skip
        if not places:
            rest = (rows[i][j] for i in range(k, len(rows)) for j in range(k, len(rows[0])))
            return k, k if all(map(_nought, rest)) else order
        i, j = max(places, key=lambda place: _size(rows[place[0]][place[1]]))
        rows[k], rows[i] = rows[i], rows[k]
        for row in rows:
            row[k], row[j] = row[j], row[k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            for j in range(k + 1, len(rows[0])):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return order, order


def positive_index(matrix: Matrix) -> tuple[int, int]:
    """Return bounds of the largest dimension on which the form ⟨Bz, z⟩ is positive definite.

    By symmetric elimination with pivots of order one and two: congruence keeps the signature
    (J. J. Sylvester, 1852).
    """
    size, half = len(matrix), matrix[0][0].field.number(0.5)
    form = [[(matrix[i][j] + matrix[j][i]) * half for j in range(size)] for i in range(size)]
    positive = 0
    while form:
        size = len(form)
        single = [i for i in range(size) if _nonzero(form[i][i])]
        pair = None if single else _hyperbolic(form)
        if single:
            i = max(single, key=lambda i: _size(form[i][i]))
            positive += form[i][i].sign() > 0
            form = _reduced(form, [i])
        elif pair is not None:
            positive += 1
            form = _reduced(form, pair)
        elif all(_nought(x) for row in form for x in row):
            return positive, positive
        else:
            return positive, positive + size
    return positive, positive


def _hyperbolic(form: Matrix) -> list[int] | None:
    """Return a pair on which the form certainly takes both signs."""
    for i in range(len(form)):
        for j in range(i):
            if (form[i][i] * form[j][j] - form[i][j] ** 2).value < 0:
                return [j, i]
    return None


def _reduced(form: Matrix, pivots: list[int]) -> Matrix:
    """Return the form on the complement that is orthogonal, for it, to the pivots."""
    rest = [i for i in range(len(form)) if i not in pivots]
    if len(pivots) == 1:
        (p,) = pivots
        inverse = [[1 / form[p][p]]]
    else:
        p, q = pivots
        determinant = form[p][p] * form[q][q] - form[p][q] ** 2
        inverse = [
            [form[q][q] / determinant, -form[p][q] / determinant],
            [-form[p][q] / determinant, form[p][p] / determinant],
        ]

    def less(i: int, j: int) -> Number:
        found: Number = form[i][j]
        for a, p in enumerate(pivots):
            for b, q in enumerate(pivots):
                found = found - form[i][p] * inverse[a][b] * form[q][j]
        return found

    return [[less(i, j) for j in rest] for i in rest]


def _size(x: Number) -> Any:
    return abs(x.value) if x.field.exact else abs(x.value.mid())


@dataclass(frozen=True)
class Subspace:
    """The range of a matrix, or its kernel."""

    matrix: Matrix
    kernel: bool

    def dimension(self) -> int:
        """Return the dimension; Undecided where the rank is not certain."""
        found = _certain(rank(self.matrix))
        return len(self.matrix[0]) - found if self.kernel else found

    def contains(self, v: Sequence[Number]) -> bool:
        """Say whether a vector lies in the subspace; Undecided where that is not certain."""
        if self.kernel:
            return all(x == 0 for x in applied(self.matrix, v))
        beside = [[*row, x] for row, x in zip(self.matrix, v, strict=True)]
        return _certain(rank(beside)) == _certain(rank(self.matrix))

    def meet(self, other: Subspace) -> Subspace:
        """Return the intersection with another kernel; Undecided for other subspaces."""
        if not (self.kernel and other.kernel):
            raise Undecided("the intersection of two subspaces")
        return Subspace([*self.matrix, *other.matrix], True)


def _certain(bounds: tuple[int, int]) -> int:
    if bounds[0] != bounds[1]:
        raise Undecided("the rank of a matrix")
    return bounds[0]


def applied(matrix: Matrix, v: Sequence[Any]) -> list[Any]:
    """Return the vector A v."""
    return [_inner(row, v) for row in matrix]


def composed(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = transposed(right)
    return [[_inner(row, column) for column in columns] for row in left]


def transposed(matrix: Matrix) -> Matrix:
    """Return the transpose."""
    return [list(column) for column in zip(*matrix, strict=True)]


def _inner(u: Sequence[Any], v: Sequence[Any]) -> Any:
    pairs = iter(zip(u, v, strict=True))
    x, y = next(pairs)
    total = x * y
    for x, y in pairs:
        total = total + x * y
    return total
