"""Negative curvature near a solution: found where it must be, not where the loss is convex."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.systems.base import System
from plproof.laboratory.systems.convexity import (
    Curvatures,
    curvatures,
    curvatures_along,
    geometric_times,
    inertia,
)
from plproof.laboratory.systems.draw import draw_networks, draw_polynomials
from plproof.laboratory.systems.examples import (
    BowlSystem,
    RootSystem,
    convex_bowls,
    one_positive_direction,
    sharp_polynomial,
    sharp_roots,
)

SMALL = geometric_times(8, 20)


def around(system: System, reach: float, count: int = 300, seed: int = 0) -> Curvatures:
    """Return the curvatures at random points with coordinates within ``reach`` of w*."""
    rng = np.random.default_rng(seed)
    offset = rng.uniform(-reach, reach, (count, system.batch, system.inputs))
    return curvatures(system, system.origin + offset)


def split(found: Curvatures) -> tuple[np.ndarray, np.ndarray]:
    """Return where negative curvature was found, for t > 0 and for t < 0, each (T/2, B)."""
    return found.negative[found.times > 0], found.negative[found.times < 0]


# --- where the criterion applies ------------------------------------------------------------------


@settings(max_examples=25)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from([-1, 1]),
    st.sampled_from(["mixed", "component", "not onto"]),
)
def test_more_than_n_directions_of_one_sign_make_the_loss_non_convex(
    seed: int, n: int, others: int, sign: int, how: str
) -> None:
    n += how == "not onto"
    many, few = n + 1, others
    positive, negative = (many, few) if sign > 0 else (few, many)
    system, v = draw_polynomials(
        8,
        n,
        many + few + 1,
        positive,
        negative,
        np.random.default_rng(seed),
        onto=how != "not onto",
        component=0 if how == "component" else None,
    )
    after, before = split(curvatures_along(system, v, SMALL))
    assert (after if sign < 0 else before).all(), "at every small t of the sign that is claimed"


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from([-1, 1]), st.integers(0, 2))
def test_so_do_more_than_n_units_of_one_sign_in_a_network(
    seed: int, n: int, sign: int, silent: int
) -> None:
    positive, negative = (n + 1, 0) if sign > 0 else (0, n + 1)
    rng = np.random.default_rng(seed)
    network, v = draw_networks(4, n, n + 1, positive, negative, rng, silent=silent)
    small = geometric_times(10, 16) / np.linalg.norm(v, axis=1).max()
    after, before = split(curvatures_along(network, v, small))
    assert (after if sign < 0 else before).all()


def test_rank_above_2n_is_enough_whatever_the_signs() -> None:
    for positive in range(6):
        rng = np.random.default_rng(positive)
        system, v = draw_polynomials(16, 2, 6, positive, 5 - positive, rng)
        after, before = split(curvatures_along(system, v, SMALL))
        assert (after if positive < 3 else before).all()


def test_one_curved_direction_in_the_kernel_is_enough_for_a_jacobian_that_is_onto() -> None:
    system, v = draw_polynomials(64, 3, 4, 1, 0, np.random.default_rng(2), component=0)
    kernel = np.linalg.svd(system.linear)[2][:, -1]
    bend = np.asarray(system.jet(system.origin, kernel)[2])[:, 0]
    curved = bend > 0.05
    assert curved.sum() > 16
    before = split(curvatures_along(system, v, geometric_times(14, 20)))[1]
    assert before[:, curved].all()


def test_the_sign_of_the_time_matters() -> None:
    """A positive definite form gives negative curvature for t < 0 and none for small t > 0."""
    for n, m in ((1, 3), (2, 5)):
        system, v = draw_polynomials(32, n, m, m, 0, np.random.default_rng(n))
        after, before = split(curvatures_along(system, v, geometric_times(9, 20)))
        assert before.all()
        assert not after.any()
        after, before = split(curvatures_along(system, -v, geometric_times(9, 20)))
        assert after.all()
        assert not before.any()


def test_the_curvature_falls_in_proportion_to_t() -> None:
    system, v = draw_polynomials(32, 1, 3, 3, 0, np.random.default_rng(5))
    found = curvatures_along(system, v, -np.exp2(-np.array([10.0, 14.0, 18.0])))
    rate = found.smallest / found.times[:, None]
    assert (rate[2] > 0.4).all(), "the smallest eigenvalue of the form is at least 1/2"
    np.testing.assert_allclose(rate[1], rate[2], rtol=0.05)


# --- where it does not: the sharp examples and their neighbours ------------------------------


@pytest.mark.parametrize("n", [1, 2, 3])
def test_rank_2n_is_not_enough(n: int) -> None:
    found = around(sharp_roots(n, 2 * n + 1, batch=3), 0.2)
    assert not found.negative.any()
    assert found.smallest.min() > -1e-13
    assert found.verdict(0) != "negative"


def test_rank_2n_is_not_enough_in_other_coordinates_either() -> None:
    rng = np.random.default_rng(1)
    heights, slopes = rng.standard_normal((2, 16, 2, 6))
    found = around(RootSystem(heights, slopes, rng.standard_normal((16, 6))), 0.05)
    assert not found.negative.any()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_root_of_another_power_is_found_out(n: int) -> None:
    found = around(sharp_roots(n, 2 * n + 1, batch=3, power=2), 0.03)
    assert found.negative.mean() > 0.99
    assert found.verdict(0) == "negative"


def test_a_hessian_that_is_only_semidefinite_is_reported_as_within_rounding() -> None:
    found = around(sharp_roots(1, 3), 0.2)
    assert found.doubtful.any()
    assert found.verdict(0) == "within rounding"


def test_the_polynomial_is_convex_up_to_one_twenty_fifth_and_not_to_one_twentieth() -> None:
    system = sharp_polynomial()
    assert around(system, 1 / 25, 2000).verdict(0) == "not found"
    edge = np.array([[[0.001, 1 / 20, 0.0]], [[0.001, 0.0459, 0.0]], [[0.001, 0.0457, 0.0]]])
    assert curvatures(system, edge).negative[:, 0].tolist() == [True, True, False]
    far = np.array([[[0.001, -0.545, 0.0]], [[0.001, -0.547, 0.0]]])
    assert curvatures(system, far).negative[:, 0].tolist() == [False, True]


def test_n_directions_of_one_sign_are_not_enough() -> None:
    system = one_positive_direction(4)
    assert inertia(system.form_along(np.ones((1, 4)))[1])[0] == 1
    assert around(system, 0.42).verdict(0) == "not found"
    assert around(system, 0.43, 3000).verdict(0) == "negative"


@pytest.mark.parametrize("shape", ["square", "root"])
@pytest.mark.parametrize("n", [2, 3])
def test_a_jacobian_that_does_not_vanish_is_not_enough(n: int, shape) -> None:
    """Every ∇F_i is there and every ∇²F_i has full rank above 2n, yet the loss is convex."""
    system = convex_bowls(16, n, 2 * n + 1, np.random.default_rng(n), shape)
    for reach in (2.0**-10, 1.0):
        found = around(system, reach)
        assert all(found.verdict(row) == "not found" for row in range(16))
    when = geometric_times()
    along = curvatures_along(system, np.ones((16, 2 * n + 1)), when)
    assert not along.negative.any()


def test_a_bowl_that_leans_over_is_found_out() -> None:
    rng = np.random.default_rng(8)
    for shape in ("square", "root"):
        right = convex_bowls(16, 2, 5, rng, shape)
        leaning = BowlSystem(right.slope, right.line, right.bowl + 0.25 * right.line, right.origin)
        form = leaning.form_along(right.slope)[1]
        assert (inertia(form)[0] == 5).all()
        after, before = split(curvatures_along(leaning, right.slope, SMALL))
        assert before.all() and not after.any()


# --- honesty ----------------------------------------------------------------------------------


def test_what_is_found_does_not_rest_on_rounding() -> None:
    """At a solution the Hessian is semidefinite: there nothing is ever found."""
    for seed in range(5):
        system, v = draw_polynomials(32, 2, 6, 3, 3, np.random.default_rng(seed))
        found = curvatures_along(system, v, np.zeros(1))
        assert not found.negative.any()
        assert found.doubtful.any(), "although eigenvalues just below 0 are computed"


def test_a_bound_too_wide_turns_a_find_into_a_doubt() -> None:
    class Blurred(type(sharp_polynomial())):
        def loss_curvature(self, points, direction):
            form = super().loss_curvature(points, direction)
            return Tracked(form.value, form.error + 2.0**60)

    system, v = draw_polynomials(1, 1, 3, 3, 0, np.random.default_rng(0))
    blurred = Blurred(system.linear, system.quadratic, system.forms, system.cubic, system.origin)
    assert curvatures_along(system, v).verdict(0) == "negative"
    assert curvatures_along(blurred, v).verdict(0) == "within rounding"


def test_points_outside_the_domain_are_refused() -> None:
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="domain"):
        curvatures(sharp_roots(1, 3), np.array([[[1.0, 2.0, 0.0]]]))


def test_the_same_seed_finds_the_same() -> None:
    one, other = (
        curvatures_along(*draw_polynomials(4, 1, 4, 2, 1, np.random.default_rng(3)))
        for _ in range(2)
    )
    assert np.array_equal(one.smallest, other.smallest)
    assert np.array_equal(one.above, other.above)
    assert one.times[0] == 0.125 and one.times[-1] == -(2.0**-20)
