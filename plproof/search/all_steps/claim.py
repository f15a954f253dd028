"""Reading claims for every number N of steps: ∀N. A(x_N) ≤ B(x_0, N), perhaps from some N on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import forall, implies
from plproof.language.terms import FALSE, Term, as_real, free_variables, number, subterms
from plproof.search.statements.members import is_sequence_of_points
from plproof.search.statements.parameters import holds

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

    @property
    def from_zero(self) -> bool:
        """Whether it is for all numbers, 0 among them."""
        return self.for_all and self.condition is None and self.first == 0


def read(goal: Term, hypotheses: Sequence[Term]) -> Claim | None:
    """Return the claim that a goal makes about all numbers of steps, None when it makes none."""
    count = _steps_of(goal, hypotheses)
    if count is None:
        return None
    for_all = goal.op == "all"
    condition, inner = None, open_binder(goal, count) if for_all else goal
    if inner.op == "imp" and inner.args[1] != FALSE:
        condition, inner = inner.args
    sides = sides_of(inner)
    about = [] if condition is None else [condition]
    if sides is None or any(free_variables(c) != (count,) for c in about):
        return None
    runs = [h for h in hypotheses if count in free_variables(h) and len(free_variables(h)) > 1]
    if not runs and not any(t.op == "app" and t.args[1] == count for t in subterms(inner)):
        return None
    if not any(is_sequence_of_points(v) for v in free_variables([goal, *hypotheses])):
        return None
    about += [h for h in hypotheses if free_variables(h) == (count,)]
    first = _first(count, about)
    if first is None:
        return None
    step = fresh_variable("i", NAT, [goal, count, *hypotheses])
    return Claim(*sides, count, step, first, condition, for_all)


@dataclass(frozen=True)
class Smallest:
    """A claim that of the values A(x_k), k ≤ N, one is at most B: ``some`` says so for one N.

    ``value`` is A(x_k) for ``index`` k; ``claim`` says that a number ``bound`` is at most B.
    """

    claim: Claim
    some: Term
    index: Term
    value: Term
    bound: Term

    def larger_than(self, t: Term) -> Term:
        """Say that all the values are larger than a number."""
        return forall(self.index, implies(self.index <= self.claim.count, t < self.value))


def read_smallest(goal: Term, hypotheses: Sequence[Term]) -> Smallest | None:
    """Return the claim ∀N ∃k ≤ N. A(x_k) ≤ B that a goal makes, None when it makes another."""
    if goal.op != "all" or goal.data.sort != NAT:
        return None
    count = fresh_variable(goal.data.name, NAT, [goal, *hypotheses])
    condition, some = None, open_binder(goal, count)
    if some.op == "imp" and some.args[1] != FALSE:
        condition, some = some.args
    if some.op != "ex" or some.data.sort != NAT:
        return None
    index = fresh_variable(some.data.name, NAT, [goal, count, *hypotheses])
    both = open_binder(some, index)
    sides = sides_of(both.args[1]) if both.op == "and" else None
    if sides is None or canonical(both.args[0]) != canonical(index <= count):
        return None
    if index in free_variables(sides[1]):
        return None
    first = _first(count, [] if condition is None else [condition])
    if first is None:
        return None
    taken = [goal, count, index, *hypotheses]
    step, bound = fresh_variable("i", NAT, taken), fresh_variable("t", REAL, taken)
    claim = Claim(bound, sides[1], count, step, first, condition)
    return Smallest(claim, some, index, sides[0], bound)


def _steps_of(goal: Term, hypotheses: Sequence[Term]) -> Term | None:
    """Return a variable for the number of steps that a goal speaks of, None when there is none."""
    if goal.op == "all":
        if goal.data.sort != NAT:
            return None
        return fresh_variable(goal.data.name, NAT, [goal, *hypotheses])
    found = [v for v in free_variables(goal) if v.sort == NAT]
    return found[0] if len(found) == 1 else None


def sides_of(claim: Term) -> tuple[Term, Term] | None:
    """Return A and B of a claim A ≤ B, or B ≥ A, about numbers; None for another claim."""
    if claim.op not in ("le", "ge") or claim.args[0].sort != REAL:
        return None
    left, right = (as_real(t) for t in claim.args)
    return (left, right) if claim.op == "le" else (right, left)


def _first(count: Term, conditions: Sequence[Term]) -> int | None:
    """Return the first number that satisfies the conditions, None if it is large."""
    for n in range(_FIRST + 1):
        if all(holds(substitute(c, {count: number(n, NAT)})) for c in conditions):
            return n
    return None
