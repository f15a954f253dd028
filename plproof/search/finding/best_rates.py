"""The best rate at many points: found with the few inequalities that carry it.

Nothing is proved here: the proof of the claim with the rate put in is what counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plproof.kernel.normal import KernelError
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.terms import Term, as_real, number
from plproof.proof.facts import Fact
from plproof.proof.forms import ONE, add
from plproof.search.claims.least_rates import best_of
from plproof.search.counterexamples.evidence import NoProof
from plproof.search.fields.roots import written
from plproof.search.finding.closed_form import through_rates
from plproof.search.many_points.at_numbers import OfAnotherKind, Statement
from plproof.search.many_points.generation import program_of_least
from plproof.search.many_points.parametric import FEW
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Slack
from plproof.search.programs.bridge import NotNumeric, translate
from plproof.search.programs.surd import Exact


def rate_at_many_points(
    goal: Term, unknown: Term, facts: Sequence[Fact], points: Sequence[Term]
) -> Term | None:
    """Return the best value of the unknown in a goal A ≤ B, as a function of the parameters.

    The facts are for all points, comparisons of parameters, and equations between vectors;
    ``points`` are more points than the statement has.  None where no such value is found, or where
    few inequalities carry it.
    """
    statement = Statement(goal, facts, points, unknown)

    def rate(values: Mapping[Term, Term]) -> Exact | None:
        return _rate(statement, unknown, values)

    try:
        if statement.parameters:
            return through_rates(statement.parameters, statement.region, rate)
        exact = rate({})
    except (OfAnotherKind, NoProof, NotNumeric, NotSuited, KernelError):
        return None
    return None if exact is None else written(exact)


def _rate(statement: Statement, unknown: Term, values: Mapping[Term, Term]) -> Exact | None:
    """Return the best value at numbers, None where it is not recognised."""
    here = statement.at(values)
    claim = canonical(substitute(statement.goal, values))
    if here is None or claim.op != "le":
        raise OfAnotherKind
    translate(claim, (), unknown)  # which refuses what is not affine in the unknown
    slack = as_real(claim.args[1]) - as_real(claim.args[0])
    target, one = (here.setting.read(substitute(slack, {unknown: number(n)})) for n in (0, 1))
    bound = _minus(one, target)
    program = program_of_least(here.setting, bound, target)
    if program is None or len(program.columns) <= FEW:
        raise OfAnotherKind
    return best_of(program)[1]


def _minus(one: Slack, other: Slack) -> Slack:
    grams, heights = dict(one.grams), dict(one.values)
    add(grams, other.grams, -ONE)
    add(heights, other.values, -ONE)
    return Slack({e: c for e, c in grams.items() if c}, heights)
