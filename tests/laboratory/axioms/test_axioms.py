"""The shipped axioms survive random instances; broken variants of them do not."""

import pytest

from plproof.laboratory.axioms.instances import DRAWN
from plproof.laboratory.axioms.segment import stripped, try_segment
from plproof.laboratory.axioms.trial import try_axiom
from plproof.language import Term, forall, implies
from plproof.language.binding import rename_spaces
from plproof.language.terms import make, rebuild
from plproof.theory.analysis import SEGMENT
from plproof.theory.axioms import AXIOMS


def variant(change) -> Term:
    variables, hypotheses, conclusion = stripped(SEGMENT.statement)
    return forall(variables, implies(*hypotheses, change(*conclusion.args, variables[-1])))


def test_the_segment_axiom_survives():
    report = try_segment(functions=20_000, seed=1)
    assert report.counterexample is None and report.functions >= 20_000
    assert report.worst <= 1e-12, "the instances should come close to equality"
    assert report == try_segment(functions=20_000, seed=1)


def test_taking_the_axiom_apart_and_together_gives_it_back():
    assert variant(lambda left, right, b: left <= right) == SEGMENT.statement


@pytest.mark.parametrize(
    "change",
    [
        lambda left, right, b: left <= right - b / 2 + b / 3,
        lambda left, right, b: left >= right,
        lambda left, right, b: left < right,
    ],
    ids=["b/3", "turned", "strict"],
)
def test_a_broken_variant_is_found(change):
    report = try_segment(variant(change), functions=20_000, seed=1)
    assert report.counterexample is not None
    assert "segment fails" in report.to_json()["counterexample"]["text"]


def test_other_hypotheses_are_refused():
    variables, (differentiable, _), conclusion = stripped(SEGMENT.statement)
    with pytest.raises(ValueError, match="hypotheses of the segment axiom"):
        try_segment(forall(variables, implies(differentiable, conclusion)))


def test_every_axiom_has_a_trial():
    assert {*AXIOMS} == {*DRAWN, "segment"}, "an axiom that is not tried is not shipped"


@pytest.mark.parametrize("name", DRAWN)
def test_an_axiom_survives_its_trial(name):
    report = try_axiom(name, instances=80, seed=5)
    assert report.failure == "", f"the axiom {name} or its trial is wrong: {report.failure}"
    assert report.instances >= 20, "the hypotheses hold too rarely for a trial"
    assert report == try_axiom(name, instances=80, seed=5), "the same seed, another report"


def changed(name, change) -> Term:
    """Return the axiom with a subterm changed; ``change`` gives the new one, or None."""
    found = rebuild(AXIOMS[name].statement, lambda t, depth: change(t))
    assert found != AXIOMS[name].statement, "nothing was changed"
    return found


def without_hypothesis(name, number) -> Term:
    variables, hypotheses, conclusion = stripped(AXIOMS[name].statement)
    kept = [h for i, h in enumerate(hypotheses) if i != number]
    return forall(variables, implies(*kept, conclusion))


def turned(name, op, new) -> Term:
    return changed(name, lambda t: make(new, t.args) if t.op == op else None)


def swapped(name, op) -> Term:
    """Exchange the two sides of a comparison."""
    return changed(name, lambda t: make(op, t.args[::-1]) if t.op == op else None)


BROKEN = {
    "rank_nullity: dim of the target": lambda: (
        "rank_nullity",
        changed(
            "rank_nullity",
            lambda t: (
                rename_spaces(t, {"E": "Y"}) if t.op == "subdim" and t.args[0].op == "num" else None
            ),
        ),
    ),
    "dimension_formula: an equation": lambda: (
        "dimension_formula",
        changed("dimension_formula", lambda t: make("eq", t.args) if t.op == "le" else None),
    ),
    "dimension_formula: turned": lambda: ("dimension_formula", swapped("dimension_formula", "le")),
    "dimension_monotone: strict": lambda: (
        "dimension_monotone",
        turned("dimension_monotone", "le", "lt"),
    ),
    "dimension_monotone: no inclusion": lambda: (
        "dimension_monotone",
        without_hypothesis("dimension_monotone", 0),
    ),
    "unit_vector: also in the zero space": lambda: (
        "unit_vector",
        without_hypothesis("unit_vector", 0),
    ),
    "inertia: not symmetric": lambda: ("inertia", without_hypothesis("inertia", 0)),
    "inertia: the kernel for the range": lambda: (
        "inertia",
        changed("inertia", lambda t: make("ker", t.args) if t.op == "ran" else None),
    ),
    "right_inverse: not onto": lambda: ("right_inverse", without_hypothesis("right_inverse", 0)),
    "bounded_map: turned": lambda: (
        "bounded_map",
        changed(
            "bounded_map",
            lambda t: make("le", t.args[::-1]) if t.op == "le" and t.args[0].op == "sqrt" else None,
        ),
    ),
    "gradient: any g": lambda: ("gradient", without_hypothesis("gradient", 0)),
    "derivative: any A": lambda: ("derivative", without_hypothesis("derivative", 0)),
    "symmetric_hessian: skew": lambda: (
        "symmetric_hessian",
        changed("symmetric_hessian", lambda t: -t.args[0].T if t.op == "adj" else None),
    ),
    "local_surjectivity: not onto": lambda: (
        "local_surjectivity",
        without_hypothesis("local_surjectivity", 1),
    ),
    "completeness: not Cauchy": lambda: ("completeness", without_hypothesis("completeness", 0)),
    "contraction: q = 1": lambda: ("contraction", without_hypothesis("contraction", 1)),
    "brouwer: leaves the ball": lambda: ("brouwer", without_hypothesis("brouwer", 1)),
    "brouwer: not continuous": lambda: ("brouwer", without_hypothesis("brouwer", 2)),
    "extreme_value: not continuous": lambda: (
        "extreme_value",
        without_hypothesis("extreme_value", 1),
    ),
    "archimedes: turned": lambda: ("archimedes", swapped("archimedes", "le")),
    "stable_manifold: nothing expands": lambda: (
        "stable_manifold",
        without_hypothesis("stable_manifold", 4),
    ),
    "stable_manifold: a singular derivative": lambda: (
        "stable_manifold",
        without_hypothesis("stable_manifold", 1),
    ),
    "sine_cosine: the other sign": lambda: (
        "sine_cosine",
        changed("sine_cosine", lambda t: t.args[0] if t.op == "neg" else None),
    ),
    "sine_cosine: exchanged": lambda: (
        "sine_cosine",
        changed(
            "sine_cosine",
            lambda t: (
                make("cos" if t.op == "sin" else "sin", t.args)
                if t.op in ("sin", "cos") and t.args[0].op == "num"
                else None
            ),
        ),
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_wrong_axiom_is_found_by_its_trial(broken):
    name, statement = BROKEN[broken]()
    report = try_axiom(name, statement, instances=80, seed=5)
    assert report.failure, f"{statement} was not found to be wrong"


def test_a_name_without_trial_is_refused():
    with pytest.raises(ValueError, match="no trial of an axiom 'choice'"):
        try_axiom("choice")
