"""The rounding model is a true bound, checked against exact rational arithmetic."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plproof.laboratory.arithmetic import rounding as ra
from plproof.laboratory.arithmetic import total

moderate = st.floats(-(2.0**60), 2.0**60, allow_nan=False).filter(
    lambda x: x == 0 or abs(x) > 2.0**-200
)


@given(moderate, moderate)
def test_a_directed_sum_is_on_its_side_and_within_one_float(a: float, b: float) -> None:
    exact = Fraction(a) + Fraction(b)
    up, down = float(ra.add_up(a, b)), float(ra.add_down(a, b))
    assert Fraction(down) <= exact <= Fraction(up)
    assert up in (down, np.nextafter(down, np.inf))


@given(moderate, moderate)
def test_a_directed_product_is_on_its_side_and_within_one_float(a: float, b: float) -> None:
    exact = Fraction(a) * Fraction(b)
    up, down = float(ra.multiply_up(a, b)), float(ra.multiply_down(a, b))
    assert Fraction(down) <= exact <= Fraction(up)
    assert up in (down, np.nextafter(down, np.inf))


def test_directed_operations_leave_exact_results_alone() -> None:
    assert ra.add_up(0.25, 3.0) == 3.25 == ra.add_down(0.25, 3.0)
    assert ra.multiply_up(0.125, 8.0) == 1.0 == ra.multiply_down(0.125, 8.0)
    assert ra.multiply_up(0.0, 8.0) == 0.0


def test_a_product_that_underflows_is_still_rounded_outwards() -> None:
    assert ra.multiply_up(2.0**-450, 2.0**-460 * 1.5) > 2.0**-910 * 1.5
    assert ra.multiply_up(2.0**-499, 2.0**-499) > 0
    with pytest.raises(ValueError, match=r"below 2\*\*500"):
        ra.multiply_up(np.inf, 1.0)


def test_rounding_up_and_down_moves_by_whole_floats() -> None:
    assert ra.round_up(1.0) == 1.0 + 2.0**-52
    assert ra.round_down(1.0, 2) == 1.0 - 2.0**-52
    assert ra.round_up(1.0, 0) == 1.0
    with pytest.raises(ValueError, match="at least 0"):
        ra.round_up(1.0, -1)


def test_gamma_bounds_the_error_of_many_roundings() -> None:
    assert ra.gamma(0) == 0
    assert float(ra.gamma(10)) > 10 * ra.UNIT
    with pytest.raises(ValueError, match="roundings"):
        ra.gamma(-1)


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=5), st.integers(-80, 20))
def test_every_entry_is_a_multiple_of_the_finest_bit(whole: list[int], shift: int) -> None:
    values = np.ldexp(np.array([whole], dtype=float), shift)
    bit = ra.finest_bit(values)[0]
    if not any(whole):
        assert bit == np.inf
    else:
        units = [Fraction(v) / Fraction(2) ** int(bit) for v in values[0].tolist()]
        assert all(u.denominator == 1 for u in units)
        assert any(u.numerator % 2 for u in units)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_a_product_called_exact_is_exact(seed: int, bits: int) -> None:
    rng = np.random.default_rng(seed)
    left = np.round(rng.standard_normal((1, 3, 4)) * 2.0**bits) / 2.0**bits
    right = np.round(rng.standard_normal((1, 4, 2)) * 2.0**bits) / 2.0**bits
    if ra.product_is_exact(left, right)[0]:
        for i, j in np.ndindex(3, 2):
            exact = sum(Fraction(left[0, i, k]) * Fraction(right[0, k, j]) for k in range(4))
            assert exact == Fraction(np.matmul(left, right)[0, i, j])
    assert ra.product_is_exact(left, right)[0] == (bits <= 24) or 22 <= bits <= 25


def test_a_product_that_must_round_is_not_called_exact() -> None:
    third = np.full((1, 1, 1), 1 / 3)
    assert not ra.product_is_exact(third, third)[0]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(-30, 10))
def test_the_running_error_bounds_the_true_error_of_rational_formulas(seed: int, e: int) -> None:
    rng = np.random.default_rng(seed)
    x, c = rng.standard_normal((2, 1, 3)) * np.exp2(rng.integers(-20, 20, size=(2, 1, 3)))
    x = c + x * 2.0**e  # cancellation, more or less severe
    matrix = rng.standard_normal((1, 2, 3))
    y = ra.Tracked(x) - c
    z = ra.matvec(matrix, y)
    result = (ra.dot(z, z) - ra.total(y) * 3.0) / (1.5 + ra.dot(y, y))
    ys = [Fraction(a) - Fraction(b) for a, b in zip(x[0].tolist(), c[0].tolist(), strict=True)]
    zs = [sum(Fraction(m) * v for m, v in zip(row, ys, strict=True)) for row in matrix[0].tolist()]
    exact = (sum(v * v for v in zs) - 3 * sum(ys)) / (Fraction(3, 2) + sum(v * v for v in ys))
    assert abs(Fraction(result.value[0]) - exact) <= ra.SAFETY * ra.UNIT * result.error[0]


@given(st.integers(0, 2**32 - 1), st.integers(-40, 5))
def test_the_running_error_bounds_the_true_error_of_tanh_and_of_products(seed: int, e: int) -> None:
    rng = np.random.default_rng(seed)
    x, matrix = rng.standard_normal((2, 3)), rng.standard_normal((3, 2))
    result = ra.tanh(ra.matmul(ra.Tracked(x) * 2.0**e, matrix))
    with mpmath.workdps(50):
        for i, j in np.ndindex(2, 2):
            terms = zip(x[i].tolist(), matrix[:, j].tolist(), strict=True)
            inner = mpmath.fsum(mpmath.mpf(a) * 2**e * b for a, b in terms)
            true = mpmath.tanh(inner)
            error = result.error[i, j]
            assert abs(result.value[i, j] - true) <= ra.SAFETY * ra.UNIT * error
            assert error <= 100 * abs(x[i]) @ abs(matrix[:, j]) * 2.0**e


def test_the_running_error_is_infinite_where_nothing_is_left_of_a_denominator() -> None:
    x = ra.Tracked(np.array([1.0])) - 1.0
    with np.errstate(all="ignore"):
        doubtful = 1.0 / (x + ra.Tracked(np.array([0.0]), np.array([1.0])))
    assert doubtful.error[0] == np.inf


def test_the_floor_of_inexact_gradients_takes_the_better_of_two_bounds() -> None:
    assert ra.inexact_gradient_floor(0.0, 0.0, 1.0, 10) == 0
    assert ra.inexact_gradient_floor(1.0, 0.0, 1.0, 10) == pytest.approx(5.0)
    assert ra.inexact_gradient_floor(1.0, 0.5, 1.0, 10) == pytest.approx(1.0)
    assert ra.inexact_gradient_floor(1.0, np.inf, 1.0, 10) == pytest.approx(0.0)
    with pytest.raises(ValueError, match="pl"):
        ra.inexact_gradient_floor(1.0, -0.5, 1.0, 10)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.5))
def test_deliberately_wrong_gradients_stay_under_the_floor(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    curvature = np.array([1.0, 0.25])
    x, steps = rng.standard_normal(2), 40
    first = 0.5 * curvature @ x**2
    for k in range(1, steps + 1):
        error = rng.standard_normal(2)
        x = x - (curvature * x + size * error / np.linalg.norm(error))
        floor = ra.inexact_gradient_floor(size, 0.25, 1.0, k)
        assert 0.5 * curvature @ x**2 <= 0.75**k * first + floor + 1e-12


def test_a_product_of_two_unknown_digits_is_within_its_error():
    largest = 2.0**40  # the exact factors may be as far away as the promise allows
    off = ra.SAFETY * ra.UNIT * largest
    factor = ra.Tracked(np.zeros(1), np.full(1, largest))
    for product in (factor * factor, total.multiply(factor, factor)):
        assert off * off <= ra.SAFETY * ra.UNIT * product.error[0]
