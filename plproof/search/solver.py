"""The numeric side: semidefinite programs handed to Clarabel.  Its answers are never believed.

Needs the extra ``search`` (clarabel, scipy).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plproof.search.program import Form, Program

Floats = NDArray[np.float64]
_ROOT2 = np.sqrt(2.0)


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


def triangle(size: int) -> tuple[Floats, Floats]:
    """Return rows and columns of the upper triangle, in the order of the solver."""
    columns, rows = np.tril_indices(size)
    return rows, columns


def vector_of(form: Form, size: int, values: int) -> Floats:
    """Return values, then the upper triangle by columns, off-diagonal entries times √2."""
    found = np.zeros(values + size * (size + 1) // 2)
    for k, c in form.linear.items():
        found[k] = float(c)
    for (i, j), c in form.quadratic.items():
        found[values + j * (j + 1) // 2 + i] = float(c) if i == j else float(c) / 2 * _ROOT2
    return found


def matrix_of(vector: Floats, size: int) -> Floats:
    """Return the symmetric matrix of a triangle whose off-diagonal entries are times √2."""
    rows, columns = triangle(size)
    found = np.zeros((size, size))
    found[rows, columns] = vector / np.where(rows == columns, 1.0, _ROOT2)
    return np.asarray(found + found.T - np.diag(np.diag(found)))


def least_rate(
    program: Program, support: Sequence[int] | None = None, tolerance: float = 1e-10
) -> Solution:
    """Return the least rate that the columns of the support allow, with its weights."""
    return _solve(program, support, None, tolerance)


def centre(
    program: Program,
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
    program: Program, support: Sequence[int] | None, kernel: Floats | None, tolerance: float
) -> Solution:
    clarabel, sparse = libraries()
    size, values = program.size, program.values
    chosen = list(range(len(program.columns))) if support is None else list(support)
    signed = [place for place, j in enumerate(chosen) if not program.free[j]]
    forms = [vector_of(program.columns[j], size, values) for j in chosen]
    constant, bound = (vector_of(f, size, values) for f in (program.target, program.bound))
    reduce, inner = _reduction(kernel, size, values)
    columns = (
        np.array([reduce(v) for v in forms]).T if forms else np.zeros((len(reduce(constant)), 0))
    )
    right, count = reduce(constant), len(chosen)
    equations = len(right) - inner * (inner + 1) // 2
    first = -reduce(bound)
    signs = np.zeros((len(signed), 1 + count))
    signs[np.arange(len(signed)), 1 + np.array(signed, dtype=int)] = -1.0
    cones = [clarabel.ZeroConeT(equations)] if equations else []
    cones += [clarabel.PSDTriangleConeT(inner)] if inner else []
    rest = np.zeros(len(signed))
    if kernel is not None:
        first = first * 0.0
        diagonal = [j * (j + 1) // 2 + j for j in range(inner)]
        first[[equations + d for d in diagonal]] = 1.0
        signs[:, 0] = 1.0
        cap = np.zeros((1, 1 + count))
        cap[0, 0] = 1.0
        signs, rest = np.vstack([signs, cap]), np.append(rest, 1.0)
    cones += [clarabel.NonnegativeConeT(len(rest))] if len(rest) else []
    matrix = sparse.csc_matrix(np.vstack([np.column_stack([first, columns]), signs]))
    cost = np.zeros(1 + count)
    cost[0] = 1.0 if kernel is None else -1.0
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    zero = sparse.csc_matrix((1 + count, 1 + count))
    answer = clarabel.DefaultSolver(
        zero, cost, matrix, np.concatenate([right, rest]), cones, settings
    ).solve()
    x, z, s = (np.array(v) for v in (answer.x, answer.z, answer.s))
    weights = np.zeros(len(program.columns))
    weights[chosen] = x[1:]
    end = len(right)
    dual, slack = (matrix_of(v[equations:end], inner) for v in (z, s))
    if kernel is not None:
        basis = _complement(kernel, size)
        dual, slack = basis @ dual @ basis.T, basis @ slack @ basis.T
    tight = np.zeros(len(program.columns))
    tight[[chosen[place] for place in signed]] = z[end : end + len(signed)]
    return Solution(str(answer.status), float(x[0]), weights, slack, dual, z[:values], tight)


def _complement(kernel: Floats, size: int) -> Floats:
    if not len(kernel):
        return np.eye(size)
    return np.asarray(np.linalg.svd(kernel)[2][len(kernel) :].T)


def _reduction(kernel: Floats | None, size: int, values: int) -> tuple[Any, int]:
    """Return how a form's vector is restricted to the complement of a kernel, and that size.

    What the kernel demands, slack·k = 0, comes after the values as further equations.
    """
    if kernel is None or not len(kernel):
        return (lambda vector: vector), size
    basis = _complement(kernel, size)
    inner = basis.shape[1]
    rows, columns = triangle(inner)
    weight = np.where(rows == columns, 1.0, _ROOT2)

    def reduce(vector: Floats) -> Floats:
        matrix = matrix_of(vector[values:], size)
        small = basis.T @ matrix @ basis
        return np.concatenate(
            [vector[:values], (kernel @ matrix).ravel(), small[rows, columns] * weight]
        )

    return reduce, inner


def libraries() -> tuple[Any, Any]:
    """Return clarabel and scipy.sparse, or say how to install them."""
    try:
        import clarabel
        from scipy import sparse
    except ImportError:
        raise SearchUnavailable(
            "searching for proofs needs a solver: pip install 'plproof[search]'"
        ) from None
    return clarabel, sparse
