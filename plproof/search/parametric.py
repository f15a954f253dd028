"""Proofs about many points with parameters: their parts in closed form, through samples.

[untrusted: the kernel's ``combine`` checks what comes back]

With numbers for the parameters a proof is found fast, however many points there are; see
:mod:`plproof.search.generation`.  Where its weights, squares and multiples of equations are unique
they are rational functions of the parameters, and these are read off proofs at a few numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import Thm
from plproof.language.binding import substitute
from plproof.language.notation import canonical
from plproof.language.syntax import grad, ne
from plproof.language.terms import Term, make, number, subterms
from plproof.proof.algebra import denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.search.fitting import fit_apart
from plproof.search.generation import FOUND, generated, parts_by_atoms
from plproof.search.instances import body_of
from plproof.search.multipliers import fewest
from plproof.search.parameters import constants, region
from plproof.search.reading import NotSuited, fraction
from plproof.search.sampled import Lost, Points, through_samples
from plproof.search.templates import Instance, Setting

#: with how few inequalities a proof is none of many points
FEW = 10
#: of what a number is one: an instance, by the theorem's number and points; a square and its
#: vectors, by number and vector; an equation and its vectors
Key: TypeAlias = tuple[object, ...]


class OfAnotherKind(Exception):
    """A statement is not for this search, as one of few inequalities, or with vectors in its proofs
    at numbers that no term of it tells.
    """


@dataclass(frozen=True)
class _Function:
    """number·above/below, a rational function of the parameters; ``None`` is 1."""

    number: Fraction
    above: Term | None
    below: Term | None

    def positive(self) -> Term | None:
        """Return above/below as a term, None when it is 1."""
        if self.below is None:
            return self.above
        return (number(1) if self.above is None else self.above) / self.below

    def times(self, v: Term, size: Fraction) -> Term:
        """Return |number|·size·above/below·v, where the number times the size is whole."""
        whole, above = abs(self.number * size), self.above
        if whole != 1:
            above = number(whole) if above is None else number(whole) * above
        c = replace(self, above=above).positive()
        return v if c is None else make("smul", (c, v))


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
        self.parameters = [v for v in numbers if v != unknown]
        self.region = region(conclusions, self.parameters)
        self._vectors = [
            t
            for root in dict.fromkeys([goal, *conclusions, *points])
            for t in subterms(root)
            if t.sort.kind == "Vec" and not t.loose
        ]

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


Fitted: TypeAlias = dict[Key, _Function]


def attempt_with_parameters(
    p: Proof, goal: Term, facts: Sequence[Fact], points: Sequence[Term]
) -> Fact | None:
    """Prove a comparison with parameters at many points; None when it is not found, or has few.

    The facts are for all points, comparisons of parameters, and equations between vectors;
    ``points`` are more points than the statement has.
    """
    statement = Statement(goal, facts, points)
    if not statement.parameters:
        return None
    try:
        found = _closed_forms(statement)
        thm = None if found is None else _theorem(p, statement, found)
    except (OfAnotherKind, Lost, KernelError, ProofError):
        return None
    return None if thm is None else p.fact(thm, FOUND)


def _closed_forms(statement: Statement) -> Fitted | None:
    """Return the numbers of proofs at samples as functions of the parameters, or None."""
    used: list[Key] = []
    shape: set[Key] = set()

    def proof(values: Mapping[Term, Term]) -> dict[Key, Fraction] | None:
        here = statement.at(values)
        if here is not None and not used:
            used.extend(here.instances() or ())
            if 0 < len(used) <= FEW:
                raise OfAnotherKind
        found = here.proof(used) if here is not None and used else None
        if found is not None and not shape:
            shape.update(found)
        return found if found is not None and found.keys() == shape else None

    def fitted(points: Points, proofs: Sequence[Mapping[Key, Fraction]]) -> Fitted | None:
        return _fits(statement.parameters, points, proofs)

    return through_samples(statement.parameters, statement.region, proof, fitted, simple_only=True)


def _fits(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    proofs: Sequence[Mapping[Key, Fraction]],
) -> Fitted | None:
    """Return functions through the numbers of proofs of one shape; many are multiples of one."""
    known: dict[tuple[Fraction, ...], _Function | None] = {}
    found: dict[Key, _Function] = {}
    for key, first in proofs[0].items():
        alike = tuple(proof[key] / first for proof in proofs)
        if alike not in known:
            known[alike] = _fit(parameters, points, alike)
        shared = known[alike]
        if shared is None:
            return None
        found[key] = _Function(shared.number * first, shared.above, shared.below)
    return found


def _fit(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    values: Sequence[Fraction],
) -> _Function | None:
    fit = fit_apart(parameters, points, values)
    if fit is None:
        return None
    above, below = (None if t == number(1) else t for t in fit[1:])
    return _Function(fit[0], above, below)


# ---------------------------------------------------------------- the proof
def _theorem(p: Proof, statement: Statement, found: Mapping[Key, _Function]) -> Thm:
    """Return ⊢ the goal, as the kernel checks it.  ProofError: a sign is not known."""
    premises: list[Thm] = []
    places: dict[Term, int] = {}

    def weighed(c: _Function) -> tuple[Fraction, tuple[int, ...]]:
        """Return a number, and the premise that says the rest of a weight is not negative."""
        rest = c.positive()
        if rest is None:
            return c.number, ()
        if rest not in places:
            places[rest] = len(premises)
            premises.append(p.quiet(number(0) <= rest).thm)
        return c.number, (places[rest],)

    summands: list[Summand] = []
    for key, c in found.items():
        if key[0] == "instance":
            size, sign = weighed(c)
            summands.append(Summand(size, (*sign, len(premises))))
            premises.append(_instance(statement.theorems, key))
        elif key[0] == "square":
            size, sign = weighed(c)
            scale, v = _vector(found, "in square", key[1])
            summands.append(Summand(size * scale**2, sign, (v,)))
    for e in dict.fromkeys(key[1] for key in found if key[0] == "in equation"):
        assert isinstance(e, int)
        scale, v = _vector(found, "in equation", e)
        summands.append(Summand(scale, (len(premises),), (), v))
        premises.append(statement.theorems[e])
    terms = [th.conclusion for th in premises]
    terms += [t for s in summands for t in (*s.squares, s.multiplier) if t is not None]
    nonzero = [p.quiet(ne(d, 0)).thm for d in _below([statement.goal, *terms])]
    numbers = list(range(len(premises), len(premises) + len(nonzero)))
    return combine(*premises, *nonzero, goal=statement.goal, summands=summands, nonzero=numbers)


def _instance(theorems: Sequence[Thm], key: Key) -> Thm:
    _, n, *points = key
    assert isinstance(n, int)
    th = theorems[n]
    for point in points:
        assert isinstance(point, Term)
        th = rules.instantiate(th, value=point)
    return th


def _vector(found: Mapping[Key, _Function], kind: str, n: object) -> tuple[Fraction, Term]:
    """Return c > 0 and w with c·w the vector of a square or an equation, w with whole numbers."""
    line = [(key[2], c) for key, c in found.items() if key[:2] == (kind, n)]
    below = math.lcm(*(c.number.denominator for _, c in line))
    size = Fraction(below, math.gcd(*(int(c.number * below) for _, c in line)))
    total: Term | None = None
    for v, c in sorted(line, key=lambda item: item[1].number < 0):
        assert isinstance(v, Term)
        piece = c.times(v, size)
        piece = make("neg", (piece,)) if c.number < 0 else piece
        total = piece if total is None else total + piece
    assert total is not None
    return 1 / size, total


def _below(terms: Sequence[Term]) -> Iterator[Term]:
    """Yield what divides in the terms, each once."""
    yield from denominators(dict.fromkeys(map(canonical, terms)))
