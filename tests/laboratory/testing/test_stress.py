"""True statements raise no false alarm, false ones are refuted, contradictory ones get no model."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.testing.strategies import FamilySpec, ModelSpec, family_specs, models
from plproof.laboratory.testing.stress import (
    CHECKS,
    Step,
    consistency,
    find_model,
    refute,
    stress_test,
)
from plproof.language import (
    Natural,
    Space,
    Statement,
    Subspace,
    eq,
    exists,
    forall,
    grad,
    member,
    sq,
)
from plproof.theory.functions import Smooth
from tests.laboratory import statements as the
from tests.thorough import THOROUGH


@pytest.mark.parametrize("name", the.TRUE)
def test_a_true_statement_raises_no_false_alarm(name):
    for seed in (1, 2) if THOROUGH else (1,):
        report = stress_test(the.TRUE[name], budget="small", seed=seed)
        (claim,) = report.items
        assert claim.violations == 0, str(report.counterexample)
        assert claim.exercised and claim.worst is not None and not claim.note
        assert report.checks >= 0.9 * CHECKS["small"]


def test_many_function_checks_raise_no_false_alarm():
    wanted, done, seed = 10_000_000 if THOROUGH else 20_000, 0, 100
    budget = "normal" if THOROUGH else "tiny"
    while done < wanted:
        for statement in the.TRUE.values():
            report = stress_test(statement, budget=budget, seed=seed)
            assert report.passed, str(report.counterexample)
            done += report.checks
        seed += 1
    assert done >= wanted


@settings(max_examples=6, deadline=None)
@given(models(the.TRUE["PL rate"], family_specs(batch=64)))
def test_no_drawn_model_contradicts_the_rate(spec):
    model, statement = spec.build(), spec.statement
    rows = np.ones(model.batch, dtype=bool)
    for _, h in statement.hypotheses:
        rows &= certify(model, h)
    assert not np.any(rows & (model.truth(statement.claim)[1] < 0))


@pytest.mark.parametrize("name", the.FALSE)
def test_a_false_statement_is_refuted(name):
    found = refute(the.FALSE[name], seed=3, budget="small")
    assert found is not None, "not refuted"
    assert found.excess > 0 and all(low >= 0 for low in found.hypotheses.values())
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["text"] == str(found)


@pytest.mark.parametrize(
    "name", ["one per cent", "rate twice as fast", "step too long", "turned", "rate without PL"]
)
def test_a_counterexample_runs_and_shows_both_sides(name, run_code):
    found = refute(the.FALSE[name], seed=0, budget="small")
    assert found is not None
    done = run_code(found.snippet)
    assert done.returncode == 0, done.stderr
    left, right = (float(line.split()[1]) for line in done.stdout.splitlines())
    assert left == pytest.approx(found.left) and right == pytest.approx(found.right)
    turned = "≥" in found.conclusion
    assert left < right if turned else left > right


def test_a_counterexample_is_made_simple():
    found = refute(the.FALSE["one per cent"], seed=0, budget="small")
    assert found is not None and found.dimensions == {"E": 1}
    assert found.values["beta" if "beta" in found.values else "β"] == 1.0


@pytest.mark.parametrize("name", the.VACUOUS)
def test_contradictory_hypotheses_have_no_model(name):
    """A function that is more strongly convex than smooth exists in the space {0} only."""
    found = find_model(the.VACUOUS[name], 0)
    (claim,) = stress_test(the.VACUOUS[name], budget="small").items
    if name == "strong beyond smooth":
        assert found is not None and found.dimensions == {"E": 0} and claim.exercised
        assert "in the space {0}, in no other" in str(found)
    else:
        assert found is None and not claim.exercised
        assert claim.functions == 0 and claim.worst is None


@pytest.mark.parametrize("name", the.TRUE)
def test_hypotheses_that_agree_have_a_witness(name, run_code):
    found = find_model(the.TRUE[name], 0)
    assert found is not None and "ConstantFunction" not in str(found.functions)
    json.dumps(found.to_json(), allow_nan=False)
    done = run_code(found.snippet)
    assert done.returncode == 0, done.stderr


def test_a_class_of_the_user_is_exercised_and_a_false_claim_about_it_refuted():
    report = stress_test(the.ON_OWN_CLASS["true"], budget="small", seed=1)
    assert report.items[0].functions > 500 and report.passed
    assert find_model(the.ON_OWN_CLASS["true"], 0) is not None
    assert refute(the.ON_OWN_CLASS["too fast"], seed=1, budget="small") is not None


def steps_of_the_rate():
    """Return true steps of the proof of the PL rate: with local assumptions and variables."""
    given = [h for _, h in the.TRUE["PL rate"].hypotheses]
    q, k, beta, mu = 1 - the.mu / the.beta, the.k, the.beta, the.mu
    point, gap, x = the.y, the.gap, the.x
    ahead = gap(point - grad(the.f, point) / beta)
    so_far = gap(x[k]) <= q**k * gap(x[0])
    return [
        Step("decrease", tuple(given[:2]), the.decrease),
        Step("contract", tuple(given[:3]), forall(point, ahead <= q * gap(point))),
        Step("fixed", tuple(given[:3]), ahead <= q * gap(point)),
        Step("step", (*given, mu <= beta, so_far), gap(x[k + 1]) <= q ** (k + 1) * gap(x[0])),
        Step("flat", (*given, beta < mu), eq(the.f(point), the.f(the.xs))),
        Step("never", (*given, beta < 0), gap(point) <= -1),
    ]


def test_steps_are_tested_with_their_own_hypotheses_and_variables():
    report = stress_test(the.TRUE["PL rate"], steps_of_the_rate(), budget="small", seed=0)
    assert report.passed, str(report.counterexample)
    by_label = {item.label: item for item in report.items}
    assert all(item.exercised for label, item in by_label.items() if label != "never")
    assert not by_label["never"].exercised
    assert by_label["flat"].functions < by_label["step"].functions


def test_a_false_step_is_found_beside_true_ones():
    wrong = Step("wrong", steps_of_the_rate()[3].hypotheses[:-1], the.gap(the.y) <= 0)
    report = stress_test(the.TRUE["PL rate"], [*steps_of_the_rate(), wrong], budget="small")
    assert [i.label for i in report.items if i.violations] == ["wrong"]
    assert report.counterexample is not None and report.counterexample.label == "wrong"


def test_the_same_seed_gives_the_same_report():
    for statement in (the.TRUE["PL rate"], the.FALSE["rate twice as fast"]):
        texts = [
            json.dumps(stress_test(statement, budget="small", seed=5).to_json()) for _ in range(2)
        ]
        assert texts[0] == texts[1]
    other = stress_test(the.FALSE["rate twice as fast"], budget="small", seed=6)
    assert json.dumps(other.to_json()) != texts[0]


def test_a_deadline_cuts_a_test_short():
    report = stress_test(the.TRUE["PL rate"], budget="large", deadline=0.0)
    assert not report.complete and report.checks == 0


def test_what_cannot_be_evaluated_is_said_and_not_hidden():
    within = Subspace("N", Space("E"))
    statement = Statement.of({"inside": member(the.y, within)}, eq(the.y, 0))
    report = stress_test(statement, budget="small")
    assert not report.items[0].exercised and "N" in report.items[0].note
    found, words = consistency(statement, 0)
    assert found is None
    assert words == "not exercised: the laboratory has no values for N, a subspace of E"
    existential = Statement.of({"smooth": Smooth(the.f, the.beta)}, exists(the.y, the.beta < -1))
    assert refute(existential, budget="small") is None
    with pytest.raises(ValueError, match="budgets are"):
        stress_test(existential, budget="huge")


def test_numbers_defined_by_equations_and_multiples_of_constants_are_solved_for():
    n = Natural("n")
    statement = Statement.of(
        {
            "pos": the.beta > 0,
            "smooth": Smooth(the.f, 2 * the.beta),
            "step": eq(the.eta, 1 / (2 * the.beta)),
            "small": n <= n + 1,
        },
        forall(
            the.y,
            the.f(the.y - the.eta * grad(the.f, the.y))
            <= the.f(the.y) - the.eta / 2 * sq(grad(the.f, the.y)),
        ),
    )
    report = stress_test(statement, budget="small")
    assert report.passed and report.items[0].functions > 10_000


def test_a_case_fails_only_when_its_hypotheses_hold():
    statement = the.TRUE["sufficient decrease"]
    spec = ModelSpec(statement, FamilySpec("quadratic", 2, 10.0, 0, batch=1))
    given = tuple(h for _, h in statement.hypotheses)
    contrary = the.beta < 0
    assert Case(given, given, contrary, spec.assignment()).fails()
    assert not Case(given, (contrary,), contrary, spec.assignment()).fails()
    assert not Case(given, given, statement.claim, spec.assignment()).fails()


def test_importing_the_stress_test_imports_neither_sympy_nor_hypothesis():
    code = "import sys, plproof.laboratory.testing.stress\n"
    code += "print({'sympy', 'hypothesis'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
