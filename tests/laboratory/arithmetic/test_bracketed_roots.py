"""Zeros of rising functions: smooth, in pieces, with jumps, flat, far away, and where none is."""

import numpy as np
import pytest

from plproof.laboratory.arithmetic.roots import root

PLACES = np.array([-3e6, -1.5, -(2.0**-30), 0.0, 0.3, 7.0, 1e9])
RISING = {
    "line": lambda t: 2.0 * t,
    "cube": lambda t: t**3,
    "bounded": np.tanh,
    "in pieces": lambda t: np.where(t > -1, 100.0 * t, t - 99.0),
    "jump": lambda t: np.where(t >= 0, 1.0, -1.0) + t,
    "steps": np.sign,
}


@pytest.mark.parametrize("name", RISING)
def test_the_zero_is_found_on_every_row(name):
    found = root(lambda t: RISING[name](t - PLACES), len(PLACES))
    near = 1e-5 if name == "cube" else 1e-12
    assert (np.abs(found - PLACES) <= near * (1.0 + np.abs(PLACES))).all()


def test_any_point_of_a_flat_piece_will_do():
    found = root(lambda t: np.maximum(t - 2.0, 0.0) + np.minimum(t - 1.0, 0.0), 1)
    assert 1.0 <= found[0] <= 2.0


def test_without_a_zero_there_is_a_number_all_the_same():
    rows = np.array([1.0, -1.0, np.nan, np.inf])
    assert np.isfinite(root(lambda t: rows + 0.0 * t, 4)).all()
    assert root(lambda t: np.exp(t), 1)[0] < -30  # the least slope that was tried
