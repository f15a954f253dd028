"""Statements with many points: few inequalities are picked, and what is a hair too good is not."""

from dataclasses import replace
from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

import numpy as np
from flint import fmpq

from plproof import Function, Space, Theorem, Vector, Vectors, eq, forall, grad, ip, rational, sq
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume
from plproof.proof.storage import steps_of
from plproof.search.many_points.generation import (
    Answer,
    Certificate,
    _all,
    _Solver,
    _violated,
    certificate_of,
    generated,
    least_on_all,
)
from plproof.search.many_points.multipliers import verified
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Setting
from tests.inequalities import smooth_and_convex

E = Space("E")
f = Function("f", E)
a, b, xs = Vectors("a b x*", E)
SMOOTH_CONVEX = forall([a, b], smooth_and_convex(f, a, b))


def descent(steps, bound, extra=(), about=SMOOTH_CONVEX):
    """Return the setting of gradient descent with step 1."""
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    method = [eq(x[k + 1], x[k] - grad(f, x[k])) for k in range(steps)]
    claim = f(x[steps]) - f(xs) <= bound * sq(x[0] - xs)
    hypotheses = [about, *method, eq(grad(f, xs), 0), *extra]
    return Setting(claim, [assume(proposition=h) for h in hypotheses])


def momentum(steps, bound):
    """Return the setting of the fast gradient method: points that are no iterates."""
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    y, method = x[0], []
    for k in range(steps):
        method.append(eq(x[k + 1], y - grad(f, y)))
        y = x[k + 1] + rational(k, k + 3) * (x[k + 1] - x[k])
    claim = f(x[steps]) - f(xs) <= bound * sq(x[0] - xs)
    hypotheses = [SMOOTH_CONVEX, *method, eq(grad(f, xs), 0)]
    return Setting(claim, [assume(proposition=h) for h in hypotheses])


@pytest.mark.parametrize("steps", [1, 4, 12])
def test_few_inequalities_prove_the_rate(steps):
    setting = descent(steps, rational(1, 4 * steps + 2))
    instances, found = generated(setting)
    thm = certificate_of(setting, instances, found).theorem()
    assert thm.conclusion == setting.goal
    assert len(found.weights) == 2 * steps + 1
    assert not thm.axioms and not thm.admits


@pytest.mark.parametrize("hair", ["1e-4", "1e-6"])
def test_a_hair_too_good_is_not_proved(hair):
    assert generated(descent(6, rational(1, 26) * (1 - rational(hair)))) is None


def test_a_hair_too_weak_is():
    setting = descent(6, rational(1, 26) * (1 + rational("1e-4")))
    assert certificate_of(setting, *generated(setting)).theorem().conclusion == setting.goal


def test_the_fast_gradient_method():
    setting = momentum(6, rational(2, 66))
    assert certificate_of(setting, *generated(setting)).theorem().conclusion == setting.goal


@pytest.mark.parametrize("steps", [1, 6])
def test_the_least_rate_on_all_inequalities(steps):
    setting = descent(steps, rational(1))
    bound = setting.read(sq(Vector("x0", E) - xs))
    least = least_on_all(setting, bound, setting.read(f(xs) - f(Vector(f"x{steps}", E))))
    assert least == pytest.approx(1 / (4 * steps + 2), abs=1e-6)


def contraction(steps, rate):
    """Return the setting of steps of length 1 with μ = 1/10 and L = 1: the worst case is 0.9^k."""
    step, g = a - b, grad(f, a) - grad(f, b)
    bent = (sq(g) + sq(step) / 10 - ip(g, step) / 5) * rational(5, 9)
    about = forall([a, b], f(a) >= f(b) + ip(grad(f, b), step) + bent)
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    method = [eq(x[k + 1], x[k] - grad(f, x[k])) for k in range(steps)]
    claim = sq(x[steps] - xs) <= rate * sq(x[0] - xs)
    return Setting(claim, [assume(proposition=h) for h in [about, *method, eq(grad(f, xs), 0)]])


def test_a_worst_case_with_many_digits_is_read():
    setting = contraction(9, rational(9, 10) ** 18)
    assert certificate_of(setting, *generated(setting)).theorem().conclusion == setting.goal


@pytest.mark.parametrize("hair", ["1e-4", "1e-9"])
def test_and_what_is_a_hair_better_than_it_is_not_proved(hair):
    assert generated(contraction(3, rational(9, 10) ** 6 * (1 - rational(hair)))) is None


h, T = Function("h", E), Function("T", E, E)
x = [Vector(f"x{k}", E) for k in range(4)]
v = [Vector(f"v{k}", E) for k in range(4)]


def below(function, at, slope):
    """Return that a slope is a subgradient of a convex function at a point."""
    return forall(a, function(a) >= function(at) + ip(slope, a - at))


OTHER_CLASSES = {
    "subgradients: proximal steps": (
        [eq(x[k + 1], x[k] - v[k + 1]) for k in range(3)]
        + [below(h, x[k + 1], v[k + 1]) for k in range(3)]
        + [forall(a, h(xs) <= h(a))],
        lambda c: h(x[3]) - h(xs) <= c * sq(x[0] - xs) / 12,
    ),
    "two functions: a proximal gradient step": (
        [SMOOTH_CONVEX, below(h, x[1], x[0] - grad(f, x[0]) - x[1]) & below(h, xs, -grad(f, xs))],
        lambda c: f(x[1]) + h(x[1]) - f(xs) - h(xs) <= c * sq(x[0] - xs) / 4,
    ),
    "a map: the resolvent of a strongly monotone one": (
        [forall([a, b], ip(T(a) - T(b), a - b) >= sq(a - b) / 2), eq(T(xs), 0)]
        + [eq(x[k + 1], x[k] - T(x[k + 1])) for k in range(3)],
        lambda c: sq(x[3] - xs) <= c * rational(4, 9) ** 3 * sq(x[0] - xs),
    ),
    "what is given at fixed points: sufficient decrease under PL": (
        [forall(a, sq(grad(f, a)) >= f(a) - f(xs))]
        + [f(x[k + 1]) < f(x[k]) - sq(grad(f, x[k])) / 4 for k in range(3)],
        lambda c: f(x[3]) - f(xs) <= c * rational(3, 4) ** 3 * (f(x[0]) - f(xs)),
    ),
}


@pytest.mark.parametrize("name", OTHER_CLASSES)
def test_other_classes_and_methods(name):
    hypotheses, claim = OTHER_CLASSES[name]
    premises = [assume(proposition=p) for p in hypotheses]
    setting = Setting(claim(rational(1)), premises)
    thm = certificate_of(setting, *generated(setting)).theorem()
    assert thm.conclusion == setting.goal and set(thm.hypotheses) <= set(hypotheses)
    assert generated(Setting(claim(1 - rational("1e-6")), premises)) is None, "it is the best"


def test_hypotheses_that_are_not_understood_are_left_out():
    square = forall(a, f(a) ** 2 >= 0)
    elsewhere = forall(a, f(a - grad(f, a)) <= f(a))
    two_functions = forall(a, h(a) >= f(a) + 5 * sq(a - xs))
    extra = [square, rational(1) <= 2, elsewhere, two_functions]
    setting = descent(2, rational(1, 10), extra=extra)
    assert len(setting.templates) == 1
    assert certificate_of(setting, *generated(setting)).theorem().conclusion == setting.goal


def test_without_an_inequality_there_is_nothing_to_generate():
    with pytest.raises(NotSuited):
        descent(2, rational(1, 10), about=eq(grad(f, a), 0))


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_a_theorem_is_proved_with_few_inequalities_whose_weights_are_simple(steps):
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    method = {f"step{k}": eq(x[k + 1], x[k] - grad(f, x[k])) for k in range(steps)}
    given = dict(smooth_convex=SMOOTH_CONVEX, stationary=eq(grad(f, xs), 0), **method)
    claim = f(x[steps]) - f(xs) <= sq(x[0] - xs) / (4 * steps + 2)
    proved = Theorem("gd", given=given, claim=claim).find_proof().derive()
    assert not proved.theorem.axioms and not proved.theorem.admits
    (step,) = [th for th in steps_of([proved.theorem]) if th.rule == "gram"]
    weights = [use.weight for use in step.data["uses"]]
    assert len(weights) == 2 * steps + 1
    assert max(w.denominator for w in weights) <= (2 * steps + 1) ** 2


def test_a_certificate_that_is_changed_is_rejected():
    setting = descent(3, rational(1, 14))
    instances, found = generated(setting)
    good = certificate_of(setting, instances, found)
    first, *rest = good.uses
    changed = replace(first, weight=first.weight + Fraction(1, 10**9))
    for uses in ((changed, *rest), rest, (replace(first, values=first.values[::-1]), *rest)):
        with pytest.raises(KernelError):
            Certificate(setting.goal, good.premises, tuple(uses)).theorem()
    for n, th in enumerate(good.premises):
        if th.conclusion.op == "eq":
            moved = [replace(u, premise=u.premise - (u.premise > n)) for u in good.uses]
            fewer = good.premises[:n] + good.premises[n + 1 :]
            with pytest.raises(KernelError):
                Certificate(setting.goal, fewer, tuple(moved)).theorem()


def test_weights_are_checked_before_they_are_believed():
    setting = descent(2, rational(1, 10), extra=[forall(a, sq(grad(f, a)) >= 0)])
    instances, found = generated(setting)
    assert verified(setting, instances, found.weights) == found
    (spare, *_) = [
        j
        for j, (template, places) in enumerate(instances)
        if template.arity == 1 and setting.shown[2 * places[0] + 1]
    ]
    assert spare not in found.weights
    # −‖∇f‖² may be added as far as squares go: it is the sign that is wrong
    assert verified(setting, instances, {**found.weights, spare: fmpq(-1)}) is None
    for j, w in found.weights.items():
        if instances[j][0].values:  # they are left over
            more = {**found.weights, j: w + fmpq(1, 10**9)}
            assert verified(setting, instances, more) is None


WHERE = {  # what changes when all points are moved alike: no point may be the origin
    "a hypothesis": ([forall(a, sq(grad(f, a)) + sq(a) <= f(a))], sq(grad(f, xs)) <= f(xs)),
    "the claim": ([forall(a, sq(grad(f, a)) <= f(a))], sq(grad(f, xs)) <= f(xs) + sq(xs)),
    "a point": ([forall([a, b], sq(a - b) <= f(a) + f(b))], f(2 * xs) + f(xs) >= 0),
}


@pytest.mark.parametrize("what", WHERE)
def test_where_the_points_are_matters(what):
    hypotheses, claim = WHERE[what]
    setting = Setting(claim, [assume(proposition=p) for p in hypotheses])
    assert setting.origin is None
    assert certificate_of(setting, *generated(setting)).theorem().conclusion == claim


@pytest.mark.parametrize("seed", range(4))
def test_what_a_worst_case_violates_is_what_its_numbers_say(seed):
    setting, draw = momentum(3, rational(1)), np.random.default_rng(seed)
    size, values = len(setting.basis), len(setting.points)
    half, heights = draw.normal(size=(size, size)), draw.normal(size=values)
    gram = half @ half.T
    expected = {}
    for instance in _all(setting):
        grams, linear = setting.column(instance)
        slack = sum(float(c) * gram[e] for e, c in grams.items())
        expected[instance] = slack + sum(float(c) * heights[k] for k, c in linear.items())
    answer = Answer(0.0, np.zeros(0), np.zeros(0), gram, heights)
    found = _violated(_Solver(setting), answer)
    worst = sorted((i for i in expected if expected[i] < 0), key=expected.__getitem__)
    assert found == worst[: 2 * values] and found


def test_where_inequalities_repeat_each_other_few_with_simple_weights_are_left():
    """Convexity follows from interpolation: with both the multipliers are not unique."""
    x0 = Vector("x0", E)
    one = x0 - grad(f, x0)
    two = one - grad(f, one)
    convex = forall([a, b], f(a) >= f(b) + ip(grad(f, b), a - b))
    low = forall(a, f(a) >= f(xs))
    given = dict(smooth=SMOOTH_CONVEX, convex=convex, low=low, still=eq(grad(f, xs), 0))
    claim = f(two) - f(xs) <= sq(x0 - xs) / 10
    theorem = Theorem("two steps", given=given, claim=claim).find_proof().derive().theorem
    weights = [
        use.weight
        for step in steps_of([theorem])
        if step.rule == "gram"
        for use in step.data["uses"]
    ]
    assert len(weights) >= 5 and max(w.denominator for w in weights) < 10**4
    goal = Setting(claim, [assume(proposition=h) for h in given.values()])
    assert all(goal.slots(instance).values for instance in _all(goal)), "f(x*) ≥ f(x*) is none"
