"""Quadratic splines: their constants are the best possible, and the worst of them are the worst."""

from fractions import Fraction

import numpy as np
import pytest

from plproof.laboratory.certification.precise import Field, Undecided, family_at
from plproof.laboratory.families import Huber, QuadraticSpline, draw_family, worst_sawtooth
from plproof.laboratory.gradient_descent.descent import gradient_descent

KINDS = ("piecewise_quadratic", "distance_from_box", "sawtooth")


def one(curvature, knot):
    return QuadraticSpline([[curvature]], [[knot]], [[0.0]], [0.0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_curvatures_are_attained_on_their_pieces(kind):
    family = draw_family(kind, 32, 3, 10.0, np.random.default_rng(1))
    c, seen = family.constants, []
    ends = np.concatenate([np.zeros((32, 3, 1)), family.knot, 2 * family.knot[..., -1:]], axis=-1)
    for piece in range(family.curvature.shape[-1]):
        low, high = (family.centre + ends[..., piece + i] for i in (0, 1))
        rise = family.value_and_gradient(high)[1] - family.value_and_gradient(low)[1]
        np.testing.assert_allclose(rise / (high - low), family.curvature[..., piece], atol=1e-12)
        seen.append(family.curvature[..., piece])
    assert np.array_equal(c.smooth, np.abs(seen).max(axis=(0, 2)))
    assert np.array_equal(c.strongly_convex, np.min(seen, axis=(0, 2)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_pl_constant_is_the_least_ratio(kind):
    family = draw_family(kind, 32, 1, 10.0, np.random.default_rng(2))
    c, least = family.constants, np.full(32, np.inf)
    grid = [*np.linspace(0.05, 20, 1500), *2.0 ** np.arange(5, 30)]
    grid += [family.knot[:, 0, i] * (1 + 1e-12) for i in range(family.knot.shape[-1])]
    for y in grid:
        value, gradient = family.value_and_gradient(family.centre + np.reshape(y, (-1, 1)))
        gap = value - family.minimum
        ratio = gradient[:, 0] ** 2 / np.where(gap > 1e-4, 2 * gap, np.nan)
        least = np.fmin(least, ratio)
    assert (c.pl <= least * (1 + 1e-9)).all()
    assert (c.pl[c.pl > 0] >= 0.999 * least[c.pl > 0]).all()
    assert (least[c.pl == 0] < 1e-6).all()


def test_three_examples_by_hand():
    c = one([1.0, 0.25], [1.0]).constants  # slope 1, then 1 + (y - 1)/4
    assert (c.smooth[0], c.strongly_convex[0], c.pl[0]) == (1.0, 0.25, 0.25)
    c = one([0.0, 1.0], [2.0]).constants  # half the squared distance from [-2, 2]
    assert (c.smooth[0], c.strongly_convex[0], c.pl[0], c.exact[0]) == (1.0, 0.0, 1.0, True)
    c = one([1.0, -1.0, 1.0], [1.0, 1.5]).constants  # slope 1/2 at 3/2, where the value is 7/8
    assert c.strongly_convex[0] == -1.0 and not c.convex[0] and not c.exact[0]
    assert c.pl[0] == pytest.approx(1 / 7, rel=1e-12) and c.pl[0] <= Fraction(1, 7)
    c = one([1.0, -1.0, 1.0], [1.0, 2.0]).constants  # slope 0 at 2, where the value is 1
    assert c.pl[0] == 0.0


def test_hubers_function_is_a_spline_of_two_pieces():
    ours = one([0.75, 0.0], [0.5])
    theirs = Huber([[0.75]], [[0.5]], [[0.0]], [0.0])
    for x in (0.25, -3.0):
        for a, b in zip(
            *(f.value_and_gradient(np.array([[x]])) for f in (ours, theirs)), strict=True
        ):
            assert np.array_equal(a, b)
    for name in ("smooth", "strongly_convex", "pl"):
        assert np.array_equal(getattr(ours.constants, name), getattr(theirs.constants, name))


@pytest.mark.parametrize("steps", [1, 4])
def test_the_worst_sawtooth_attains_the_bound_for_gradients(steps):
    family = worst_sawtooth(steps)
    run = gradient_descent(family, [[steps + 1.0]], 1.0, steps)
    assert (np.abs(run.gradients) == 1).all()
    assert run.values[0, 0] == (3 * steps + 2) / 4  # min |g|² = 4 gap/(3N + 2), exactly
    with Field(None) as field:
        value, (slope,) = family_at(family, field, [field.number(Fraction(4, 3))])
        assert slope == Fraction(2, 3) and value == Fraction(1, 2) + Fraction(5, 18)
    with Field(64) as field, pytest.raises(Undecided):
        third = field.number(1) / 3
        family_at(family, field, [third * 3])  # at the knot both branches are possible


def test_splines_that_break_their_promise_are_refused():
    for curvature, knot, message in (
        ([1.0, -1.0], [1.0], "the last"),
        ([1.0, -1.0, 1.0], [1.0, 2.5], "slope is negative at knot 1"),
        ([-1.0, 1.0], [1.0], "not 0"),
        ([1.0, 0.5], [0.0], "increasing"),
        ([1.0, 0.5, 1.0], [1.0, 1.0], "increasing"),
        ([1.0, 0.5], [1.0, 2.0], "2 pieces have 1 knots"),
        ([1.0, 0.1], [1.0], "free of rounding"),
    ):
        with pytest.raises(ValueError, match=message):
            one(curvature, knot)
    third = 1 / 3  # the slope at the second knot is 0 exactly, or not
    assert one([1.0, -1.0, 1.0], [third, 2 * third]).constants.pl[0] == 0.0
    with pytest.raises(ValueError, match="negative"):
        one([1.0, -1.0, 1.0], [third, float(np.nextafter(2 * third, 1))])
