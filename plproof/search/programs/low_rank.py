"""Worst cases of low rank: points of the semidefinite program that live in few dimensions.

The solver gives Gram matrices of high rank, in the middle of all worst cases.  A weighted trace is
minimised again and again, until few eigenvalues are left: off the first eigenvector of the last
matrix (Dattorro, 2005, convex iteration), or weighed by its inverse (Fazel, Hindi and Boyd, 2003).
All of it is numeric; nothing here is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from plproof.search.programs.program import Form, Program
from plproof.search.programs.solver import Floats, libraries, matrix_of, minimised, vector_of

_ROUNDS, _STARTS = 8, 4
_RANK = 1e-5
_GIVE = 1e-9
_TIGHT = 1e-7


@dataclass(frozen=True)
class LowRank:
    """Numbers near a worst case: ``vectors``, a row of coordinates for each vector of the program,
    its ``values``, and ``violation``, how far the claim fails there (0 at the best rate).
    """

    vectors: Floats
    values: Floats
    violation: float

    @property
    def dimension(self) -> int:
        """In how many dimensions it lives."""
        return int(self.vectors.shape[1])


def worst_point(
    program: Program,
    size: Form | None,
    constant: int | None,
    homes: Sequence[int] = (),
    lowest: Sequence[int] = (),
) -> LowRank | None:
    """Return a worst case in as few dimensions as are found; None when the claim seems to hold.

    The rate of the program is fixed.  ``size`` is a form that is 1 at the point, the larger side of
    the claim, say (None: the trace); ``constant`` numbers the value that stands for 1; ``homes``
    are vectors to be put at the origin where nothing changes when all points are moved, ``lowest``
    values to be put at 0 where nothing changes when a constant is added to all.
    """
    shape = _Shape(program, size, constant, homes, lowest)
    first = shape.solve(shape.target)
    if first is None:
        return None
    most = -float(shape.target @ first)
    scale = 1.0 + abs(most)
    if most < -_TIGHT * scale:
        return None
    least = most / 2 if most > _GIVE * scale else most - _GIVE * scale
    best, draw = first, np.random.default_rng(0)
    gram = shape.gram(first)
    for attempt in range(_STARTS if len(gram) else 0):  # without vectors no rank
        start = gram
        if attempt > 1:
            root = draw.standard_normal(gram.shape)
            start = gram + float(np.trace(gram)) * (root @ root.T) / len(gram) ** 2
        found = _lowered(shape, start, least, _off_the_first if attempt != 1 else _inverse)
        if found is not None and _rank(shape.gram(found)) < _rank(shape.gram(best)):
            best = found
        if _rank(shape.gram(best)) <= 1:
            break
    return shape.read(best)


def _lowered(
    shape: _Shape, gram: Floats, least: float, weighted: Callable[[Floats], Floats]
) -> Floats | None:
    """Return a point of lower rank where the claim fails as much, None when a solve fails."""
    best = None
    for _ in range(_ROUNDS):
        found = shape.solve(shape.trace(weighted(gram)), least)
        if found is None:
            break
        before, best, gram = _rank(gram), found, shape.gram(found)
        if _rank(gram) <= 1 and before <= 1:  # once more, for the smallest one
            break
    return best


def _off_the_first(gram: Floats) -> Floats:
    """Return the projector on the complement of the first eigenvector, and a little of the rest.

    The rest makes small what could be larger: an extreme worst case, which has simple numbers.
    """
    first = np.linalg.eigh(gram)[1][:, -1]
    return np.asarray(1.05 * np.eye(len(gram)) - np.outer(first, first))


def _inverse(gram: Floats) -> Floats:
    """Return the inverse of the matrix, a little shifted, scaled to be at most 1."""
    spectrum, basis = np.linalg.eigh(gram)
    floor = max(1e-6 * spectrum[-1], 1e-12)
    return np.asarray(basis @ np.diag(floor / (np.maximum(spectrum, 0.0) + floor)) @ basis.T)


def _rank(gram: Floats) -> int:
    spectrum = np.linalg.eigvalsh(gram) if len(gram) else np.zeros(1)
    return int((spectrum > _RANK * max(spectrum[-1], 1e-12)).sum())


class _Shape:
    """The program with its symmetries used up: vectors at the origin and values at 0."""

    def __init__(
        self,
        program: Program,
        size: Form | None,
        constant: int | None,
        homes: Sequence[int],
        lowest: Sequence[int],
    ) -> None:
        self._program, self._constant = program, constant
        forms = [*program.columns, program.target]
        whole = [*forms, size] if size is not None else forms
        matrices = [np.array(f.matrix(program.size), dtype=float) for f in forms]
        stacked = np.vstack(matrices) if program.size else np.zeros((1, 0))
        linear = np.array(
            [[float(f.linear.get(k, 0)) for k in range(program.values)] for f in forms]
        )
        away = _gauge(stacked, homes)
        still = _gauge(linear, lowest)
        self._kept = [i for i in range(program.size) if i not in away]
        self._values = [k for k in range(program.values) if k not in still]
        rows = [self._vector(f) for f in whole]
        self.size = rows.pop() if size is not None else None
        self.target, self._columns = rows[-1], rows[:-1]

    def _vector(self, form: Form) -> Floats:
        place = {i: p for p, i in enumerate(self._kept)}
        value = {k: p for p, k in enumerate(self._values)}
        small = Form(
            {
                (place[i], place[j]): c
                for (i, j), c in form.quadratic.items()
                if i in place and j in place
            },
            {value[k]: c for k, c in form.linear.items() if k in value},
        )
        return vector_of(small, len(self._kept), len(self._values))

    def trace(self, weight: Floats) -> Floats:
        """Return the functional ⟨weight, G⟩."""
        count = len(self._kept)
        form = Form(
            {
                (i, j): Fraction(float(weight[i, j] if i == j else 2 * weight[i, j]))
                for j in range(count)
                for i in range(j + 1)
            }
        )
        return vector_of(form, count, len(self._values))

    def gram(self, y: Floats) -> Floats:
        """Return the Gram matrix of a solution."""
        return matrix_of(y[len(self._values) :], len(self._kept))

    def solve(self, cost: Floats, least: float | None = None) -> Floats | None:
        """Minimise a functional over the points; with ``least``, where the claim fails by that."""
        clarabel, sparse = libraries()
        program, count, size = self._program, len(self.target), len(self._kept)
        pairs = list(zip(self._columns, program.free, strict=True))
        equal = [c for c, free in pairs if free]
        right = [0.0] * len(equal)
        if self._constant is not None:
            one = np.zeros(count)
            one[self._values.index(self._constant)] = 1.0
            equal, right = [*equal, one], [*right, 1.0]
        else:
            measure = self.size if self.size is not None else self.trace(np.eye(size))
            equal, right = [*equal, measure], [*right, 1.0]
        below = [-c for c, free in pairs if not free]
        limits = [0.0] * len(below)
        if least is not None:
            below, limits = [*below, self.target], [*limits, -least]
        inner = np.zeros((count - len(self._values), count))
        inner[:, len(self._values) :] = -np.eye(count - len(self._values))
        cones = [clarabel.ZeroConeT(len(equal))] if equal else []
        cones += [clarabel.NonnegativeConeT(len(below))] if below else []
        cones += [clarabel.PSDTriangleConeT(size)] if size else []
        rows = sparse.csc_matrix(np.vstack([*equal, *below, inner]))
        limits += [0.0] * len(inner)
        answer = minimised(cost.tolist(), rows, [*right, *limits], cones, 1e-11)
        usable = str(answer.status) in ("Solved", "AlmostSolved")
        return np.array(answer.x) if usable else None

    def read(self, y: Floats) -> LowRank:
        """Return coordinates and values of all vectors, 0 for those that were put there."""
        gram = self.gram(y)
        spectrum, basis = np.linalg.eigh(gram)
        rank = max(1, _rank(gram))
        vectors = np.zeros((self._program.size, rank))
        if len(gram):
            roots = np.sqrt(np.maximum(spectrum[-rank:], 0.0))
            vectors[self._kept] = basis[:, -rank:] * roots
        values = np.zeros(self._program.values)
        values[self._values] = y[: len(self._values)]
        return LowRank(vectors, values, -float(self.target @ y))


def _gauge(rows: Floats, preferred: Sequence[int]) -> list[int]:
    """Return coordinates that may be put at 0: as many as the common kernel of the rows has."""
    if not rows.shape[1]:
        return []
    _, singular, directions = np.linalg.svd(rows)
    rank = int((singular > 1e-9 * max(singular.max(initial=0.0), 1.0)).sum())
    kernel = directions[rank:].copy()
    found: list[int] = []
    order = [*preferred, *(i for i in range(rows.shape[1]) if i not in preferred)]
    for i in order:
        if not len(kernel) or np.abs(kernel[:, i]).max() < 1e-9:
            continue
        pivot = int(np.abs(kernel[:, i]).argmax())
        row = kernel[pivot] / kernel[pivot, i]
        kernel = np.delete(kernel - np.outer(kernel[:, i], row), pivot, axis=0)
        found.append(i)
    return found
