"""A replayed formula gives what the formula gives, whatever the blocks, and allocates nothing."""

import tracemalloc

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.families import FAMILY_KINDS, Family, draw_family, draw_starts
from plproof.laboratory.gradient_descent.descent import descent_values, gradient_descent
from plproof.laboratory.recordings.blocks import Block, block_width, blocks, prepared
from plproof.laboratory.recordings.layouts import Columns, Rows, Single
from plproof.laboratory.recordings.recording import NotRecorded, Recording
from plproof.laboratory.testing.strategies import FamilySpec, family_specs

kinds = pytest.mark.parametrize("kind", FAMILY_KINDS)


def drawn(kind: str, batch: int, dimension: int) -> tuple[Family, np.ndarray]:
    family = draw_family(kind, batch, dimension, 10.0, np.random.default_rng(3))
    return family, draw_starts(family, np.random.default_rng(4))


def replayed(family: Family, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values and gradients by a block of all functions."""
    recording = family.recording()
    if recording is None:  # as a formula that picks entries by the points
        return family.value_and_gradient(points)
    block, values = prepared(recording, family.batch), np.zeros(family.batch)
    block.load(slice(0, family.batch))
    np.copyto(block.points, block.layout.seen(points))
    block.evaluate(values)
    block.finish(values)
    gradients = np.zeros_like(points)
    np.copyto(block.layout.seen(gradients), block.gradients)
    return values, gradients


@settings(max_examples=40, deadline=None)
@given(family_specs(batch=40), st.sampled_from([1, 5, 40]))
def test_the_replay_is_the_gradient_by_autograd(spec: FamilySpec, batch: int) -> None:
    family, points = spec.build(), spec.starts(spec.build(), 2.0)
    family, points = family.take(range(batch)), points[:batch]
    theirs = family.automatic_value_and_gradient(points)
    for ours, wanted in zip(replayed(family, points), theirs, strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-11)


@kinds
@pytest.mark.parametrize(("batch", "dimension"), [(45, 3), (27, 17)])
def test_the_width_of_the_blocks_changes_nothing(kind: str, batch: int, dimension: int) -> None:
    family, start = drawn(kind, batch, dimension)
    step = np.linspace(0.05, 1.0, batch)
    whole = gradient_descent(family, start, step, 6, width=batch)
    for width in (1, 8, 19):
        run = gradient_descent(family, start, step, 6, width=width)
        for name in ("points", "values", "gradients", "diverged", "valid"):
            assert np.array_equal(getattr(run, name), getattr(whole, name)), name
    few = descent_values(family, start, step, 6, width=16)
    assert np.array_equal(few.values, whole.values)
    assert np.array_equal(few.point, whole.points[-1])
    assert np.array_equal(few.gradient, whole.gradients[-1])


@pytest.mark.parametrize("batch", [1, 30])
def test_rows_that_diverge_are_the_same_in_every_width_and_disturb_no_other(batch: int) -> None:
    family, start = drawn("quadratic", batch, 4)
    start, step = start + 1.0, np.where(np.arange(batch) % 3 == 0, 1e30, 0.5)
    calm = gradient_descent(family, start, 0.5, 40)
    runs = [gradient_descent(family, start, step, 40, width=w) for w in (batch, 8)]
    for run in runs:
        assert run.diverged.tolist() == (step > 1).tolist()
        assert np.isfinite(run.points).all() and np.isfinite(run.gradients).all()
        assert np.array_equal(run.points[:, step < 1], calm.points[:, step < 1])
        assert np.array_equal(run.valid, runs[0].valid) and (run.valid[::3] < 40).all()
    short = descent_values(family, start, step, 40)
    assert np.array_equal(short.values, runs[0].values)
    assert np.array_equal(short.point, runs[0].points[-1])
    assert np.array_equal(short.valid, runs[0].valid)


@pytest.mark.parametrize(
    "kind", ["diagonal_quadratic", "logistic", "sine_bumps", "norm_huber", "sawtooth", "two_layer"]
)
def test_steps_allocate_no_array(kind: str) -> None:
    family, start = drawn(kind, 4096, 10)
    recording = family.recording()
    assert recording is not None
    block, values = Block(recording, 4096), np.zeros(4096)
    block.load(slice(0, 4096))
    np.copyto(block.points, block.layout.seen(start))
    tracemalloc.start()
    block.evaluate(values)
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    for _ in range(3):
        block.evaluate(values)
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    buffers = 3 * 8 * np.getbufsize()  # NumPy's own, for operands that are spread
    assert peak - before < buffers + 4096 < block.points.nbytes
    assert after - before < 4096


def test_layouts_depend_on_the_batch_and_the_matrices() -> None:
    chosen = {}
    for batch, dimension in ((1, 3), (4, 3), (64, 3), (64, 20)):
        recording = drawn("quadratic", batch, dimension)[0].recording()
        assert recording is not None
        chosen[batch, dimension] = type(recording.layout)
    assert list(chosen.values()) == [Single, Rows, Columns, Rows]


@given(st.integers(1, 300), st.integers(1, 400))
def test_blocks_cover_the_batch(batch: int, width: int) -> None:
    family, _ = drawn("constant", batch, 1)
    recording = family.recording()
    assert recording is not None
    size = block_width(recording, width)
    parts = list(blocks(batch, size))
    covered = np.zeros(batch, dtype=int)
    for rows in parts:
        covered[rows] += 1
    assert covered.min() == 1
    assert {rows.stop - rows.start for rows in parts} == {size}
    assert covered.sum() - batch < size


# ---------------------------------------------------------------- what cannot be recorded


def test_a_formula_that_looks_at_its_points_is_not_recorded() -> None:
    weight = np.ones((4, 2))
    wrong = {
        "a branch": lambda x: (np.ones(4), x if (x > 0).all() else -x),
        "entries": lambda x: (x[:, 0] * 1.0, x * 2.0),
        "another library": lambda x: (anp.sum(x, axis=1), x * 2.0),
        "an array": lambda x: (np.asarray(x)[:, 0], x * 2.0),
        "another shape": lambda x: (np.ones(3), x * weight),
        "the batch along another axis": lambda x: (np.ones(4), x * 2.0 + np.ones((2, 4, 2))),
    }
    for name, formula in wrong.items():
        with pytest.raises((NotRecorded, ValueError)):
            Recording.of(formula, 4, 2)
            raise AssertionError(name)


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, size: np.where(size > 0.3, x, 2.0 * x),
        lambda x, size: np.where(x > 0.0, size, x),
        lambda x, size: size * x,
        lambda x, size: ra.columns(ra.dot(x, size)) * x,
        lambda x, size: ra.matvec(np.ones((3, 3, 3)), size) * x,
        lambda x, size: ra.vecmat(size, np.ones((3, 3, 3))) * x,
    ],
)
def test_numbers_of_the_batch_are_not_taken_for_rows_of_as_many_variables(formula) -> None:  # type: ignore[no-untyped-def]
    def whole(x):  # type: ignore[no-untyped-def]
        size = ra.dot(x, x)
        return size, formula(x, size)

    x = np.linspace(-1.0, 1.0, 9).reshape(3, 3)
    assert whole(x)[1].shape == (3, 3)  # NumPy spreads the numbers along the variables
    with pytest.raises(NotRecorded, match="another axis"):
        Recording.of(whole, 3, 3)


def test_a_family_that_cannot_be_recorded_runs_all_the_same() -> None:
    family, start = drawn("huber", 30, 3)

    class Odd(type(family)):  # type: ignore[misc]
        def _value_and_gradient(self, points):  # type: ignore[no-untyped-def]
            if points.shape[1] > 2 and (points > 1e9).any():
                raise AssertionError
            return super()._value_and_gradient(points)

    odd = Odd(*(getattr(family, key) for key in family.parameters))
    assert odd.recording() is None
    run, wanted = gradient_descent(odd, start, 0.5, 9), gradient_descent(family, start, 0.5, 9)
    np.testing.assert_allclose(run.points, wanted.points, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.values, wanted.values, rtol=1e-12, atol=1e-12)


def test_recorded_arithmetic_is_that_of_arrays() -> None:
    rng = np.random.default_rng(0)
    scale, shared = rng.uniform(1.0, 2.0, (32, 3)), np.array([1.0, -2.0, 3.0])
    number = rng.standard_normal(32)

    def formula(x):  # type: ignore[no-untyped-def]
        inside = np.abs(x) <= scale
        bent = np.where(inside, x * shared, scale)
        size = np.maximum(bent, 0.25) / (1.0 + x * x) - shared
        height = np.vecdot(x, x) if isinstance(x, np.ndarray) else x.dot(x)
        return np.exp(-height) * number + height, (number * height)[..., None] * size

    points = rng.standard_normal((32, 3))
    recording = Recording.of(formula, 32, 3)
    block, values = Block(recording, 32), np.zeros(32)
    block.load(slice(0, 32))
    block.points[...] = block.layout.seen(points)
    block.evaluate(values)
    block.finish(values)
    wanted = formula(points)
    np.testing.assert_allclose(values, wanted[0], rtol=1e-14)
    np.testing.assert_allclose(block.gradients.T, wanted[1], rtol=1e-14)
    assert np.array_equal(block.points.T, points)  # the points are left as they were
