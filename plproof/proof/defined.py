"""Proving that a statement is defined: its denominators non-zero, its roots of non-negatives."""

from __future__ import annotations

from dataclasses import dataclass, field

from plproof.kernel.combine import combine
from plproof.kernel.rules import (
    alternative,
    assume,
    cases,
    conjunction,
    discharge,
    generalise,
    instantiate,
)
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definedness import definedness
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, subterms
from plproof.proof.facts import parts_of
from plproof.proof.lemmas import equation, excluded_middle, product
from plproof.proof.signs import Signs


@dataclass
class OpenObligations(Exception):
    """The side conditions of a statement that no hypothesis before them proves."""

    obligations: list[Term] = field(default_factory=list)


def prove_defined(statement: Statement) -> Thm | None:
    """Return ⊢ WD(statement), or None when there is nothing to prove.

    Raises OpenObligations with everything that could not be proved, at once.
    """
    goal = definedness(statement.closed())
    if goal is None:
        return None
    prover = _Prover()
    th = prover.prove(goal, [])
    if th is None:
        raise OpenObligations(list(dict.fromkeys(prover.open)))
    return th


class _Prover:
    def __init__(self) -> None:
        self.open: list[Term] = []

    def prove(self, goal: Term, facts: list[Thm]) -> Thm | None:
        if goal.op == "all":
            avoid = [goal, *(th.conclusion for th in facts)]
            v = fresh_variable(goal.data.name, goal.data.sort, avoid)
            inner = self.prove(open_binder(goal, v), facts)
            return None if inner is None else generalise(inner, variable=v)
        if goal.op == "and":
            left, right = (self.prove(part, facts) for part in goal.args)
            return None if left is None or right is None else conjunction(left, right)
        if goal.op == "imp" and goal.args[1] == FALSE and goal.args[0].op == "eq":
            denominator = goal.args[0].args[0]
            return self._leaf(goal, Signs(_instances(facts, denominator)).nonzero(denominator))
        if goal.op == "imp":
            held = assume(proposition=goal.args[0])
            inner = self.prove(goal.args[1], [*facts, *parts_of(held)])
            return None if inner is None else discharge(inner, hypothesis=goal.args[0])
        if goal.op == "or":
            split = excluded_middle(goal.args[0])
            held = assume(proposition=split.conclusion.args[1])
            inner = self.prove(goal.args[1], [*facts, held])
            if inner is None:
                return None
            yes = alternative(assume(proposition=goal.args[0]), other=goal.args[1], side=0)
            return cases(split, yes, alternative(inner, other=goal.args[0], side=1))
        return self._leaf(goal, self._nonnegative(goal, facts))

    def _leaf(self, goal: Term, th: Thm | None) -> Thm | None:
        if th is None:
            self.open.append(goal)
            return None
        if th.conclusion == goal:
            return th
        if goal.op == "imp":  # t ≠ 0 is known for t = ±d in another form: t² − d·d = 0
            denominator = goal.args[0].args[0]
            zero = assume(proposition=goal.args[0])
            summands = [product(0), equation(1, denominator)]
            return discharge(
                combine(th, zero, goal=FALSE, summands=summands), hypothesis=goal.args[0]
            )
        return combine(th, goal=goal, summands=[product(0)])

    @staticmethod
    def _nonnegative(goal: Term, facts: list[Thm]) -> Thm | None:
        if goal.op != "le":
            return None
        return Signs(_instances(facts, goal)).prove(goal.args[1], False)


def _instances(facts: list[Thm], goal: Term) -> list[Thm]:
    """Return the facts with universal ones also at the points that functions take in the goal."""
    points = [t.args[1] for t in subterms(goal) if t.op in ("app", "grad") and not t.loose]
    found = list(facts)
    for th in facts:
        if th.conclusion.op == "all":
            sort = th.conclusion.data.sort
            fitting = [point for point in dict.fromkeys(points) if point.sort == sort]
            found += [instantiate(th, value=point) for point in fitting[:8]]
    return found
