"""Claims that a search cannot prove are false at numbers it did not look at, or say too little."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    PL,
    Differentiable,
    Function,
    GradientDescent,
    Lemma,
    Minimiser,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    forall,
    grad,
    rational,
    sq,
)
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.claims.emptiness import crossed
from plproof.search.counterexamples.falsified import simple_counterexample
from plproof.search.statements.parameters import samples
from tests.inequalities import smooth_and_convex

E = Space("E")
f = Function("f", E)
x, v, w, xs = Vectors("x v w x*", E)
mu, L, gamma, rho = Reals("mu L gamma rho")
N, k = Natural("N"), Natural("k")
s = Sequence("s", E)
CLASS = dict(
    L_pos=L > 0,
    smooth=Smooth(f, L),
    pairs=forall([v, w], smooth_and_convex(f, v, w, L)),
    still=eq(grad(f, xs), 0),
)
NEAR = f(x - gamma * grad(f, x)) - f(xs) <= L * sq(x - xs) / 2


def failure(claim, given, **more):
    with pytest.raises(ProofError) as raised:
        Lemma("claim", given=given, claim=claim, **more).find_proof()
    return raised.value


@pytest.mark.parametrize("sign", [gamma > 0, gamma < 0, None], ids=["long", "back", "either"])
def test_steps_of_any_length_and_sign_are_too_many(sign):
    """Between 0 and 2/L they are right, and that is where numbers for γ are looked for first."""
    given = CLASS | ({} if sign is None else dict(sign=sign))
    error = failure(NEAR, given)
    assert "the claim is false at" in error.message and "γ = " in error.message
    case = simple_counterexample(list(given.values()), NEAR)
    assert case.is_false and all(case.holds(h) for h in given.values())
    right = CLASS | dict(sign=gamma > 0, short=gamma * L < 2)
    assert simple_counterexample(list(right.values()), NEAR) is None


def test_no_step_at_all_is_a_number_of_steps():
    """1/(4N + 2) is the best for every N, 0 too (Drori and Teboulle, 2014)."""
    given = CLASS | dict(gd=GradientDescent(f, s, 1 / L), none=eq(N, 0))
    wrong = simple_counterexample(list(given.values()), f(s[N]) - f(xs) <= L / 3 * sq(s[0] - xs))
    assert wrong.parameters == {N: 0, L: 1} and wrong.left == Fraction(1, 2)
    right = simple_counterexample(list(given.values()), f(s[N]) - f(xs) <= L / 2 * sq(s[0] - xs))
    assert right is None


def test_natural_numbers_are_0_only_where_none_else_will_do():
    assert all(values[N].data > 0 for values, _ in zip(samples([N], []), range(50), strict=False))
    assert next(samples([N], [eq(N, 0)]))[N].data == 0
    assert next(samples([N, L], [N < 1, L > N]))[N].data == 0


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (CLASS | dict(smooth=L < 9), f(x) - f(xs) <= rho * sq(grad(f, x))),
        (dict(m=Minimiser(f, xs)), sq(x - grad(f, x) - xs) <= rho * sq(x - xs)),
    ],
    ids=["flat", "steep"],
)
def test_where_no_rate_will_do_a_function_says_so(given, claim):
    error = failure(claim, given, unknown=rho)
    assert "the claim is false at ρ = 1000000" in error.message
    assert "a hypothesis is missing" in error.hint


def test_numbers_of_a_method_alone_are_looked_at():
    """Momentum β is in a step and no inequality: x₂ = −β for f = x²/2 from x₀ = 1."""
    x1, x2 = Vectors("x1 x2", E)
    given = CLASS | dict(
        one=eq(x1, x - grad(f, x) / L),
        two=eq(x2, x1 - grad(f, x1) / L + gamma * (x1 - x)),
        forward=gamma >= 0,
    )
    case = simple_counterexample(list(given.values()), f(x2) - f(xs) <= L * sq(x - xs))
    assert case.is_false and case.parameters[gamma] > 1 and case.points[x2][0] < -1


def test_the_best_step_is_no_rate():
    claim = f(x - gamma * grad(f, x)) <= f(x) - sq(grad(f, x)) / (2 * L)
    error = failure(claim, CLASS, unknown=gamma)
    assert "γ is part of a point" in error.message


def test_a_large_rate_is_no_lack_of_one():
    given = CLASS | dict(far=eq(gamma, 50 / L))
    claim = sq(x - 50 / L * grad(f, x) - xs) <= rho * sq(x - xs)
    found = Lemma("long", given=CLASS, claim=claim).find_proof(unknown=rho)
    assert found.claim.args[1].args[0] == rational(2401)
    assert simple_counterexample(list(given.values()), claim, {rho: Fraction(10**6)}) is None


def test_a_function_that_is_only_differentiable_is_of_no_class():
    given = dict(d=Differentiable(f), minimum=Minimiser(f, xs))
    error = failure(f(x - grad(f, x)) - f(xs) <= rho * sq(x - xs), given, unknown=rho)
    assert "d says that f is differentiable, which bounds nothing" in error.hint


@pytest.mark.parametrize("steep", [StronglyConvex(f, mu), PL(f, mu, xs)], ids=["convex", "PL"])
def test_constants_the_wrong_way_round_are_said_to_be(steep):
    given = dict(L_pos=L > 0, order=L < mu, smooth=Smooth(f, L), steep=steep)
    goal = f(x) <= f(xs)
    said = crossed(Proof("these", given, goal))
    assert "smooth and steep contradict each other, nearly: μ > L" in said
    assert "order=mu < L" in said
    for order in (mu < L, mu <= L, mu > L / 2):
        assert crossed(Proof("these", given | dict(order=order), goal)) == ""
    other = given | dict(steep=StronglyConvex(Function("g", E), mu))
    assert crossed(Proof("these", other, goal)) == ""


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (dict(L_pos=L > 0, mu_pos=mu > 0, sc=StronglyConvex(f, mu)), L),
        (dict(sc=StronglyConvex(f, 1)), rational(100)),
        (dict(large=L >= 1000, sc=StronglyConvex(f, 0)), L),
    ],
    ids=["a name", "a number", "a large one"],
)
def test_without_a_bound_of_the_curvature_some_function_is_too_steep_for_a_step(given, step):
    case = simple_counterexample(list(given.values()), f(x - grad(f, x) / step) <= f(x))
    (bowl,) = case.functions.values()
    ((a, _, _),) = bowl.pieces
    size = case.parameters.get(L, Fraction(100))
    assert 2 * a > 2 * size and all(case.holds(h) for h in given.values())


def test_with_a_bound_no_function_is_too_steep():
    given = dict(large=L >= 1000, mu_pos=mu > 0, smooth=Smooth(f, L), sc=StronglyConvex(f, mu))
    assert simple_counterexample(list(given.values()), f(x - grad(f, x) / L) <= f(x)) is None
