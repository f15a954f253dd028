"""Exact certificates of rates with numbers: found, rounded, and checked by the kernel."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import Function, Real, Space, Vectors, eq, forall, grad, ip, sq
from plproof.kernel.rules import assume, instantiate, rewrite
from plproof.language.binding import replace, substitute
from plproof.language.terms import number
from plproof.search.programs.bridge import NotNumeric, translate
from plproof.search.programs.program import squares
from plproof.search.programs.rounding import Failed, Found, certificate, simplest
from plproof.search.programs.solver import least_rate

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
rho = Real("rho")


def smooth_convex(a, b):
    return f(a) >= f(b) + ip(grad(f, b), a - b) + sq(grad(f, a) - grad(f, b)) / 2


def descent(steps):
    """Return goal and premises: gradient descent with step 1 on smooth convex functions, L = 1."""
    points = [x]
    for _ in range(steps):
        points.append(points[-1] - grad(f, points[-1]))
    minimum = assume(proposition=eq(grad(f, xs), 0))
    every = assume(proposition=forall([x, y], smooth_convex(x, y)))
    premises = []
    for a in (*points, xs):
        for b in (*points, xs):
            if a is not b:
                th = instantiate(instantiate(every, value=a), value=b)
                flat = replace(th.conclusion, grad(f, xs), E.zero)
                premises.append(th if flat == th.conclusion else rewrite(minimum, th, target=flat))
    return f(points[-1]) - f(xs) <= rho * sq(x - xs), premises


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_the_best_rate_is_found_and_proved(steps):
    goal, premises = descent(steps)
    made = translate(goal, premises, rho)
    rate = simplest(least_rate(made.program).first, 1e-8)
    assert rate == Fraction(1, 4 * steps + 2)
    found = certificate(made.program, rate)
    assert isinstance(found, Found), found
    stated = substitute(goal, {rho: number(rate)})
    theorem = made.proof(found, stated)
    assert theorem.conclusion == stated and not theorem.axioms and not theorem.oracles


@pytest.mark.parametrize("factor", ["1.0001", "1.000001"])
def test_a_rate_a_hair_too_weak_is_proved(factor):
    goal, premises = descent(2)
    made = translate(goal, premises, rho)
    found = certificate(made.program, Fraction(1, 10) * Fraction(factor))
    assert isinstance(found, Found), found
    made.proof(found, substitute(goal, {rho: number(found.rate)}))


@pytest.mark.parametrize("factor", ["0.9999", "0.999999", "0.999999999"])
def test_a_rate_a_hair_too_good_is_never_proved(factor):
    goal, premises = descent(2)
    made = translate(goal, premises, rho)
    found = certificate(made.program, Fraction(1, 10) * Fraction(factor))
    assert isinstance(found, Failed)


def test_the_square_decomposition_is_exact_and_refuses_what_is_not_positive():
    a = [[Fraction(2), Fraction(-1)], [Fraction(-1), Fraction(1, 2)]]
    (one,) = squares(a)
    assert one == (2, {0: 1, 1: Fraction(-1, 2)})
    a[1][1] -= Fraction(1, 10**9)
    assert squares(a) is None
    assert squares([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(5)]]) is None


def test_what_is_no_number_is_refused():
    L = Real("L")
    with pytest.raises(NotNumeric, match="not of the form"):
        translate(eq(f(x), 0) & eq(f(x), 0), [])
    made = translate(f(x) <= L * f(y), [])
    assert made.program.values == 2, "L·f(y) is one value: no number multiplies f(y)"
