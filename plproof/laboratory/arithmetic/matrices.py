"""Linear maps on batches: products with error bounds, exact ranks, certified signs of eigenvalues.

A product of exact operands that cannot have rounded (see
``product_is_exact``) is exact: this is what makes the rank of a
Hessian of small whole numbers a fact.  Ranks are computed modulo primes near 2**31; the rank
over ℚ is the largest of them once the product of the primes exceeds Hadamard's bound on minors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked

Counts = NDArray[np.int64]

PRIMES = (
    2147483647, 2147483629, 2147483587, 2147483579, 2147483563, 2147483549, 2147483543, 2147483497,
    2147483489, 2147483477, 2147483423, 2147483399,
)  # fmt: skip

MARGIN = 2.0**-36
"""An eigenvalue or singular value counts as not 0 above this multiple of the largest."""

_UNDERFLOW = 2.0**-1015  # in multiples of UNIT, as in rounding


def identity(dimension: int, factor: float = 1.0) -> Tracked:
    """Return a multiple of the unit matrix, exact."""
    return Tracked(factor * np.eye(dimension))


def transposed(a: Tracked) -> Tracked:
    """Return the transposes of (..., r, c)."""
    return Tracked(a.value.swapaxes(-1, -2), a.error.swapaxes(-1, -2))


def applied(a: Tracked, v: Tracked) -> Tracked:
    """Return the vectors (..., r) of maps (..., r, c) at vectors (..., c)."""
    x, y = a.value, v.value[..., None, :]
    value = np.sum(x * y, axis=-1)
    size = np.sum(np.abs(x) * np.abs(y), axis=-1)
    spread = np.abs(x) * v.error[..., None, :] + a.error * np.abs(y)
    error = np.sum(spread + SAFETY * UNIT * (a.error * v.error[..., None, :]), axis=-1)
    if a.error.any() or v.error.any():
        exact = np.zeros(value.shape, dtype=bool)
    else:
        exact = _exact(_grid(x, -1) + _grid(y, -1), size)
    count = x.shape[-1]
    return Tracked(value, error + np.where(exact, 0.0, count * (size + _UNDERFLOW)))


def composed(a: Tracked, b: Tracked) -> Tracked:
    """Return the products (..., r, c) of maps (..., r, k) and (..., k, c)."""
    x, y = a.value, b.value
    value, size = np.matmul(x, y), np.matmul(np.abs(x), np.abs(y))
    error = np.matmul(np.abs(x), b.error) + np.matmul(a.error, np.abs(y))
    error = error + SAFETY * UNIT * np.matmul(a.error, b.error)
    if a.error.any() or b.error.any():
        exact = np.zeros(value.shape, dtype=bool)
    else:
        exact = _exact(_grid(x, -1)[..., :, None] + _grid(y, -2)[..., None, :], size)
    count = x.shape[-1]
    return Tracked(value, error + np.where(exact, 0.0, count * (size + _UNDERFLOW)))


def _grid(x: Floats, axis: int) -> Floats:
    """Return the largest e such that all entries along the axis are whole multiples of 2**e."""
    mantissa, exponent = np.frexp(np.where(np.isfinite(x), x, 0.0))
    whole = np.abs(mantissa * 2.0**53).astype(np.int64)
    lowest = (whole & -whole).astype(np.float64)
    bits = np.where(whole == 0, np.inf, np.log2(np.maximum(lowest, 1.0)) + exponent - 53)
    return np.asarray(np.min(np.where(np.isfinite(x), bits, -np.inf), axis=axis, initial=np.inf))


def _exact(grid: Floats, size: Floats) -> NDArray[np.bool_]:
    small = size <= np.exp2(np.clip(grid + 52.0, -1000.0, 900.0))
    return np.asarray((size == 0) | ((grid > -900.0) & small))


def ranks(matrices: Floats) -> Counts:
    """Return the exact ranks (...) of matrices (..., r, c); -1 where they are too large for that.

    A matrix is taken as exact and may be multiplied by a power of two.
    """
    shape = matrices.shape[:-2]
    rows, columns = matrices.shape[-2:]
    flat = matrices.reshape(-1, rows * columns)
    if not flat.size:
        return np.zeros(shape, dtype=np.int64)
    finite = np.asarray(np.isfinite(flat).all(axis=1))
    grid = _grid(np.where(finite[:, None], flat, 0.0), 1)
    scale = np.where(np.isfinite(grid), grid, 0.0)
    with np.errstate(all="ignore"):
        scaled = flat * np.exp2(-np.clip(scale, -1000.0, 1000.0))[:, None]
    largest = np.max(np.abs(np.where(finite[:, None], scaled, np.inf)), axis=1)
    good = finite & (largest < 2.0**53)
    whole = np.where(good[:, None], scaled, 0.0).astype(np.int64).reshape(-1, rows, columns)
    size = float(np.max(np.where(good, largest, 0.0), initial=1.0))
    order = min(rows, columns)
    bits = order * (np.log2(max(size, 1.0)) + 0.5 * np.log2(order))  # Hadamard's bound
    needed = int(bits // 30) + 1
    if needed > len(PRIMES):
        good = np.zeros_like(good)
        needed = 1
    found = np.max([_rank_modulo(whole, p) for p in PRIMES[:needed]], axis=0)
    return np.where(good, found, -1).reshape(shape)


def _rank_modulo(matrices: Counts, prime: int) -> Counts:
    m = np.mod(matrices, prime)
    batch, rows, columns = m.shape
    rank = np.zeros(batch, dtype=np.int64)
    every = np.arange(batch)
    for column in range(columns):
        candidate = (m[:, :, column] != 0) & (np.arange(rows) >= rank[:, None])
        has = candidate.any(axis=1)
        if not has.any():
            continue
        pivot, top = np.argmax(candidate, axis=1), np.minimum(rank, rows - 1)
        chosen = np.where(has, pivot, top)
        upper, lower = m[every, top].copy(), m[every, chosen].copy()
        m[every, chosen], m[every, top] = upper, lower
        below = (np.arange(rows) > rank[:, None]) & has[:, None]
        factor = m[:, :, column]
        lead = lower[:, column]
        reduced = m * lead[:, None, None] % prime - factor[:, :, None] * lower[:, None, :] % prime
        m = np.where(below[:, :, None], np.mod(reduced, prime), m)
        rank += has
    return rank


def exact_ranks(a: Tracked) -> Counts:
    """Return the ranks (...) of maps (..., r, c); -1 where a map is not known exactly."""
    a_value, a_error = np.broadcast_arrays(a.value, a.error)
    known = ~(a_error != 0).any(axis=(-1, -2))
    if not known.any():
        return np.full(known.shape, -1)
    return np.where(known, ranks(np.where(known[..., None, None], a_value, 0.0)), -1)


def is_onto(a: Tracked) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where maps (..., r, c) are certainly onto, and where they certainly are not."""
    rows, columns = a.value.shape[-2:]
    shape = a.value.shape[:-2]
    if columns < rows:
        return np.zeros(shape, dtype=bool), np.ones(shape, dtype=bool)
    value, off = _finite(a)
    singular = np.linalg.svd(value, compute_uv=False)
    onto = singular[..., -1] > MARGIN * singular[..., 0] + off
    rank = exact_ranks(a)
    return onto | (rank == rows), (rank >= 0) & (rank < rows)


def positive_eigenvalues(b: Tracked) -> tuple[Counts, Counts]:
    """Return bounds on the largest dimension on which ⟨Bz, z⟩ is positive definite, both certain.

    ``b`` holds square matrices (..., d, d); only their symmetric parts count.
    """
    value, off = _finite(b)
    values = np.linalg.eigvalsh(0.5 * (value + value.swapaxes(-1, -2)))
    margin = MARGIN * np.max(np.abs(values), axis=-1, keepdims=True) + off[..., None]
    return np.sum(values > margin, axis=-1), np.sum(values >= -margin, axis=-1)


def _finite(a: Tracked) -> tuple[Floats, Floats]:
    """Return finite matrices and how far the exact ones may be in norm, perhaps infinitely."""
    value, error = np.broadcast_arrays(a.value, a.error)
    known = np.isfinite(value) & np.isfinite(error)
    off = 2.0 * SAFETY * UNIT * np.sqrt(np.sum(np.where(known, error, 0.0) ** 2, axis=(-1, -2)))
    return np.where(known, value, 0.0), np.where(known.all(axis=(-1, -2)), off, np.inf)
