"""Quadratics of exact spectrum: rotations of large batches, identities, and what is no rotation."""

import numpy as np
import pytest

from plproof.laboratory.families import SpectralQuadratic
from plproof.laboratory.families.chances import drawn_spectrum, exact_rotations


@pytest.mark.parametrize("dimension", [1, 3, 4, 5, 8, 10])
def test_rotations_of_a_large_batch_are_exact_and_many(dimension):
    batch = 1024
    turn = exact_rotations(batch, dimension, np.random.default_rng(dimension))
    assert np.array_equal(np.round(4 * turn), 4 * turn)
    product = np.matmul(turn.swapaxes(1, 2), turn)  # of multiples of 1/4: free of rounding
    assert np.array_equal(product, np.broadcast_to(np.eye(dimension), product.shape))
    different = len(np.unique(turn.reshape(batch, -1), axis=0))
    assert different > (900 if dimension > 4 else 300 if dimension == 4 else 1)
    again = exact_rotations(batch, dimension, np.random.default_rng(dimension))
    assert np.array_equal(turn, again)


def quadratic(basis):
    basis = np.asarray(basis, dtype=np.float64)
    batch, dimension = basis.shape[:2]
    spectrum = drawn_spectrum(batch, dimension, 10.0, np.random.default_rng(2))
    return SpectralQuadratic(spectrum, basis, np.zeros((batch, dimension)), np.zeros(batch))


def test_an_identity_is_what_it_is_among_rotations():
    turn = exact_rotations(6, 5, np.random.default_rng(1))
    turn[::2] = np.eye(5)
    mixed, plain = quadratic(turn), quadratic(np.tile(np.eye(5), (6, 1, 1)))
    assert np.array_equal(mixed.hessian[::2], plain.hessian[::2])
    assert not np.array_equal(mixed.hessian[1::2], plain.hessian[1::2])
    eigenvalues = np.linalg.eigvalsh(mixed.hessian)
    np.testing.assert_allclose(eigenvalues, np.sort(mixed.spectrum, axis=1), rtol=1e-12)


@pytest.mark.parametrize("off", [2.0**-52, -(2.0**-53), 2.0**-300])
@pytest.mark.parametrize("place", [(0, 0), (0, 1)])
def test_what_is_not_quite_the_identity_is_no_rotation(off, place):
    basis = np.eye(3)
    basis[place] += off
    if np.array_equal(basis, np.eye(3)):
        assert quadratic(basis[None]).constants.exact.all()
        return
    with pytest.raises(ValueError, match="orthogonal"):
        quadratic(basis[None])
