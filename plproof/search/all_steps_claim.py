"""Reading claims for every number N of steps: ∀N. A(x_N) ≤ B(x_0, N), perhaps from some N on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import FALSE, Term, as_real, free_variables, number, subterms
from plproof.search.parameters import holds

#: up to which number the first N is looked for
_FIRST = 3


@dataclass(frozen=True)
class Claim:
    """A claim ``lower`` ≤ ``upper`` about the N-th point: ``count`` is N, at least ``first``.

    ``step`` is a variable for the number of a step.  ``condition`` is what the claim asks of N, or
    None; ``for_all`` says that N is quantified, else it is a variable of the claim.
    """

    lower: Term
    upper: Term
    count: Term
    step: Term
    first: int
    condition: Term | None = None
    for_all: bool = True

    @property
    def goal(self) -> Term:
        """The comparison at N."""
        return self.lower <= self.upper


def read(goal: Term, hypotheses: Sequence[Term]) -> Claim | None:
    """Return the claim that a goal makes about all numbers of steps, None when it makes none."""
    count = steps_of(goal, hypotheses)
    if count is None:
        return None
    for_all = goal.op == "all"
    condition, inner = None, open_binder(goal, count) if for_all else goal
    if inner.op == "imp" and inner.args[1] != FALSE:
        condition, inner = inner.args
    sides = _sides(inner)
    about = [] if condition is None else [condition]
    if sides is None or any(free_variables(c) != (count,) for c in about):
        return None
    if not any(t.op == "app" and t.args[1] == count for t in subterms(inner)):
        return None
    about += [h for h in hypotheses if free_variables(h) == (count,)]
    first = _first(count, about)
    if first is None:
        return None
    step = fresh_variable("i", NAT, [goal, count, *hypotheses])
    return Claim(*sides, count, step, first, condition, for_all)


def steps_of(goal: Term, hypotheses: Sequence[Term]) -> Term | None:
    """Return a variable for the number of steps that a goal speaks of, None when there is none."""
    if goal.op == "all":
        if goal.data.sort != NAT:
            return None
        return fresh_variable(goal.data.name, NAT, [goal, *hypotheses])
    members = [t.args[1] for t in subterms(goal) if t.op == "app" and t.args[1].sort == NAT]
    found = dict.fromkeys(k for k in members if k.op == "var")
    return next(iter(found)) if len(found) == 1 else None


def _sides(inner: Term) -> tuple[Term, Term] | None:
    if inner.op not in ("le", "ge") or inner.args[0].sort != REAL:
        return None
    left, right = (as_real(t) for t in inner.args)
    return (left, right) if inner.op == "le" else (right, left)


def _first(count: Term, conditions: Sequence[Term]) -> int | None:
    """Return the first number that satisfies the conditions, None if it is large."""
    for n in range(_FIRST + 1):
        if all(holds(substitute(c, {count: number(n, NAT)})) for c in conditions):
            return n
    return None
