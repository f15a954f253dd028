"""Certified brackets of constants contain the true ones and are narrow."""

import math
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from plproof.cli import main
from plproof.laboratory.certification.estimate import estimate, parsed
from plproof.laboratory.certification.jets import on_box, sin
from plproof.laboratory.certification.precise import Field, Undecided, power

BUMPS = "x**2 + 3*sin(x)**2"


def test_the_pl_constant_of_the_sine_bumps():
    found = estimate(BUMPS, [(-10, 10)], tolerance=1e-9)
    assert found.reached and found.low <= 0.17553098587 <= found.high
    assert found.high - found.low < 2e-10 and abs(found.at[0]) == pytest.approx(2.2017, abs=1e-3)
    for written in (lambda x: x**2 + 3 * sin(x) ** 2, lambda x: x * x + 3 * np.sin(x) ** 2):
        again = estimate(written, [(-10, 10)])
        assert again.low <= found.high and found.low <= again.high


@pytest.mark.parametrize(
    ("formula", "box", "constant", "true"),
    [
        (BUMPS, [(-10, 10)], "smooth", 8.0),
        (BUMPS, [(-10, 10)], "strongly_convex", -4.0),
        ("x**2/2", [(-1, 2)], "pl", 1.0),
        ("x**2/2", [(-1, 2)], "smooth", 1.0),
        ("x**2 + 2*y**2", [(-1, 2), (-1, 1)], "pl", 2.0),
        ("x**2 + x*y + 2*y**2", [(-1, 2), (-1, 1)], "smooth", 3 + 2**0.5),
        ("x**2 + x*y + 2*y**2", [(-1, 2), (-1, 1)], "strongly_convex", 3 - 2**0.5),
        ("exp(x) - x", [(-1, 1)], "pl", (1 - np.exp(-1)) ** 2 / (2 * np.exp(-1))),
        ("exp(x)", [(0, 1)], "smooth", np.e),
        ("x**2 + 3", [(1, 2)], "pl", 3**0 * 16 / (2 * 3)),
        ("x**2", [(0, 1)], "pl", 2.0),  # the minimiser is on a face, then close to one
        ("(x - 1e-9)**2 + y**2", [(0, 1), (-1, 1)], "pl", 2.0),
        (BUMPS, [(0, 10)], "pl", 0.17553098587),
        ("exp(x) + exp(-x)", [(-3, 3)], "pl", 2.0),  # least at the minimiser, and nowhere near it
        ("1e300*x**2", [(-1, 1)], "pl", 2e300),
        ("x**2", [(-1e300, 1e300)], "pl", 2.0),
        ("x", [(0, 1)], "strongly_convex", 0.0),
        ("x**4", [(-1, 1)], "pl", 0.0),
    ],
)
def test_a_bracket_contains_the_true_constant(formula, box, constant, true):
    found = estimate(formula, box, constant, tolerance=1e-3, most_boxes=8_000)
    assert found.low <= true * (1 + 1e-15) + 1e-300 and found.high >= true * (1 - 1e-15) - 1e-300
    if found.reached:
        curved = estimate(formula, box, "smooth", tolerance=1e-2).high
        assert found.high - found.low <= 1.01e-3 * max(abs(found.high), 1e-3 * curved) + 1e-300
    else:
        assert true == 0.0


def test_a_function_with_two_minimisers_is_not_given_more_than_is_certain():
    found = estimate("(x**2 - 1)**2", [(-2, 2)], most_boxes=2_000)
    assert found.low == 0.0 and found.high < 1e-6  # 0 is stationary and no minimiser


def test_in_a_corner_the_least_curvature_is_no_upper_bound():
    """The eigenvector (1, −1) leads out of the box: at (t, 0) the ratio is 3.805 and not 0.1."""
    found = estimate("x**2 + 1.9*x*y + y**2", [(0, 1), (0, 1)], most_boxes=300)
    assert 0.09999 < found.low <= 0.1 and 3.8 < found.high < 3.806


def test_minimisers_that_are_not_isolated_and_powers_as_they_are_written():
    found = estimate("(x·y − 1)²", [(-2, 2), (-2, 2)], most_boxes=500)
    assert found.low == 0.0 and 0.0 <= found.high < 1e-300  # 0 is stationary and no minimiser
    assert estimate("x² + 3·sin(x)²", [(-10, 10)]) == estimate(BUMPS, [(-10, 10)])


def test_narrower_bounds_lie_within_wider_ones():
    wide, narrow = (estimate(BUMPS, [(-10, 10)], tolerance=t) for t in (1e-2, 1e-6))
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    assert wide.boxes < narrow.boxes


def test_jets_enclose_values_and_derivatives():
    def formula(x, y):
        return sin(x * y) / (1 + x**2) + (x - y) ** 3 * np.exp(y) - np.tanh(x) + np.sqrt(2 + y)

    rng, h = np.random.default_rng(0), 1e-4

    def plain(x, y):
        return np.sin(x * y) / (1 + x**2) + (x - y) ** 3 * np.exp(y) - np.tanh(x) + np.sqrt(2 + y)

    with Field(96) as field:
        for _ in range(20):
            a, b = rng.uniform(-1, 1, (2, 2))
            low, high = np.minimum(a, b), np.maximum(a, b)
            sides = [field.raw(p).union(field.raw(q)) for p, q in zip(low, high, strict=True)]
            jet, (x, y) = on_box(formula, sides), rng.uniform(low, high)
            slope = (plain(x + h, y) - plain(x - h, y)) / (2 * h)
            bend = (plain(x, y + h) - 2 * plain(x, y) + plain(x, y - h)) / h**2
            for ball, number, room in (
                (jet.value, plain(x, y), 1e-12),
                (jet.gradient[0], slope, 1e-5),
                (jet.hessian[1][1], bend, 1e-4),
            ):
                assert float(ball.lower()) - room <= number <= float(ball.upper()) + room


def test_powers_of_balls_around_zero():
    with Field(64) as field:
        ball = field.raw(-2).union(field.raw(1))
        assert power(ball, 2).contains(4) and power(ball, 2) < 5
        assert power(ball, 3).contains(-8) and power(ball, 3).contains(1)
        assert power(ball, 1).contains(-2) and power(ball, 0) == 1


@pytest.mark.parametrize(
    ("formula", "box", "message"),
    [
        ("x + w", [(0, 1)], "'w' is not understood: expressions have x, numbers"),
        ("x*y", [(0, 1)], "give y one"),
        ("abs(x)", [(0, 1)], "has a kink"),
        ("__import__('os')", [(0, 1)], "not understood"),
        ("x +", [(0, 1)], "not an expression"),
        ("x", [(1, 0)], "low < high"),
        ("x", [(0, np.inf)], "low < high"),
        ("x", [], "low < high"),
        ("x**0.5", [(1, 2)], "whole numbers"),
        ("2**x", [(1, 2)], "whole numbers"),
        ("1/0 + x", [(1, 2)], "'1 / 0' divides by zero"),
        ("0**-1*x", [(1, 2)], "divides by zero"),
        ("9**9**9**9 + x", [(1, 2)], "too many digits"),
        ("(2**4000)**2*x", [(1, 2)], "digits|floats"),
        ("2.0**1025*x", [(1, 2)], "range of floats"),
        ("1e400*x", [(1, 2)], "range of floats"),
        ("-" * 5000 + "x", [(1, 2)], "write it shorter"),
        ("|x|", [(1, 2)], "has a kink"),
        ("3", [(1, 2)], "not a function"),
    ],
)
def test_what_is_no_formula_or_box_is_refused(formula, box, message):
    with pytest.raises(ValueError, match=message):
        estimate(formula, box)
    with pytest.raises(ValueError, match="constants are"):
        estimate("x", [(0, 1)], "lipschitz")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("formula", "true"),
    [
        ("1/3*x**2", Fraction(2, 3)),
        ("x**2 - 1/3*x**2", Fraction(4, 3)),
        ("2**-2*(2/7)*x**2", Fraction(1, 7)),
        ("0.5*x**2*10**3/10**3", Fraction(1)),
        ("(1/10 + 2/10 - 3/10 + 10**-15)*10**15*x**2", Fraction(2)),  # 2.1 with floats
    ],
)
def test_numbers_are_combined_exactly(formula, true):
    found = estimate(formula, [(-1, 1)], "smooth", tolerance=1e-12)
    assert Fraction(found.low) <= true <= Fraction(found.high) and found.reached


def test_functions_of_numbers_are_enclosed():
    found = estimate("sin(1)*x**2", [(-1, 1)], "smooth")
    assert found.low <= 2 * math.sin(1) <= found.high


def test_a_formula_that_is_not_defined_on_the_box_is_refused():
    with pytest.raises(Undecided):
        estimate("log(x)", [(-1, 1)])


def test_the_command():
    done = CliRunner().invoke(main, ["estimate", BUMPS, "--box", "-10", "10"])
    assert done.exit_code == 0 and "pl in [0.17553" in done.output
    wide = ["estimate", "sin(x)*sin(y)", *["--box", "-3", "3"] * 2, "--constant", "smooth"]
    done = CliRunner().invoke(main, [*wide, "--boxes", "20"])
    assert done.exit_code == 1 and "more with --boxes" in done.output
    done = CliRunner().invoke(main, ["estimate", "x*z", "--box", "-1", "1"])
    assert done.exit_code == 2 and "not understood" in done.output
    assert parsed("x*y", 2)(3, 4) == 12


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x² + 3 sin² x", BUMPS),
        ("x^2 + 3sin(x)^2", BUMPS),
        ("2x²", "2*x**2"),
        ("(x + 1)(x − 1) y", "(x + 1)*(x - 1)*y"),
        ("2(x + y)² sin 2x", "2*(x + y)**2*sin(2*x)"),
        ("1.5e1 x·cos(y)", "15*x*cos(y)"),
        ("cos^2(x) sin x", "cos(x)**2*sin(x)"),
    ],
)
def test_formulas_are_read_as_they_are_written_by_hand(written, meant):
    with Field(96) as field:
        at = [field.raw(0.3), field.raw(0.7)]
        one, other = (on_box(parsed(text, 2), at).value for text in (written, meant))
        assert one == other or abs(one - other) < 1e-25


def test_a_formula_with_functions_of_math_is_told_what_to_use():
    with pytest.raises(ValueError, match=r"certification\.jets or NumPy, not of math"):
        estimate(lambda x: math.sin(x), [(0, 1)])
    with pytest.raises(ValueError, match="it takes 2 numbers"):
        estimate(lambda x: x, [(0, 1), (0, 1)])


def test_what_could_mean_two_things_is_asked():
    with pytest.raises(ValueError, match=r"argument of sin is not clear: write sin\("):
        parsed("sin x**2", 1)
    with pytest.raises(ValueError, match="argument of exp is not clear"):
        parsed("exp", 1)
