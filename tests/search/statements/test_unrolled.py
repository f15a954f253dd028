"""Sequences at a few steps: what is said of all members is said of these, and may not go on."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    GradientDescent,
    Lemma,
    Naturals,
    Real,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Vector,
    eq,
    forall,
    grad,
    implies,
    rational,
    sq,
    total,
)
from plproof.search.counterexamples.falsified import simple_counterexample
from plproof.search.finding.worst import worst_case
from plproof.search.statements.unrolled import goes_on, unrolled

E = Space("E")
f, x, L, xs = Function("f", E), Sequence("x", E), Real("L"), Vector("x*", E)
i, k, N = Naturals("i k N")
y = Sequence("y", E)
descent = GradientDescent(f, x, 1 / L)
bounded = forall(k, sq(x[k] - xs) <= 4)


def test_members_become_points():
    told, claim, _ = unrolled([descent, bounded], f(x[N]) <= f(x[0]), {N: Fraction(2)})
    assert [str(h) for h in told[:2]] == ["x₁ = x₀ − 1/L·∇f(x₀)", "x₂ = x₁ − 1/L·∇f(x₁)"]
    assert len(told) == 5 and str(claim) == "f(x₂) ≤ f(x₀)"


def test_only_recursions_go_on():
    assert goes_on([descent, L > 0]) and not goes_on([descent, bounded])
    assert not goes_on([forall(k, eq(x[k + 1], x[k] - grad(f, x[k + 1])))])


MOMENTUM = forall(k, eq(y[k + 1], x[k + 1] + k / (k + 3) * (x[k + 1] - x[k])))
STEP = forall(k, eq(x[k + 1], y[k] - grad(f, y[k])))


@pytest.mark.parametrize(
    ("hypotheses", "expected"),
    [
        ([eq(x[1], x[0] - grad(f, x[0])), sq(x[2] - xs) <= 4], True),
        ([forall(k, eq(x[k + 2], x[k + 1] - grad(f, x[k])))], True),
        ([forall(k, implies(k >= 2, eq(x[k + 1], x[k] - grad(f, x[k]))))], True),
        ([MOMENTUM, STEP, eq(y[0], x[0])], True),
        ([descent, eq(x[1], xs)], True),  # what is said of x₁ is seen in one step
        ([forall(k, eq(x[k + 2], x[k + 2] - grad(f, x[k])))], False),
        ([descent, forall(k, eq(x[k + 1], xs))], False),  # two say what x_{k+1} is
        ([STEP, forall(k, eq(y[k + 1], x[k + 2]))], False),
        ([forall(k, eq(x[k + 1], y[k + 1])), forall(k, eq(y[k + 1], x[k + 1] + xs))], False),
        ([forall(k, eq(x[k + 1], total(i, k, f(x[i])) * xs))], False),
        ([forall(k, implies(f(xs) >= k, eq(x[k + 1], x[k])))], False),
        ([forall(k, eq(x[k], x[0]))], False),
    ],
)
def test_members_that_are_given_one_after_the_other_go_on(hypotheses, expected):
    assert goes_on(hypotheses) is expected


def test_what_is_too_long_is_not_cut_short():
    assert unrolled([descent], f(x[200]) <= f(x[0]), {}) is not None
    assert unrolled([descent], f(x[201]) <= f(x[0]), {}) is None


@pytest.mark.parametrize("hair", ["1", "0.999"])
def test_steps_by_number_refute_and_only_what_is_false(hair):
    given = dict(smooth=Smooth(f, 1), convex=StronglyConvex(f, rational(1, 5)))
    given["stationary"] = eq(grad(f, xs), 0)
    whole = rational(hair)
    for n, c in enumerate((3, 5, 8)):
        given[f"step{n}"] = eq(x[n + 1], x[n] - rational(c, 10) * grad(f, x[n]))
        whole = whole * rational(50 - c, 50) ** 2
    case = simple_counterexample(list(given.values()), sq(x[3] - xs) <= whole * sq(x[0] - xs))
    assert (case is None) if hair == "1" else case.is_false


def test_many_steps_are_followed_to_the_last():
    given = [Smooth(f, 1), StronglyConvex(f, rational(1, 5)), eq(grad(f, xs), 0)]
    given.append(forall(k, eq(x[k + 1], x[k] - grad(f, x[k]))))
    for factor, holds in ((rational(4, 5) ** 90, True), (rational(4, 5) ** 91, False)):
        case = simple_counterexample(given, sq(x[45] - xs) <= factor * sq(x[0] - xs))
        assert (case is None) if holds else case.is_false


def test_a_beginning_that_may_not_go_on_refutes_nothing():
    given = dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        convex=StronglyConvex(f, 0),
        stationary=eq(grad(f, xs), 0),
        gd=descent,
    )
    bound = rational("0.999") * L * sq(x[0] - xs) / (4 * N + 2)
    claim = forall(N, implies(N <= 1, f(x[N]) - f(xs) <= bound))
    assert worst_case(Lemma("rate", given=given, claim=claim)).violation > 0
    assert worst_case(Lemma("rate", given=given | dict(bounded=bounded), claim=claim)) is None
