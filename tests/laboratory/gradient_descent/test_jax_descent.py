"""The jax backend makes the same runs; without jax it says what to install."""

import sys

import numpy as np
import pytest

from plproof.laboratory.families import FAMILY_KINDS, draw_family, draw_starts
from plproof.laboratory.gradient_descent.descent import descent_values
from plproof.laboratory.gradient_descent.jax_descent import jax_descent_values


@pytest.mark.parametrize("kind", FAMILY_KINDS)
@pytest.mark.parametrize(("batch", "dimension"), [(1, 3), (40, 3)])
def test_jax_makes_the_same_run(kind: str, batch: int, dimension: int) -> None:
    pytest.importorskip("jax")
    family = draw_family(kind, batch, dimension, 10.0, np.random.default_rng(0))
    start = draw_starts(family, np.random.default_rng(1), 0.5)
    ours, theirs = (run(family, start, 0.25, 12) for run in (descent_values, jax_descent_values))
    np.testing.assert_allclose(theirs.values, ours.values, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(theirs.point, ours.point, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(theirs.gradient, ours.gradient, rtol=1e-8, atol=1e-10)
    assert np.array_equal(theirs.valid, ours.valid)


def test_runs_that_diverge_are_left_to_numpy() -> None:
    pytest.importorskip("jax")
    family = draw_family("quadratic", 30, 4, 10.0, np.random.default_rng(0))
    start = family.constants.minimiser + 1.0
    ours, theirs = (run(family, start, 1e30, 40) for run in (descent_values, jax_descent_values))
    assert ours.diverged.all()
    assert np.array_equal(theirs.values, ours.values)


def test_without_jax_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    family = draw_family("constant", 2, 1, 1.0, np.random.default_rng(0))
    with pytest.raises(ImportError, match=r"pip install 'plproof\[jax\]'"):
        jax_descent_values(family, np.zeros((2, 1)), 1.0, 1)
