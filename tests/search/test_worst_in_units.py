"""Worst cases of classes whose constants are very large or very small: the same in other units."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    PL,
    Function,
    Lemma,
    Reals,
    Smooth,
    Space,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.search.counterexamples.functions.curvature import curvatures
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.finding.worst import worst_case
from tests.inequalities import smooth_and_convex

F = Fraction
E = Space("E")
f = Function("f", E)
a, b, x, xs = Vectors("a b x x*", E)
mu, L, t, m = Reals("mu L t m")
x0, x1 = Vector("x0", E), Vector("x1", E)
CONVEX = forall([a, b], smooth_and_convex(f, a, b, L))
UNITS = [F(1, 10**7), F(10**6), F(10**12)]


def found(theorem, at):
    """Return the worst case of the claim, which must be false, with these constants."""
    case = worst_case(theorem, at=at)
    assert case is not None and case.violation > 0
    assert all(case.holds(h) is True for h in theorem.given.values())
    return case


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("hair", ["99/100", "999999/1000000"])
def test_hubers_function_in_any_unit(unit, hair):
    given = dict(
        L_pos=L > 0, smooth=CONVEX, still=eq(grad(f, xs), 0), after=eq(x1, x0 - grad(f, x0) / L)
    )
    claim = f(x1) - f(xs) <= L * sq(x0 - xs) / 6 * rational(hair)
    function = found(Lemma("descent", given=given, claim=claim), {L: unit}).functions[f]
    huber = Piecewise.bent(F(0), F(0), [F(-1, 3), F(1, 3)], [F(0), F(1), F(0)])
    assert function == huber.times(unit)


@pytest.mark.parametrize("unit", UNITS)
def test_the_class_of_polyak_and_lojasiewicz(unit):
    given = dict(mu_pos=mu > 0, order=mu < L, smooth=Smooth(f, L), pl=PL(f, mu, xs))
    after = f(x - grad(f, x) / L) - f(xs)
    claim = after <= (1 - mu / L) ** 3 * (f(x) - f(xs))
    case = found(Lemma("step", given=given, claim=claim), {L: unit, mu: unit / 4})
    assert case.functions[f].curvature() == (unit / 4, unit / 4)


@pytest.mark.parametrize("unit", UNITS)
def test_points_that_only_gradients_tell_apart(unit):
    both = grad(f, a) + grad(f, b), grad(f, a) - grad(f, b)
    bent = ip(both[0], a - b) / 2 + sq(both[1]) / (4 * L) - L * sq(a - b) / 4
    given = dict(L_pos=L > 0, smooth=forall([a, b], f(a) >= f(b) + bent))
    given |= dict(low=forall(a, m <= f(a)), after=eq(x1, x0 - grad(f, x0) / L))
    given |= dict(t0=t <= sq(grad(f, x0)), t1=t <= sq(grad(f, x1)))
    claim = t <= 4 * L * (f(x0) - m) / 5 * rational(9, 10)
    case = found(Lemma("nonconvex", given=given, claim=claim), {L: unit})
    assert case.metric.dimension == 1


@pytest.mark.parametrize("unit", UNITS)
def test_edges_of_classes_are_read_in_their_unit(unit):
    size = rational(unit.numerator, unit.denominator)
    apart, slopes = a - b, grad(f, a) - grad(f, b)
    above = forall([a, b], ip(slopes, apart) >= size / 3 * sq(apart))
    below = forall([a, b], sq(slopes) <= size * ip(slopes, apart))
    allowed = curvatures([above, below], f)
    assert (allowed.low, allowed.high) == (unit / 3, unit)
