"""Functions through data on a line: curvatures exact, values and slopes as they were."""

from fractions import Fraction
from random import Random

import pytest

from plproof.search.counterexamples.functions.interpolant import Curvatures, interpolants
from plproof.search.counterexamples.functions.piecewise import Piecewise

F = Fraction


def near(x):
    return Fraction(x).limit_denominator(10**9)


def data_of(function, places):
    return [(float(p), float(function.slope(p)), float(function.value(p))) for p in places]


@pytest.mark.parametrize("seed", range(25))
def test_data_of_a_function_of_the_class_are_met(seed):
    """The curvatures of the function data come from lie inside [m, L]; those found are m or L."""
    draw = Random(seed)
    m, L = F(draw.choice((-1, 0, 1)), 2), F(draw.randint(2, 4), 2)
    knots = sorted({F(draw.randint(-10, 10), 3) for _ in range(4)})
    bends = [m + (L - m) * F(draw.randint(0, 4), 4) for _ in range(len(knots) + 1)]
    function = Piecewise.bent(F(0), F(draw.randint(-2, 2)), knots, bends)
    places = sorted({F(draw.randint(-12, 12), 2) for _ in range(4)})
    found = list(interpolants(data_of(function, places), Curvatures(m, L), near))
    assert found
    best = 9.0
    for g in found:
        low, high = g.curvature()
        assert m <= low <= high <= L and not g.kinks()
        gaps = [abs(float(g.slope(p) - function.slope(p))) for p in places]
        rise = float(g.value(places[-1]) - g.value(places[0]))
        gaps.append(abs(rise - float(function.value(places[-1]) - function.value(places[0]))))
        best = min(best, max(gaps))
    assert best < 1e-4


def test_without_a_largest_curvature_there_are_kinks():
    (first, *_) = interpolants([(0, 0, 0), (1, 0.5, 0.5)], Curvatures(F(0), None), near)
    assert str(first) == "1/2·|x|" and first.kinks() == [(0, 1)]


def test_a_symmetric_function_comes_first():
    found = list(interpolants([(0, 0, 0), (1, 1 / 3, 5 / 18)], Curvatures(F(0), F(1)), near))
    assert str(found[0]) == "1/2·x² if |x| ≤ 1/3; 1/3·|x| − 1/18 otherwise"
