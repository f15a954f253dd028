"""The jax backend makes the same runs; without jax it says what to install."""

import sys
import warnings
from typing import Any

import numpy as np
import pytest

from plproof.laboratory.families import FAMILY_KINDS, draw_family, draw_starts
from plproof.laboratory.gradient_descent.descent import descent_values
from plproof.laboratory.gradient_descent.jax_descent import JaxDescent, jax_descent_values


def jax_or_skip() -> Any:
    return pytest.importorskip("jax", reason="the optional jax backend is not installed")


@pytest.mark.parametrize("kind", FAMILY_KINDS)
@pytest.mark.parametrize(("batch", "dimension"), [(1, 3), (40, 3)])
def test_jax_makes_the_same_run(kind: str, batch: int, dimension: int) -> None:
    jax_or_skip()
    family = draw_family(kind, batch, dimension, 10.0, np.random.default_rng(0))
    start = draw_starts(family, np.random.default_rng(1), 0.5)
    ours, theirs = (run(family, start, 0.25, 12) for run in (descent_values, jax_descent_values))
    np.testing.assert_allclose(theirs.values, ours.values, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(theirs.point, ours.point, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(theirs.gradient, ours.gradient, rtol=1e-8, atol=1e-10)
    assert np.array_equal(theirs.valid, ours.valid)


def test_runs_that_diverge_are_left_to_numpy() -> None:
    jax_or_skip()
    family = draw_family("quadratic", 30, 4, 10.0, np.random.default_rng(0))
    start = family.constants.minimiser + 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = [run(family, start, 1e30, 40) for run in (descent_values, jax_descent_values)]
    ours, theirs = both
    assert ours.diverged.all()
    assert np.array_equal(theirs.values, ours.values)


def test_a_run_of_one_function_is_marked_as_one_kernel_and_its_steps_are_not() -> None:
    jax_or_skip()
    for batch in (1, 2):
        family = draw_family("huber", batch, 3, 10.0, np.random.default_rng(0))
        descent = JaxDescent(family)
        with descent._double(True):
            lowered = descent._run.lower(5, np.zeros(4 * batch + len(descent._more)), descent._held)
        lines = lowered.as_text().splitlines()
        marked = [line for line in lines if "xla_cpu_small_call" in line]
        assert any("call @" in line for line in marked) == (batch == 1)
        assert not any("multiply" in line for line in marked)
        assert any("multiply" in line for line in lines)


def test_what_cannot_be_one_kernel_is_made_of_several() -> None:
    jax = jax_or_skip()
    family = draw_family("logistic", 1, 3, 10.0, np.random.default_rng(0))
    start, descent = family.constants.minimiser + 1.0, JaxDescent(family)

    def failing(*_: Any) -> Any:
        raise jax.errors.JaxRuntimeError("UNIMPLEMENTED")

    descent._run = failing
    wanted = descent_values(family, start, 0.25, 12).values
    np.testing.assert_allclose(descent.run(start, 0.25, 12).values, wanted, rtol=1e-9)
    assert not descent._whole
    descent._run = failing
    with pytest.raises(jax.errors.JaxRuntimeError):
        descent.run(start, 0.25, 12)


def test_without_jax_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    family = draw_family("constant", 2, 1, 1.0, np.random.default_rng(0))
    with pytest.raises(ImportError, match=r"pip install 'plproof\[jax\]'"):
        jax_descent_values(family, np.zeros((2, 1)), 1.0, 1)
