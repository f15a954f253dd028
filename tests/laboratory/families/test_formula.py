"""A family of one's own in a few lines, and the mistakes that registration finds in it."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from autograd import hessian as ahessian
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.campaigns.units import check, survey
from plproof.laboratory.certification.precise import Field, family_at
from plproof.laboratory.families import (
    Family,
    FamilyKind,
    Formula,
    Norm,
    Quadratic,
    WrongFamily,
    check_family,
    draw_family,
    family_kind,
)
from plproof.laboratory.families.checks import _hessians
from plproof.laboratory.families.formula import (
    Slope,
    cos,
    expm1,
    log1p,
    product,
    sin,
    sqrt,
    tanh,
    total,
)
from plproof.laboratory.gradient_descent.descent import gradient_descent
from plproof.laboratory.testing.stress import stress_test
from plproof.language import Statement, forall, grad, sq
from plproof.theory.functions import Convex
from tests.laboratory import statements as the


def powers(rng, shape):
    return 2.0 ** rng.integers(-2, 3, shape)


class PseudoHuber(Formula):
    """Like ‖y‖²/2 near 0 and like a multiple of ‖y‖ far away; convex, 1-smooth, not PL."""

    numbers = MappingProxyType({"width": "B"})
    smooth, pl, convex, steep = 1.0, 0.0, 0.0, 4.0  # no width is above 4

    def g(self, y):
        t = self.width
        return t * t * (sqrt(1 + total(y * y) / (t * t)) - 1)

    def bounds(self):
        known = {"smooth": self.smooth, "strongly_convex": self.convex, "pl": self.pl}
        return known | {"lipschitz": self.steep}


class Everything(Formula):
    """Uses every function that a formula may use; ½‖y‖² and terms of the third order."""

    numbers = MappingProxyType({"matrix": "Brd", "slope": "Bd"})
    infinitely_differentiable = True

    def g(self, y):
        z = product(self.matrix, y)
        waves = sin(z) ** 2 + (1 - cos(z)) + tanh(z) ** 2
        curved = expm1(-(z * z)) / (-2 - z * z) + log1p(z * z)
        first = y[..., 0] * y[..., 0]
        return total(waves + curved) + total(self.slope * (y * y)) + 2.0 * first / (1 + first)

    def bounds(self):
        return {}


def drawn(cls, **how):
    return family_kind("mine", cls.drawn(**how))


@pytest.fixture(scope="module")
def pseudo_huber():
    return drawn(PseudoHuber, width=powers)


# ---------------------------------------------------------------- what a formula gives
def test_a_family_of_ones_own_is_drawn_printed_run_and_rechecked(pseudo_huber):
    family = draw_family(pseudo_huber, 32, 3, 10.0, np.random.default_rng(0))
    c = family.constants
    assert str(pseudo_huber) == "mine" and c.convex.all() and (c.pl == 0).all()
    assert (c.smooth >= 1).all() and (c.smooth < 1 + 1e-12).all() and not c.exact.any()
    again = eval(family.literal(5), {"PseudoHuber": PseudoHuber})
    points = family.centre + np.random.default_rng(1).standard_normal((32, 3))
    values = family.value_and_gradient(points)[0]
    assert again.value_and_gradient(points[5:6])[0] == values[5]
    run = gradient_descent(family, points, 1.0, 3)
    assert np.array_equal(run.values[0], values) and (run.values[1] < run.values[0]).all()
    one = family.scaled(np.full(32, 4.0)).take([3])
    assert one.constants.smooth[0] == 4 * c.smooth[3]
    assert one.without(1).dimension == 2
    assert all(f.complexity() < one.complexity() for f in one.simplifications(0))
    with Field(None) as field:  # 5/4 has a rational root: everything is exact
        near = PseudoHuber(width=[4.0], scale=[1.0], centre=[[1.0]], minimum=[2.0])
        value, (slope,) = family_at(near, field, [field.number(4.0)])
        assert value == 6 and slope * 5 == 12


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_gradients_and_error_bounds_come_from_the_formula(seed):
    rng = np.random.default_rng(seed)
    family = Everything(
        matrix=rng.integers(-3, 4, (2, 2, 3)) / 4,
        slope=rng.integers(1, 4, (2, 3)) / 2,
        scale=[1.0, 0.5],
        centre=rng.standard_normal((2, 3)),
        minimum=[0.0, 1.0],
    )
    points = family.centre + rng.standard_normal((2, 3))
    values, gradients = family.value_and_gradient(points)
    automatic = family.automatic_value_and_gradient(points)
    np.testing.assert_allclose(values, automatic[0], rtol=1e-13)
    np.testing.assert_allclose(gradients, automatic[1], rtol=1e-11, atol=1e-13)
    second = family.hessian(Tracked(points))
    one = family.take([1])
    theirs = ahessian(lambda p: one.value(p[None])[0])(points[1])
    np.testing.assert_allclose(second.value[1], theirs, rtol=1e-10, atol=1e-12)
    value_sizes, sizes = family.magnitude(points)
    with Field(200) as field:
        value, gradient = family_at(one, field, list(field.array(points[1])))
        assert abs(value - values[1]) <= SAFETY * UNIT * value_sizes[1]
        for exact, ours, size in zip(gradient, gradients[1], sizes[1], strict=True):
            assert abs(exact - ours) <= SAFETY * UNIT * size
            assert size < 1e4


def test_slopes_follow_the_rules_of_the_calculus():
    x = Slope(np.array([2.0]), [np.array([1.0])])
    for function, value, slope in (
        (3 - x, 1.0, -1.0),
        (x - 1, 1.0, 1.0),
        (4 / x, 2.0, -1.0),
        ((x + 1) / x, 1.5, -0.25),
        (x**3, 8.0, 12.0),
        (x**1, 2.0, 1.0),
        (np.array([3.0]) * x, 6.0, 3.0),
    ):
        assert (function.value[0], function.partial[0][0]) == (value, slope)
    with pytest.raises(ValueError, match="whole numbers"):
        x**0.5


# ---------------------------------------------------------------- what registration finds
@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        (
            "smooth",
            0.97,
            r"constant is too small: .* but smooth = 0\.97.*, x = \[.*\], y = \[.*\], Wrong: Wr",
        ),
        ("pl", 0.001, r"PL constant is too large: .* but pl = 0\.00"),
        (
            "convex",
            0.01,
            "modulus of strong convexity is too large: .* but strongly_convex = 0\\.0",
        ),
        (
            "steep",
            3.9,
            r"Lipschitz constant is too small: .* but lipschitz = 3\.9",
        ),
    ],
)
def test_a_wrong_constant_is_found(name, wrong, message):
    class Wrong(PseudoHuber):
        pass

    setattr(Wrong, name, wrong)
    with pytest.raises(WrongFamily, match=message):
        drawn(Wrong, width=powers)


class Bowl(Quadratic):
    """A quadratic written by hand, to be spoilt."""


def spoilt(change):
    def build(batch, dimension, conditioning, rng):
        family = change(np.tile(np.eye(dimension), (batch, 1, 1)), np.ones((batch, dimension)))
        return family

    return build


def test_a_wrong_gradient_or_value_is_found():
    class WrongGradient(Bowl):
        def _value_and_gradient(self, points):
            value, gradient = super()._value_and_gradient(points)
            return value, gradient * 1.01

    class WrongValue(Bowl):
        def _value_and_gradient(self, points):
            value, gradient = super()._value_and_gradient(points)
            return value + 0.01, gradient

    class WrongShape(Bowl):
        def _value_and_gradient(self, points):
            value, gradient = super()._value_and_gradient(points)
            return value[:, None], gradient

    for cls, message in (
        (WrongGradient, r"gradient is wrong: by hand \[.*\], by differentiating value\(\) \["),
        (WrongValue, r"value by hand is not the value of value\(\)"),
        (WrongShape, r"shapes \(64, 1\)"),
    ):
        with pytest.raises(WrongFamily, match=message):
            family_kind("mine", spoilt(lambda h, c, cls=cls: cls(h, c, np.zeros(len(c)))))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (Family._value_and_gradient, "Bare has no hand-written gradient; write"),
        (
            lambda self, x: (np.sum(0.5 * (x - 1.0) ** 2, axis=-1), x - 1.0),
            "Bare: rounding errors .*; write",
        ),
    ],
)
def test_a_family_whose_rounding_nobody_can_bound_is_not_taken(formula, message):
    bare = type("Bare", (Bowl,), {"_value_and_gradient": formula})
    with pytest.raises(WrongFamily, match=message):
        family_kind("mine", spoilt(lambda h, c: bare(h, c, np.zeros(len(c)))))


def test_a_wrong_minimum_is_found():
    class Lifted(PseudoHuber):
        def g(self, y):
            return super().g(y) + 0.125

    class Moved(PseudoHuber):
        def g(self, y):
            return super().g(y + 1.0) - super().g(0 * y + 1.0)

    class TwoValleys(PseudoHuber):  # lower by 1/2 in a valley around ‖y‖ = 4 than at the minimiser
        def g(self, y):
            s = total(y * y)
            return 0.03125 * s * ((s - 16) ** 2 / 16 - 0.5) / (1 + s * s / 64)

    for cls, message in (
        (Lifted, r"minimum is wrong: the value at the minimiser .* is .*, but minimum = "),
        (Moved, r"minimiser is wrong: the gradient there is \["),
        (TwoValleys, r"minimum is wrong: the value is at most .* at x = \["),
    ):
        with pytest.raises(WrongFamily, match=message):
            drawn(cls, width=powers)


def test_other_mistakes_say_what_to_do():
    with pytest.raises(WrongFamily, match="not taken yet: 'huber'"):
        family_kind("huber", PseudoHuber.drawn(width=powers))
    with pytest.raises(ValueError, match="say how to draw width"):
        PseudoHuber.drawn(breadth=powers)
    with pytest.raises(ValueError, match="has the parameters width, scale, centre, minimum, not"):
        PseudoHuber(breadth=[1.0], scale=[1.0], centre=[[0.0]], minimum=[0.0])
    with pytest.raises(WrongFamily, match="64 functions of 1 variables are asked for"):
        family_kind("mine", lambda b, d, c, rng: PseudoHuber.drawn(width=powers)(1, d, c, rng))
    with pytest.raises(WrongFamily, match="gives int, not a Family"):
        family_kind("mine", lambda b, d, c, rng: 7)

    class Unknown(PseudoHuber):
        def bounds(self):
            return {"steepness": 1.0}

    with pytest.raises(WrongFamily, match="no functions of 1 variables: bounds are smooth"):
        drawn(Unknown, width=powers)

    class NotHomogeneous(Bowl):
        homogeneous = MappingProxyType({"hessian": 1})

    with pytest.raises(WrongFamily, match="`homogeneous` is wrong"):
        family_kind("mine", spoilt(lambda h, c: NotHomogeneous(h, c, np.ones(len(c)))))

    class Forgetful(Bowl):
        def take(self, indices):
            return super().take(np.zeros(len(indices), dtype=int))

    with pytest.raises(WrongFamily, match="take gives other functions"):
        family_kind("mine", spoilt(lambda h, c: Forgetful(h, c, np.arange(len(c)))))


def test_kinks_are_said_to_be_kinks():
    class Smooth(Norm):
        differentiable = True

    def build(batch, dimension, conditioning, rng):
        return Smooth(np.ones(batch), rng.standard_normal((batch, dimension)), np.zeros(batch))

    with pytest.raises(WrongFamily, match=r"gradient jumps from .* differentiable = False"):
        family_kind("mine", build)


@pytest.mark.parametrize(
    ("kind", "constant", "factor"),
    [
        ("extreme_quadratic", "strongly_convex", 1.02),  # along one eigenvector, 2⁻⁴⁰
        ("extreme_quadratic", "pl", 1.02),
        ("softplus", "lipschitz", 0.98),
        ("largest_affine", "lipschitz", 0.98),
    ],
)
def test_two_percent_too_much_are_found(kind, constant, factor):
    family = draw_family(kind, 64, 2, 10.0, np.random.default_rng(0))
    now = getattr(family.constants, constant)
    family.constants = replace(family.constants, **{constant: factor * now})
    with pytest.raises(WrongFamily, match=r"too (small|large)"):
        check_family(family, np.random.default_rng(1))


def test_a_curvature_two_percent_below_that_of_networks_is_found():
    family = draw_family("two_layer", 64, 2, 10.0, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    points = family.centre + 4.0 * rng.standard_normal((400, 64, 2))
    top = np.zeros(64)
    for x in points:  # what some points show is below the truth
        top = np.maximum(top, np.abs(np.linalg.eigvalsh(_hessians(family, x))).max(axis=-1))
    family.constants = replace(family.constants, smooth=0.98 * top)
    with pytest.raises(WrongFamily, match="smoothness constant is too small"):
        check_family(family, rng)


# ---------------------------------------------------------------- statements are tested on it
def test_statements_are_tested_on_families_of_ones_own(pseudo_huber):
    only_convex = {**the.positive, "convex": Convex(the.f)}  # and smooth
    y, v, f = the.y, the.v, the.f
    third = f(y + 2 * v) - 3 * f(y + v) + 3 * f(y) - f(y - v)  # 0 for quadratic functions
    claim = forall([y, v], third <= 0)
    statement = Statement.of(only_convex, claim)
    names = []

    def build(batch, dimension, conditioning, rng):
        names.append(dimension)
        return pseudo_huber.build(batch, dimension, conditioning, rng)

    own = FamilyKind("mine", build)
    true = Statement.of(only_convex, forall(the.y, sq(grad(the.f, the.y)) >= 0))
    report = stress_test(true, budget="tiny", seed=0, families=[own])
    assert names and report.passed and report.checks >= 500
    assert survey(statement, 0, [own])["yields"]["mine"] > 0
    unit = check(statement, 0, 0, {"mine": 1.0}, rows=256, families=[own])
    assert unit["violations"]
    found = unit["counterexample"]
    assert "PseudoHuber(width=" in found["snippet"]
    assert f"from {PseudoHuber.__module__} import PseudoHuber" in found["snippet"]
