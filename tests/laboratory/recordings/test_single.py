"""One function replayed by itself gives what its formula gives on arrays, inf and nan included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_formulas import FORMULAS, data, data_out_of_order, data_used_again

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.gradient_descent.descent import gradient_descent
from plproof.laboratory.recordings.recording import Recording
from plproof.laboratory.recordings.single import SingleBlock
from plproof.laboratory.recordings.stacking import plan_of

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
