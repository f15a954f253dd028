"""Networks that start well conditioned keep the claimed rate; those that do not may break it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.gradient_descent.descent import gradient_descent
from plproof.laboratory.systems.networks import BEND, TanhNetwork
from plproof.laboratory.systems.training import (
    TrainingLoss,
    conditioning,
    draw_training,
    jacobian_lipschitz,
    train,
)


def drawn(seed: int, batch: int, n: int, d: int, width: int, **options: float) -> TrainingLoss:
    return draw_training(batch, n, d, width, np.random.default_rng(seed), **options)


# --- the Lipschitz constant of the Jacobian ---------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.01, 0.3, 3.0]))
def test_no_two_jacobians_are_further_apart_than_the_constant_allows(
    seed: int, reach: float
) -> None:
    rng = np.random.default_rng(seed)
    network = drawn(seed, 8, 3, 2, 6, exponent=-0.25).network
    w = 2 * rng.standard_normal((8, 12))
    v = w + reach * rng.standard_normal((8, 12))
    apart = np.linalg.norm(network.jacobian(w) - network.jacobian(v), ord=2, axis=(1, 2))
    assert (apart <= jacobian_lipschitz(network) * np.linalg.norm(w - v, axis=1)).all()


def test_for_one_input_the_constant_is_attained() -> None:
    top = np.arctanh(np.sqrt(1 / 3))
    x = np.array([[[1.5, 2.0]]])
    origin = top * x[:, 0] / np.vecdot(x, x)
    network = TanhNetwork(x, [[1.0]], [0.5], origin)
    near = origin + 1e-5 * x[:, 0]
    apart = np.linalg.norm(network.jacobian(near) - network.jacobian(origin))
    constant = jacobian_lipschitz(network)[0]
    assert constant == pytest.approx(0.5 * BEND * 2.5**2)
    ratio = apart / np.linalg.norm(near - origin)
    assert 0.999 * constant < ratio <= constant
    assert not ratio <= 0.99 * constant


# --- the loss and its start -------------------------------------------------------------------


def test_an_antisymmetric_start_makes_the_network_vanish() -> None:
    loss = drawn(0, 4, 3, 5, 8)
    value, gradient = loss.value_and_gradient(loss.network.origin)
    np.testing.assert_allclose(value, 1.5, rtol=1e-14)
    assert (np.abs(loss.target) == 1).all()
    assert np.isfinite(gradient).all()


def test_the_gradient_of_the_loss_is_the_jacobian_times_the_residual() -> None:
    rng = np.random.default_rng(1)
    loss = drawn(1, 4, 3, 5, 8, exponent=-0.25)
    w = loss.network.origin + 0.3 * rng.standard_normal(loss.network.origin.shape)
    value, gradient = loss.value_and_gradient(w)
    residual = np.asarray(loss.network.residual(w)) - loss.target
    np.testing.assert_allclose(value, 0.5 * np.vecdot(residual, residual), rtol=1e-12)
    expected = np.einsum("bnm,bn->bm", loss.network.jacobian(w), residual)
    np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-13)


def test_the_numbers_measured_at_the_start_are_those_of_the_tangent_kernel() -> None:
    loss = drawn(2, 5, 3, 4, 10)
    jacobian = loss.network.jacobian(loss.network.origin)
    kernel = np.linalg.eigvalsh(np.matmul(jacobian, jacobian.swapaxes(1, 2)))
    known = conditioning(loss)
    np.testing.assert_allclose(known.smallest**2, kernel[:, 0], rtol=1e-9)
    np.testing.assert_allclose(known.largest**2, kernel[:, -1], rtol=1e-9)
    np.testing.assert_allclose(known.distance, np.sqrt(3))
    assert np.array_equal(known.held, known.strain <= 1 - 1e-9)


def test_the_constants_of_a_start_at_zero_are_those_of_their_formulas() -> None:
    """Two orthonormal inputs, k = 9 units, w₀ = 0: σ = S = 3, ‖X‖ = 1."""
    network = TanhNetwork(np.eye(2)[None], np.ones((1, 9)), [1.0], np.zeros((1, 18)))
    known = conditioning(TrainingLoss(network, [[0.6, 0.8]]))
    numbers = (known.smallest, known.largest, known.distance, known.pl, known.smooth)
    for found, expected in zip(numbers, (3, 3, 1, 9 / 4, 81 / 4 + 9 / 8), strict=True):
        assert found[0] == pytest.approx(expected, rel=1e-12)
    assert known.lipschitz[0] == pytest.approx(4 / 27**0.5, rel=1e-12)
    assert known.radius[0] == pytest.approx(4 / 3, rel=1e-12)
    assert known.strain[0] == pytest.approx(8 * 4 / 27**0.5 / 9, rel=1e-12)
    few = TanhNetwork(np.ones((1, 3, 1)), [[1.0, 1.0]], [1.0], [[0.0, 0.0]])
    known = conditioning(TrainingLoss(few, [[1.0, 1.0, 1.0]]))
    assert known.smallest[0] == 0 and known.largest[0] == pytest.approx(6**0.5)
    assert known.strain[0] == np.inf and not known.held[0]


def test_the_constants_hold_on_the_ball_where_the_hypothesis_does() -> None:
    """At random points of the ball: DF(w)' stays above σ/2, and the loss is PL and smooth."""
    loss = drawn(3, 8, 3, 6, 300)
    known, network = conditioning(loss), loss.network
    assert known.held.all()
    rng = np.random.default_rng(3)
    for _ in range(4):
        step = rng.standard_normal(network.origin.shape)
        step *= (known.radius * rng.uniform(0.5, 1, 8) / np.linalg.norm(step, axis=1))[:, None]
        w = network.origin + step
        values = np.linalg.svd(network.jacobian(w), compute_uv=False)
        assert (values[:, -1] >= known.smallest / 2).all()
        value, gradient = loss.value_and_gradient(w)
        assert (0.5 * np.vecdot(gradient, gradient) >= known.pl * value).all()


# --- the rate ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "exponent"), [(400, 0.0), (2000, -0.25)])
def test_wide_networks_satisfy_the_hypothesis_and_keep_the_rate(
    width: int, exponent: float
) -> None:
    loss = drawn(4, 4, 5, 10, width, exponent=exponent)
    report = train(loss, 150)
    assert report.held.all()
    assert not report.broken.any()
    assert (report.worst_ratio < 1).all() and (report.worst_ratio > 0.1).all()
    assert (report.displacement < 0.3).all() and (report.displacement > 0.1).all()
    assert (report.final_loss < 1e-6).all()


def test_each_step_decreases_the_loss_by_what_smoothness_promises() -> None:
    loss = drawn(11, 6, 3, 6, 300)
    known = conditioning(loss)
    assert known.held.all()
    run = gradient_descent(loss, loss.network.origin, 1 / known.smooth, 40)
    square = np.vecdot(run.gradients, run.gradients)[:-1]
    assert (run.values[1:] <= (run.values[:-1] - square / (2 * known.smooth)) * (1 + 1e-12)).all()
    double = gradient_descent(loss, loss.network.origin, 8 / known.smooth, 40)
    assert (np.diff(double.values, axis=0) > 0).any(), "steps eight times as long are too long"


def test_a_rate_many_times_too_good_is_broken() -> None:
    loss = drawn(5, 4, 5, 10, 300)
    assert train(loss, 60, rate=20).broken.all()
    assert not train(loss, 60, rate=1).broken.any()


def test_wherever_the_hypothesis_holds_the_rate_does() -> None:
    held = 0
    for seed, (n, d, width) in enumerate([(1, 1, 20), (1, 3, 60), (2, 4, 80), (3, 6, 150)]):
        report = train(drawn(seed, 40, n, d, width), 60)
        held += report.held.sum()
        assert not (report.held & report.broken).any()
    assert held > 60


def test_narrow_networks_fail_the_hypothesis() -> None:
    report = train(drawn(6, 20, 5, 10, 20), 5)
    assert not report.held.any()
    assert (report.conditioning.strain > 1).all()


def test_targets_out_of_reach_break_the_rate_and_the_hypothesis_says_so() -> None:
    report = train(drawn(7, 20, 2, 4, 4, size=10.0), 300)
    assert report.broken.all()
    assert not report.held.any()
    weakened = report.conditioning.strain <= 2000
    assert weakened.any(), "with 8 replaced by 1/250 the claim is false"


def test_the_eight_cannot_be_replaced_by_a_number_below_three_root_three_by_four() -> None:
    """n = 1, w₀ = 0, target y: σ² = k and ε‖r₀‖ = 4/(3√3)·y; any y >= k is out of reach."""
    width = 16
    network = TanhNetwork([[[1.0]]], np.ones((1, width)), [1.0], np.zeros((1, width)))
    report = train(TrainingLoss(network, [[1.01 * width]]), 400)
    assert report.broken.all()
    assert not report.held.any()
    # 1.28ε‖r₀‖ <= σ² holds: with 1.28 for 8, and so with any number below 3√3/4, it is false
    assert report.conditioning.strain[0] * (1.28 / 8) < 1
    within = train(TrainingLoss(network, [[width / 8 / BEND * 0.999]]), 400)
    assert within.held.all() and not within.broken.any()


def test_inputs_that_depend_on_each_other_fail_the_hypothesis() -> None:
    report = train(drawn(8, 6, 5, 2, 200), 20)
    assert not report.held.any()
    same = TanhNetwork([[[1.0, 0.0], [1.0, 0.0]]], [[1.0, -1.0]], [1.0], [[0.3, 0.1, 0.3, 0.1]])
    report = train(TrainingLoss(same, [[1.0, -1.0]]), 20)
    assert report.conditioning.smallest[0] < 1e-15
    assert not report.held.any()
    assert report.final_loss[0] >= 0.999 * report.first_loss[0]


# --- the machinery ----------------------------------------------------------------------------


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(1, 130))
def test_the_report_is_that_of_one_long_run(seed: int, steps: int) -> None:
    loss = drawn(seed, 3, 2, 3, 12)
    known, report = conditioning(loss), train(loss, steps)
    run = gradient_descent(loss, loss.network.origin, 1 / known.smooth, steps)
    bound = (1 - known.pl / known.smooth) ** np.arange(steps + 1)[:, None] * run.values[0]
    np.testing.assert_allclose(report.worst_ratio, (run.values / bound)[1:].max(0), rtol=1e-9)
    assert np.array_equal(report.final_loss, run.values[-1])
    moved = np.linalg.norm(run.points - loss.network.origin, axis=-1).max(0)
    np.testing.assert_allclose(report.displacement, moved / known.radius, rtol=1e-12)


def test_the_same_seed_gives_the_same_report() -> None:
    one, other = (train(drawn(9, 3, 2, 3, 12), 20) for _ in range(2))
    assert np.array_equal(one.worst_ratio, other.worst_ratio)
    assert not np.array_equal(one.worst_ratio, train(drawn(10, 3, 2, 3, 12), 20).worst_ratio)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="even"):
        drawn(0, 1, 1, 1, 3)
    with pytest.raises(ValueError, match=r"shape \(1, 1\)"):
        TrainingLoss(drawn(0, 1, 1, 1, 2).network, [1.0])
    with pytest.raises(ValueError, match="one step"):
        train(drawn(0, 1, 1, 1, 2), 0)
