"""Exact values of all points from functions and a start."""

from fractions import Fraction

import numpy as np

from plproof import Convex, Function, Smooth, Space, Vectors, eq, grad, rational, sq
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric
from plproof.search.counterexamples.setting import Numbers, Setting

F = Fraction
E = Space("E")
f, g = Function("f", E), Function("g", E)
x = [*Vectors("x0 x1 x2 x3", E)]


def test_points_after_one_that_is_given_by_itself_follow_from_its_value():
    """x₁ = 1 − 1/2 − 1, and not where x₁ was put before its equation is used; so has x₃."""
    given = [
        Smooth(f, rational(1)),
        Convex(g),
        eq(x[1], x[0] - grad(f, x[0]) - grad(g, x[1])),
        eq(x[2], x[1] - grad(f, x[1])),
        eq(x[3], x[2] - grad(f, x[2]) - grad(g, x[3])),
    ]
    setting = Setting(given, sq(x[3]) <= sq(x[0]))
    bowl = Piecewise((), ((F(1, 4), F(0), F(0)),))
    slope = Piecewise((), ((F(0), F(1), F(0)),))
    places = {v: np.array([F(1)]) for v in (x[0], x[1], x[3])}
    case = setting.completed(
        {f: bowl, g: slope}, Metric.standard(1), Numbers(places, {}, 1), Fraction
    )
    values = case.judge.values
    assert [values[v][0] for v in x] == [1, F(-1, 2), F(-1, 4), F(-9, 8)]
