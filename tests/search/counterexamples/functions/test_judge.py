"""Membership in classes is decided exactly: by curvatures, and by the inequality for all pairs."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from plproof import (
    PL,
    Convex,
    Differentiable,
    Function,
    Minimiser,
    Smooth,
    Space,
    StronglyConvex,
    Vectors,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.search.counterexamples.functions.classes import class_of, interpolation
from plproof.search.counterexamples.functions.interpolated import Interpolated
from plproof.search.counterexamples.functions.judge import Judge
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.quadratic import Metric, QuadraticForm

F = Fraction
E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
LINE, ORIGIN = Metric.standard(1), F(0)
HAIR = rational("1e-9")
huber = Piecewise.bent(F(0), F(0), [F(-1), F(1)], [0, 1, 0])


def holds(proposition, function=huber, home=ORIGIN):
    return Judge(LINE, {f: function, xs: (home,)}).truth(proposition)


def drawn(seed):
    """Return a differentiable function with random knots and curvatures."""
    draw = Random(seed)
    knots = sorted({F(draw.randint(-8, 8), 4) for _ in range(draw.randint(1, 3))})
    bends = [F(draw.randint(-4, 6), 2) for _ in range(len(knots) + 1)]
    return Piecewise.bent(F(0), F(draw.randint(-2, 2)), knots, bends)


@pytest.mark.parametrize("seed", range(12))
def test_the_inequality_for_all_pairs_is_the_bound_on_curvatures(seed):
    """Taylor, Hendrickx and Glineur, 2017, Theorem 4, on a line, both ways."""
    function = drawn(seed)
    low, high = function.curvature()
    high = max(high, low + F(1, 2))
    hair = F(1, 1000)
    for m, L in ((low, high), (low - 1, high + F(1, 3)), (low + hair, high), (low, high - hair)):
        inside = m <= function.curvature()[0] and function.curvature()[1] <= L
        stated, judge = forall([x, y], interpolation(f, x, y, m, L)), Judge(LINE, {f: function})
        assert judge.in_parts(stated) is judge.truth(stated) is inside


@pytest.mark.parametrize("seed", range(12, 18))
def test_classes_are_what_their_definitions_say(seed):
    function = drawn(seed)
    low, high = function.curvature()
    size = max(abs(low), abs(high))
    assert holds(Smooth(f, rational(size)), function)
    assert holds(Smooth(f, rational(size) - HAIR), function) is False
    assert holds(StronglyConvex(f, rational(low)), function)
    assert holds(StronglyConvex(f, rational(low) + HAIR), function) is False
    first_order = forall([x, y], f(y) >= f(x) + ip(grad(f, x), y - x) + low / 2 * sq(y - x))
    assert holds(first_order, function) and holds(Convex(f), function) is (low >= 0)


def test_minimisers_and_pl():
    assert holds(Minimiser(f, xs)) and holds(Minimiser(f, xs), home=F(1, 10**9)) is False
    assert holds(PL(f, HAIR, xs)) is False, "where the slope stays 1 the value grows"
    bowl = Piecewise.bent(F(0), F(0), [F(1), F(3, 2)], [2, -1, 2])
    ratios = []
    for k in range(1, 4000):
        at = F(k, 1000)
        ratios.append(bowl.slope(at) ** 2 / (2 * bowl.value(at)))
    assert holds(PL(f, rational(min(ratios)) - rational("1e-6"), xs), bowl)
    assert holds(PL(f, rational(min(ratios)) + HAIR, xs), bowl) is False


def test_kinks_are_not_differentiable_but_have_subgradients():
    kink = Piecewise.bent(F(0), F(-1), [F(0)], [0, 0], [2])
    convex = forall([x, y], f(y) >= f(x) + ip(grad(f, x), y - x))
    assert holds(Differentiable(f), kink) is False and holds(Convex(f), kink)
    assert holds(Smooth(f, rational(10)), kink) is False and holds(convex, kink)
    assert holds(convex, replace(kink, chosen=((F(0), F(1, 2)),)))
    bent_down = Piecewise.bent(F(0), F(1), [F(0)], [0, 0], [-2])
    assert holds(Convex(f), bent_down) is False and holds(convex, bent_down) is False
    with pytest.raises(ValueError, match="no subgradient"):
        replace(kink, chosen=((F(0), F(2)),))


def test_functions_of_several_variables():
    form = QuadraticForm(Metric.standard(2), ((F(1), F(0)), (F(0), F(3))))
    judge = Judge(form.metric, {f: form, xs: (F(0), F(0))})
    assert judge.truth(Smooth(f, rational(3))) and judge.truth(StronglyConvex(f, rational(1)))
    assert judge.truth(Smooth(f, rational(3) - HAIR)) is False
    assert judge.truth(forall([x, y], interpolation(f, x, y, F(1), F(3))))
    assert judge.truth(forall([x, y], interpolation(f, x, y, F(1), F(2)))) is False
    assert judge.truth(PL(f, rational(1), xs)) and judge.truth(PL(f, 1 + HAIR, xs)) is False
    assert judge.truth(Minimiser(f, xs))


def test_functions_through_points_are_in_their_class_when_all_pairs_fit():
    data = (((F(0),), (F(0),), F(0)), ((F(1),), (F(1, 3),), F(5, 18)))
    through = Interpolated(LINE, F(0), F(1), data)
    judge = Judge(LINE, {f: through, xs: (F(0),)})
    pairs = forall([x, y], interpolation(f, x, y, F(0), F(1)))
    assert through.fits() and judge.truth(pairs) and judge.truth(Smooth(f, rational(1)))
    assert judge.truth(Minimiser(f, xs)) and judge.truth(StronglyConvex(f, HAIR)) is None
    assert judge.truth(forall([x, y], f(x) <= f(y))) is None, "no class that is known"
    assert abs(through.value([1.0]) - 5 / 18) < 1e-7 and abs(through.value([-2.0]) - 2) < 1e-7
    kinked = Judge(LINE, {f: replace(through, high=None)})  # the largest of affine functions
    assert kinked.truth(Convex(f)) and kinked.truth(StronglyConvex(f, rational(0))) is None
    lower = replace(through, data=(data[0], ((F(1),), (F(1, 3),), F(5, 18) + F(1, 10**6))))
    assert not lower.fits() and Judge(LINE, {f: lower}).truth(pairs) is None


def test_a_class_is_recognised_by_its_inequality_and_by_nothing_less():
    m, L = F(1, 10), F(3, 2)
    stated = interpolation(f, x, y, m, L)
    assert class_of(forall([x, y], stated), f) == class_of(forall([y, x], stated), f) == (m, L)
    below = forall([x, y], f(x) >= f(y) + ip(grad(f, y), x - y))
    assert class_of(below, f) == (0, None)
    small, large = stated.args
    assert class_of(forall([x, y], small <= large + HAIR * sq(x)), f) is None
    assert class_of(forall([x, y], f(x) >= f(y) + ip(grad(f, x), x - y)), f) is None
