"""One example for one inequality of a statement, and what is certain of it.

The whole run is computed in balls of arb, every number of the example taken at face value; no ratio
is known unless every hypothesis certainly holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.certification.certified_runs import PRECISIONS, CertifiedRun
from plproof.laboratory.certification.precise import Field, Undecided
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.modelling.ratios import Comparison
from plproof.laboratory.modelling.recursions import Method
from plproof.laboratory.worst_case.unrolled import Member
from plproof.language.binding import substitute
from plproof.language.sorts import NAT
from plproof.language.terms import Term, number

_ENOUGH = 1e-13  # a ratio known with this relative error is known well enough


@dataclass(frozen=True)
class Candidate:
    """One function with its points, and ``starts``, the free members of sequences (1, d) or (1,).

    The assignment has no runs: they are what the method makes of it.
    """

    assignment: Assignment
    starts: Mapping[Member, Floats]

    def in_floats(self) -> None:
        """Compute every function at all points of its space, in floats: raises what they raise."""
        given = {(v, 0): x for v, x in self.assignment.points.items()}
        for f, family in self.assignment.families.items():
            for (v, _), x in {**given, **self.starts}.items():
                home = v.sort if v.sort.kind == "Vec" else v.sort.parts[1]
                if home == f.sort.parts[0]:
                    family.value_and_gradient(x)


@dataclass(frozen=True)
class Certified:
    """What is certain of a candidate: a lower bound of the ratio, and whether it exceeds 1."""

    ratio: float
    violated: bool
    left: float
    right: float


@dataclass(frozen=True)
class Setting:
    """What an example is judged by: a comparison, the plan and the method of its hypotheses."""

    comparison: Comparison
    plan: Plan
    method: Method

    def certified(self, candidate: Candidate) -> Certified | None:
        """Return what is certain, None where a hypothesis or the ratio is not."""
        equations, loose = self._parts()
        for bits in PRECISIONS:
            with Field(bits) as field:
                try:
                    run = CertifiedRun(
                        candidate.assignment, self.method, candidate.starts, field, equations
                    )
                    loose = [p for p in loose if not run.holds(p)]
                    if not all(run.runs.sound(p) for p in self.method.said):
                        return None
                    known = self._ratio(run)
                except NotEvaluated:
                    return None
                except Undecided:
                    continue
            if known is not None:
                loose = [p for p in loose if not self._without_balls(candidate, p)]
                return None if loose else known
        return None

    def doubtful(self, candidate: Candidate) -> list[Term]:
        """Return the hypotheses that are not certain of an example."""
        return [p for p in self._parts()[1] if not self._without_balls(candidate, p)]

    def _parts(self) -> tuple[tuple[Term, ...], list[Term]]:
        """Return the equations that define numbers, and the hypotheses to decide besides."""
        equations = tuple(p for _, p in self.plan.definitions.values())
        loose = [p for p in self.method.rest if p not in equations or p in self.plan.divisors]
        return equations, loose

    def _ratio(self, run: CertifiedRun) -> Certified | None:
        """Return bounds of the ratio when they are close enough."""
        terms, some = run.terms, self.comparison.some
        small, large = self.comparison.small, self.comparison.large
        each: list[dict[Term, Term]] = [{}]
        if some is not None:
            each = [{some[0]: number(n, NAT)} for n in range(terms.value(some[1]) + 1)]
        found = []
        for at in each:
            left, right = (terms.value(substitute(t, at)).value for t in (small, large))
            if not right > 0:
                raise Undecided("the right side is not certainly positive")
            found.append((left / right, float(left.mid()), float(right.mid())))
        ball, left, right = min(found, key=lambda f: float(f[0].mid()))
        for other, _, _ in found:
            ball = ball.min(other)
        if float(ball.rad()) > _ENOUGH * max(abs(float(ball.mid())), 1e-3):
            return None
        return Certified(float(ball.lower()), bool(ball > 1), left, right)

    def _without_balls(self, candidate: Candidate, p: Term) -> bool:
        """Say whether a hypothesis is certain in rationals, or in numbers with known rounding."""
        assignment = candidate.assignment
        runs: list[tuple[Method, dict[Member, Floats]]] = [(Method({}, ()), {})]
        if not self.method.implicit():
            runs.insert(0, (self.method, dict(candidate.starts)))
        with Field(None) as field:
            for method, starts in runs:
                try:
                    if CertifiedRun(assignment, method, starts, field).holds(p):
                        return True
                except (Undecided, NotEvaluated):
                    continue
        held = {
            v: np.array([float(x[0])]) for v, x in assignment.numbers.items() if float(x[0]) == x[0]
        }
        plan = Plan.of((p,))
        try:
            model = realise(plan, replace(assignment, numbers=held))
            return bool(certify(model, p)[0])
        except NotEvaluated:
            return False
