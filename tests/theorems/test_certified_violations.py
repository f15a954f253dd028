"""Known violations near the library's theorems: each is found, and called so with certainty.

Bounds that are tight, made better by a millionth; hypotheses left out; ranks too small.
"""

import pytest

from plproof.laboratory.campaigns.units import check
from plproof.laboratory.certification.certified import VIOLATED
from plproof.laboratory.families import FAMILY_KINDS
from plproof.laboratory.modelling.system_choices import SYSTEM_KINDS
from plproof.language import Statement, rational
from plproof.language.terms import Term, make
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.strongly_convex_is_pl import strongly_convex_is_pl
from theorems.gradient_descent.pl_linear_rate import pl_linear_rate
from theorems.gradient_descent.strongly_convex_rates import distance_rate
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease
from theorems.over_parameterised import local_pl_hypotheses as local
from theorems.over_parameterised import not_convex_hypotheses as bent
from theorems.over_parameterised import proposition_with_derivative as proposition
from theorems.rates import strongly_convex_any_step as any_step
from theorems.rates.smooth_convex_rate import smooth_convex_rate
from theorems.rates.smooth_interpolation import smooth_interpolation

HAIR = rational(10**6 - 1, 10**6)
UNITS, ROWS = 8, 256

TIGHT = (
    descent_lemma, strongly_convex_is_pl, pl_linear_rate, sufficient_decrease, distance_rate,
    smooth_convex_rate, smooth_interpolation, any_step.gap_any_step, any_step.gradient_any_step,
    any_step.distance_decay,
)  # fmt: skip
REFUTED = (
    local.local_pl_rate_needs_gd, local.local_pl_rate_needs_local_pl,
    bent.not_convex_needs_curvature, bent.not_convex_by_a_component_needs_rank,
    proposition.proposition_with_every_component,
)  # fmt: skip
NEEDED = ((pl_linear_rate, "smooth"), (pl_linear_rate, "pl"), (pl_linear_rate, "gd"),
          (any_step.gap_any_step, "smooth"))  # fmt: skip


def better(p: Term) -> Term:
    """Return the claim with every right side smaller by a hair."""
    if p.op == "all":
        return make("all", (better(p.args[0]),), p.data)
    if p.op == "imp":
        return make("imp", (p.args[0], better(p.args[1])))
    if p.op == "and":
        return make("and", tuple(map(better, p.args)))
    if p.op == "def":
        return better(p.data.unfold(p.args))
    if p.op not in ("le", "ge"):
        return p
    small, large = p.args if p.op == "le" else reversed(p.args)
    return make("le", (small, make("mul", (HAIR, large))))


def found_in(statement):
    """Return the first counterexample of the first units, and how many checks there were."""
    kinds = FAMILY_KINDS if "F" not in map(str, statement.variables()) else SYSTEM_KINDS
    checks = 0
    for number in range(UNITS):
        found = check(statement, 7, number, dict.fromkeys(kinds, 1.0), ROWS)
        checks += found["checks"]
        if found["violations"]:
            return found["counterexample"], checks
    return None, checks


@pytest.mark.parametrize("theorem", TIGHT, ids=lambda t: t.name)
def test_a_bound_a_hair_too_good_is_violated_and_the_tight_one_is_not(theorem):
    statement = theorem.statement
    counterexample, _ = found_in(Statement(statement.hypotheses, better(statement.claim)))
    assert counterexample is not None and counterexample["verdict"] == VIOLATED
    found = check(statement, 7, 0, dict.fromkeys(FAMILY_KINDS, 1.0), ROWS)
    assert found["checks"] and not found["violations"], found["counterexample"]["text"]


@pytest.mark.parametrize("theorem", REFUTED, ids=lambda t: t.name)
def test_what_the_library_refutes_is_violated_with_certainty(theorem):
    counterexample, checks = found_in(theorem.statement)
    assert counterexample is not None, checks
    assert counterexample["verdict"] == VIOLATED, counterexample["certificate"]


@pytest.mark.parametrize(("theorem", "name"), NEEDED, ids=lambda x: getattr(x, "name", x))
def test_a_needed_hypothesis_left_out_is_seen(theorem, name):
    statement = theorem.statement
    left = tuple((n, h) for n, h in statement.hypotheses if n != name)
    assert len(left) == len(statement.hypotheses) - 1
    counterexample, _ = found_in(Statement(left, statement.claim))
    assert counterexample is not None and counterexample["verdict"] == VIOLATED
