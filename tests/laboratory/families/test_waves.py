"""Waves, products, spirals, networks: their constants hold, are nearly attained, and are proved."""

import numpy as np
import pytest

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.certification.estimate import estimate
from plproof.laboratory.certification.precise import Field
from plproof.laboratory.families import (
    Quartic,
    RadialProduct,
    SineBumps,
    SineComposition,
    Spiral,
    TwoLayerLoss,
    draw_family,
)
from plproof.laboratory.families.networks import BEND
from plproof.laboratory.families.wave_bounds import (
    SPIRAL_BENDS,
    modulated_pl_bound,
    modulated_pl_holds,
)
from plproof.laboratory.gradient_descent.orbits import function_at
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.laboratory.testing.stress import refute
from plproof.language import Statement, forall, grad, sq
from plproof.theory.functions import Minimiser, StronglyConvex
from tests.laboratory import statements as the


def hessians(family, points):
    """Approximate second derivatives (B, d, d), by differences of gradients."""
    h = 1e-5
    columns = []
    for j in range(family.dimension):
        step = h * np.eye(family.dimension)[j]
        ahead, behind = (family.value_and_gradient(points + s * step)[1] for s in (1, -1))
        columns.append((ahead - behind) / (2 * h))
    return np.stack(columns, axis=-1)


# ---------------------------------------------------------------- the numbers in the tables
@pytest.mark.parametrize(("turn", "bend"), SPIRAL_BENDS)
def test_every_bend_of_spirals_is_proved_in_arb(turn, bend):
    def square(angle, s):
        gamma, nu = turn * s, 2 * turn * s * (1 - s)
        cosine, sine = angle.cos(), angle.sin()
        p = -(gamma**2) + (1 - gamma**2) * cosine - 2 * gamma * sine
        q = -(4 * gamma + nu) / 2 - (2 * gamma + nu) / 2 * cosine - sine
        return p * p + q * q

    with Field(64) as field:
        limit, boxes = field.raw(bend) ** 2, [((0.0, 6.2832), (0.0, 1.0))]
        tiny = field.raw(2.0**-40)
        looked = 0
        while boxes:
            sides = boxes.pop()
            looked += 1
            balls = [field.raw(a).union(field.raw(b)) for a, b in sides]
            if turn == 0 or square(*balls) <= limit + tiny:
                continue
            assert looked < 60_000, sides
            widths = [(b - a) * w for (a, b), w in zip(sides, (1.0, 2.0), strict=True)]
            i = int(np.argmax(widths))
            a, b = sides[i]
            for side in ((a, (a + b) / 2), ((a + b) / 2, b)):
                boxes.append((side, sides[1]) if i == 0 else (sides[0], side))
    angle, s = np.meshgrid(np.linspace(0, 2 * np.pi, 1001), np.linspace(0, 1, 51))
    p = -((turn * s) ** 2) + (1 - (turn * s) ** 2) * np.cos(angle) - 2 * turn * s * np.sin(angle)
    nu = 2 * turn * s * (1 - s)
    q = -(4 * turn * s + nu) / 2 - (2 * turn * s + nu) / 2 * np.cos(angle) - np.sin(angle)
    assert bend * 0.9995 < np.sqrt(p**2 + q**2).max() <= bend


@pytest.mark.parametrize("turning", [False, True])
@pytest.mark.parametrize(("share", "turn"), [(0.25, 0.5), (0.5, 1.0), (0.75, 0.25), (0.5, 2.0)])
def test_pl_bounds_of_modulated_quadratics_lie_just_below_the_least_ratio(share, turn, turning):
    t, speed = np.meshgrid(np.linspace(0, 2 * np.pi, 4001), np.linspace(0, turn, 51))
    h, slope = 1 + share * np.cos(t), -share * np.sin(t)
    least = np.min(((h + speed * slope) ** 2 + turning * slope**2) / h)
    bound = modulated_pl_bound(share, turn, turning)
    assert 0.99 * least - 1e-6 <= bound <= least
    if least > 0.01:
        assert not modulated_pl_holds(share, turn, turning, 1.001 * least)


def test_the_pl_constant_of_a_product_is_that_on_a_wide_box():
    wave = "x**2*(1 + cos(log(1 + x**2))/4)/2"
    found = estimate(wave, [(-1, 80)], "pl", tolerance=3e-3)
    bound = RadialProduct([1.0], [0.25], [1.0], [[0.0]], [0.0]).constants.pl[0]
    assert bound <= found.high and found.low < 1.01 * bound


# ---------------------------------------------------------------- the constants are attained
@pytest.mark.parametrize("kind", ["radial_product", "spiral", "two_layer", "rotated_sines"])
def test_curvatures_lie_in_the_certified_range(kind):
    family, rng = draw_family(kind, 64, 4, 10.0, np.random.default_rng(0)), np.random.default_rng(1)
    c = family.constants
    for reach in (0.5, 2.0, 8.0, 100.0):
        points = c.minimiser + reach * rng.standard_normal((64, 4))
        values = np.linalg.eigvalsh(hessians(family, points))
        assert (values[:, -1] <= c.smooth + 1e-4).all()
        assert (values[:, 0] >= c.strongly_convex - 1e-4).all()


def test_the_range_of_products_and_spirals_is_the_best_possible():
    rng = np.random.default_rng(2)
    for cls in (RadialProduct, Spiral):
        one = cls([1.0], [0.5], [1.0], [[0.0, 0.0]], [0.0]).take(np.zeros(20_000, dtype=int))
        points = rng.standard_normal((20_000, 2)) * np.exp(rng.uniform(2, 6, (20_000, 1)))
        values = np.linalg.eigvalsh(hessians(one, points))
        assert values.max() > 0.99 * one.constants.smooth[0]
        assert values.min() < one.constants.strongly_convex[0] + 0.01 < 0


def test_a_spiral_is_pl_in_no_convex_sense_and_joins_its_coordinates():
    family = Spiral([1.0], [0.5], [1.0], [[0.0, 0.0]], [0.0])
    c = family.constants
    assert c.pl[0] > 0.28 and c.strongly_convex[0] == pytest.approx(1 - 0.5 * 4.366)
    mixed = hessians(family, np.array([[1.0, 2.0]]))[0, 0, 1]
    assert abs(mixed) > 0.1  # not a sum over coordinates
    assert Spiral([1.0], [0.5], [1.0], [[0.0]], [0.0]).constants.exact.shape == (1,)
    plain = Spiral([1.0], [0.5], [1.0], [[0.0]], [0.0])
    assert plain.constants.pl[0] == plain.constants.smooth[0] == 1.0


def test_waves_after_linear_are_sine_bumps_in_rotated_coordinates():
    turn = np.array([[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5]])
    family = SineComposition(
        [turn], [0.125], [1.0], [[3.0, 1.0]], [[1.0, 1.0]], np.zeros((1, 4)), [0.5]
    )
    bumps = SineBumps([0.125], [[3.0, 1.0]], [[1.0, 1.0]], [[0.0, 0.0]], [0.5])
    for name in ("smooth", "pl"):
        assert getattr(family.constants, name) == getattr(bumps.constants, name)
    assert family.constants.strongly_convex == bumps.constants.strongly_convex == -0.5
    x = np.random.default_rng(0).standard_normal((1, 4))
    assert family.value_and_gradient(x)[0] == pytest.approx(bumps.value(x @ turn.T))
    tall = SineComposition(
        [[[1.0], [1.0]]], [0.125], [1.0], [[3.0, 3.0]], [[1.0, 1.0]], [[0.0]], [0.0]
    )
    assert tall.constants.pl[0] == 0.0  # the argument needs independent rows


def test_an_egg_carton_is_flat_at_its_saddles():
    family = draw_family("egg_carton", 8, 1, 10.0, np.random.default_rng(0))
    top = family.centre + np.pi / 2 / (family.frequency * family.matrix[..., 0])
    value, gradient = family.value_and_gradient(top)
    assert (np.abs(gradient) < 1e-12).all() and (value > family.minimum + 0.1).all()
    assert (family.constants.pl == 0).all()


def test_the_second_derivative_of_tanh_is_bounded():
    x = np.linspace(0, 2, 10001)
    t = np.tanh(x)
    assert BEND * (1 - 1e-6) < np.max(2 * t * (1 - t**2)) <= BEND


# ---------------------------------------------------------------- smooth on bounded sets alone
def test_a_quartic_is_smooth_near_points_and_nowhere_else():
    family = Quartic([[1.0, 0.25]], [[2.0, 0.0]], [[0.0, 0.0]], [0.0])
    c = family.constants
    assert np.isinf(c.smooth[0]) and (c.strongly_convex[0], c.pl[0]) == (0.25, 0.25)
    near = family.smooth_near(np.array([[1.0, 9.0]]), np.array([0.5]))
    assert near[0] == pytest.approx(1 + 3 * 2 * 1.5**2, rel=1e-12) and near[0] >= 14.5
    assert Quartic([[0.0]], [[1.0]], [[0.0]], [0.0]).constants.pl[0] == 0.0
    rounded = Tracked(np.array([[1.0, 9.0]]), np.full((1, 2), 2.0**30))
    value, gradient = function_at(family, rounded)
    off = SAFETY * UNIT * 2.0**30
    moved = family.value_and_gradient(rounded.value + np.array([[off, -off]]))
    assert abs(moved[0] - value.value)[0] <= SAFETY * UNIT * value.error[0] < 1e-4
    assert (abs(moved[1] - gradient.value) <= SAFETY * UNIT * gradient.error).all()


def test_waves_refuse_parameters_that_break_their_promises():
    zero = [[0.0, 0.0]]
    with pytest.raises(ValueError, match="below mean"):
        Spiral([1.0], [1.0], [1.0], zero, [0.0])
    with pytest.raises(ValueError, match=r"turn is one of 0.0, 0.25"):
        Spiral([1.0], [0.5], [0.3], zero, [0.0])
    with pytest.raises(ValueError, match="3/8"):
        RadialProduct([1.0], [0.5], [0.25], zero, [0.0])
    with pytest.raises(ValueError, match="0 or 1"):
        SineComposition([np.eye(2)], [1.0], [0.5], [[1.0, 1.0]], [[1.0, 1.0]], zero, [0.0])
    with pytest.raises(ValueError, match="weight"):
        TwoLayerLoss([[1.0]], [[1.0, 1.0]], [-1.0], zero, [0.0])
    with pytest.raises(ValueError, match="at least 0"):
        Quartic([[-1.0, 1.0]], [[1.0, 1.0]], zero, [0.0])
    with pytest.raises(ValueError, match="share"):
        modulated_pl_bound(1.0, 1.0, True)


def test_a_function_that_is_not_smooth_is_in_no_class_of_smooth_ones():
    given = {**the.positive, "strong": StronglyConvex(the.f, the.alpha)}
    claim = forall(the.y, the.f(the.y) >= the.f(the.xs))
    plan = Plan.of(given.values(), (claim,))
    proposal = draw(plan, np.random.default_rng(0), "quartic", 2, 10.0, 64, 5)
    assert all(np.isfinite(x).all() for x in proposal.numbers.values())
    model = realise(plan, proposal)
    assert not certify(model, given["smooth"]).any()
    assert certify(model, given["strong"]).mean() > 0.5
    kinked = forall(the.y, sq(grad(the.f, the.y)) <= 100 * (the.f(the.y) - the.f(the.xs)))
    strong = {"strong": given["strong"], "minimum": Minimiser(the.f, the.xs)}
    found = refute(Statement.of(strong, kinked), budget="small")
    assert found is not None and found.verdict == VIOLATED
