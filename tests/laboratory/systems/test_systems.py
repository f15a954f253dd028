"""Systems have the derivatives they claim, and random ones the eigenvalues asked for."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT
from plproof.laboratory.systems.base import System
from plproof.laboratory.systems.convexity import inertia
from plproof.laboratory.systems.draw import draw_networks, draw_polynomials
from plproof.laboratory.systems.examples import (
    BowlSystem,
    RootSystem,
    convex_bowls,
    one_positive_direction,
    sharp_polynomial,
    sharp_roots,
)
from plproof.laboratory.systems.networks import BEND, TanhNetwork
from plproof.laboratory.systems.polynomial import PolynomialSystem

SYSTEMS = {
    "polynomial": lambda rng: draw_polynomials(3, 2, 5, 2, 1, rng)[0],
    "network": lambda rng: draw_networks(3, 2, 3, 1, 2, rng)[0],
    "root": lambda rng: RootSystem(*rng.standard_normal((2, 3, 2, 5)), np.ones((3, 5))),
    "root of the third power": lambda rng: RootSystem(
        *rng.standard_normal((2, 3, 2, 5)), np.ones((3, 5)), power=3
    ),
    "square bowl": lambda rng: convex_bowls(3, 2, 5, rng, "square"),
    "root bowl": lambda rng: BowlSystem(
        rng.standard_normal((3, 5)), *rng.standard_normal((2, 3, 2)), np.ones((3, 5)), "root"
    ),
}
systems = pytest.mark.parametrize("kind", SYSTEMS)


def drawn(kind: str, seed: int = 0) -> tuple[System, np.ndarray, np.ndarray]:
    """Return a system, points near its origins and directions."""
    rng = np.random.default_rng(seed)
    system = SYSTEMS[kind](rng)
    shape = (4, system.batch, system.inputs)
    return system, system.origin + 0.05 * rng.standard_normal(shape), rng.standard_normal(shape)


# --- derivatives --------------------------------------------------------------------------------


@systems
def test_jacobians_and_hessians_are_limits_of_difference_quotients(kind: str) -> None:
    system, w, z = drawn(kind)
    h = 2.0**-12
    before, here, after = (np.asarray(system.residual(w + s * h * z)) for s in (-1, 0, 1))
    first = np.matmul(system.jacobian(w), z[..., None])[..., 0]
    np.testing.assert_allclose((after - before) / (2 * h), first, rtol=1e-4, atol=1e-4)
    for i in range(system.outputs):
        second = np.einsum("...i,...ij,...j", z, system.component_hessian(w, i), z)
        quotient = (after - 2 * here + before)[..., i] / h**2
        np.testing.assert_allclose(quotient, second, rtol=1e-3, atol=1e-3)


@systems
def test_the_jet_by_hand_is_what_autograd_finds(kind: str) -> None:
    system, w, z = drawn(kind, 1)
    value, first, second = system.jet(w, z)
    np.testing.assert_allclose(value, system.residual(w), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(
        first, np.matmul(system.jacobian(w), z[..., None])[..., 0], rtol=1e-10, atol=1e-12
    )
    hessians = np.stack([system.component_hessian(w, i) for i in range(system.outputs)], axis=-3)
    np.testing.assert_allclose(
        second, np.einsum("...i,...kij,...j->...k", z, hessians, z), rtol=1e-9, atol=1e-11
    )
    form = system.loss_curvature(w, z)
    matrix = system.loss_hessian(w)
    np.testing.assert_allclose(form.value, np.einsum("...i,...ij,...j", z, matrix, z), rtol=1e-9)


@systems
def test_the_residual_vanishes_at_the_point_of_interest(kind: str) -> None:
    system = drawn(kind)[0]
    assert not np.asarray(system.residual(system.origin)).any()


def test_a_system_whose_two_derivatives_differ_is_refused() -> None:
    class Wrong(PolynomialSystem):
        def jet(self, points, direction):
            value, first, second = super().jet(points, direction)
            return value, first, 1.001 * second

    with pytest.raises(RuntimeError, match="second derivatives by hand"):
        Wrong([[[1.0, 0.0]]], [[np.eye(2)]], [[[1.0, 1.0]]], [[[1.0]]], [[0.0, 0.0]])


def precisely(system: System, w: list, z: list) -> mpmath.mpf:
    """Return ∇²L(w)[z, z] of a batch of one, by Taylor series of L in mpmath arithmetic."""
    origin = [mpmath.mpf(x) for x in system.origin[0].tolist()]

    def dot(a: list, b: list) -> mpmath.mpf:
        return mpmath.fsum(mpmath.mpf(x) * y for x, y in zip(a, b, strict=True))

    def residual(t: mpmath.mpf) -> list:
        point = [mpmath.mpf(x) + t * mpmath.mpf(y) for x, y in zip(w, z, strict=True)]
        h = [x - y for x, y in zip(point, origin, strict=True)]
        if isinstance(system, PolynomialSystem):
            cubes = [dot(v, h) ** 3 for v in system.forms[0].tolist()]
            return [
                dot(a, h) + dot([dot(row, h) for row in q], h) / 2 + dot(c, cubes) / 6
                for a, q, c in zip(
                    system.linear[0].tolist(),
                    system.quadratic[0].tolist(),
                    system.cubic[0].tolist(),
                    strict=True,
                )
            ]
        if isinstance(system, TanhNetwork):
            d = system.dimension
            return [
                mpmath.mpf(system.scale[0])
                * mpmath.fsum(
                    a
                    * (
                        mpmath.tanh(dot(x, point[j * d : j * d + d]))
                        - mpmath.tanh(dot(x, origin[j * d : j * d + d]))
                    )
                    for j, a in enumerate(system.outer[0].tolist())
                )
                for x in system.data[0].tolist()
            ]
        if isinstance(system, RootSystem):
            power = mpmath.mpf(system.power) / 2
            pairs = zip(system.heights[0].tolist(), system.slopes[0].tolist(), strict=True)
            return [dot(a, h) / (1 - dot(b, h)) ** power for a, b in pairs]
        assert isinstance(system, BowlSystem)
        phi = dot(h, h) if system.shape == "square" else mpmath.sqrt(1 + dot(h, h)) - 1
        pairs = zip(system.line[0].tolist(), system.bowl[0].tolist(), strict=True)
        return [dot(system.slope[0].tolist(), h) * e + phi * c for e, c in pairs]

    return mpmath.diff(lambda t: dot(residual(t), residual(t)) / 2, 0, 2)


@pytest.mark.parametrize("reach", [1.0, 2.0**-20])
@systems
def test_the_error_bound_of_a_curvature_covers_the_true_error(kind: str, reach: float) -> None:
    with mpmath.workdps(80):
        for seed in range(3):
            system, points, directions = drawn(kind, seed)
            points = system.origin + reach * (points - system.origin)
            jacobian = system.jacobian(points)
            directions = np.linalg.svd(jacobian)[2][..., -1, :]  # in the kernel, up to rounding
            form = system.loss_curvature(points, directions)
            one = SYSTEMS[kind](np.random.default_rng(seed))
            for name, array in vars(one).items():
                if isinstance(array, np.ndarray) and len(array) == 3:
                    setattr(one, name, array[1:2])
            true = precisely(one, points[2, 1].tolist(), directions[2, 1].tolist())
            assert abs(form.value[2, 1] - true) <= SAFETY * UNIT * form.error[2, 1]
            assert form.error[2, 1] * UNIT <= 1e-11  # and it is no idle bound


@given(st.integers(0, 2**32 - 1))
def test_the_derivatives_of_a_polynomial_at_its_origin_are_its_coefficients(seed: int) -> None:
    system = draw_polynomials(2, 3, 6, 2, 2, np.random.default_rng(seed))[0]
    assert np.array_equal(system.jacobian(system.origin), system.linear)
    for i in range(3):
        assert np.array_equal(system.component_hessian(system.origin, i), system.quadratic[:, i])


# --- prescribed eigenvalues -----------------------------------------------------------------------


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from(["mixed", "component", "not onto"]),
)
def test_the_form_along_a_direction_has_the_eigenvalues_asked_for(
    seed: int, n: int, positive: int, negative: int, how: str
) -> None:
    n += how == "not onto"
    system, v = draw_polynomials(
        3,
        n,
        8,
        positive,
        negative,
        np.random.default_rng(seed),
        onto=how != "not onto",
        component=n - 1 if how == "component" else None,
    )
    image, form = system.form_along(v)
    assert image.any(axis=1).all()
    found = inertia(form)
    if positive + negative:
        assert (found[0] == positive).all() and (found[1] == negative).all()
    else:
        assert not form.any()
    rank = np.linalg.matrix_rank(system.jacobian(system.origin))
    assert (rank == (1 if how == "not onto" else n)).all()
    if how == "component":
        assert np.array_equal(form, system.component_hessian(system.origin, n - 1))
    # nothing was rounded: the eigenvalues are those of a rational matrix
    exact = [
        sum(Fraction(a) * Fraction(b) for a, b in zip(row, v[0].tolist(), strict=True))
        for row in system.linear[0].tolist()
    ]
    assert exact == [Fraction(u) for u in image[0].tolist()]


@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))
def test_every_unit_of_a_network_gives_one_eigenvalue_of_a_chosen_sign(
    seed: int, positive: int, negative: int, silent: int
) -> None:
    silent += positive + negative == 0
    rng = np.random.default_rng(seed)
    network, v = draw_networks(2, 2, 3, positive, negative, rng, silent=silent)
    first = network.component_hessian(network.origin, 0)
    image, form = network.form_along(v)
    np.testing.assert_allclose(image, [[1.0, 0.0]] * 2, atol=1e-8)
    np.testing.assert_allclose(form, first, atol=1e-7)
    if positive + negative:
        found = inertia(first)
        assert (found[0] == positive).all() and (found[1] == negative).all()


def test_the_bend_of_tanh_is_its_largest_second_derivative() -> None:
    t = np.tanh(np.linspace(-5, 5, 100_001))
    bends = np.abs(2 * t * (1 - t**2))
    assert bends.max() <= BEND * (1 + 4 * UNIT)
    assert bends.max() == pytest.approx(BEND, rel=1e-8)


def test_the_named_examples_are_the_functions_of_their_formulas() -> None:
    rng = np.random.default_rng(3)
    w = rng.uniform(-0.5, 0.5, (5, 1, 5))
    a, b, c = w[..., 0], w[..., 1], w[..., 2]
    close = dict(rtol=1e-13, atol=1e-15)
    found = np.asarray(sharp_roots(1, 5).residual(w))
    np.testing.assert_allclose(found[..., 0], a / np.sqrt(1 - b), **close)
    found = np.asarray(sharp_roots(2, 5, power=2).residual(w))
    np.testing.assert_allclose(found[..., 0], a / (1 - c), **close)
    found = np.asarray(sharp_polynomial(5).residual(w))
    np.testing.assert_allclose(found[..., 0], a * (1 + b + 2 * b**2), **close)
    found = np.asarray(one_positive_direction(5).residual(w))
    np.testing.assert_allclose(found[..., 0], a + a**2 / 2, **close)


def test_the_sharp_examples_have_few_eigenvalues_in_every_direction() -> None:
    rng = np.random.default_rng(4)
    for n in (1, 2, 3):
        system = sharp_roots(n, 2 * n + 1, batch=20)
        found = inertia(system.form_along(rng.standard_normal((20, 2 * n + 1)))[1])
        assert (found[0] == n).all() and (found[1] == n).all()
        assert (np.linalg.matrix_rank(system.jacobian(system.origin)) == n).all()


def test_bowls_have_full_rank_in_each_component_and_none_in_the_form() -> None:
    system = convex_bowls(30, 3, 7, np.random.default_rng(5))
    assert (np.vecdot(system.line, system.bowl) == 0).all()
    assert system.bowl.any(axis=1).all() and system.line.all()
    ranks = [np.linalg.matrix_rank(system.component_hessian(system.origin, i)) for i in range(3)]
    assert np.array_equal(np.transpose(ranks) == 7, system.bowl != 0)
    assert not system.form_along(np.ones((30, 7)))[1].any()


def test_wrong_arguments_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="symmetric"):
        PolynomialSystem(
            [[[1.0, 0.0]]], [[[[0.0, 1.0], [0.0, 0.0]]]], [[[1.0, 0.0]]], [[[0.0]]], [[0.0, 0.0]]
        )
    with pytest.raises(ValueError, match="room"):
        draw_polynomials(1, 2, 5, 3, 3, rng)
    with pytest.raises(ValueError, match="two outputs"):
        draw_polynomials(1, 1, 5, 3, 0, rng, onto=False)
    with pytest.raises(ValueError, match="dependent"):
        draw_networks(1, 3, 2, 1, 1, rng)
    with pytest.raises(ValueError, match="1, 0 or -1"):
        TanhNetwork([[[1.0]]], [[0.5]], [1.0], [[0.0]])
    with pytest.raises(ValueError, match="entries per row"):
        TanhNetwork([[[1.0]]], [[1.0]], [1.0], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="power"):
        RootSystem([[[1.0]]], [[[1.0]]], [[0.0]], 0)
    with pytest.raises(ValueError, match="square"):
        BowlSystem([[1.0]], [[1.0]], [[1.0]], [[0.0]], "round")
    with pytest.raises(ValueError, match="one output"):
        convex_bowls(1, 1, 3, rng)
    with pytest.raises(ValueError, match="m >= 2n"):
        sharp_roots(2, 3)
    with pytest.raises(ValueError, match=r"shape \(..., 1, 3\)"):
        sharp_roots(1, 3).jacobian(np.zeros((1, 2)))


def test_the_same_seed_draws_the_same_systems() -> None:
    one, other = (draw_polynomials(4, 2, 6, 3, 1, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(one[0].quadratic, other[0].quadratic)
    assert np.array_equal(one[1], other[1])
    with pytest.raises(ValueError, match="read-only"):
        one[0].linear[0, 0, 0] = 1.0
