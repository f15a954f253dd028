"""Functions with kinks and without a minimiser, their classes, and the statements they decide."""

from fractions import Fraction

import numpy as np
import pytest

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Tracked
from plproof.laboratory.campaigns.units import check
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.certification.precise import Field, family_at
from plproof.laboratory.families import (
    Falling,
    HingeSum,
    LargestAffine,
    Linear,
    Norm,
    draw_family,
)
from plproof.laboratory.families.lengths import length_up, root_up, slope_after
from plproof.laboratory.gradient_descent.orbits import function_at
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.models import Plan, realise
from plproof.language import (
    Function,
    Reals,
    Space,
    Statement,
    Vectors,
    forall,
    ip,
    norm,
    rational,
    sq,
)
from plproof.theory.functions import (
    PL,
    Convex,
    Differentiable,
    Lipschitz,
    Minimiser,
    Smooth,
    StronglyConvex,
)

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
x, y, z, xs = Vectors("x y z x*", E)
M, L, mu, alpha, gamma = Reals("M L mu alpha gamma")


# ---------------------------------------------------------------- subgradients
@pytest.mark.parametrize("kind", ["absolute", "elastic_net", "hinges", "largest_affine"])
def test_what_stands_for_a_gradient_is_a_subgradient_exactly(kind):
    family = draw_family(kind, 6, 2, 10.0, np.random.default_rng(4))
    rng = np.random.default_rng(5)
    grid = rng.integers(-4, 5, (6, 5, 2)) / 4.0  # many kinks among these points
    with Field(None) as field:
        for row in range(6):
            one, home = family.take([row]), family.centre[row]
            at = [family_at(one, field, list(field.array(home + v))) for v in grid[row]]
            assert family_at(one, field, list(field.array(home)))[1] == [0, 0]
            for (value, _), v in zip(at, grid[row], strict=True):
                for (least, slope), w in zip(at, grid[row], strict=True):
                    along = sum((s * Fraction(t) for s, t in zip(slope, v - w, strict=True)), 0)
                    assert value >= least + along


def test_subgradients_close_to_a_kink_are_bounded_and_not_guessed():
    points = Tracked(np.array([[2.0**-60], [0.5]]), np.full((2, 1), 4.0))
    hinge = HingeSum([[[1.0]]] * 2, [[1.0]] * 2, [[1.0]] * 2, [[0.0]] * 2, [0.0] * 2, [[0.0]] * 2,
                     [0.0] * 2)  # fmt: skip
    affine = LargestAffine([[[1.0], [-1.0]]] * 2, [[0.0, 0.0]] * 2, [[0.0]] * 2, [0.0] * 2)
    cone = Norm([1.0] * 2, [[0.0]] * 2, [0.0] * 2)
    for family in (hinge, affine, cone):
        value, slope = function_at(family, points)
        reach = SAFETY * UNIT * slope.error[:, 0]
        assert not np.isfinite(reach[0]) or reach[0] >= 2.0  # −1 is possible as well
        assert reach[1] < 1e-12 and slope.value[1, 0] == 1.0
        assert (SAFETY * UNIT * value.error <= 1e-14).all()
        known = family.differentiable_at(np.array([[0.0], [0.5]]))
        assert known.tolist() == [False, True]


@pytest.mark.parametrize(
    "kind", ["absolute", "elastic_net", "hinges", "largest_affine", "norm", "exponential"]
)
def test_constants_near_a_point_hold_up_to_the_ends_of_the_interval(kind):
    rng = np.random.default_rng(3)
    family = draw_family(kind, 256, 1, 10.0, rng)
    middle = family.centre + rng.standard_normal((256, 1))
    distance = np.exp2(rng.uniform(-5.0, 1.0, 256))
    grid = np.linspace(-1.0, 1.0, 33)[:, None, None]
    places = middle + grid * distance[:, None]
    slopes = family.stacked(places)[1]
    apart = np.abs(np.diff(places, axis=0))[..., 0]
    turned = np.abs(np.diff(slopes, axis=0))[..., 0]
    smooth = family.smooth_near(middle, distance)
    assert (turned <= smooth * apart + 1e-12 * (1.0 + np.abs(slopes[1:, :, 0]))).all()
    assert np.isfinite(smooth).mean() > 0.2  # near most points is no kink
    assert (np.abs(slopes[..., 0]) <= family.lipschitz_near(middle, distance) + 1e-12).all()


def test_two_affine_functions_approach_each_other_from_both_sides():
    family = LargestAffine([[[1.0, 0.25], [-1.0, 0.25]]], [[0.0, 0.0]], [[0.0, 0.0]], [0.0])
    at = np.array([[0.5, 4.0]])  # the kink is where the first coordinate is 0
    found = [family.smooth_near(at, np.array([r]))[0] for r in (0.45, 0.75)]
    assert found == [0.0, np.inf]


def test_functions_without_a_minimiser_have_an_infimum():
    soft = Falling([[4.0]], [[0.0]], [[0.0]], [[1.0]], [[0.0]], [3.0])
    c = soft.constants
    assert (c.smooth[0], c.lipschitz[0], c.minimum[0], c.attained[0]) == (1.0, 4.0, 3.0, False)
    far = soft.value_and_gradient(np.array([[-600.0]]))
    assert far[0][0] == 3.0 and 0 <= far[1][0, 0] < 1e-250
    assert Falling([[0.0]], [[0.0]], [[0.0]], [[0.0]], [[0.0]], [3.0]).constants.attained[0]
    assert np.isneginf(Linear([[1.0]], [[0.0]], [0.0]).constants.minimum[0])
    assert np.isinf(Falling([[0.0]], [[0.0]], [[1.0]], [[1.0]], [[0.0]], [0.0]).constants.smooth[0])
    with pytest.raises(ValueError, match="rate is not 0"):
        Falling([[1.0]], [[0.0]], [[0.0]], [[0.0]], [[0.0]], [0.0])


def test_lengths_are_bounded_from_above_and_exact_where_they_can_be():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((50, 3)) * np.exp2(rng.integers(-40, 40, (50, 1)))
    for bound, v in zip(length_up(vectors).tolist(), vectors.tolist(), strict=True):
        square = sum(Fraction(t) ** 2 for t in v)
        assert square <= Fraction(bound) ** 2 <= square * Fraction(1 + 2.0**-40)
    assert length_up(np.array([[0.0, -3.0]]))[0] == 3.0 and root_up(np.array([9.0]))[0] == 3.0
    assert Fraction(root_up(np.array([2.0]))[0]) ** 2 > 2
    matrix = np.array([[[1.0, 1.0], [2.0, -2.0]]])  # orthogonal rows: |(√2, 2√2)|, not 3√2
    assert slope_after(matrix, np.ones((1, 2)))[0] == pytest.approx(10**0.5, rel=1e-12)


# ---------------------------------------------------------------- exactly one hypothesis fails
CLASSES = {
    "differentiable": Differentiable(f),
    "smooth": Smooth(f, L),
    "convex": Convex(f),
    "strong": StronglyConvex(f, alpha),
    "pl": PL(f, mu, xs),
    "minimum": Minimiser(f, xs),
    "lipschitz": Lipschitz(f, M),
}
POSITIVE = {"smooth": L > 0, "strong": alpha > 0, "pl": mu > 0, "lipschitz": M > 0}


@pytest.mark.parametrize(
    ("missing", "others", "kind"),
    [
        ("differentiable", ("convex", "minimum", "lipschitz"), "absolute"),
        ("differentiable", ("convex", "minimum", "lipschitz"), "norm"),
        ("smooth", ("differentiable", "convex", "strong", "pl", "minimum"), "quartic"),
        ("smooth", ("differentiable", "convex"), "exponential"),
        ("convex", ("differentiable", "smooth", "pl", "minimum"), "spiral"),
        ("convex", ("differentiable", "smooth", "minimum", "lipschitz"), "egg_carton"),
        ("strong", ("differentiable", "smooth", "convex", "pl", "minimum"), "distance_from_box"),
        ("pl", ("differentiable", "smooth", "convex", "minimum", "lipschitz"), "huber"),
        ("minimum", ("differentiable", "smooth", "convex", "lipschitz"), "softplus_like"),
        ("minimum", ("differentiable", "smooth", "convex", "lipschitz"), "linear"),
        ("lipschitz", ("differentiable", "smooth", "convex", "strong", "pl", "minimum"),
         "quadratic"),
    ],
)  # fmt: skip
def test_for_each_class_there_are_functions_that_violate_it_alone(missing, others, kind):
    asked = {key: [CLASSES[key], POSITIVE.get(key)] for key in (missing, *others)}
    plan = Plan.of([h for pair in asked.values() for h in pair if h is not None], (f(x) <= f(x),))
    model = realise(plan, draw(plan, np.random.default_rng(0), kind, 2, 10.0, 64, 4))
    held = {
        key: np.logical_and.reduce([certify(model, h) for h in pair if h is not None])
        for key, pair in asked.items()
    }
    assert np.logical_and.reduce([~held[missing], *(held[key] for key in others)]).any()


# ---------------------------------------------------------------- statements
slopes = forall([x, y], (f(x) - f(y)) ** 2 <= M**2 * sq(x - y))
convex = forall([x, y], f(y) >= f(x) + ip(g(x), y - x))
step = sq(y - gamma * g(y) - xs) - sq(y - xs) + 2 * gamma * (f(y) - f(xs))
method = {"sub": convex, "bounded": forall(x, norm(g(x)) <= M), "minimum": Minimiser(f, xs),
          "pos": gamma > 0}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "claim", "share"),
    [
        ({"slopes": slopes, "pos": M >= 0}, f(z) - f(y) <= M * norm(z - y), 0.9),
        ({"lip": Lipschitz(f, rational(3)), "convex": Convex(f)},
         f(z) - f(y) <= 3 * norm(z - y), 0.8),
        ({"lip": Lipschitz(f, M)}, f(z) - f(y) <= rational(99, 100) * M * norm(z - y), None),
        (method, step <= gamma**2 * M**2, 0.3),
        (method, step <= rational(99, 100) * gamma**2 * M**2, None),
    ],
)  # fmt: skip
def test_statements_about_slopes_and_subgradients_are_exercised_and_decided(given, claim, share):
    statement = Statement.of(given, claim)
    yields = dict.fromkeys(("absolute", "hinges", "norm", "huber"), 1.0)
    found = check(statement, 0, 0, yields, rows=512)
    if share is None:
        assert found["counterexample"]["verdict"] == VIOLATED
    else:
        assert not found["violations"], found["counterexample"]["text"]
        assert found["checks"] >= share * 512


def test_a_gradient_is_not_taken_for_granted_at_a_kink():
    statement = Statement.of({"convex": Convex(f)}, Differentiable(f))
    plan = Plan.of([Convex(f)], (statement.claim,))
    model = realise(plan, draw(plan, np.random.default_rng(0), "absolute", 2, 10.0, 16, 4))
    assert not certify(model, Differentiable(f)).any() and certify(model, Convex(f)).all()
    assert not certify(model, StronglyConvex(f, rational(0))).any()
