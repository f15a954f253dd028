"""Runs of any method in ball arithmetic: what a statement's terms certainly are along one run.

A member of a sequence is what its rule says of the members before it, as :mod:`.precise_runs`
computes it; what the rules do not say is decided in the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.certification.certified import Judge
from plproof.laboratory.certification.precise import Field, Undecided
from plproof.laboratory.certification.precise_runs import PreciseRuns
from plproof.laboratory.certification.precise_terms import PreciseTerms
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.models import Assignment
from plproof.laboratory.modelling.recursions import Method
from plproof.language.sorts import NAT
from plproof.language.terms import FALSE, Term

PRECISIONS = (64, 128, 256, 512, 1024)
"""Bits of arb, tried in this order."""


class CertifiedRun:
    """One row of an assignment, its runs included, in one field of balls.

    Arguments: ``assignment`` of one row without runs: functions, numbers and points; ``method``;
    ``starts``, the free members of sequences, (1, d) or (1,), by variable and number;
    ``definitions``, equations that give numbers.
    """

    def __init__(
        self,
        assignment: Assignment,
        method: Method,
        starts: Mapping[tuple[Term, int], Floats],
        field: Field,
        definitions: Sequence[Term] = (),
    ) -> None:
        self.field, self.method = field, method
        self.judge = Judge(Case(tuple(definitions), (), FALSE, assignment), field)
        self.terms: PreciseTerms = self.judge
        self.runs = PreciseRuns(self.judge, method, starts, {})

    def holds(self, p: Term) -> bool:
        """Say whether a proposition certainly holds along the run."""
        counted = p.op == "all" and p.data.sort == NAT
        try:
            return (self.judge.up_to(p) if counted else self.judge.truth(p)) is True
        except (Undecided, NotEvaluated, NotImplementedError):
            return False


__all__ = ["PRECISIONS", "CertifiedRun"]
