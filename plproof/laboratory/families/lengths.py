"""Upper bounds of lengths and roots: what Lipschitz constants of functions are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic.rounding import Floats, multiply_up, product_is_exact
from plproof.laboratory.families.spectra import of_gram

_WIDE, _LEAST = 1.0 + 2.0**-45, 2.0**-480  # a few roundings of positive numbers; underflow


def length_up(vectors: Floats) -> Floats:
    """Return numbers (...,) at least the lengths of vectors (..., n), exact for multiples of axes.

    Entries are below 2**500 in size; larger ones give inf.
    """
    size = np.abs(vectors)
    largest = np.max(size, axis=-1)
    with np.errstate(over="ignore"):
        length = np.sqrt(np.sum(size * size, axis=-1)) * _WIDE + _LEAST
    bound: Floats = np.where(np.count_nonzero(size, axis=-1) <= 1, largest, length)
    return bound


def root_up(values: Floats) -> Floats:
    """Return numbers at least the roots of numbers >= 0, exact where a root is a float."""
    root = np.sqrt(values)
    square = multiply_up(root, root)
    return np.where((square == values) & (-multiply_up(-root, root) == values), root,
                    np.nextafter(root, np.inf))  # fmt: skip


def generous(bound: Floats, nonzero: ArrayLike) -> Floats:
    """Return a positive number computed with a few roundings as a bound from above.

    ``nonzero`` says where the exact number is not 0: there it may have been lost by underflow.
    """
    return np.where(nonzero, bound * _WIDE + _LEAST, 0.0)


def slope_after(matrix: Floats, most: Floats) -> Floats:
    """Return bounds (B,) of |A's| for matrices A (B, n, d) and all |s_i| <= ``most`` (B, n).

    The smaller of Σ most_i |a_i| and ‖A‖ |most|; for orthogonal rows the best possible, |(most_i
    |a_i|)_i|.
    """
    each = multiply_up(length_up(matrix), most)
    together = multiply_up(root_up(of_gram(matrix).largest), length_up(most))
    found = generous(np.minimum(np.sum(each, axis=-1), together), each.any(axis=-1))
    turned = matrix.swapaxes(-1, -2)
    apart = np.matmul(matrix, turned) * (1.0 - np.eye(matrix.shape[1])) == 0
    orthogonal = apart.all(axis=(-2, -1)) & product_is_exact(matrix, turned)
    single = np.count_nonzero(each, axis=-1) <= 1
    return np.where(orthogonal | single, length_up(each), found)
