"""Recursions in a statement: the points from a first one to a last, and the steps between them.

What a person sees at once in x₁ = x₀ − γ∇f(x₀), x₂ = x₁ − γ∇f(x₁), …: that every step is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plproof.kernel.combine import combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.syntax import eq
from plproof.language.terms import Term, free_variables, make, subterms
from plproof.proof.facts import Fact, opened
from plproof.proof.shortened import in_label
from plproof.search.statements.members import by_number

#: names of the points of a step that stands for any
_NAMES = "yzwvu"


@dataclass(frozen=True)
class Link:
    """Two points and an equation between them, of which ``law`` is the form: that with ``ends``."""

    before: Term
    after: Term
    equation: Thm
    law: Term
    ends: tuple[Term, Term]

    def at(self, before: Term, after: Term) -> Term:
        """Return what the equation says, of other points."""
        return substitute(self.law, dict(zip(self.ends, (before, after), strict=True)))


@dataclass(frozen=True)
class Step:
    """Points from one to the next, perhaps with points between them, and how they are linked."""

    links: tuple[Link, ...]

    @property
    def points(self) -> list[Term]:
        """The points, the first to the last."""
        return [self.links[0].before, *(link.after for link in self.links)]

    @property
    def equations(self) -> list[Thm]:
        """What links neighbours, in order."""
        return [link.equation for link in self.links]

    def laws(self, points: Sequence[Term]) -> list[Term]:
        """Return the equations of other points."""
        return [link.at(*ends) for link, ends in zip(self.links, pairwise(points), strict=True)]

    def of_any(self, others: Sequence[Term]) -> list[Term]:
        """Return new points that stand for those of any such step, apart from the ``others``."""
        taken = [*others, *self.points, *(th.conclusion for th in self.equations)]
        found: list[Term] = []
        for n, point in enumerate(self.points):
            name = _NAMES[n] if n < len(_NAMES) else f"{_NAMES[0]}{n}"
            found.append(fresh_variable(name, point.sort, [*taken, *found]))
        return found


def recursion(
    first: Term, last: Term, fixed: Sequence[Term], facts: Sequence[Fact]
) -> list[Step] | None:
    """Return the steps from the first point to the last, or None when the facts tell of none.

    Two points are neighbours where an equation speaks of them and, apart from what is ``fixed``, of
    no other point, or where one is written out as a step from the other.  Neighbours are taken
    together as long as needed for all steps to be alike; where that is never so each is a step.
    """
    links = _path(first, last, set(fixed), facts)
    if not links:
        return None
    for size in range(1, len(links) // 2 + 1):
        if len(links) % size == 0:
            steps = [Step(tuple(links[at : at + size])) for at in range(0, len(links), size)]
            names = steps[0].of_any([])
            if all(step.laws(names) == steps[0].laws(names) for step in steps[1:]):
                return steps
    return [Step((link,)) for link in links]


def states(term: Term) -> set[Term]:
    """Return the points that have a name in a term: vectors and members of sequences."""
    return {t for t in subterms(term) if t.sort.kind == "Vec" and not t.loose and _is_named(t)}


def _is_named(t: Term) -> bool:
    return t.op == "var" or by_number(t)


def _path(first: Term, last: Term, fixed: set[Term], facts: Sequence[Fact]) -> list[Link]:
    """Return the fewest links from first to last, none where there is no way."""
    known: dict[Term, list[Link]] = {}
    for fact in facts:
        th = opened(fact.thm)
        if th.conclusion.op != "eq" or th.conclusion.args[0].sort.kind != "Vec":
            continue
        met = states(th.conclusion) - fixed
        for after in sorted(met, key=in_label) if len(met) == 2 else ():
            (before,) = met - {after}
            if before.sort == after.sort:
                known.setdefault(after, []).append(_linked(before, after, th))
    came: dict[Term, Link | None] = {last: None}
    waiting = [last]
    for here in waiting:
        if here == first:
            break
        for link in [*known.get(here, ()), *_written_out(here, first)]:
            if link.before not in came:
                came[link.before] = link
                waiting.append(link.before)
    found: list[Link] = []
    link = came.get(first)
    while link is not None:
        found.append(link)
        link = came[link.after]
    return found


def _linked(before: Term, after: Term, equation: Thm) -> Link:
    ends = _ends(before, after, [equation.conclusion])
    law = replace(replace(equation.conclusion, after, ends[1]), before, ends[0])
    return Link(before, after, equation, law, ends)


def _ends(before: Term, after: Term, others: Sequence[Term]) -> tuple[Term, Term]:
    one = fresh_variable("before", before.sort, others)
    return one, fresh_variable("after", after.sort, [*others, one])


def _written_out(point: Term, first: Term) -> Iterator[Link]:
    """Yield the link to the largest point that another is written out as a step from.

    For x − γ∇f(x) − γ∇f(x − γ∇f(x)) that is x − γ∇f(x), whose summands are the first of it.
    """
    if _is_named(point) or first not in set(subterms(point)):
        return
    inner = {t for t in subterms(point) if t.sort == point.sort and not t.loose and t != point}
    for before in sorted(inner, key=lambda t: (-sum(1 for _ in subterms(t)), in_label(t))):
        if first not in set(subterms(before)):
            continue
        ends = _ends(before, point, [point])
        around = replace(_grouped(point, before), before, ends[0])
        if first in set(subterms(around)):
            continue
        try:
            said = combine(goal=eq(point, replace(around, ends[0], before)), summands=[])
        except KernelError:
            continue
        yield Link(before, point, said, eq(ends[1], around), ends)
        return


def _grouped(point: Term, before: Term) -> Term:
    """Return a sum that begins with the summands of another as that one and the rest."""
    theirs = before.args if before.op == "add" else (before,)
    if point.op != "add" or point.args[: len(theirs)] != theirs or point == before:
        return point
    return make("add", (before, *point.args[len(theirs) :]))


def belongs(term: Term, steps: Sequence[Step]) -> bool:
    """Say whether a term speaks of points of the steps, or of sequences that they are members of.

    What else a written point speaks of, as a minimiser, is not of the steps alone.
    """
    points = [point for step in steps for point in step.points if _is_named(point)]
    owners = {point if point.op == "var" else point.args[0] for point in points}
    return bool(owners & set(free_variables(term)))
