"""Worst cases and counterexamples have simple numbers where simple ones do."""

from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    GradientDescent,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    sq,
)
from plproof.search.counterexamples.witness import _rounded, _sides, witness
from plproof.search.finding.worst import worst_case

E = Space("E")
f, X = Function("f", E), Sequence("X", E)
x, xs = Vectors("x x*", E)
L, gamma = Reals("L gamma")
k = Natural("k")
F = Fraction


def test_one_point_stands_away_from_the_minimum():
    """A descent by a step of any length is attained by L/2·x² from 1, where both sides are 0."""
    given = dict(L=L > 0, long=gamma > 0, short=gamma * L <= 1, smooth=Smooth(f, L))
    claim = f(x - gamma * grad(f, x)) <= f(x) - gamma / 2 * sq(grad(f, x))
    case = worst_case(Theorem("Descent", given=given, claim=claim))
    assert str(case.functions[f]) == "1/2·x²" and case.points[x] == (1,)
    assert case.violation == 0 and case.is_simple
    assert case.evaluate(sq(grad(f, x))) == 1  # it moves: that is no start at a minimum


def test_a_false_step_is_refuted_by_a_plain_quadratic():
    claim = f(x - 2 * grad(f, x)) <= f(x) - sq(grad(f, x)) / 100
    case = witness([Smooth(f, 1)], claim, {}, violated=True)
    assert case.is_false and str(case.functions[f]) in ("1/2·x²", "−1/2·x²")


def test_of_several_numbers_of_steps_the_one_with_simple_numbers_is_shown():
    given = dict(L=L > 0, smooth=Smooth(f, L), gd=GradientDescent(f, X, 1 / L))
    claim = forall(k, f(X[k + 1]) <= f(X[k]) - sq(grad(f, X[k])) / (2 * L))
    case = worst_case(Theorem("Descent", given=given, claim=claim))
    assert case.violation == 0 and case.is_simple
    assert str(case.functions[f]) == "1/2·x²" and case.symbols == "L/2·x²"


def test_where_nothing_moves_nothing_is_attained():
    """Each claim holds with equality at x = x*, which shows nothing; the first elsewhere too."""
    given = [Smooth(f, 1), StronglyConvex(f, 1 / (2 * L)), eq(grad(f, xs), 0)]
    case = witness(given, f(x) - f(xs) <= sq(grad(f, x)), {L: F(1)})
    assert case.violation == 0 and case.evaluate(sq(grad(f, x))) != 0
    assert witness(given, f(x - grad(f, x)) <= f(x), {L: F(1)}) is None


def test_long_numbers_are_told_in_few_figures_and_kept_in_the_data():
    given = [StronglyConvex(f, 0), Smooth(f, 1), eq(grad(f, xs), 0)]
    case = witness(given, f(x) - f(xs) <= sq(x - xs) / 2, {})
    assert case.is_simple and "≈" not in case.sentence() + case.text()
    long = F(4258267101, 8589934592)
    rough = replace(case, points={**case.points, x: (long,)}, left=long, right=long - F(1, 10**8))
    assert not rough.is_simple
    assert "x = ≈0.495728" in rough.sentence() and "x = ≈0.495728" in rough.text()
    assert rough.to_json()["points"]["x"] == [str(long)]
    left, right = _sides(rough.left, rough.right)
    assert left != right and rough.sentence().endswith(f"is {left}, above {right}")
    assert rough.to_json()["left"] == str(long)


def test_only_what_is_long_is_rounded():
    assert _rounded("519/850·x − 1/3 if x ≤ −909/1462") == "519/850·x − 1/3 if x ≤ −909/1462"
    assert _rounded("(−4258267101/8589934592, 1)") == "(≈−0.495728, 1)"
    assert _sides(F(1, 6), F(4997, 30000)) == ("1/6", "4997/30000")
