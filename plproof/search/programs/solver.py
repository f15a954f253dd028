"""The numeric side: semidefinite programs handed to Clarabel.  Its answers are never believed.

Needs the extra ``search`` (clarabel, scipy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plproof.search.programs.program import FormOver, ProgramOver
from plproof.search.programs.surd import Exact

Floats = NDArray[np.float64]
_ROOT2 = 2.0**0.5
_INSTALL = "searching for proofs needs a solver: pip install 'plproof[search]'"


class SearchUnavailable(ImportError):
    """The extra that brings the solver is not installed."""


@dataclass(frozen=True)
class Solution:
    """What the solver said: its ``status``; the minimised ``first`` variable (the rate, or minus
    the distance t from the boundary); ``weights`` of the program's columns; ``slack``, the Gram
    matrix left over; ``dual``, the matrix of the worst case; ``tight``, multipliers of w ≥ t.
    """

    status: str
    first: float
    weights: Floats
    slack: Floats
    dual: Floats
    values: Floats
    tight: Floats

    @property
    def solved(self) -> bool:
        """Whether the solver claims to be done."""
        return self.status in ("Solved", "AlmostSolved")


class Columns(NamedTuple):
    """A sparse matrix by columns, rows in order: what Clarabel asks of a matrix, and no more."""

    data: list[float]
    indices: list[int]
    indptr: list[int]
    shape: tuple[int, int]
    has_canonical_format: bool = True  # rows in order, each once: nothing is left to be summed

    @classmethod
    def of(cls, columns: Sequence[Mapping[int, float]], rows: int) -> Columns:
        """Return the matrix with that many rows whose columns have these entries, by row."""
        data: list[float] = []
        indices: list[int] = []
        indptr = [0]
        for column in columns:
            for row in sorted(column):
                indices.append(row)
                data.append(column[row])
            indptr.append(len(data))
        return cls(data, indices, indptr, (rows, len(columns)))


class Stopped(NamedTuple):
    """The answer of a solver that broke down, in the form of one: its numbers are none."""

    status: str
    x: list[float]
    z: list[float]
    s: list[float]
    obj_val: float


def minimised(
    cost: list[float],
    matrix: Any,
    right: list[float],
    cones: Sequence[Any],
    tolerance: float,
    quadratic: Any = None,
    chordal: bool = True,
    quick: bool = False,
) -> Any:
    """Return the solver's answer: the least cost·x with right − matrix·x in the cones, in turn.

    ``matrix`` is sparse, by columns, and so is ``quadratic``, the upper triangle of Q when ½⟨x, Qx⟩
    joins what is to be least.  ``chordal`` lets the solver cut sparse matrices into parts; where it
    is ``quick``, its linear equations are not refined unless it is not done without.  A solver that
    breaks down has the status ``Panicked``.
    """
    clarabel = conic_solver()
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.chordal_decomposition_enable = False, chordal
    settings.iterative_refinement_enable = not quick
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    count = len(cost)
    if quadratic is None:
        quadratic = Columns([], [], [0] * (count + 1), (count, count))
    try:
        answer = clarabel.DefaultSolver(quadratic, cost, matrix, right, cones, settings).solve()
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust; it is no Exception, and not public
            raise
        lost, rows = float("nan"), [float("nan")] * len(right)
        answer = Stopped("Panicked", [lost] * count, rows, rows, lost)
    if quick and str(answer.status) != "Solved":
        return minimised(cost, matrix, right, cones, tolerance, quadratic, chordal)
    return answer


def triangle(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of the upper triangle, in the order of the solver."""
    columns, rows = np.nonzero(np.tri(size, dtype=bool))
    return rows, columns


def vector_of(form: FormOver[Exact], size: int, values: int) -> Floats:
    """Return values, then the upper triangle by columns, off-diagonal entries times √2."""
    found = np.zeros(values + size * (size + 1) // 2)
    for k, c in form.linear.items():
        found[k] = float(c)
    for (i, j), c in form.quadratic.items():
        found[values + j * (j + 1) // 2 + i] = float(c) if i == j else float(c) / 2 * _ROOT2
    return found


def matrix_of(vector: Floats, size: int) -> Floats:
    """Return the symmetric matrix of a triangle whose off-diagonal entries are times √2."""
    places, scales = _of_triangle(size)
    return vector[places] / scales


@lru_cache(maxsize=8)
def _of_triangle(size: int) -> tuple[NDArray[np.intp], Floats]:
    """Return where in a triangle each entry of a matrix stands, and what it is divided by there."""
    rows, columns = triangle(size)
    places, scales = np.zeros((size, size), dtype=np.intp), np.full((size, size), _ROOT2)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    scales.flat[:: size + 1] = 1.0
    return places, scales


def least_rate(program: ProgramOver[Exact], tolerance: float = 1e-10) -> Solution:
    """Return the least rate that the columns allow, with its weights."""
    return _solve(program, None, None, tolerance)


def centre(
    program: ProgramOver[Exact],
    support: Sequence[int],
    kernel: Sequence[Sequence[float]],
    tolerance: float = 1e-9,
) -> Solution:
    """Return weights in the middle: maximise t with slack ⪰ t·I off the kernel, weights ≥ t.

    ``kernel`` lists vectors that the slack must annihilate; the program's rate is fixed.
    """
    rows = np.array(kernel, dtype=float).reshape(len(kernel), program.size)
    return _solve(program, support, rows, tolerance)


def _solve(
    program: ProgramOver[Exact],
    support: Sequence[int] | None,
    kernel: Floats | None,
    tolerance: float,
) -> Solution:
    clarabel = conic_solver()
    size, values = program.size, program.values
    chosen = list(range(len(program.columns))) if support is None else list(support)
    signed = [place for place, j in enumerate(chosen) if not program.free[j]]
    forms = [program.target, *(program.columns[j] for j in chosen)]
    if kernel is None or not len(kernel):
        inner, equations = size, values
        right, *columns = (entries_of(f.quadratic, f.linear, values) for f in forms)
    else:
        basis = np.asarray(np.linalg.svd(kernel)[2][len(kernel) :].T)  # of its complement
        inner, equations = basis.shape[1], values + len(kernel) * size
        right, *columns = (_restricted(form, size, values, kernel, basis) for form in forms)
    end = equations + inner * (inner + 1) // 2
    cones = [clarabel.ZeroConeT(equations)] if equations else []
    cones += [clarabel.PSDTriangleConeT(inner)] if inner else []
    limits = [0.0] * len(signed)
    if kernel is None:
        bound = entries_of(program.bound.quadratic, program.bound.linear, values)
        first = {row: -c for row, c in bound.items()}
    else:
        first = {equations + j * (j + 1) // 2 + j: 1.0 for j in range(inner)}
        first |= {end + n: 1.0 for n in range(len(signed) + 1)}  # w ≥ t, and t ≤ 1
        limits.append(1.0)
    for n, place in enumerate(signed):
        columns[place][end + n] = -1.0
    cones += [clarabel.NonnegativeConeT(len(limits))] if limits else []
    answer = minimised(
        [1.0 if kernel is None else -1.0] + [0.0] * len(chosen),
        Columns.of([first, *columns], end + len(limits)),
        [right.get(row, 0.0) for row in range(end)] + limits,
        cones,
        tolerance,
    )
    x, z, s = (np.array(v) for v in (answer.x, answer.z, answer.s))
    weights = np.zeros(len(program.columns))
    weights[chosen] = x[1:]
    dual, slack = (matrix_of(v[equations:end], inner) for v in (z, s))
    if kernel is not None and len(kernel):
        dual, slack = basis @ dual @ basis.T, basis @ slack @ basis.T
    tight = np.zeros(len(program.columns))
    tight[[chosen[place] for place in signed]] = z[end : end + len(signed)]
    return Solution(str(answer.status), float(x[0]), weights, slack, dual, z[:values], tight)


def entries_of(
    quadratic: Mapping[tuple[int, int], Any], linear: Mapping[int, Any], values: int
) -> dict[int, float]:
    """Return what is not zero of a form's vector, by row; see :func:`vector_of`."""
    found = {k: float(c) for k, c in linear.items()}
    for (i, j), c in quadratic.items():
        found[values + j * (j + 1) // 2 + i] = float(c) if i == j else float(c) / 2 * _ROOT2
    return found


def _restricted(
    form: FormOver[Exact], size: int, values: int, kernel: Floats, basis: Floats
) -> dict[int, float]:
    """Return a form's entries restricted to the complement of a kernel, which the basis spans.

    What the kernel demands, slack·k = 0, comes after the values as further equations.
    """
    vector = vector_of(form, size, values)
    matrix = matrix_of(vector[values:], size)
    small = basis.T @ matrix @ basis
    rows, columns = triangle(len(small))
    weight = np.where(rows == columns, 1.0, _ROOT2)
    whole = np.concatenate(
        [vector[:values], (kernel @ matrix).ravel(), small[rows, columns] * weight]
    )
    kept = np.nonzero(whole)[0]
    return dict(zip(kept.tolist(), whole[kept].tolist(), strict=True))


def conic_solver() -> Any:
    """Return clarabel, or say how to install it."""
    try:
        import clarabel
    except ImportError:
        raise SearchUnavailable(_INSTALL) from None
    return clarabel


def libraries() -> tuple[Any, Any]:
    """Return clarabel and scipy.sparse, or say how to install them."""
    try:
        from scipy import sparse
    except ImportError:
        raise SearchUnavailable(_INSTALL) from None
    return conic_solver(), sparse
