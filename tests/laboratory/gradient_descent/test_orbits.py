"""Scaled families, stacked points, and how far a computed run may be from the exact one."""

from fractions import Fraction

import numpy as np
import pytest

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.arithmetic.total import exact
from plproof.laboratory.families import FAMILY_KINDS, SpectralQuadratic, draw_family, draw_starts
from plproof.laboratory.gradient_descent.orbits import descend, exactly_at


@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_scaling_multiplies_function_and_constants_exactly(kind):
    rng = np.random.default_rng(3)
    family = draw_family(kind, 6, 3, 10.0, rng)
    factor = 4.0 ** np.array([0, 1, -1, 2, -3, 0])
    scaled, points = family.scaled(factor), draw_starts(family, rng)
    value, gradient = family.value_and_gradient(points)
    value4, gradient4 = scaled.value_and_gradient(points)
    np.testing.assert_array_equal(value4, factor * value)
    np.testing.assert_array_equal(gradient4, factor[:, None] * gradient)
    np.testing.assert_array_equal(scaled.constants.smooth, factor * family.constants.smooth)
    with pytest.raises(ValueError, match="powers of 4"):
        family.scaled(2.0 * factor)


@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_a_stack_of_points_is_evaluated_as_one_after_another(kind):
    rng = np.random.default_rng(4)
    family = draw_family(kind, 5, 4, 10.0, rng)
    stack = np.stack([draw_starts(family, rng, 10.0**j) for j in range(-2, 2)])
    value, gradient = family.tracked(stack)
    assert value.value.shape == (4, 5) and gradient.error.shape == (4, 5, 4)
    for points, v, g, e in zip(stack, value.value, gradient.value, value.error, strict=True):
        v1, g1 = family.value_and_gradient(points)
        np.testing.assert_allclose(v, v1, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(g, g1, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(e, family.magnitude(points)[0], rtol=1e-6)
    with pytest.raises(ValueError, match="points end in"):
        family.tracked(np.zeros((5, 3)))


@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_the_least_value_is_taken_at_the_centre_only_where_it_is_attained(kind):
    family = draw_family(kind, 6, 2, 10.0, np.random.default_rng(6))
    constants = family.constants
    value, gradient = exactly_at(family, constants.minimiser)
    least = (value.value == constants.minimum) & (value.error == 0)
    assert least[constants.attained].all()
    above, _ = family.value_and_gradient(constants.minimiser)
    assert (above[~constants.attained] > constants.minimum[~constants.attained]).all()
    assert not least[~constants.attained].any(), "a value that is nowhere taken was taken"
    assert not gradient.value[constants.attained].any()


@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_a_run_of_higher_precision_stays_within_the_bound(kind):
    """A run with long double differences is one more rounded run: at most two bounds away."""
    rng = np.random.default_rng(5)
    family = draw_family(kind, 8, 3, 10.0, rng)
    start, iterations = draw_starts(family, rng), 15
    smooth = family.constants.smooth
    step = 1.0 / np.where(smooth > 0, smooth, 1.0)
    orbit = descend(family, start, exact(step), iterations)
    assert np.all(np.diff(orbit.distance[:, family.constants.constant], axis=0) == 0)
    points = start.astype(np.longdouble)
    for k in range(iterations):  # gradients in double, differences in long double
        gradient = family.value_and_gradient(points.astype(np.float64))[1]
        points = points - step[:, None] * gradient
        apart = np.linalg.norm((points - orbit.points[k + 1]).astype(np.float64), axis=-1)
        assert np.all(apart <= 2 * SAFETY * UNIT * orbit.distance[k + 1] + 1e-300)


def test_a_run_from_the_minimiser_stays_there_without_error():
    family = draw_family("quadratic", 4, 3, 10.0, np.random.default_rng(6))
    orbit = descend(family, family.constants.minimiser, exact(np.ones(4)), 5)
    assert not orbit.distance.any()
    value, gradient = orbit.function(family, np.arange(6.0)[:, None])
    assert not value.error.any() and not gradient.value.any()


@pytest.mark.parametrize(
    ("curvature", "step", "error", "exact_step"),
    [
        (3.0, 1 / 3, 0.0, Fraction(1 / 3)),  # 1 - h * 3 is 0 for the rounded product alone
        (4.0, 0.25, 1.0, Fraction(1, 4) + Fraction(1, 2**53)),  # and here for the rounded step
        (4.0, 0.25, 0.0, Fraction(1, 4)),
    ],
)
def test_a_step_to_the_minimiser_is_exact_only_if_the_exact_step_is(
    curvature, step, error, exact_step
):
    family = SpectralQuadratic([[curvature]], [[[1.0]]], [[0.0]], [0.0])
    orbit = descend(family, np.ones((1, 1)), Tracked(np.array([step]), np.array([error])), 4)
    x = Fraction(1)
    for k in range(5):
        off = abs(x - Fraction(orbit.points[k].item())) / Fraction(SAFETY * UNIT)
        assert off <= Fraction(orbit.distance[k].item())
        assert (orbit.distance[k] == 0) == (off == 0) or k == 1  # of the first step a bound is kept
        x -= exact_step * Fraction(curvature) * x
