"""Certified eigenvalue bounds for the exact matrices that float64 arrays stand for.

The bounds are proved, not estimated: diagonal matrices are read off; for the others the computed
eigenpairs are checked after the fact.  Let H be symmetric, V and w the computed eigenvectors and
eigenvalues, E = V'V - I and R = HV - V diag(w).  With U the orthogonal polar factor of V,
|V - U| <= |E| (the singular values s of V satisfy |s - 1| <= |s^2 - 1|), hence
|HU - U diag(w)| <= |R| + |E| (|H| + max|w|), and by H. Weyl's theorem (1912) no eigenvalue of H is
further than that from its w.  All norms are Frobenius norms, with their own rounding added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import (
    Floats,
    gamma,
    product_is_exact,
    round_down,
    round_up,
)


@dataclass(frozen=True)
class SpectrumBounds:
    """Bounds on the eigenvalues of a batch of symmetric matrices, each (B,).

    ``smallest`` <= every eigenvalue <= ``largest``; ``smallest_positive`` is at most the smallest
    positive eigenvalue, 0 when nothing is known (or none is positive); ``exact`` rows are attained.
    """

    smallest: Floats
    smallest_positive: Floats
    largest: Floats
    exact: NDArray[np.bool_]


def of_diagonal(diagonal: Floats) -> SpectrumBounds:
    """Return the exact bounds for diagonal matrices, given their diagonals (B, n)."""
    positive = np.min(np.where(diagonal > 0, diagonal, np.inf), axis=-1)
    return SpectrumBounds(
        smallest=np.min(diagonal, axis=-1),
        smallest_positive=np.where(np.isinf(positive), 0.0, positive),
        largest=np.max(diagonal, axis=-1),
        exact=np.ones(len(diagonal), dtype=bool),
    )


def of_symmetric(matrix: Floats, error: Floats | None = None) -> SpectrumBounds:
    """Return bounds for symmetric matrices (B, n, n), finite, else ValueError.

    ``error`` (B,), if given, bounds the norm of (true matrix - ``matrix``).
    """
    if not np.array_equal(matrix, matrix.swapaxes(-1, -2)):
        raise ValueError("a matrix that should be symmetric is not")
    size = matrix.shape[-1]
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1)
    known = of_diagonal(diagonal)
    off_diagonal = np.count_nonzero(matrix * (1.0 - np.eye(size)), axis=(-2, -1))
    is_diagonal = off_diagonal == 0
    if error is not None:
        is_diagonal &= error == 0
    if np.all(is_diagonal):
        return known
    values, vectors = np.linalg.eigh(matrix)
    radius = _radius(matrix, values, vectors)
    if error is not None:
        radius = round_up(radius + error, 2)
    lower, upper = round_down(values[:, 0] - radius), round_up(values[:, -1] + radius)
    return SpectrumBounds(
        smallest=np.where(is_diagonal, known.smallest, lower),
        smallest_positive=np.where(is_diagonal, known.smallest_positive, np.maximum(lower, 0.0)),
        largest=np.where(is_diagonal, known.largest, upper),
        exact=is_diagonal,
    )


def _radius(matrix: Floats, values: Floats, vectors: Floats) -> Floats:
    size = matrix.shape[-1]
    transposed = vectors.swapaxes(-1, -2)
    skew = np.matmul(transposed, vectors) - np.eye(size)
    skew_error = gamma(size + 1) * (_norm(np.matmul(np.abs(transposed), np.abs(vectors))) + 1.0)
    residual = np.matmul(matrix, vectors) - vectors * values[:, None, :]
    terms = np.matmul(np.abs(matrix), np.abs(vectors)) + np.abs(vectors * values[:, None, :])
    residual_error = gamma(size + 2) * _norm(terms) + 2.0**-1000
    off = _norm(skew) + skew_error
    if np.any(off > 0.5):
        raise ValueError("the eigenvectors could not be certified: is the matrix finite?")
    spread = _norm(matrix) + np.max(np.abs(values), axis=-1)
    # the factor pays for the rounding of these norms, sums and products of positive numbers
    widened = 1.0 + gamma(8 * size * size + 64)
    radius: Floats = (_norm(residual) + residual_error + off * spread) * widened
    return radius


def _norm(matrix: Floats) -> Floats:
    norm: Floats = np.sqrt(np.sum(matrix * matrix, axis=(-2, -1)))
    return norm


def of_gram(matrix: Floats) -> SpectrumBounds:
    """Return bounds on the squared singular values of matrices A (B, r, d).

    These are the min(r, d) eigenvalues of AA' (r <= d) or A'A (r > d); ``smallest_positive`` is a
    lower bound on the smallest non-zero one, exact if the rows (columns) are orthogonal and their
    products representable.
    """
    left = matrix if matrix.shape[1] <= matrix.shape[2] else matrix.swapaxes(-1, -2)
    right = left.swapaxes(-1, -2)
    gram = np.matmul(left, right)
    gram = 0.5 * (gram + gram.swapaxes(-1, -2))
    slack = gamma(left.shape[-1] + 2) * _norm(np.matmul(np.abs(left), np.abs(right)))
    slack = slack * (1.0 + gamma(8 * gram.shape[-1] ** 2 + 64)) + 2.0**-1000
    bounds = of_symmetric(gram, np.where(product_is_exact(left, right), 0.0, slack))
    return SpectrumBounds(
        smallest=np.maximum(bounds.smallest, 0.0),
        smallest_positive=bounds.smallest_positive,
        largest=bounds.largest,
        exact=bounds.exact,
    )
