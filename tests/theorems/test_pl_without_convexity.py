"""False neighbours of the statements about PL without convexity and the sine bounds below them."""

import pytest

from plproof import (
    ARB,
    PL,
    Convex,
    ProofError,
    Space,
    Statement,
    StronglyConvex,
    cos,
    eq,
    forall,
    implies,
    rational,
    sin,
    sq,
)
from plproof.laboratory.testing.stress import refute
from tests.theorems.variants import restated as variant
from theorems.functions import pl_of_least_squares as least
from theorems.functions import pl_without_convexity as wave
from theorems.functions import sine
from theorems.functions.strongly_convex_is_convex import alpha, f, strongly_convex_is_convex

t = sine.t
low = rational(8, 5)


VARIANTS = {
    "sine is even": variant(sine.sine_is_odd, claim=eq(sin(-t), sin(t)) & eq(cos(-t), cos(t))),
    "sine a percent smaller": variant(
        sine.sine_below_argument, claim=sin(t) ** 2 <= rational(99, 100) * t**2
    ),
    "a parabola a percent higher": variant(
        sine.cosine_above_parabola, claim=cos(t) >= 1 - rational(99, 200) * t**2
    ),
    "cosine positive to 8/5": variant(sine.cosine_positive, {"low": t >= 0, "high": t <= low}),
    "cosine positive without a bound": variant(sine.cosine_positive, {"low": t >= 0}),
    "sine times cosine to 8/5": variant(sine.sine_times_cosine, {"low": t >= 0, "high": t <= low}),
    "sine times cosine to the left": variant(sine.sine_times_cosine, {"high": t <= rational(3, 2)}),
    "a constant too large at a number": variant(
        wave.wave_inequality, claim=wave.inequality(wave.t, wave.larger)
    ),
    "a constant too large": variant(
        wave.pl_without_convexity, claim=PL(wave.f, wave.larger, wave.R1.zero)
    ),
    "convex after all": variant(wave.pl_without_convexity, claim=Convex(wave.f)),
    "the refutation of the true constant": variant(
        wave.larger_pl_constant, claim=PL(wave.f, wave.mu, wave.R1.zero)
    ),
    "convex with a negative α": variant(
        strongly_convex_is_convex, {"convex": StronglyConvex(f, alpha)}
    ),
    "least squares without the normal equation": variant(
        least.pl_of_least_squares, {"below": least.pl_of_least_squares.given["below"]}
    ),
    "least squares without the bound": variant(
        least.pl_of_least_squares, {"normal": least.pl_of_least_squares.given["normal"]}
    ),
    "least squares, twice the constant": variant(
        least.pl_of_least_squares,
        claim=PL(least.f, 2 * least.mu, least.xs),
    ),
    "injective after all": variant(
        least.least_squares_without_strong_convexity,
        {"nonzero": sq(least.v) > 0},
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_script_does_not_prove_it(name):
    with pytest.raises((ProofError, AttributeError)):
        VARIANTS[name].derive()


#: closed comparisons that refute a variant at a point, decided exactly or by interval arithmetic
POINTS = {
    "sine is even": sin(rational(-1)) < sin(rational(1)),
    "sine a percent smaller": rational(99, 100) * rational(1, 100) < sin(rational(1, 10)) ** 2,
    "a parabola a percent higher": cos(rational(1, 10)) < 1 - rational(99, 20000),
    "cosine positive to 8/5": cos(low) < 0,
    "sine times cosine to 8/5": sin(low) * cos(low) < 0,
    "sine times cosine to the left": sin(rational(-1)) * cos(rational(-1)) < 0,
    "a constant too large": wave.slope(rational(11, 5)) ** 2 / 2
    < wave.larger * wave.value(rational(11, 5)),
    "convex after all": wave.value(rational(1)) + wave.value(rational(2))
    < 2 * wave.value(rational(3, 2)),
}


@pytest.mark.parametrize("name", POINTS)
def test_it_is_false_at_a_point(name):
    verdict = ARB.examine(POINTS[name])
    assert verdict.proved, verdict.words


def test_the_constant_is_nearly_the_best_one():
    def on_the_middle(mu):
        bounds = [rational(3, 2) <= t, t <= rational(12, 5)]
        return ARB.decide(forall(t, implies(*bounds, wave.inequality(t, mu))))

    assert on_the_middle(wave.mu) and on_the_middle(rational("0.1755309"))
    assert not on_the_middle(rational("0.175531"))


def test_a_negative_constant_of_strong_convexity_gives_no_convexity():
    found = refute(VARIANTS["convex with a negative α"].statement, seed=0, budget="normal")
    assert found is not None


def test_the_line_is_the_real_line():
    assert Space.coordinates(1) == wave.R1
    assert Statement.of({}, wave.pl_without_convexity.claim).variables() == ()
