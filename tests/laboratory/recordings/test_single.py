"""One function replayed by itself gives what its formula gives on arrays, inf and nan included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.gradient_descent.descent import gradient_descent
from plproof.laboratory.recordings.recording import Recording
from plproof.laboratory.recordings.single import SingleBlock
from plproof.laboratory.recordings.stacking import plan_of

WEIGHT, MASK = np.array([[0.5, -2.0, 3.0]]), np.array([[True, False, True]])
MATRIX = np.arange(6.0).reshape(1, 2, 3) - 2.0


def mixed(x):  # type: ignore[no-untyped-def]
    size = ra.columns(ra.dot(x, x))
    bent = np.where(x > 0.25, WEIGHT * x, -x)
    near = np.where(size < 4.0, size, 2 * np.sqrt(size))
    return ra.total(np.where(MASK, bent, near)), np.minimum(bent, 1.0) / near + size


def products(x):  # type: ignore[no-untyped-def]
    z = ra.matvec(MATRIX, x)
    top = ra.largest(z)
    e = np.exp(z - top)
    share = e / ra.columns(ra.total(e))
    return np.log(ra.total(e)) + ra.total(top), ra.vecmat(share, MATRIX)


def numbers(x):  # type: ignore[no-untyped-def]
    t = ra.dot(x, WEIGHT)
    u = np.exp(t) - np.log1p(np.abs(t)) / t + np.tanh(t) * np.square(t) - np.expm1(-t)
    v = np.maximum(np.minimum(u, 2.0), np.sin(t)) + np.arctan2(t, u) + 3 * np.cos(t) - np.tan(t)
    both = np.logical_and(t > 0.0, u >= t)
    w = np.where(both, v, np.where(t <= u, -t, np.log(t)))
    return w, ra.columns(w) * x + ra.columns(v)


def raised(x):  # type: ignore[no-untyped-def]
    t = ra.dot(x, x)
    return 1.0 / (t - t) + np.exp(400.0 * t) + np.sqrt(-t) * 0.0, x / ra.columns(np.log(t - t))


def still(x):  # type: ignore[no-untyped-def]
    return np.array([2.0]), np.array([[1.0, 0.0, -1.0]])


DATA = [np.array([[0.5 + i, -1.0, 2.0 - i]]) for i in range(3)]


def _bent(x):  # type: ignore[no-untyped-def]
    return [np.tanh(u * x + 0.25 * i) for i, u in enumerate(DATA)]


def data(x):  # type: ignore[no-untyped-def]
    height, slope = 0.0, 0.0
    for response in _bent(x):
        residual = ra.total(WEIGHT * (response - 1.0))
        height = height + residual * residual
        slope = slope + ra.columns(residual) * (WEIGHT * (1.0 - response * response))
    return height, slope


def data_from_a_vector(x):  # type: ignore[no-untyped-def]
    slope = 2.0 * x
    for response in _bent(x):
        slope = slope + response * response
    return ra.total(slope), slope


def data_used_again(x):  # type: ignore[no-untyped-def]
    slope, last, height = 0.0, 0.0, 0.0
    for response in _bent(x):
        weighed = WEIGHT * response
        height = height + ra.total(weighed)
        slope = slope + weighed
        last = weighed + height[..., None] * x
    return height, slope * last


def data_out_of_order(x):  # type: ignore[no-untyped-def]
    a, b, c = (np.tanh(r) for r in _bent(x))
    p, q, r = b * DATA[0], a * DATA[1], c * DATA[2]
    return ra.total(p) - ra.total(r), 0.0 + p + r + q


def data_with_other_vectors(x):  # type: ignore[no-untyped-def]
    a, b, c = _bent(x)
    sums = [ra.total(u * r) for u, r in zip(DATA, (a, b, c), strict=True)]
    return sums[0] * sums[1] - sums[2], 1.0 + a * b + b * c + c * a


LOOPS = (data, data_from_a_vector, data_used_again, data_out_of_order, data_with_other_vectors)
FORMULAS = {f.__name__: f for f in (mixed, products, numbers, raised, still, *LOOPS)}
entries = st.one_of(
    st.floats(-3.0, 3.0), st.sampled_from([0.0, -0.0, 1e200, -1e200, np.inf, -np.inf, np.nan])
)


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(entries, entries, entries), min_size=1, max_size=3))
def test_lines_of_python_compute_what_arrays_do(name: str, points: list[tuple[float]]) -> None:
    formula = FORMULAS[name]
    block, value = SingleBlock(Recording.of(formula, 1, 3)), np.zeros(1)
    for point in points:  # nothing is left over from the point before
        block.points[:] = point
        with np.errstate(all="ignore"):
            block.evaluate(value)
            wanted = formula(np.array([point]))
        np.testing.assert_allclose(value, wanted[0], rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(block.gradients, wanted[1][0], rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(block.points, point)


def test_a_loop_over_data_is_one_array() -> None:
    plan = plan_of(Recording.of(data, 1, 3))
    assert {len(stack.members) for stack in plan.stacks.values()} == {3}
    assert len(plan.sums) == 1 and len(plan.dots) == 3
    (added,) = plan.sums.values()
    assert added.base is None and added.factors is not None
    again, other = (plan_of(Recording.of(f, 1, 3)) for f in (data_used_again, data_out_of_order))
    assert not again.sums and not again.dots and not other.sums


@pytest.mark.parametrize(
    "formula",
    [
        lambda x: (ra.total(x * x), 2.0 * x),
        lambda x: (ra.dot(x, ra.columns(ra.total(x))), ra.columns(ra.total(2.0 * x))),
        lambda x: (ra.total(ra.largest(x) ** 2), 2.0 * ra.matvec(np.ones((1, 1, 1)), x)),
        lambda x: (ra.dot(x, x), ra.vecmat(ra.largest(x), np.full((1, 1, 1), 2.0))),
    ],
)
def test_in_one_variable_numbers_are_vectors(formula) -> None:  # type: ignore[no-untyped-def]
    block, value = SingleBlock(Recording.of(formula, 1, 1)), np.zeros(1)
    block.points[0] = -1.5
    block.evaluate(value)
    assert (value[0], block.gradients[0]) == (2.25, -3.0)


def test_a_run_that_leaves_the_numbers_stops_where_it_did() -> None:
    class Steep:
        batch, dimension = 1, 3

        def recording(self) -> Recording:
            return Recording.of(self.value_and_gradient, 1, 3)

        def value_and_gradient(self, x):  # type: ignore[no-untyped-def]
            e = np.exp(ra.dot(x, x))
            return e, ra.columns(2.0 * e) * x

    run = gradient_descent(Steep(), np.full((1, 3), 1.5), 2.0, 9)
    assert run.diverged[0] and run.valid[0] == 0
    assert (run.values[1:] == run.values[0]).all() and np.isfinite(run.points).all()
