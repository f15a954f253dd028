"""Worst cases are run by the laboratory, which certifies what it can."""

from fractions import Fraction

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    Lemma,
    Reals,
    Smooth,
    Space,
    StronglyConvex,
    Vectors,
    eq,
    grad,
    rational,
    sq,
)
from plproof.checking.worst_runs import laboratory_run, worst_counterexample
from plproof.laboratory.certification.certified import VIOLATED
from plproof.search.finding.worst import worst_case

E = Space("E")
f = Function("f", E)
x, x1, xs = Vectors("x x1 x*", E)
mu, L = Reals("mu L")
GIVEN = dict(
    L_pos=L > 0,
    smooth=Smooth(f, L),
    convex=StronglyConvex(f, 0),
    stationary=eq(grad(f, xs), 0),
    descent=eq(x1, x - grad(f, x) / L),
)


def claim(factor):
    bound = factor * L / 6 * sq(x - xs)
    return Lemma("one step", given=GIVEN, claim=f(x1) - f(xs) <= bound)


def test_a_claim_a_hair_too_good_is_certified_to_fail(capsys):
    case = worst_case(claim(rational("0.999999")))
    found = laboratory_run(case)
    assert found.verdict.startswith(VIOLATED) and found.left > found.right
    assert abs(found.left - 1 / 6) < 1e-12 and "QuadraticSpline" in found.functions[0]
    exec(found.snippet, {})
    left, right = (float(line.split()[-1]) for line in capsys.readouterr().out.splitlines())
    assert left == pytest.approx(found.left) and left > right


def test_what_is_attained_is_not_violated():
    found = laboratory_run(worst_case(claim(1)))
    assert found.verdict == "" and found.left == pytest.approx(found.right)


def test_a_bound_without_points_is_run_too():
    given = GIVEN | dict(near=sq(x - xs) <= 1)
    case = worst_case(Lemma("a bound", given=given, claim=f(x1) - f(xs) <= L / 6))
    assert laboratory_run(case).right == pytest.approx(1 / 6)


def test_a_failing_step_is_shown_its_worst_function():
    shown = worst_counterexample(claim(rational("0.999999")).statement)
    assert "1/2·x² if |x| ≤ 1/3" in shown and VIOLATED in shown
    assert worst_counterexample(claim(rational("1.000001")).statement) is None


def test_numbers_that_are_not_binary_certify_nothing():
    given = GIVEN | dict(mu_pos=mu > 0, order=mu < L, convex=StronglyConvex(f, mu))
    theorem = Lemma(
        "strongly convex",
        given=given,
        claim=sq(x1 - xs) <= rational("0.999999") * (1 - mu / L) ** 2 * sq(x - xs),
    )
    at = {L: 1, mu: Fraction(1, 3)}
    verdict = laboratory_run(worst_case(theorem, at=at)).verdict
    assert "StronglyConvex(f, 1/3) is false here, so it certifies nothing" in verdict
    assert laboratory_run(worst_case(theorem)).verdict.startswith(VIOLATED)
