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
from plproof.laboratory.modelling.ratios import up_to
from plproof.laboratory.modelling.recursions import Method
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.sorts import NAT
from plproof.language.terms import FALSE, Term, free_variables, number

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
        members = {
            m: list(field.array(x[0])) if x.ndim > 1 else field.number(float(x[0]))
            for m, x in starts.items()
        }
        self.runs = PreciseRuns(self.judge, method, members, {})

    # ------------------------------------------------------------ hypotheses and ratios
    def holds(self, p: Term) -> bool:
        """Say whether a proposition certainly holds along the run."""
        if p.op == "all" and p.data.sort == NAT:
            return self._holds_up_to(p)
        try:
            return self.judge.truth(p) is True
        except (Undecided, NotEvaluated):
            return False

    def _holds_up_to(self, p: Term) -> bool:
        """Say whether “for all k ≤ N” holds, by trying each."""
        k = fresh_variable(p.data.name, NAT, free_variables(p))
        body = open_binder(p, k)
        last = up_to(body.args[0], k) if body.op == "imp" else None
        if last is None:
            return False
        try:
            numbers = range(self.terms.value(last) + 1)
        except (Undecided, NotEvaluated):
            return False
        return all(self.holds(open_binder(p, number(i, NAT)).args[1]) for i in numbers)


__all__ = ["PRECISIONS", "CertifiedRun"]
