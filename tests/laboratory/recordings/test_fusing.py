"""Programs for a fusing compiler compute what their formulas do; sines and loops are found."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from recorded_formulas import DATA, FORMULAS, LOOPS

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.families import FAMILY_KINDS, draw_family, draw_starts
from plproof.laboratory.recordings.fusing import Program, evaluate, program_of
from plproof.laboratory.recordings.recording import Recording


def names(make) -> list[str]:  # type: ignore[no-untyped-def]
    def formula(x):  # type: ignore[no-untyped-def]
        return ra.total(x), make(x)

    program, _ = program_of(Recording.of(formula, 4, 2))
    return [line[0] for line in program.lines if line[0].startswith("sine")]


def test_sines_are_made_out_of_tangents() -> None:
    def both(x):  # type: ignore[no-untyped-def]
        square, product = ra.sine_products(3.0 * x)
        return square + product

    assert names(both) == ["sine cosine", "sine squared"]


@pytest.mark.parametrize(
    "formula",
    [
        lambda t, u: t / (2.0 + t * t),
        lambda t, u: t / (1.0 + t * u),
        lambda t, u: t / (1.0 + u * u),
        lambda t, u: u / (1.0 + t * t),
        lambda t, u: t / (1.0 - t * t),
        lambda t, u: (1.0 + t * t) / t,
        lambda t, u: t / (np.array([1.0, 1.5]) + t * t),
        lambda t, u: np.sin(t) / (1.0 + np.sin(t) * np.sin(t)),
    ],
)
def test_what_only_looks_like_sines_is_left_alone(formula) -> None:  # type: ignore[no-untyped-def]
    assert names(lambda x: formula(np.tan(x), np.tan(2.0 * x))) == []


def test_a_tangent_times_the_product_of_another_angle_is_no_square() -> None:
    def crossed(x):  # type: ignore[no-untyped-def]
        _, product = ra.sine_products(2.0 * x)
        return np.tan(x) * product

    assert names(crossed) == ["sine cosine"]


def test_programs_of_one_shape_are_equal_and_hold_their_own_numbers() -> None:
    def made(kind: str, batch: int, seed: int):  # type: ignore[no-untyped-def]
        family = draw_family(kind, batch, 3, 10.0, np.random.default_rng(seed))
        recording = family.recording()
        assert recording is not None
        return program_of(recording)

    (one, held), (two, others) = made("sine_bumps", 30, 1), made("sine_bumps", 30, 2)
    assert one == two and hash(one) == hash(two)
    assert not all(np.array_equal(a, b) for a, b in zip(held, others, strict=True))
    assert [made(kind, 30, 1)[0].rows for kind in ("least_squares", "logistic")] == [True, False]
    assert made("logistic", 1, 1)[0].rows


def computed(recording: Recording, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values (B,) and gradients (B, d) by the program of a recording, with NumPy."""
    program, held = program_of(recording)
    value, gradient = evaluate(program, np, points if program.rows else points.T, held)
    return value, gradient if program.rows else gradient.T


def same_twice(x):  # type: ignore[no-untyped-def]
    first, second = np.exp(-x), np.exp(-x)
    lower, upper = np.tanh(DATA[0] * first), np.tanh(DATA[1] * second)
    return ra.total(first) * ra.total(second) + ra.total(lower), (0.0 + first + second) * upper


def waves_of_data(x):  # type: ignore[no-untyped-def]
    height, slope = 0.0, x * 0.5
    for i, u in enumerate(DATA):
        square, product = ra.sine_products(u * x + 0.25 * i)
        height = height + ra.total(u * square)
        slope = slope + u * product
    return height, slope


def sines_of_some(x):  # type: ignore[no-untyped-def]
    tangents = [np.tan(u * x) for u in DATA]
    parts = [t / (n + t * t) for n, t in zip((1.0, 2.0, 1.0), tangents, strict=True)]
    return ra.total(parts[0] + parts[1]), parts[1] * parts[2]


ALONE = {**FORMULAS, **{f.__name__: f for f in (same_twice, waves_of_data, sines_of_some)}}


@pytest.mark.parametrize("name", ALONE)
def test_a_program_of_one_function_computes_what_its_formula_does(name: str) -> None:
    recording = Recording.of(ALONE[name], 1, 3)
    rng = np.random.default_rng(3)
    points = [rng.normal(size=(1, 3)), np.array([[0.0, -0.0, 2.0]]), np.array([[1.0, np.nan, 9.0]])]
    with np.errstate(all="ignore"):
        for point in points:
            value, gradient = computed(recording, point)
            wanted = ALONE[name](point)
            np.testing.assert_allclose(value, wanted[0], rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(gradient, wanted[1], rtol=1e-12, atol=1e-13)


# the largest of some functions is found row by row, which is not recorded
@pytest.mark.parametrize("kind", [kind for kind in FAMILY_KINDS if kind != "largest_affine"])
@pytest.mark.parametrize(("batch", "dimension"), [(1, 1), (1, 33), (3, 3)])
def test_programs_of_families_compute_what_those_do(kind: str, batch: int, dimension: int) -> None:
    family = draw_family(kind, batch, dimension, 10.0, np.random.default_rng(0))
    points = draw_starts(family, np.random.default_rng(1), 0.5)
    recording = family.recording()
    assert recording is not None
    value, gradient = computed(recording, points)
    wanted = family.value_and_gradient(points)
    np.testing.assert_allclose(value, wanted[0], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(gradient, wanted[1], rtol=1e-11, atol=1e-12)


def lines(formula: Callable[[Any], Any], batch: int = 1) -> list[str]:
    program: Program = program_of(Recording.of(formula, batch, 3))[0]
    return [ufunc or name for name, ufunc, *_ in program.lines]


@pytest.mark.parametrize("formula", LOOPS)
def test_what_is_done_for_each_of_the_data_is_one_line(formula: Callable[[Any], Any]) -> None:
    twice = formula.__name__ == "data_out_of_order"  # which takes tanh of what is tanh already
    assert lines(formula).count("tanh") == (2 if twice else 1)
    summed = formula.__name__ in ("data", "data_from_a_vector")  # others use the rows elsewhere too
    assert lines(formula).count("sum of rows") == summed
    many = lines(formula, 5)
    assert many.count("tanh") == (6 if twice else 3) and "sum of rows" not in many


def test_waves_in_a_loop_are_found_if_they_are_waves_for_all_data() -> None:
    found = lines(waves_of_data)
    assert found.count("sine squared") == found.count("sine cosine") == 1
    assert not {"sine squared", "sine cosine"} & set(lines(sines_of_some))


@pytest.mark.parametrize("changed", [False, True])
def test_an_array_and_its_negative_are_held_once(changed: bool) -> None:
    bound = np.arange(1.0, 16.0).reshape(5, 3)
    lower = -bound
    lower[4, 2] -= changed  # in one entry it is another array

    def clipped(x):  # type: ignore[no-untyped-def]
        y = np.minimum(np.maximum(2.0 * x, lower), bound)
        return ra.total(y), y

    recording = Recording.of(clipped, 5, 3)
    points = np.random.default_rng(0).normal(scale=6.0, size=(5, 3))
    points[1, 1] = np.nan
    points[4] = -50.0
    _, gradient = computed(recording, points)
    np.testing.assert_array_equal(gradient, clipped(points)[1])
    _, held = program_of(recording)
    assert sum(array.size == bound.size for array in held) == 1 + changed
