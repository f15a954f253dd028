"""How propositions are put together, and the simplest rational number in an interval."""

from fractions import Fraction

import pytest

from plproof.language import (
    Function,
    Naturals,
    Reals,
    Space,
    Vectors,
    exists,
    forall,
    implies,
    sq,
)
from plproof.language.binding import open_binder
from plproof.language.propositions import at_most, at_variables, conclusions, conjuncts, up_to
from plproof.language.rationals import simplest_between, simplest_ratio
from plproof.language.terms import as_real
from plproof.theory.functions import Convex, Smooth

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
a, b, c = Reals("a b c")
k, n, m = Naturals("k n m")


def test_conjunctions_have_their_parts_from_left_to_right():
    p, q, r, s = a <= b, b <= c, Convex(f), c <= a
    assert list(conjuncts((p & q) & (r & s))) == [p, q, r, s]
    assert list(conjuncts(implies(p, q & s))) == [implies(p, q & s)]
    deep = p
    for _ in range(5_000):
        deep = deep & q
    assert len(list(conjuncts(deep))) == 5_001
    smooth = Smooth(f, a)
    assert list(conjuncts(smooth)) == [smooth]
    opened = list(conjuncts(smooth & p, unfolding=True))
    assert len(opened) > 2 and opened[-1] == p and all(t.op not in ("def", "and") for t in opened)


def test_conclusions_are_without_their_conditions():
    p, q, r = a <= b, b <= c, c <= a
    assert list(conclusions(implies(p, q & implies(q, r)))) == [q, r]
    every = forall(x, implies(p, q))
    assert list(conclusions(every)) == [every]


def test_quantifiers_are_opened_at_variables_of_their_own():
    inner, found = at_variables(forall([x, y], sq(x - y) <= a), [x])
    assert [v.data for v in found] == ["x_1", "y"] and inner == (sq(found[0] - found[1]) <= a)
    whole = forall(x, forall(k, sq(x) <= k))
    assert at_variables(whole, kind="Vec")[0].op == "all"
    assert len(at_variables(whole)[1]) == 2
    assert at_variables(a <= b) == (a <= b, [])
    behind = forall(x, Convex(f))
    assert at_variables(behind, kind="Vec")[0] == Convex(f)
    assert len(at_variables(behind, kind="Vec", unfolding=True)[1]) > 1


@pytest.mark.parametrize("bound", [k <= n, n >= k, k <= n + m, as_real(k) <= as_real(n)])
def test_what_is_said_up_to_a_number(bound):
    said = up_to(forall(k, implies(bound, a <= k)))
    assert said is not None
    variable, last, body = said
    assert last.sort.kind == "Nat" and k not in last.args and body == (a <= variable)
    assert at_most(bound, k) == last
    assert open_binder(forall(k, implies(bound, a <= k)), variable).args[1] == body


@pytest.mark.parametrize(
    "proposition",
    [
        forall(k, implies(k <= 2 * k, a <= k)),
        forall(k, implies(k < n, a <= k)),
        forall(k, implies(n <= k, a <= k)),
        forall(k, implies(k <= a, a <= k)),
        forall(k, a <= k),
        exists(k, (k <= n) & (a <= k)),
        forall(a, implies(a <= b, a <= c)),
    ],
)
def test_what_is_not_said_up_to_a_number(proposition):
    assert up_to(proposition) is None


def test_the_simplest_number_in_an_interval_has_the_least_denominator():
    for low, high in ((0.3, 0.35), (-0.34, -0.32), (1.6 - 1e-6, 1.6 + 1e-6), (-1, 2), (2.5, 2.5)):
        low, high = Fraction(low), Fraction(high)
        found = simplest_between(low, high)
        assert low <= found <= high
        smaller = range(1, found.denominator)
        assert not any(-(-low * n // 1) <= high * n // 1 for n in smaller)


def test_ratios_need_not_be_in_lowest_terms():
    for a, b, c, d in ((-6, 4, -2, 4), (6, 4, 14, 6), (3, 7, 3, 7), (0, 5, 1, 5), (-1, 3, 0, 9)):
        assert simplest_ratio(a, b, c, d) == simplest_between(Fraction(a, b), Fraction(c, d))
