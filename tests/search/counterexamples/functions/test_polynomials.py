"""Where quadratic polynomials are at least 0: compared with values on grids, with larger boxes."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from plproof.search.counterexamples.functions.polynomials import (
    Poly,
    Undecided,
    nonnegative_everywhere,
    nonnegative_on,
)

F = Fraction
FAR = F(10**4)


def drawn(draw):
    """Return a polynomial in two variables with small coefficients."""
    monomials = [(0, 0), (0, 1), (1, 1), (0,), (1,), ()]
    return Poly({m: F(c) for m in monomials if (c := draw.randint(-2, 3))})


def at(p, x, y):
    return p.with_value(0, Poly.of(x)).with_value(1, Poly.of(y)).constant


def least_on_grid(p, box, steps=12):
    lines = [[low + (high - low) * F(k, steps) for k in range(steps + 1)] for low, high in box]
    return min(at(p, x, y) for x, y in product(*lines))


@pytest.mark.parametrize("seed", range(40))
def test_on_a_box_the_threshold_lies_below_the_grid_and_near_it(seed):
    draw = Random(seed)
    p = drawn(draw)
    box = [(F(draw.randint(-2, 0)), F(draw.randint(1, 2))) for _ in range(2)]
    least = least_on_grid(p, box)
    named = dict(enumerate(box))
    assert not nonnegative_on(p - Poly.of(least + F(1, 1000)), named)
    assert nonnegative_on(p - Poly.of(least - F(1, 2)), named), "between grid points it falls less"


@pytest.mark.parametrize("seed", range(40))
def test_without_end_it_agrees_with_boxes_that_end_far_out(seed):
    draw = Random(seed)
    p = drawn(draw) + Poly.of(draw.choice((0, 1, 4)))
    ends = [draw.choice(((F(0), None), (None, F(1)), (F(-1), F(2)), (None, None))) for _ in "xy"]
    cut = [(-FAR if low is None else low, FAR if high is None else high) for low, high in ends]
    assert nonnegative_on(p, dict(enumerate(ends))) == nonnegative_on(p, dict(enumerate(cut)))


def test_what_falls_only_along_a_diagonal_is_seen():
    x, y = Poly.variable(0), Poly.variable(1)
    quadrant = {0: (F(0), None), 1: (F(0), None)}
    square = (x - y) * (x - y)
    assert nonnegative_on(square, quadrant) and nonnegative_on(square + x - y, quadrant) is False
    assert not nonnegative_on(square - x - y, quadrant), "it falls along x = y"
    assert nonnegative_on(square + x + y, quadrant)
    assert not nonnegative_on(x * y - x, quadrant) and nonnegative_on(x * y + x, quadrant)


def test_everywhere_is_positive_semidefinite():
    x, y = Poly.variable(0), Poly.variable(1)
    assert nonnegative_everywhere((x + y) * (x + y) + x + y + Poly.of(F(1, 4)))
    assert not nonnegative_everywhere((x + y) * (x + y) + x + y + Poly.of(F(1, 4) - F(1, 10**9)))


def test_what_is_not_quadratic_is_refused():
    x = Poly.variable(0)
    with pytest.raises(Undecided, match="degree more than 2"):
        x * x * x
