"""One failing case: taken out of its batch, checked again alone, and made simpler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.meaning.decided import failing_segment
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.certify import certify
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.modelling.simpler import simplifications
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.propositions import conjuncts
from plproof.language.terms import Term, free_variables

SHRINK_TRIES = 400
_DEPTH = 12


@dataclass(frozen=True)
class Case:
    """A proposition that should follow from ``given``, and one row where it may not.

    ``setting`` are the hypotheses the model is built from, among them perhaps more than ``given``.
    """

    setting: tuple[Term, ...]
    given: tuple[Term, ...]
    conclusion: Term
    assignment: Assignment

    def plan(self) -> Plan:
        """Return the plan of the case's models."""
        return _plan(_Written((*self.setting, *self.given)), _Written((self.conclusion,)))

    def model(self) -> Model:
        """Return the model of the row, built alone."""
        return realise(self.plan(), self.assignment)

    def fails(self) -> bool:
        """Say whether what is given certainly holds and the conclusion certainly does not."""
        try:
            model = self.model()
            if not all(bool(certify(model, g)[0]) for g in self.given):
                return False
            return bool(model.truth(self.conclusion)[1][0] < 0)
        except NotEvaluated:
            return False


class _Written:
    """Terms as a key: the same ones, not those that differ in the names of bound variables."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.terms)))

    def __eq__(self, other: object) -> bool:
        mine = self.terms
        return (
            isinstance(other, _Written)
            and len(mine) == len(other.terms)
            and all(a is b for a, b in zip(mine, other.terms, strict=True))
        )


@lru_cache(maxsize=64)  # asked again for each of the many simpler cases of one failing case
def _plan(hypotheses: _Written, claims: _Written) -> Plan:
    return Plan.of(hypotheses.terms, claims.terms)


def extract(case: Case, batch_model: Model, row: int) -> Case | None:
    """Return the failing case of one row of a batch, checked alone, None if it does not survive.

    ``case.assignment`` is the whole batch and ``batch_model`` its model.  Leading quantifiers of
    the conclusion become variables with the sampled values at which it fails, hypotheses of an
    implication join ``given``, and of a conjunction the failing part stays.
    """
    current = replace(case, assignment=case.assignment.take([row]))
    try:
        for depth in range(_DEPTH):
            p = current.conclusion
            if p.op == "all":
                model, at = (batch_model, row) if depth == 0 else (current.model(), 0)
                current = _instantiate(current, model.instance(p, at))
            elif p.op == "imp" and p.args[1].op != "false":
                given = tuple(dict.fromkeys([*current.given, *conjuncts(p.args[0])]))
                current = replace(current, given=given, conclusion=p.args[1])
            elif p.op == "and":
                model = current.model()
                slack = [model.truth(part)[1][0] for part in p.args]
                current = replace(current, conclusion=p.args[int(np.argmin(slack))])
            elif p.op == "def":
                unfolded = replace(current, conclusion=p.data.unfold(p.args))
                if not unfolded.fails() and current.fails():
                    # decided to be false, where no sample of a quantifier shows it
                    segment = failing_segment(current.model(), p)
                    if segment is None:
                        break
                    names = [binder.data.name for binder in _binders(unfolded)]
                    ends = list(zip(names, segment, strict=True))
                    unfolded = _instantiate(unfolded, ends)
                current = unfolded
            else:
                break
    except NotEvaluated:
        return None
    return current if current.fails() else None


def _binders(case: Case) -> list[Term]:
    """Return the leading quantifiers of the conclusion."""
    found, body = [], case.conclusion
    while body.op == "all":
        found.append(body)
        body = body.args[0]
    return found


def _instantiate(case: Case, values: list[tuple[str, Tracked]]) -> Case:
    numbers, points = dict(case.assignment.numbers), dict(case.assignment.points)
    conclusion = case.conclusion
    for name, value in values:
        avoid = (*free_variables([*case.setting, *case.given, conclusion]), *numbers, *points)
        v = fresh_variable(name, conclusion.data.sort, avoid)
        conclusion = open_binder(conclusion, v)
        (points if v.sort.kind == "Vec" else numbers)[v] = value.value
    return replace(
        case,
        conclusion=conclusion,
        assignment=replace(case.assignment, numbers=numbers, points=points),
    )


def shrink(case: Case) -> Case:
    """Return a simpler case that still fails: fewer dimensions, steps and digits.

    Tries at most ``SHRINK_TRIES`` candidates, in a fixed order.
    """
    plan = case.plan()
    used = {*plan.numbers, *plan.points}
    used -= {*plan.definitions, *plan.placed, *plan.method.rules}
    case = replace(case, assignment=_restricted(case.assignment, used))
    tries, improved = 0, True
    while improved:
        improved = False
        for candidate in simplifications(case.assignment):
            tries += 1
            if tries > SHRINK_TRIES:
                return case
            smaller = replace(case, assignment=candidate)
            if smaller.fails():
                case, improved = smaller, True
                break
    return case


def _restricted(assignment: Assignment, used: set[Term]) -> Assignment:
    return replace(
        assignment,
        numbers={v: x for v, x in assignment.numbers.items() if v in used},
        points={v: x for v, x in assignment.points.items() if v in used},
    )
