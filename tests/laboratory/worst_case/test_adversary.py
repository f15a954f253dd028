"""The known worst functions are found, loose claims are called loose, false ones violated."""

import autograd.numpy as anp
import numpy as np
import pytest

from plproof.laboratory import families
from plproof.laboratory.campaigns.campaign import Campaign, Settings
from plproof.laboratory.modelling.ratios import comparisons
from plproof.laboratory.worst_case.adversary import Best, best_ratio, search_list, summary
from plproof.laboratory.worst_case.bfgs import maximise
from plproof.laboratory.worst_case.problems import Problem
from plproof.laboratory.worst_case.shapes import Requirements, shapes
from plproof.language import (
    Reals,
    Statement,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    rational,
    show,
    sq,
)
from plproof.theory.functions import Convex, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent
from tests.laboratory import statements as the
from tests.thorough import THOROUGH
from theorems.rates.nonconvex import smallest_gradient

f, x, xs, y, z, v, k = the.f, the.x, the.xs, the.y, the.z, the.v, the.k
alpha, beta, mu = the.alpha, the.beta, the.mu


SHORT = {"starts": 8, "iterations": 60}


def best(statement, index=None, **options):
    return best_ratio(statement, 0, index, **options)


@pytest.mark.parametrize("steps", [5, 20, 50])
def test_hubers_function_with_the_known_knot_is_found(steps):
    found = best(the.TRUE["convex rate"], steps)
    family = eval(found.literal, {"NormHuber": families.NormHuber})
    radius = abs(found.starts["x"][0])
    assert family.threshold[0] / radius == pytest.approx(1 / (2 * steps + 1), rel=1e-6)
    assert family.constants.smooth[0] == 1.0 and 1 - 1e-9 < found.ratio <= 1
    assert f"‖x₀ − x*‖/{2 * steps + 1}" in found.words


def test_quadratics_are_found_for_strongly_convex_functions():
    for index in (1, 20):
        found = best(the.TRUE["distance"], index)
        assert found.tight and found.words == "f(x) = αx²/2" and found.ratio <= 1
        assert found.starts == {"x": [1.0]} and found.numbers == {"α": "1/4", "β": "1"}


def test_the_rate_under_pl_is_not_tight():
    found = best(the.TRUE["PL rate"], 1, **SHORT)
    known = (1 - 1 / 4) ** 2  # the best rate for β = 1 and μ = 1/4: pl_tight_rate
    assert not found.tight
    assert known / (1 - 1 / 4) * (1 - 1e-9) <= found.ratio <= known / (1 - 1 / 4)
    text = summary([found, best(the.TRUE["PL rate"], 5, **SHORT)])
    assert text.endswith(
        "not seen to be tight: no better than 0.75 of the bound at k = 1, by f(x) = μx²/2 "
        "(β = 1, μ = 1/4)"
    )


def test_flat_functions_of_a_class_that_the_author_defines_are_found():
    slope = grad(f, y) - grad(f, z)
    inside = f(y) >= f(z) + ip(grad(f, z), y - z) + sq(slope) / (2 * beta)
    given = {"positive": beta > 0, "own": forall([y, z], inside)}
    step, shift = y - z - slope / beta, sq(y - z)
    found = best(Statement.of(given, sq(step) <= shift), **SHORT)
    assert found.tight and 1 - 1e-9 < found.ratio <= 1, found  # equality needs curvature 0
    closer = best(Statement.of(given, sq(step) <= rational(99, 100) * shift), **SHORT)
    assert closer.ratio > 1 and closer.violation["verdict"] == "violated (certified)", closer


@pytest.mark.parametrize("name", ["sufficient decrease", "descent lemma", "strongly convex is PL"])
def test_one_step_inequalities_are_tight(name):
    found = best(the.TRUE[name])
    assert found.tight and found.ratio <= 1 and "x²/2" in found.words
    assert "tight: attained by f(x) = " in summary([found])


def test_a_false_claim_is_violated_with_a_counterexample():
    found = best(the.FALSE["convex rate, 1 % too fast"], 5, **SHORT)
    assert found.ratio == pytest.approx(1 / 0.99, rel=1e-6)
    assert found.violation is not None and "violated at k = 5" in summary([found])
    a_loose_one = Statement.of(
        {**the.positive}, forall([y, v], f(y + v) <= f(y) + ip(grad(f, y), v) + beta * sq(v))
    )
    assert best(a_loose_one, **SHORT).ratio == pytest.approx(0.5)


def test_sides_are_balanced_so_that_a_constant_added_to_the_function_changes_nothing():
    def sides(claim):
        (c,) = comparisons(Statement.of({}, claim))
        return f"{show(c.small)} ≤ {show(c.large)}"

    assert sides(f(y) - f(z) <= sq(grad(f, y)) / (2 * mu)) == "f(y) − f(z) ≤ ‖∇f(y)‖²/(2·μ)"
    assert sides(f(z) <= f(y) - sq(grad(f, y)) / 2) == "‖∇f(y)‖²/2 ≤ f(y) − f(z)"
    assert sides(f(z) >= f(y) + ip(grad(f, y), z - y) + mu * sq(z - y)) == (
        "μ·‖z − y‖² ≤ f(z) − f(y) − ⟨∇f(y), z − y⟩"
    )
    assert sides(f(z) <= f(y)) == "f(z) ≤ f(y)"
    assert sides(mu * f(z) - mu * f(y) <= mu) == "μ·f(z) − μ·f(y) ≤ μ"


def test_the_inequalities_of_a_claim_are_opened():
    claim = forall(y, implies(mu > 0, conj(f(y) <= mu, eq(f(y), 0), forall(z, f(z) >= f(y)))))
    first, second = comparisons(Statement.of({}, claim))
    assert first.given == (mu > 0,) and len(first.variables) == 1
    assert len(second.variables) == 2
    assert not search_list(the.TRUE["PL constant"])
    assert search_list(the.TRUE["PL rate"]) == [(0, 1), (0, 5), (0, 20)]


def test_without_a_method_the_members_of_sequences_are_chosen_too():
    found = best(the.FALSE["rate without method"], 1, **SHORT)
    assert found.ratio > 2 and found.violation["verdict"] == "violated (certified)"
    assert set(found.starts) == {"x", "x[1]"}
    assert best(the.ON_OWN_CLASS["true"], 1).ratio is not None


sequence_y = the.Sequence("y", the.E)
heavy_ball = {
    "method": forall(
        k,
        eq(x[k + 2], x[k + 1] - grad(f, x[k + 1]) / (2 * beta) + (x[k + 1] - x[k]) / 4),
    )
}
nesterov = {
    "start": eq(sequence_y[0], x[0]),
    "step": forall(k, eq(x[k + 1], sequence_y[k] - grad(f, sequence_y[k]) / beta)),
    "momentum": forall(k, eq(sequence_y[k + 1], x[k + 1] + k / (k + 3) * (x[k + 1] - x[k]))),
}
convex = {**the.positive, "convex": Convex(f), "minimum": Minimiser(f, xs)}


def test_the_method_is_taken_from_the_statement():
    two = Statement.of({**convex, **nesterov}, the.gap(x[2]) <= beta * sq(x[0] - xs) / 10)
    found = best(two, **SHORT)  # the best constant after two steps: 2L/(N² + 5N + 6)
    assert found.tight and "Huber's function with knot ‖x₀ − x*‖/5" in found.words
    too_good = Statement.of({**convex, **nesterov}, the.gap(x[2]) <= beta * sq(x[0] - xs) / 11)
    assert best(too_good, **SHORT).ratio == pytest.approx(1.1, rel=1e-6)
    assert best(too_good, **SHORT).violation["verdict"] == "violated (certified)"
    gap = Statement.of({**convex, **heavy_ball}, sq(x[2] - x[1]) <= beta * sq(x[1] - x[0]))
    assert set(best(gap, **SHORT).starts) == {"x", "x[1]"}  # two starts of one sequence
    circular = Statement.of(
        {**convex, "method": forall(k, eq(x[k + 1], sequence_y[k + 1])),
         "back": forall(k, eq(sequence_y[k + 1], x[k + 1] - grad(f, x[k])))},
        the.gap(x[1]) <= the.gap(x[0]),
    )  # fmt: skip
    assert "in terms of itself" in best(circular, **SHORT).note


def test_steps_that_minimise_are_followed_and_certified():
    gamma = the.eta
    prox = forall(v, f(y) + sq(y - z) / (2 * gamma) <= f(v) + sq(v - z) / (2 * gamma))
    given = {"gamma_pos": gamma > 0, "convex": Convex(f), "minimum": Minimiser(f, xs), "prox": prox}
    for constant, expected in ((4, 1.0), (5, 1.25)):  # a proximal step: gap ≤ ‖z − x*‖²/(4γ)
        claim = f(y) - f(xs) <= sq(z - xs) / (constant * gamma)
        found = best(Statement.of(given, claim), **SHORT)
        assert found.ratio == pytest.approx(expected, rel=1e-4)
        assert (found.violation is not None) == (constant == 5)
    best_point = conj(
        exists(the.mu, eq(y, z - the.mu * grad(f, z))),
        forall(the.mu, f(y) <= f(z - the.mu * grad(f, z))),
    )
    given = {**the.strong, "search": best_point}
    rate = ((beta - alpha) / (beta + alpha)) ** 2
    found = best(Statement.of(given, f(y) - f(xs) <= rate * (f(z) - f(xs))), **SHORT)
    assert found.tight and found.words in ("f(x) = (αx₁² + βx₂²)/2", "f(x) = (βx₁² + αx₂²)/2")


@pytest.mark.skipif(not THOROUGH, reason="seconds")
def test_a_claim_about_some_member_is_measured_by_its_least_ratio():
    low, N = the.eta, the.m
    given = {**the.positive, "gd": GradientDescent(f, x, 1 / beta), "low": forall(v, low <= f(v))}
    claim = forall(
        N,
        exists(
            k,
            conj(k <= N, sq(grad(f, x[k])) <= 4 * beta * (f(x[0]) - low) / (3 * N + 2)),
        ),
    )
    statement = Statement.of(given, claim)
    (comparison,) = comparisons(statement)
    problem, rng = Problem.of(statement, comparison, 1), np.random.default_rng(0)
    (spline,) = (s for s in problem.choices(16, rng) if s.name == "spline of 4 pieces")
    known, candidate = problem.climb(problem.begin(spline, 16, rng), 4, 15)[0]
    curvature = candidate.assignment.families[f].curvature[0, 0]
    assert 0.999 < known.ratio <= 1 and np.allclose(curvature[:2], [1, -1], atol=1e-3)


def test_slopes_that_go_up_and_down_are_worst_for_the_smallest_gradient():
    statement = smallest_gradient.statement
    (comparison,) = comparisons(statement)
    problem, rng = Problem.of(statement, comparison, 5), np.random.default_rng(0)
    (teeth,) = (s for s in problem.choices(16, rng) if s.name == "teeth, 5")
    known, candidate = problem.climb(problem.begin(teeth, 16, rng), 4, 25)[0]
    assert 0.999 < known.ratio <= 1
    (spline,) = candidate.assignment.families.values()
    assert spline.constants.strongly_convex[0] == -spline.constants.smooth[0]


def test_the_same_seed_gives_the_same_search():
    assert best(the.TRUE["convex rate"], 2, seed=4, **SHORT) == best(
        the.TRUE["convex rate"], 2, seed=4, **SHORT
    )


def test_shapes_stay_in_their_class():
    rng = np.random.default_rng(0)
    for required in (
        Requirements(1.0, 0.25, convex=True),
        Requirements(1.0, pl=0.25),
        Requirements(1.0, convex=True),
        Requirements(1.0, 0.0),
        Requirements(),
    ):
        for shape in shapes(required, 8, rng):
            theta = rng.standard_normal((8, shape.size)) * 2
            points = rng.standard_normal((8, shape.dimension))
            searched = shape.functions(theta)
            for row in range(8):
                member = shape.family(theta[row], row, 1.0)
                c = member.constants
                assert c.smooth[0] <= required.smooth and c.pl[0] >= required.pl
                assert c.strongly_convex[0] >= required.strongly_convex
                assert c.convex[0] or not required.convex
                value, gradient = member.value_and_gradient(points[row : row + 1])
                # curvatures near an end of their range are moved there
                close = 1e-3 if "quadratic" in shape.name or shape.name == "Huber" else 1e-9
                assert searched.value(points)[row] == pytest.approx(value[0], rel=close, abs=close)
                np.testing.assert_allclose(
                    searched.gradient(points)[row], gradient[0], rtol=close, atol=close
                )


def test_ascent_finds_the_maximum_of_a_known_function():
    def objective(w):  # H. H. Rosenbrock's function, upside down
        return -((1 - w[:, 0]) ** 2) - 100 * (w[:, 1] - w[:, 0] ** 2) ** 2

    start = np.array([[-1.2, 1.0], [2.0, -3.0], [1.0, 1.0]])
    found, values = maximise(objective, start, 300)
    np.testing.assert_allclose(found, 1.0, atol=1e-5)
    assert np.all(values <= 0) and np.all(values > -1e-10)
    assert np.array_equal(maximise(objective, start, 0)[0], start)
    broken, values = maximise(lambda w: anp.log(-anp.sum(w * w, axis=-1)), start, 5)
    assert np.all(values == -np.inf) and np.array_equal(broken, start)


def test_a_campaign_reports_how_tight_a_claim_is():
    statements = [("convex", the.TRUE["convex rate"])]
    settings = Settings(functions=512, rows=512, adversary=True, jobs=0)
    (found,) = Campaign(statements, settings).run()
    ratios = [Best(**ratio) for ratio in found.ratios]
    assert [r.index for r in ratios] == [1, 5, 20] and all(r.tight for r in ratios)
    wrong = Statement.of(
        {"beta_pos": beta > 0, "convex": Convex(f), "strong": StronglyConvex(f, alpha)},
        f(y) - f(z) <= sq(grad(f, y)) / (200 * alpha) * 99,
    )
    (found,) = Campaign([("wrong", wrong)], settings).run()
    assert found.violations and found.counterexample


def test_what_is_attained_on_the_edge_of_what_is_said_of_points_is_found():
    """A step of M. Frank and P. Wolfe (1956): worst at the minimiser, with v at the distance D."""
    L, D = Reals("L D")
    given = {"L": L > 0, "smooth": Smooth(f, L), "convex": StronglyConvex(f, 0)}
    given |= {"oracle": ip(grad(f, y), v) <= ip(grad(f, y), z), "wide": sq(v - y) <= D**2}
    left = f(y + (v - y) / 2) - f(z)
    for share, ratio in ((8, 1.0), (9, 9 / 8)):
        found = best(Statement.of(given, left <= (f(y) - f(z)) / 2 + L * D**2 / share))
        assert found.ratio == ratio and (found.violation is None) == (share == 8)
