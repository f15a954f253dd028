"""What the search found and what random functions showed are told together, and agree."""

from plproof.laboratory.campaigns.campaign import Findings
from plproof.laboratory.certification.certified import NOT_DECIDED, VIOLATED
from plproof.laboratory.worst_case.adversary import Best
from plproof.report.campaign import tightness


def found(verdict, conclusion, *claims):
    ratios = [Best(c, None, 1.0, "f(x) = x²", "a literal").to_json() for c in claims]
    return Findings("s", 100, 100, None, 1, verdict, {"conclusion": conclusion}, ratios=ratios)


def test_a_claim_that_certainly_fails_is_not_called_tight():
    (line,) = tightness(found(VIOLATED, "a ≤ b", "a ≤ b"))
    assert line == "a ≤ b: violated by a random function: the search came to 1 of the bound"
    (line,) = tightness(found(VIOLATED, "b − a ≥ 0", "a ≤ b"))  # the only one, in other words
    assert "violated" in line and "tight" not in line


def test_of_two_comparisons_the_other_is_tight_still_and_so_is_one_that_may_hold():
    first, second = tightness(found(VIOLATED, "a ≤ b", "a ≤ b", "c ≤ d"))
    assert "violated" in first and second.startswith("c ≤ d: tight")
    (line,) = tightness(found(NOT_DECIDED, "a ≤ b", "a ≤ b"))
    assert line.startswith("a ≤ b: tight")


def test_of_a_claim_that_fails_as_a_whole_no_part_is_called_violated_or_tight():
    (line,) = tightness(found(VIOLATED, "a ≤ b ∧ c = d", "a ≤ b"))
    assert line.startswith("a ≤ b: part of a claim that is violated by a random function")
    both = tightness(found(VIOLATED, "a ≤ b ∧ c ≤ d", "a ≤ b", "c ≤ d"))
    assert len(both) == 2 and all(": part of a claim that is violated" in line for line in both)
    assert not any("tight" in line for line in both)
