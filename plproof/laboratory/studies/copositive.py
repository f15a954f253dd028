"""Copositive matrices, decided in rationals, and what they say of quartic forms and of graphs.

A symmetric M is copositive if y'My >= 0 for all y >= 0 (T. S. Motzkin, 1952).  With y_i = x_i² this
says that f(x) = Σ M_ij x_i² x_j² is nowhere negative, and as f(tx) = t⁴f(x), that 0 is a local
minimum of f (K. G. Murty and S. N. Kabadi, 1987).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import (
    SAFETY,
    UNIT,
    Floats,
    Tracked,
    dot,
    matvec,
    tracked,
)

Exact = Sequence[Sequence[int | Fraction]]
"""A square matrix of whole or rational numbers, as its rows."""

Whole = NDArray[np.int64]

LARGEST_SIZE = 12


def copositivity_witness(matrix: Exact) -> tuple[Fraction, ...] | None:
    """Return some y >= 0 with y'My < 0, or None, which says that M is copositive.

    Exact and complete: all 2^n - 1 principal submatrices are tried.  If y'My takes a negative
    value on the simplex, then let y be a minimiser with the fewest positive entries, S their
    indices and -λ the minimum.  Then M_S y_S = -λ1.  Were M_S k = 0 for some k other than 0, then
    -λ(1'k) = 0, and along k, within the simplex, the value would not change until one more entry
    vanishes.  So M_S is invertible, and M_S x = -1 has one solution, x = y_S/λ > 0.  Conversely
    such an x gives x'M_S x = -(1'x) < 0.

    Raises ValueError unless M is symmetric with 1 to 12 rows of whole or rational numbers.
    """
    rows = _checked(matrix)
    for size in range(1, len(rows) + 1):
        for chosen in combinations(range(len(rows)), size):
            part = [[rows[i][j] for j in chosen] for i in chosen]
            found = _solve(part, [Fraction(-1)] * size)
            if found is not None and all(x > 0 for x in found):
                values = dict(zip(chosen, found, strict=True))
                return tuple(values.get(i, Fraction(0)) for i in range(len(rows)))
    return None


def is_copositive(matrix: Exact) -> bool:
    """Say whether y'My >= 0 for all y >= 0; see :func:`copositivity_witness`."""
    return copositivity_witness(matrix) is None


def is_copositive_by_inverses(matrix: Exact) -> bool:
    """Say the same by another criterion, of R. W. Cottle, G. J. Habetler and C. E. Lemke (1970).

    A matrix all of whose principal submatrices of one row less are copositive is not copositive
    exactly if its determinant is negative and its adjugate has no negative entry, that is, if it
    is invertible, its inverse has no positive entry and its determinant is negative.
    """
    rows = _checked(matrix)
    for size in range(1, len(rows) + 1):
        for chosen in combinations(range(len(rows)), size):
            part = [[rows[i][j] for j in chosen] for i in chosen]
            if _determinant(part) >= 0:
                continue
            units = [[Fraction(int(i == j)) for i in range(size)] for j in range(size)]
            columns = [_solve(part, unit) for unit in units]
            if all(column is not None and max(column) <= 0 for column in columns):
                return False
    return True


def form(matrix: Exact, vector: Sequence[int | Fraction]) -> Fraction:
    """Return y'My exactly."""
    pairs = ((i, j) for i in range(len(vector)) for j in range(len(vector)))
    return sum((matrix[i][j] * vector[i] * Fraction(vector[j]) for i, j in pairs), Fraction(0))


def _checked(matrix: Exact) -> list[list[Fraction]]:
    rows = [list(row) for row in matrix]
    size = len(rows)
    if not 1 <= size <= LARGEST_SIZE or any(len(row) != size for row in rows):
        raise ValueError(f"a square matrix has 1 to {LARGEST_SIZE} rows of that length")
    if not all(isinstance(x, int | Fraction) for row in rows for x in row):
        raise ValueError("the entries are whole numbers or fractions, no floats")
    exact = [[Fraction(x) for x in row] for row in rows]
    if any(exact[i][j] != exact[j][i] for i in range(size) for j in range(i)):
        raise ValueError("the matrix is not symmetric")
    return exact


def _eliminate(rows: list[list[Fraction]], size: int) -> Fraction:
    """Bring the first ``size`` columns to upper triangular form in place; return the determinant.

    Stops with 0 at a column without a pivot.
    """
    determinant = Fraction(1)
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k] != 0), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            determinant = -determinant
        top = rows[k]
        determinant *= top[k]
        for row in rows[k + 1 :]:
            if row[k] != 0:
                factor = row[k] / top[k]
                row[k:] = [a - factor * b for a, b in zip(row[k:], top[k:], strict=True)]
    return determinant


def _determinant(matrix: list[list[Fraction]]) -> Fraction:
    return _eliminate([list(row) for row in matrix], len(matrix))


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Return the solution of Mx = b, None for a singular M."""
    size = len(matrix)
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    if _eliminate(rows, size) == 0:
        return None
    solution: list[Fraction] = []
    for k in reversed(range(size)):
        known = zip(rows[k][k + 1 : size], reversed(solution), strict=True)
        solution.append((rows[k][size] - sum(a * x for a, x in known)) / rows[k][k])
    return solution[::-1]


# --- sampling ---------------------------------------------------------------------------------


def lattice_minima(matrices: Whole, parts: int) -> Whole:
    """Return the least y'My, (N,), over whole y >= 0 with sum ``parts`` >= 1, exactly.

    Argument: ``matrices`` (N, n, n) of whole numbers below 2**20 in size, ``parts`` below 2**10.
    A negative value shows that M is not copositive; another one shows nothing.
    """
    if not 1 <= parts < 2**10 or np.any(np.abs(matrices) >= 2**20):
        raise ValueError("need 1 <= parts < 2**10 and entries below 2**20 in size")
    size = matrices.shape[-1]
    cuts = np.array(list(combinations(range(parts + size - 1), size - 1)), dtype=np.int64)
    cuts = cuts.reshape(-1, size - 1)
    edges = np.pad(cuts, ((0, 0), (1, 1)), constant_values=-1)
    edges[:, -1] = parts + size - 1
    y = np.diff(edges, axis=1) - 1
    pairs = (y[:, :, None] * y[:, None, :]).reshape(len(y), size * size)
    flat = matrices.reshape(len(matrices), size * size).astype(np.int64)
    # products below 2**53: exact in float64, where the multiplication of matrices is fast
    values = flat.astype(np.float64) @ pairs.T.astype(np.float64)
    return np.asarray(values.min(axis=1).astype(np.int64))


def quartic(matrices: Floats, points: Floats | Tracked) -> Tracked:
    """Return f(x) = Σ M_ij x_i² x_j² (..., N) at ``points`` (..., N, n), with a bound on its error.

    Arguments: ``matrices`` (N, n, n), exact; points exact if given as an array.
    """
    x = tracked(points)
    y = x * x
    return tracked(dot(matvec(matrices, y), y))


def falls_below_zero(matrices: Floats, samples: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say for which M the quartic form was certainly negative at one of ``samples`` points, (N,).

    The points are normal, with each coordinate left out with probability ¼, so that faces are
    tried too; f(tx) = t⁴f(x) makes 0 no local minimum where f(x) < 0.
    """
    shape = (samples, *matrices.shape[:2])
    points = rng.standard_normal(shape) * (rng.random(shape) < 0.75)
    value = quartic(np.asarray(matrices, dtype=np.float64), points)
    return np.asarray((value.value + SAFETY * UNIT * value.error < 0).any(axis=0))


# --- graphs -----------------------------------------------------------------------------------


def all_graphs(vertices: int) -> Whole:
    """Return the adjacency matrices of all labelled graphs with 1 to 6 vertices, (N, v, v)."""
    if not 1 <= vertices <= 6:
        raise ValueError(f"from 1 to 6 vertices, got {vertices}")
    edges = list(combinations(range(vertices), 2))
    result = np.zeros((2 ** len(edges), vertices, vertices), dtype=np.int64)
    numbers = np.arange(len(result))
    for place, (i, j) in enumerate(edges):
        result[:, i, j] = result[:, j, i] = numbers >> place & 1
    return result


def clique_number(adjacency: Whole) -> int:
    """Return the size of the largest set of vertices joined in pairs, by trying all sets."""
    size = len(adjacency)
    joined = adjacency + np.eye(size, dtype=np.int64)
    for count in range(size, 1, -1):
        for chosen in combinations(range(size), count):
            if joined[np.ix_(chosen, chosen)].all():
                return count
    return 1


def clique_matrix(adjacency: Whole, bound: int) -> list[list[int]]:
    """Return (k - 1)E - kA for ``bound`` k >= 1, E all ones and A the adjacency matrix.

    It is copositive exactly if no clique has more than k vertices: the largest y'Ay on the simplex
    is 1 - 1/ω (T. S. Motzkin and E. G. Straus, 1965), and (k - 1) - k(1 - 1/ω) = k/ω - 1.
    """
    if bound < 1:
        raise ValueError(f"a clique has at least 1 vertex, got {bound}")
    return [[bound - 1 - bound * int(entry) for entry in row] for row in adjacency]
