"""Claims that are weaker than need be: they follow from those with the best rate.

Their multipliers are not unique, and at samples no functions of the parameters; those of the best
rate are, and what is larger follows where the measure that it multiplies is no less than 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.propositions import at_variables
from plproof.language.sorts import REAL
from plproof.language.terms import Term, as_real, free_variables, number, subterms
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.claims.find import find
from plproof.search.claims.offered import known_facts
from plproof.search.counterexamples.evidence import NO_SYMBOLS, Evidence
from plproof.search.fields.symbolic_roots import root_of_parameters
from plproof.search.finding.closed_form import closed_form
from plproof.search.many_points.sampled import Lost, Points, TellsNothing, Values, through_samples
from plproof.search.programs.fitting import fit
from plproof.search.programs.surd import root_of
from plproof.search.statements.parameters import constants, evaluated, region
from plproof.search.statements.premises import gather

_NONE = number(0, REAL)


def may_be_weaker(evidence: Evidence) -> bool:
    """Say whether a claim that was not found may follow from one with a better rate."""
    return evidence.why == NO_SYMBOLS and evidence.example is None


def from_the_best(
    p: Proof, goal: Term, using: Sequence[Any], points: Sequence[Term]
) -> Fact | None:
    """Prove a comparison from that with the best rate, or return None.

    Its rate is the number that has a root of parameters in it, or the one that multiplies a side.
    """
    hypotheses = [fact.claim for fact in p.hypotheses()]
    inner, fixed = at_variables(goal, hypotheses)
    if fixed:
        with p.fix(*fixed):
            if from_the_best(p, inner, using, points) is None:
                return None
        return p.last
    premises, _, stated = gather(p, goal, known_facts(p, using, goal), points)
    conclusions = [fact.claim for fact in premises]
    parameters = constants([stated, *conclusions])
    root = root_of_parameters(stated, conclusions, parameters)
    rate = _factor(goal, parameters) if root is None else _whole(goal, root, parameters)
    if rate is None:
        return None
    unknown = fresh_variable("rate", REAL, [goal, stated, *hypotheses])
    with_unknown = replace(goal, rate, unknown)
    best = closed_form(hypotheses, unknown, replace(stated, rate, unknown), conclusions, parameters)
    if root is not None:
        best = _with_that_root(best, root, parameters, region(hypotheses, parameters))
    if best == rate:
        return None
    tight = find(p, substitute(with_unknown, {unknown: best}), using, points)
    times = _measure(with_unknown, unknown)
    return p.have(goal, by=[tight, p.quiet(best <= rate) * find(p, times >= 0, using, points)])


def _with_that_root(
    best: Term, root: Term, parameters: Sequence[Term], known: Sequence[Term]
) -> Term:
    """Return a rate with a multiple of the given root for its own, as √(8/(2 + μ)²) by √2."""
    own = {t for t in subterms(best) if t.op == "sqrt"}
    if len(own) != 1 or own == {root}:
        return best
    (other,) = own

    def ratio(values: Values) -> Fraction:
        theirs, ours = (evaluated(as_real(substitute(t.args[0], values))) for t in (other, root))
        if not theirs or not ours:
            raise TellsNothing
        here = root_of(theirs / ours)
        if not isinstance(here, Fraction):
            raise Lost
        return here

    def fitted(points: Points, ratios: Sequence[Fraction]) -> Term | None:
        return fit(parameters, points, ratios)

    try:
        times = through_samples(parameters, known, ratio, fitted)
    except Lost:
        return best
    return best if times is None else replace(best, other, as_real(times) * as_real(root))


def _whole(goal: Term, root: Term, parameters: Sequence[Term]) -> Term | None:
    """Return the largest number in a claim A ≤ B that a root of parameters is part of."""
    if goal.op not in ("le", "ge"):
        return None
    known, whole = set(parameters), None
    for t in subterms(goal):  # the parts before what contains them
        if t.sort == REAL and not t.loose and set(free_variables(t)) <= known:
            whole = t if root in set(subterms(t)) else whole
    return whole


def _measure(goal: Term, unknown: Term) -> Term:
    """Return what an unknown multiplies in the larger side of a goal, less in the smaller."""
    small, large = map(as_real, goal.args if goal.op == "le" else goal.args[::-1])
    if large.op == "mul" and large.args[0] == unknown and unknown not in free_variables(small):
        return as_real(large.args[1])
    above, below = _beside(large, unknown), _beside(small, unknown)
    if above is not None and below is not None:
        if below == _NONE:
            return above
        opposite: Term = below.args[0] if below.op == "neg" else -below
        return opposite if above == _NONE else above - below
    slack = large - small
    one, none = (as_real(substitute(slack, {unknown: number(n, REAL)})) for n in (1, 0))
    return one - none


def _beside(t: Term, unknown: Term) -> Term | None:
    """Return what an unknown multiplies in a term as it is written, as ‖v‖²/2 in ρ·‖v‖²/2 + 1.

    0 where it is not in it; None where that cannot be read off.
    """
    if unknown not in free_variables(t):
        return _NONE
    if t == unknown:
        return number(1, REAL)
    if t.op not in ("add", "neg", "mul", "div"):
        return None
    within = [as_real(part) for part in t.args if unknown in free_variables(part)]
    others = [as_real(part) for part in t.args if unknown not in free_variables(part)]
    if t.op != "add" and (len(within) > 1 or (t.op == "div" and t.args[0] == others[0])):
        return None
    total: Term | None = None
    for part in within:
        held = _beside(part, unknown)
        if held is None:
            return None
        total = held if total is None else total + held
    assert total is not None
    if t.op == "neg":
        return -total
    for other in others if t.op in ("mul", "div") else ():
        if t.op == "div":
            total = total / other
        else:
            total = other if total == number(1, REAL) else total * other
    return total


def _factor(goal: Term, parameters: Sequence[Term]) -> Term | None:
    """Return the number that multiplies the larger side of A ≤ c·B, or its first summand."""
    if goal.op not in ("le", "ge"):
        return None
    side = goal.args[1] if goal.op == "le" else goal.args[0]
    while side.op in ("add", "div") or (side.op == "mul" and not _is_number(side.args[0])):
        side = side.args[0]
    if side.op != "mul":
        return None
    c: Term = side.args[0]
    return c if free_variables(c) and set(free_variables(c)) <= set(parameters) else None


def _is_number(t: Term) -> bool:
    return not t.loose and all(v.sort == REAL for v in free_variables(t))
