"""Random parameters that families are drawn from: spectra, rotations, data, centres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families.spectra import of_gram

_MANY = 1024
_CORES = 128


def exact_rotations(batch: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Draw orthogonal matrices (B, d, d) with entries that are multiples of 1/4, exactly.

    Products of signed permutations with Hadamard blocks of order 4 (J. Hadamard, 1893); for d < 4
    the only binary rotations are signed permutations.  Of a large batch, many are the same up to
    the order and the signs of the coordinates.
    """
    if dimension >= 4 and batch >= _MANY:
        cores = exact_rotations(_CORES, dimension, rng)
        order, sign = _order_and_sign(batch, dimension, rng)
        rows = order + dimension * rng.integers(_CORES, size=(batch, 1))
        turned: Floats = cores.reshape(-1, dimension)[rows.ravel()].reshape(
            batch, dimension, dimension
        )
        turned *= sign[:, :, None]
        turned += 0.0  # no negative zeros
        return turned
    blocks = np.eye(dimension)
    signs = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2.0
    for start in range(0, dimension - 3, 4):
        blocks[start : start + 4, start : start + 4] = signs
    result = signed_permutations(batch, dimension, rng)
    for _ in range(2 if dimension >= 4 else 0):
        turned = np.matmul(result.reshape(-1, dimension), blocks).reshape(result.shape)
        order, sign = _order_and_sign(batch, dimension, rng)
        place = np.empty_like(order)  # the product with a signed permutation
        np.put_along_axis(place, order, np.arange(dimension)[None], axis=1)
        # columns are moved as rows of the transposed matrices, which is much faster
        across = np.ascontiguousarray(turned.swapaxes(1, 2)).reshape(-1, dimension)
        moved = across[(place + dimension * np.arange(batch)[:, None]).ravel()].reshape(
            result.shape
        )
        moved *= np.take_along_axis(sign, place, axis=1)[:, :, None]
        moved += 0.0  # no negative zeros
        result = np.ascontiguousarray(moved.swapaxes(1, 2))
    return result


def signed_permutations(batch: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Draw matrices (B, d, d) that permute the coordinates and change signs."""
    order, sign = _order_and_sign(batch, dimension, rng)
    result = np.zeros((batch, dimension, dimension))
    rows = dimension * np.arange(batch * dimension)
    result.ravel()[rows + order.ravel()] = sign.ravel()
    return result


def _order_and_sign(
    batch: int, dimension: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], Floats]:
    order = np.argsort(rng.random((batch, dimension)), axis=1)
    return order, drawn_from([-1.0, 1.0], (batch, dimension), rng)


def identities(batch: int, dimension: int) -> Floats:
    """Return B unit matrices, (B, d, d)."""
    return np.tile(np.eye(dimension), (batch, 1, 1))


def drawn_from(values: Sequence[float], shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw an array of that shape with entries from the values."""
    return np.asarray(rng.choice(values, size=shape), np.float64)


def short(values: Floats, bits: int = 8) -> Floats:
    """Return numbers rounded to few significant bits."""
    mantissa, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.round(mantissa * 2.0**bits), exponent - bits))


def drawn_spectrum(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Floats:
    """Draw spectra in [1/conditioning, 1], both ends attained (d = 1: one of them, by row)."""
    low = float(short(np.array(1.0 / conditioning)))
    spectrum = short(np.exp(rng.uniform(np.log(low), 0.0, (batch, dimension))))
    spectrum = np.clip(spectrum, low, 1.0)
    spectrum[:, 0] = 1.0
    spectrum[:, -1] = low if dimension > 1 else rng.choice([low, 1.0], size=batch)
    return spectrum


def drawn_centre(batch: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Draw minimisers on the grid of sixteenths; a quarter of the rows are at the origin."""
    centre = np.round(16.0 * rng.standard_normal((batch, dimension))) / 16.0
    return np.asarray(centre * (rng.random(batch) >= 0.25)[:, None] + 0.0)


def drawn_minimum(batch: int, rng: np.random.Generator) -> Floats:
    """Draw least values on the grid of sixteenths; half of them are 0."""
    return np.asarray(
        np.round(16.0 * rng.standard_normal(batch)) / 16.0 * (rng.random(batch) < 0.5) + 0.0
    )


def orthogonal_rows(
    batch: int, dimension: int, conditioning: float, rng: np.random.Generator
) -> Floats:
    """Draw matrices (B, r, d), r <= d, with orthogonal rows of exactly known short lengths."""
    rank = int(rng.integers(1, dimension + 1))
    lengths = drawn_spectrum(batch, rank, np.sqrt(conditioning), rng)
    return np.asarray(exact_rotations(batch, dimension, rng)[:, :rank] * lengths[:, :, None])


def data_matrix(rows: int, batch: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Draw matrices (B, rows, d) of norm at most about 1 on the grid of multiples of 2^-20."""
    matrix = rng.standard_normal((batch, rows, dimension))
    norm = np.sqrt(of_gram(matrix).largest)[:, None, None]
    return np.asarray(np.round(matrix / norm * 2.0**20) / 2.0**20)


def drawn_chance(batch: int, count: int, rng: np.random.Generator) -> Floats:
    """Draw probabilities (B, count), multiples of 1/64 inside (0, 1)."""
    return np.asarray(rng.integers(1, 64, size=(batch, count)) / 64.0)


def drawn_ridge(batch: int, conditioning: float) -> Floats:
    """Return weights (B,) of the ridge, about 1/conditioning."""
    return np.full(batch, float(short(np.array(1.0 / conditioning))))
