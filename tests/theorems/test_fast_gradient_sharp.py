"""The potential that knows the number of fast gradient steps, on exact functions."""

from fractions import Fraction
from itertools import pairwise

import pytest

from tests.theorems.variants import huber
from theorems.rates.fast_gradient_coefficients import Coefficients


def potentials(steps, slope, change=lambda c: (c.alpha, c.beta, c.gamma)):
    """Return the potentials from the step 2 on, and the gap at the end, from x₀ = 1 with L = 1."""
    value, derivative = huber(slope)
    x, y, found = Fraction(1), Fraction(1), []
    for k in range(steps):
        u, before = y, x
        x = u - derivative(u)
        y = x + Fraction(k, k + 3) * (x - before)
        n = k + 1
        if n >= 2:
            c = Coefficients(Fraction(n), Fraction(steps))
            alpha, beta, gamma = change(c)
            z, d = y - Fraction(n, 2) * (x - y), Fraction(n + 2, 2) * (x - y)
            below = value(u) - derivative(u) ** 2 / 2
            form = alpha * z * z + 2 * beta * z * d + gamma * d * d
            found.append((1 - 2 * c.q) * below + form)
    return found, value(x)


def rate(steps):
    return Fraction(2, (steps + 2) * (steps + 3))


@pytest.mark.parametrize("steps", [2, 3, 7, 24])
def test_nothing_is_lost_on_the_worst_function(steps):
    slope = 1 / (2 * Fraction(steps**2 + 5 * steps + 2, 8) + 1)
    found, gap = potentials(steps, slope)
    assert {*found, gap} == {rate(steps)}


@pytest.mark.parametrize("steps", [3, 9, 20])
@pytest.mark.parametrize("slope", [Fraction(1, 300), Fraction(1, 40), Fraction(1, 7), Fraction(2)])
def test_it_never_rises_from_the_start_to_the_gap(steps, slope):
    found, gap = potentials(steps, slope)
    values = [rate(steps), *found, gap]
    assert all(later <= earlier for earlier, later in pairwise(values))


def test_it_does_with_other_coefficients():
    """Without what joins the two states, and with a larger form, it rises somewhere."""
    for change in (lambda c: (c.alpha, -c.beta, c.gamma), lambda c: (c.alpha, c.beta, 2 * c.gamma)):
        rises = 0
        for slope in (Fraction(1, 40), Fraction(1, 61), Fraction(1, 7), Fraction(1, 100)):
            found, gap = potentials(9, slope, change)
            values = [rate(9), *found, gap]
            rises += any(b > a for a, b in pairwise(values))
        assert rises


@pytest.mark.parametrize("steps", range(3, 16))
def test_the_coefficients_fall_at_every_step(steps):
    for k in range(2, steps):
        now, then = (Coefficients(Fraction(n), Fraction(steps)) for n in (k, k + 1))
        share = Fraction(k, k + 2)
        first = now.alpha - then.alpha
        middle = now.beta - share * then.beta
        last = now.gamma - share**2 * then.gamma
        assert first > 0 and last > 0 and first * last > middle**2
        assert 0 < 2 * (now.q - then.q) and now.q < Fraction(1, 2)
