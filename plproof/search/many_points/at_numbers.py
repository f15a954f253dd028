"""Statements with parameters, and what their proofs at numbers are made of.

[untrusted: nothing is proved here]

A proof at numbers is a mapping: which instance, square or multiple of an equation has which number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from fractions import Fraction
from typing import TypeAlias

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import substitute
from plproof.language.syntax import grad
from plproof.language.terms import Term, make, number, subterms
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.forms import fraction
from plproof.search.many_points.generation import generated, parts_by_atoms
from plproof.search.many_points.multipliers import fewest
from plproof.search.many_points.reading import NotSuited
from plproof.search.many_points.templates import Instance, Setting
from plproof.search.statements.instances import body_of
from plproof.search.statements.parameters import constants, parameters_of, region

#: of what a number is one: an instance, by the theorem's number and points; a square and its
#: vectors, by number and vector; an equation and its vectors
Key: TypeAlias = tuple[object, ...]


class OfAnotherKind(Exception):
    """A statement is not for this search, as one of few inequalities, or with vectors in its proofs
    at numbers that no term of it tells.
    """


class Statement:
    """A goal and theorems with parameters, and their proofs at numbers."""

    def __init__(
        self,
        goal: Term,
        facts: Sequence[Fact],
        points: Sequence[Term],
        unknown: Term | None = None,
    ) -> None:
        """Read them; the ``unknown`` of a goal is no parameter, and 0 where numbers are put in."""
        self.goal, self.points, self._unknown = goal, points, unknown
        stated = (opened(part) for fact in facts for part in parts_of(fact.thm))
        self.theorems = [th for th in stated if th.conclusion.op != "and"]
        conclusions = [th.conclusion for th in self.theorems]
        numbers = constants([goal, *map(body_of, conclusions)])
        steps = [c for c in conclusions if c.op == "eq" and c.args[0].sort.kind == "Vec"]
        numbers += [v for v in parameters_of(steps) if v not in numbers]  # as γ in a step
        self.parameters = [v for v in numbers if v != unknown]
        self.region = region(conclusions, self.parameters)
        self._vectors = [
            t
            for root in dict.fromkeys([goal, *conclusions, *points])
            for t in subterms(root)
            if t.sort.kind == "Vec" and not t.loose
        ]

    def alone(self) -> Iterator[Statement]:
        """Yield the statement with one of its theorems for all points alone, the last first."""
        general = [th for th in self.theorems if th.conclusion.op == "all"]
        for kept in reversed(general) if len(general) > 1 else ():
            found = copy(self)
            found.theorems = [th for th in self.theorems if th not in general or th == kept]
            yield found

    def at(self, values: Mapping[Term, Term]) -> AtNumbers | None:
        """Return the statement at values of the parameters, None if it is not for this search."""
        stated: dict[Thm, int] = {}
        for n, th in enumerate(self.theorems):
            if th.conclusion not in self.region:
                stated[rules.assume(proposition=substitute(th.conclusion, values))] = n
        more = [substitute(t, values) for t in self.points]
        goal = substitute(self.goal, values)
        if self._unknown is not None:
            goal = substitute(goal, {self._unknown: number(0)})
        try:
            setting = Setting(goal, list(stated), more)
        except (NotSuited, KernelError):
            return None
        return AtNumbers(setting, stated, {substitute(t, values): t for t in self._vectors})


class AtNumbers:
    """A statement at numbers, the numbers of its theorems, and its vectors with parameters."""

    def __init__(
        self, setting: Setting, stated: Mapping[Thm, int], named: Mapping[Term, Term]
    ) -> None:
        self.setting, self._stated, self._named = setting, stated, named

    def instances(self) -> list[Key] | None:
        """Return instances that carry the goal, None when no proof is found."""
        found = generated(self.setting, thorough=False)
        if found is None:
            return None
        return [self._instance(instance) for instance in fewest(self.setting, *found)]

    def proof(self, used: Sequence[Key]) -> dict[Key, Fraction] | None:
        """Return the numbers of a proof with these instances, None when none is found."""
        setting = self.setting
        theorems = {self._stated[t.thm]: t for t in setting.templates}
        places: dict[object, int] = {self._point(t): n for n, t in enumerate(setting.points)}
        only = []
        for _, n, *points in used:
            if n not in theorems or not places.keys() >= set(points):
                return None
            only.append((theorems[n], tuple(places[t] for t in points)))
        found = generated(setting, only, thorough=False)
        if found is None:
            return None
        weights, squares, equations = parts_by_atoms(setting, *found)
        numbers = {self._instance(instance): fraction(w) for instance, w in weights}
        for n, (d, line) in enumerate(squares):
            numbers["square", n] = fraction(d)
            for atom in sorted(line):
                numbers["in square", n, self._atom(atom)] = fraction(line[atom])
        for e, line in equations.items():
            for atom in sorted(line):
                key = "in equation", self._stated[setting.equations[e]], self._atom(atom)
                numbers[key] = fraction(line[atom])
        return numbers

    def origin(self) -> tuple[Term, set[Term]] | None:
        """Return the point that others are measured from in squares, and those, if there is one."""
        setting = self.setting
        if setting.origin is None:
            return None
        moving = {self._atom(atom) for atom in setting.free if atom in setting.place}
        return self._atom(setting.origin), moving

    def _instance(self, instance: Instance) -> Key:
        template, places = instance
        points = (self._point(self.setting.points[n]) for n in places)
        return ("instance", self._stated[template.thm], *points)

    def _point(self, t: Term) -> Term:
        if t not in self._named:
            raise OfAnotherKind
        return self._named[t]

    def _atom(self, atom: int) -> Term:
        reading = self.setting.reading
        evaluated = reading.evaluated(atom)
        if evaluated is None:
            return self._point(reading.term(atom))
        f, point = evaluated
        there = self._point(point)
        return grad(f, there) if reading.kinds[atom] == "grad" else make("app", (f, there))
