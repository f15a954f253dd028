"""Worst cases whose knots are no simple numbers are found exactly."""

from fractions import Fraction

import pytest

from plproof import Function, Lemma, Space, Vectors, eq, forall, grad, rational, sq
from plproof.language.terms import number
from plproof.search.counterexamples.functions.classes import interpolation
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.sharpened import _by_knots, _top
from plproof.search.finding.worst import worst_case

F = Fraction
E = Space("E")
f = Function("f", E)
x0, x1, x2, x3, xs, v, w = Vectors("x0 x1 x2 x3 x* v w", E)
#: the best constant of the method below, as the search finds and proves it
BEST = F(75, 763)


def stated(constant):
    """Return that three steps with momentum bring the gap below a multiple of the distance."""
    given = dict(
        stationary=eq(grad(f, xs), 0),
        pairs=forall([v, w], interpolation(f, v, w, F(0), F(1))),
        first=eq(x1, x0 - grad(f, x0) / 5),
        second=eq(x2, x1 - rational(3, 2) * grad(f, x1) + (x1 - x0) / 20),
        third=eq(x3, x2 - grad(f, x2) / 3),
    )
    return Lemma("steps", given=given, claim=f(x3) - f(xs) <= number(constant) * sq(x0 - xs))


@pytest.mark.parametrize("hair", [F(0), F(1, 10**15)])
def test_the_bound_is_attained_exactly_and_what_is_below_it_false(hair):
    case = worst_case(stated(BEST * (1 - hair)))
    (huber,) = case.functions.values()
    assert case.violation == BEST * hair and huber.knots == (-2 * BEST, 2 * BEST)


def test_what_is_above_the_bound_does_not_fail():
    case = worst_case(stated(BEST * (1 + F(1, 10**15))))
    assert case is None or case.violation < 0


def test_functions_are_made_again_from_their_knots():
    huber = Piecewise.bent(F(0), F(0), [F(-1, 3), F(1, 3)], [0, 1, 0])
    knots, rebuilt = _by_knots(huber)
    assert knots == (F(1, 3),) and rebuilt(knots) == huber
    assert rebuilt((F(1, 2),)).curvature() == huber.curvature() and rebuilt((F(-1),)) is None
    side = Piecewise.bent(F(0), F(0), [F(1), F(2)], [1, 0, 1])
    knots, rebuilt = _by_knots(side)
    assert knots == (F(1), F(2)) and rebuilt(knots) == side and rebuilt((F(2), F(1))) is None


def test_the_top_of_a_quadratic_is_exact():
    def value(p):
        return -3 * (p[0] - F(1, 7)) ** 2 - (p[0] - 2 * p[1]) ** 2

    assert _top((F(0), F(1)), value) == (F(1, 7), F(1, 14))
    assert _top((F(0), F(1)), lambda p: p[0]) is None
    assert _top((F(0),), lambda p: None if p[0] > 0 else p[0]) is None
