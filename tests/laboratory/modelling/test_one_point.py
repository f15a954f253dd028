"""Inequalities between any point and a minimiser, read as those of the classes that imply them."""

from fractions import Fraction

import numpy as np
import pytest

from plproof import (
    Definition,
    Function,
    Minimiser,
    Reals,
    Smooth,
    Space,
    Statement,
    StronglyConvex,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.laboratory.modelling.stated import implied
from plproof.laboratory.modelling.two_points import Form, follows, largest, least, of_class
from plproof.laboratory.testing.stress import stress_test
from plproof.laboratory.worst_case.adversary import best_ratio
from plproof.language.binding import substitute
from plproof.language.terms import free_variables, number

E = Space("E")
f, g = Function("f", E), Function("g", E, E)
x, xs, y = Vectors("x x* y", E)
mu, L, tau, nu = Reals("mu L tau nu")
slope, away, gap = grad(f, x), x - xs, f(x) - f(xs)
along = ip(slope, away)
best = Minimiser(f, xs)
convex = (StronglyConvex, rational(0))

READ = {
    "restricted secant": (along >= mu * sq(away), [(StronglyConvex, mu)], {mu >= 0}),
    "quadratic growth": (gap >= mu / 2 * sq(away), [(StronglyConvex, mu)], {mu >= 0}),
    "error bound": (norm(slope) >= mu * norm(away), [(StronglyConvex, mu)], {mu >= 0}),
    "of squares": (mu**2 * sq(away) <= sq(slope), [(StronglyConvex, mu)], {mu >= 0}),
    "upper error bound": (norm(slope) <= L * norm(away), [(Smooth, L)], {L >= 0}),
    "squares of norms": (norm(slope) ** 2 <= L**2 * norm(away) ** 2, [(Smooth, L)], {L >= 0}),
    "a root, above": (sq(slope) <= L * sq(away), [(Smooth, sqrt(L))], {L >= 0}),
    "a root, below": (sq(slope) >= 4 * mu * sq(away), [(StronglyConvex, sqrt(4 * mu))], {mu >= 0}),
    "upper growth": (gap <= L / 2 * sq(away), [(Smooth, L)], {L >= 0}),
    "slopes below values": (sq(slope) <= 2 * L * gap, [(Smooth, L)], {L >= 0}),
    "variational coherence": (along >= 0, [convex], set()),
    "weak quasi-convexity": (along >= tau * gap, [convex], {tau <= 1}),
    "a number of it": (along >= gap / 3, [convex], set()),
    "cocoercivity": (along >= sq(slope) / L, [convex, (Smooth, L)], {L > 0}),
    "a sum": (gap >= (mu + nu) / 2 * sq(away), [(StronglyConvex, mu + nu)], {mu + nu >= 0}),
    "numbers alone": (2 * along >= sq(away) / 7, [(StronglyConvex, rational(1, 14))], set()),
    "a mixture": (along >= gap / 2 + mu / 2 * sq(away), [(StronglyConvex, rational(2, 3) * mu)],
                  {mu >= 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_an_inequality_at_a_minimiser_is_read_as_a_class(name):
    said, classes, given = READ[name]
    found = implied(forall(x, said))
    assert [(one.definition, one.constant) for one in found] == classes
    assert all(one.function == f and {*one.given} == {best, *given} for one in found)
    numbers = (mu, L, tau, nu)
    own = Definition("Own", [f, *numbers], forall(x, substitute(said, {xs: number(0, xs.sort)})))
    home = implied(own(f, *numbers))
    assert [one.definition for one in home] == [which for which, _ in classes]


def test_the_constants_are_the_weakest_that_imply_what_is_said():
    """For μ = 1 each form follows in the class with 1, and in no larger one."""
    one, half = Fraction(1), Fraction(1, 2)
    below = [
        Form(points=-one, mixed=one),
        Form(value=one, points=-half),
        Form(points=-one, slopes=one),
    ]
    above = [
        Form(points=one, slopes=-one),
        Form(value=-one, points=half),
        Form(value=one, slopes=-half),
    ]
    hair = Fraction(1, 10**9)
    for form in below:
        assert least(lambda q, form=form: follows(form, q, None)) == 1
        assert not follows(form, 1 - hair, None)
        assert not any(follows(form, low, one * 8) for low in (None, Fraction(0), 1 - hair))
    for form in above:
        assert largest(lambda q, form=form: follows(form, None, q)) == 1
        assert not follows(form, None, 1 + hair) and not follows(form, Fraction(0), 4 * one)
    assert least(lambda q: follows(Form(points=-one * 3 / 7, mixed=one), q, None)) == Fraction(3, 7)
    assert follows(Form(value=-one, mixed=one), Fraction(0), None)
    assert not follows(Form(value=-one - hair, mixed=one), Fraction(0), None)


def test_what_follows_is_what_multipliers_show():
    """Against the least eigenvalue of what is left over, for multipliers on a grid."""
    rng = np.random.default_rng(5)
    classes = [(0, None), (1, None), (0, 1), (Fraction(1, 2), 2), (None, 1), (None, 3)]
    grid = np.concatenate([np.linspace(0, 12, 241), [20, 50]])
    counts = {True: 0, False: 0}
    for trial in range(300):
        low, high = (None if c is None else Fraction(c) for c in classes[trial % 6])
        form = Form(*(Fraction(int(c), 2) for c in rng.integers(-6, 7, 4)))
        first, second = of_class(low, high)
        allowed = grid[grid + float(form.value) >= 0]
        left = [
            float(getattr(form, part)) - allowed * float(getattr(first, part))
            - (allowed + float(form.value)) * float(getattr(second, part))
            for part in ("points", "mixed", "slopes")
        ]  # fmt: skip
        a, b, c = left
        smallest = np.max((a + c) / 2 - np.hypot((a - c) / 2, b / 2), initial=-np.inf)
        found = follows(form, low, high)
        counts[found] += 1
        assert smallest >= -0.2 if found else smallest < 1e-9
    assert min(counts.values()) > 30


OTHER = {
    "above the range of convex functions": along >= rational(1001, 1000) * gap,
    "a little less than half": gap <= rational(51, 100) * along,
    "turned": gap <= 0,
    "a minimiser": f(xs) <= f(x),
    "slopes turned": along <= 0,
    "an unlike sum": along >= mu * sq(away) + tau * gap + nu * gap,
    "a norm beside a square": norm(slope) >= mu * sq(away),
    "a shift": gap >= mu / 2 * sq(away) + nu,
    "slopes elsewhere": ip(grad(f, y), away) >= mu * sq(away),
    "further points": ip(slope, x - y) >= mu * sq(away),
    "a map that is bounded": sq(g(x)) <= mu**2,
    "a map that is bounded, by a norm": norm(g(x)) <= mu,
    "a map that points to a point": ip(g(x), away) >= mu * sq(away),
    "a map that comes nearer": sq(x - g(x) - xs) <= sq(away),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_no_class_implies_is_not_read(name):
    assert implied(forall(x, OTHER[name])) == []


linear = eq(grad(f, (x + y) / 2), (grad(f, x) + grad(f, y)) / 2)
BENT = ("restricted secant", "quadratic growth", "error bound", "upper error bound", "upper growth",
        "variational coherence", "weak quasi-convexity")  # fmt: skip


def _tested(claim, *said):
    statement = Statement.of({f"said{i}": p for i, p in enumerate(said)}, claim)
    return stress_test(statement, budget="tiny")


@pytest.mark.parametrize("name", BENT)
def test_functions_that_are_no_quadratics_are_met(name):
    """Gradients of quadratics are affine; of other functions they are not."""
    said = READ[name][0]
    signs = [v > 0 for v in free_variables(said) if v in (mu, L, tau)]
    found = _tested(linear, *signs, forall(x, said)).counterexample
    assert found is not None and "certified" in str(found)


@pytest.mark.parametrize("name", ["weak quasi-convexity", "a mixture", "a root, below"])
def test_the_class_named_implies_what_is_said(name):
    said = READ[name][0]
    classes = implied(forall(x, said))
    members = [one.definition(one.function, one.constant) for one in classes]
    report = _tested(said, *members, *classes[0].given)
    assert report.passed and report.items[0].worst == 0, "no violation, and attained"


def test_what_is_false_for_huber_functions_alone_is_violated():
    half = gap <= rational(51, 100) * along
    assert not _tested(half, L > 0, best, forall(x, READ["upper error bound"][0])).passed


SHARP = {
    "restricted secant": norm(slope) >= mu * norm(away),
    "upper error bound": gap <= L / 2 * sq(away),
    "quadratic growth": gap >= mu / 2 * sq(away),
    "cocoercivity": sq(slope) <= L**2 * sq(away),
}


@pytest.mark.parametrize("name", SHARP)
def test_what_is_true_and_sharp_gives_no_alarm(name):
    said = READ[name][0]
    signs = [v > 0 for v in free_variables(said) if v in (mu, L)]
    report = _tested(SHARP[name], *signs, forall(x, said))
    assert report.passed and report.items[0].exercised


def test_the_search_for_the_worst_keeps_the_minimiser():
    said = forall(x, READ["weak quasi-convexity"][0])
    given = {"said": said, "positive": tau > 0, "most": tau <= 1}
    found = best_ratio(Statement.of(given, tau * gap <= along), 0, None, starts=1, iterations=5)
    assert found.ratio > 0.9, "quadratics reach 1/2"
