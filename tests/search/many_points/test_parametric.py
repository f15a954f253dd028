"""Parameters at many points: proofs in closed form, and nothing for what is a hair too good."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    Natural,
    ProofError,
    Real,
    Sequence,
    Space,
    Theorem,
    Vector,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.proof.script import Proof
from plproof.search.finding.best_rates import rate_at_many_points
from plproof.search.many_points.at_numbers import Statement
from plproof.search.many_points.generation import generated
from plproof.search.many_points.multipliers import fewest, verified
from plproof.search.many_points.parametric import attempt_with_parameters
from plproof.search.programs.fitting import fit, fit_apart
from tests.inequalities import smooth_and_convex

E = Space("E")
f, s = Function("f", E), Function("s", E, E)
a, b, xs = Vectors("a b x*", E)
L, gamma = Real("L"), Real("gamma")
SMOOTH = forall([a, b], smooth_and_convex(f, a, b, L))


def descent(steps, below, **more):
    """Return a proof to be made that f(x_N) − f(x*) ≤ L‖x₀ − x*‖²/below for steps of 1/L."""
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    given = dict(L_pos=L > 0, smooth=SMOOTH, still=eq(grad(f, xs), 0), **more)
    given |= {f"step{k}": eq(x[k + 1], x[k] - grad(f, x[k]) / L) for k in range(steps)}
    return Proof("t", given, f(x[steps]) - f(xs) <= L * sq(x[0] - xs) / below)


def attempted(p):
    return attempt_with_parameters(p, p.goal, p.hypotheses(), ())


def test_smooth_convex_descent_in_symbols():
    p = descent(7, 30)
    thm = attempted(p).thm
    assert thm.conclusion == p.goal and not thm.admits and not thm.axioms
    assert set(thm.hypotheses) <= {fact.claim for fact in p.hypotheses()}


@pytest.mark.parametrize("hair", ["1e-4", "1e-6"])
def test_what_is_a_hair_too_good_is_not_proved(hair):
    assert attempted(descent(6, 26 + rational(hair))) is None


def test_nothing_is_proved_where_a_denominator_may_be_zero():
    p = descent(6, 26)
    claims = {fact.label: fact.claim for fact in p.hypotheses()}
    without = Proof("t", {**claims, "L_pos": L >= 0}, p.goal)
    assert attempted(without) is None


def lemma(p, claim, **more):
    given = {fact.label: fact.claim for fact in p.hypotheses()}
    made = Lemma("found", given=given, claim=claim, **more)
    made.name = "found"
    return made


def test_the_best_rate_in_symbols_is_found():
    p, rho = descent(6, 26), Real("rho")
    gap, far = p.goal.args[0], sq(Vector("x0", E) - xs)
    found = lemma(p, gap <= rho * L * far, unknown=rho).find_proof()
    assert f"{found.claim}" == f"{gap <= rational(1, 26) * L * far}"


@pytest.mark.parametrize("factor", [lambda r: r**2, lambda r: r + r * (r - 1) * (r - 2)])
def test_of_a_rate_that_is_no_factor_nothing_is_found(factor):
    p, rho = descent(6, 26), Real("rho")
    goal = p.goal.args[0] <= factor(rho) * L * sq(Vector("x0", E) - xs)
    assert rate_at_many_points(goal, rho, p.hypotheses(), ()) is None


def test_what_is_false_at_many_points_is_told_with_a_function():
    p = descent(5, rational(22) + rational("1e-4"))
    with pytest.raises(
        ProofError, match=r"the claim is false at L = .*: f\(x\) = .* if \|x\| ≤ 1/11"
    ):
        lemma(p, p.goal).find_proof()


def test_steps_to_proximal_points_with_a_map_of_subgradients():
    steps = 8
    x = [Vector(f"x{k}", E) for k in range(steps + 1)]
    given = {
        "gamma_pos": gamma > 0,
        "convex": forall([a, b], f(a) >= f(b) + ip(s(b), a - b)),
        "minimum": forall(a, f(xs) <= f(a)),
    }
    given |= {f"step{k}": eq(x[k + 1], x[k] - gamma * s(x[k + 1])) for k in range(steps)}
    t = Theorem("t", given=given, claim=f(x[-1]) - f(xs) <= sq(x[0] - xs) / (4 * gamma * steps))
    t.name = "t"
    assert t.find_proof().derive().theorem.conclusion is not None


def test_a_sequence_at_a_number():
    x, k = Sequence("x", E), Natural("k")
    given = dict(
        L_pos=L > 0,
        smooth=SMOOTH,
        still=eq(grad(f, xs), 0),
        descent=forall(k, eq(x[k + 1], x[k] - grad(f, x[k]) / L)),
    )
    t = Theorem("t", given=given, claim=f(x[7]) - f(xs) <= L * sq(x[0] - xs) / 30)
    t.name = "t"
    assert t.find_proof().derive().theorem.conclusion is not None


def test_with_the_fewest_instances_none_is_for_nothing():
    p = descent(6, 26)
    statement = Statement(p.goal, p.hypotheses(), ())
    here = statement.at({L: rational(2)})
    instances, found = generated(here.setting)
    few = fewest(here.setting, instances, found)
    numbers = {j: w for j, w in found.weights.items() if instances[j] in few}
    assert verified(here.setting, instances, numbers) is not None
    for j in numbers:
        less = {k: w for k, w in numbers.items() if k != j}
        assert verified(here.setting, instances, less) is None


def test_a_number_is_told_apart_from_the_function_it_multiplies():
    points = [{L: Fraction(n), gamma: Fraction(n * n + 1, 3)} for n in range(1, 30)]
    values = [Fraction(-6) * p[L] / (4 * p[gamma] - 8) for p in points if p[gamma] != 2]
    points = [p for p in points if p[gamma] != 2]
    number_, above, below = fit_apart([L, gamma], points, values)
    assert (number_, f"{above}", f"{below}") == (Fraction(3, 2), "L", "2 − γ")
    assert fit([L, gamma], points, values) is not None
