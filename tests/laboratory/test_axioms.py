"""The shipped axiom survives random instances; broken variants of it do not."""

import pytest

from plproof.laboratory.axioms import stripped, try_segment
from plproof.language import Term, forall, implies
from plproof.theory.analysis import SEGMENT


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
