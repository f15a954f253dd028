"""What a search says when it finds no proof: why, at which numbers, and what is false there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from plproof.language.terms import Term
from plproof.proof.certificates import NotFound
from plproof.search.counterexamples.falsified import simple_counterexample
from plproof.search.counterexamples.witness import WorstCase
from plproof.search.programs.refuting import Point

NO_NUMBERS = "no numbers for the parameters that were tried satisfy the hypotheses about them"
NO_RATE = (
    "no rate at all is carried by them, as the solver sees it: no multiple of the right side "
    "bounds the left"
)
NO_SYMBOLS = (
    "at the numbers that were tried for the parameters it is carried by them, but no multipliers "
    "that are functions of the parameters were found"
)
NO_SMALLEST = (
    "every value is carried by them, however small, and none is the largest, as the solver sees "
    "it: its multiple is 0, or they contradict each other"
)
NO_LEAST = "the solver finds no least rate"
NO_PREMISES = "no hypothesis says anything about these points"
ALONE = "the claim is about numbers and vectors alone and is not found from the hypotheses"


#: a rate that is still not enough at simple numbers is one that nobody means
_LARGE = Fraction(10**6)


@dataclass(frozen=True)
class Evidence:
    """What the numbers say when no proof was found, and the parameters that were used.

    ``point`` satisfies every instance that was offered and violates the claim, exactly: it does not
    follow from these inequalities.  ``example`` is a function with which the claim is false.
    Without either the claim is open.  ``values`` are the parameters as terms.
    """

    why: str
    parameters: dict[str, str]
    point: Point | None = None
    instances: int = 0
    values: Mapping[Term, Term] = field(default_factory=dict)
    example: WorstCase | None = None

    @property
    def unbounded(self) -> bool:
        """Whether the solver saw no rate that is carried; ``why`` may add what it stopped with."""
        return self.stalled or self.why.startswith(NO_RATE)

    @property
    def stalled(self) -> bool:
        """Whether the solver stopped without a verdict: at other numbers it may have one."""
        return self.why.startswith(NO_LEAST)


class NoProof(NotFound):
    """No proof was found; ``evidence`` is what the solver saw, which proves nothing."""

    def __init__(self, evidence: Evidence) -> None:
        at = ", ".join(f"{name} = {value}" for name, value in evidence.parameters.items())
        where = f" at {at}" if at else ""
        if evidence.example is not None and evidence.unbounded:
            message = (
                f"no proof found from these inequalities: {evidence.why}; the claim is false"
                f"{where}: {evidence.example.sentence()}"
            )
        elif evidence.example is not None:
            message = f"no proof found: the claim is false{where}: {evidence.example.sentence()}"
        elif evidence.point is None:
            message = f"no proof found from these inequalities: {evidence.why}{where}"
        else:
            size = len(evidence.point.gram)
            message = (
                f"no proof found: not provable from these inequalities{where}: exact inner "
                f"products of {size} vectors and function values satisfy all "
                f"{evidence.instances} instances, and the claim fails by "
                f"{float(evidence.point.violation):.3g}; no function was found for which it is "
                "false"
            )
        super().__init__(message)
        self.evidence = evidence


def unbounded(error: NoProof, unknown: Term, hypotheses: Sequence[Term], goal: Term) -> NoProof:
    """Return a failure with a function for which a large value of the unknown is too small, too."""
    if not error.evidence.unbounded:
        return error
    given = {unknown: _LARGE}
    return NoProof(with_counterexample(error.evidence, hypotheses, goal, given))


def with_counterexample(
    evidence: Evidence,
    hypotheses: Sequence[Term],
    goal: Term,
    given: Mapping[Term, Fraction] | None = None,
) -> Evidence:
    """Return the evidence with a quadratic with which a claim is false at some numbers, if any."""
    case = simple_counterexample(hypotheses, goal, given)
    if case is None:
        return evidence
    shown = {f"{v}": f"{c}" for v, c in case.parameters.items()}
    return replace(evidence, example=case, parameters=shown)
