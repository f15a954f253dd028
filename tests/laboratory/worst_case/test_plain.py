"""Simple fractions near what a search comes to, and how what is short of a bound is told."""

import numpy as np
import pytest

from plproof.laboratory.families import NormHuber, Quadratic, QuadraticSpline
from plproof.laboratory.worst_case.adversary import Best, summary
from plproof.laboratory.worst_case.plain import _at_fractions


@pytest.mark.parametrize("steps", [5, 20])
def test_a_knot_near_a_fraction_is_tried_there(steps):
    """Huber's function with its knot at 1/(N + 1), as for the gradient after N steps."""
    near = NormHuber([0.9978], [1 / (steps + 1) + 1e-4], [[0.0]], [0.0])
    first, second = _at_fractions(near)
    assert first.threshold == second.threshold == 1 / (steps + 1)
    assert first.weight == 1 and second.weight == near.weight
    assert not list(_at_fractions(first))  # it is there already


def test_splines_are_tried_at_fractions_and_others_are_not():
    spline = QuadraticSpline([[[1.0, 0.0]]], [[[0.3333]]], [[0.0]], [0.0])
    (only,) = _at_fractions(spline)
    assert only.knot == 1 / 3 and np.array_equal(only.curvature, spline.curvature)
    two = QuadraticSpline([[[1.0, 0.5, 0.0]]], [[[0.33331, 0.33335]]], [[0.0]], [0.0])
    assert not list(_at_fractions(two))  # both knots would be at 1/3
    assert not list(_at_fractions(Quadratic([[[0.999]]], [[0.0]], [0.0])))


def test_the_numbers_of_steps_at_which_equality_is_not_reached_are_told():
    ratios = {1: 1.0, 5: 0.99, 20: 1.0}
    found = [Best("a ≤ b", n, r, "f(x) = x²", "literal", counter="N") for n, r in ratios.items()]
    assert summary(found) == (
        "a ≤ b: tight at N = 1, 20: attained by f(x) = x²; no better than 0.99 at 5 found"
    )
    assert summary(found[::2]) == "a ≤ b: tight at N = 1, 20: attained by f(x) = x²"
