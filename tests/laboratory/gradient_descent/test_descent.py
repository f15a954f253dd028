"""The batched descent core does what one function at a time would do, and says when it diverges."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings

from plproof.laboratory.arithmetic.rounding import (
    SAFETY,
    UNIT,
    inexact_gradient_floor,
    round_down,
    step_error,
)
from plproof.laboratory.families import (
    FAMILY_KINDS,
    Family,
    Quadratic,
    draw_family,
    draw_starts,
    worst_huber,
    worst_quadratic,
)
from plproof.laboratory.families.catalogue import CATALOGUE, YES
from plproof.laboratory.gradient_descent.descent import Trajectory, gradient_descent
from plproof.laboratory.testing.strategies import FamilySpec, family_specs


def safe_step(family: Family) -> np.ndarray:
    return round_down(1.0 / np.where(family.constants.constant, 1.0, family.constants.smooth), 2)


def tolerances(family: Family, run: Trajectory) -> np.ndarray:
    """Return (K+1, B) tolerances for claims gap_k <= (1 - h mu)^k gap_0 about exact descent."""
    sizes = [family.magnitude(points) for points in run.points]
    values = np.array([v for v, _ in sizes]) * SAFETY * UNIT
    wrong = np.array([np.linalg.norm(g, axis=-1) for _, g in sizes]).max(0) * SAFETY * UNIT
    steepest = np.linalg.norm(run.gradients, axis=-1).max(0)
    farthest = np.linalg.norm(run.points, axis=-1).max(0)
    error = step_error(wrong, steepest, farthest, run.step)
    steps = np.arange(len(run.points))[:, None]
    floor = inexact_gradient_floor(error, family.constants.pl, run.step, steps)
    rate_rounding = 8 * (steps + 1) * UNIT * (run.values[0] - family.constants.minimum)
    return values + values[0] + floor + rate_rounding


@settings(max_examples=20, deadline=None)
@given(family_specs(kinds=tuple(k for k in FAMILY_KINDS if k != "exponential"), batch=6))
def test_the_batch_equals_a_loop_over_single_functions(spec: FamilySpec) -> None:
    family = spec.build()
    start, step = spec.starts(family), np.linspace(0.1, 1.0, 6)
    run = gradient_descent(family, start, step, 5)
    for row in range(6):
        one, x = family.take([row]), start[row : row + 1]
        for k in range(6):
            value, gradient = one.value_and_gradient(x)
            np.testing.assert_allclose(run.points[k, row], x[0], rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(run.values[k, row], value[0], rtol=1e-11, atol=1e-12)
            np.testing.assert_allclose(run.gradients[k, row], gradient[0], rtol=1e-11, atol=1e-12)
            x = x - step[row] * gradient
    assert not run.diverged.any()
    assert (run.valid == 5).all()


SMOOTH = tuple(e.kind for e in CATALOGUE if (e.verdict("smooth"), e.minimum) == (YES, YES))


@settings(max_examples=40, deadline=None)
@given(family_specs(kinds=SMOOTH))
def test_no_certified_function_breaks_the_rate_of_its_class(spec: FamilySpec) -> None:
    family = spec.build()
    run = gradient_descent(family, spec.starts(family), safe_step(family), 30)
    gaps = run.values - family.constants.minimum
    factor = 1.0 - run.step * np.where(family.constants.constant, 0.0, family.constants.pl)
    powers = factor ** np.arange(31)[:, None]
    assert (gaps <= powers * gaps[0] + tolerances(family, run)).all()


@pytest.mark.parametrize("kind", ["quadratic", "rank_deficient_quadratic", "worst_quadratic"])
def test_a_rate_one_percent_too_good_is_broken(kind: str) -> None:
    family = draw_family(kind, 256, 5, 10.0, np.random.default_rng(3))
    constants = family.constants
    slow = np.zeros((256, 5))
    if kind != "worst_quadratic":
        row = np.where(family.spectrum > 0, family.spectrum, np.inf).argmin(axis=1)
        slow = np.take_along_axis(family.basis, row[:, None, None], axis=2)[:, :, 0]
    else:
        slow[:] = 1.0
    run = gradient_descent(family, constants.minimiser + slow, 0.5, 30)
    gaps = run.values - constants.minimum
    true, wrong = 1 - 0.5 * constants.pl, 1 - 0.505 * constants.pl
    allowed = tolerances(family, run)[-1]
    tight = np.isclose((1 - 0.5 * constants.pl) ** 60, gaps[-1] / gaps[0])
    assert tight.mean() > 0.4
    assert (gaps[-1] > wrong**60 * gaps[0] + allowed)[tight & (true > 0.6)].all()
    assert (tight & (true > 0.6)).any()


def test_the_worst_quadratic_contracts_by_exactly_its_rate() -> None:
    family = worst_quadratic(np.array([0.25, 0.5]))
    run = gradient_descent(family, [[3.0], [1.0]], 1.0, 20)
    expected = np.array([0.75, 0.5]) ** (2 * np.arange(21)[:, None]) * run.values[0]
    np.testing.assert_allclose(run.values, expected, rtol=1e-13)


@pytest.mark.parametrize("iterations", [1, 7, 40])
def test_the_worst_huber_function_attains_its_bound(iterations: int) -> None:
    family = worst_huber(iterations, dimension=3, radius=2.0)
    run = gradient_descent(family, [[2.0, 0.0, 0.0]], 1.0, iterations)
    assert run.values[-1, 0] == pytest.approx(4.0 / (4 * iterations + 2), rel=1e-12)


def test_steps_that_are_too_long_are_flagged_and_frozen_without_a_warning() -> None:
    family = draw_family("quadratic", 8, 4, 10.0, np.random.default_rng(0))
    step = np.where(np.arange(8) < 4, 1.0, 1e30)
    start = family.constants.minimiser + 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = gradient_descent(family, start, step, 60)
    assert run.diverged.tolist() == [False] * 4 + [True] * 4
    assert (run.valid[:4] == 60).all()
    for row in range(4, 8):
        last = run.valid[row]
        assert 0 <= last < 60
        assert (run.points[last:, row] == run.points[last, row]).all()
        assert (run.values[last:, row] == run.values[last, row]).all()
    assert np.isfinite(run.points).all() and np.isfinite(run.values).all()


def test_a_start_that_is_not_finite_is_flagged_at_once() -> None:
    family = Quadratic(np.ones((2, 1, 1)), np.zeros((2, 1)), np.zeros(2))
    run = gradient_descent(family, [[np.inf], [1.0]], 0.5, 3)
    assert run.diverged.tolist() == [True, False]
    assert run.valid.tolist() == [-1, 3]


def test_wrong_arguments_are_named() -> None:
    family = Quadratic(np.ones((2, 1, 1)), np.zeros((2, 1)), np.zeros(2))
    with pytest.raises(ValueError, match=r"shape \(2, 1\)"):
        gradient_descent(family, np.zeros((3, 1)), 1.0, 1)
    with pytest.raises(ValueError, match="step"):
        gradient_descent(family, np.zeros((2, 1)), [1.0, 1.0, 1.0], 1)
    with pytest.raises(ValueError, match="iterations"):
        gradient_descent(family, np.zeros((2, 1)), 1.0, -1)


def test_the_same_seed_gives_the_same_trajectory() -> None:
    runs = []
    for _ in range(2):
        rng = np.random.default_rng(12)
        family = draw_family("logistic", 32, 6, 10.0, rng)
        runs.append(gradient_descent(family, draw_starts(family, rng), 1.0, 10).points)
    assert np.array_equal(runs[0], runs[1])
