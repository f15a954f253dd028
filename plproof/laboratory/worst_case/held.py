"""The constants that a search holds fixed: numbers that fit the hypotheses, exactly.

Numbers are rationals and every comparison between them is decided exactly, or in balls where roots
occur.  Taken is the first of a few simple choices that fits, inside the ranges that the hypotheses
leave rather than at their ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from plproof.laboratory.certification.certified import Judge
from plproof.laboratory.certification.certified_runs import CertifiedRun
from plproof.laboratory.certification.precise import Field, Undecided
from plproof.laboratory.families import SpectralQuadratic
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.certify import is_known
from plproof.laboratory.modelling.models import Assignment, Plan
from plproof.laboratory.modelling.recursions import Method
from plproof.laboratory.modelling.stated import implied
from plproof.laboratory.worst_case.shapes import Requirements
from plproof.language.definitions import Definition
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL, coordinates_of
from plproof.language.terms import FALSE, Term, free_variables, make
from plproof.theory.functions import PL, Convex, Smooth, StronglyConvex

_SMOOTH = tuple(map(Fraction, ("1", "2", "4", "1/2", "1/4", "8")))
_LOWER = tuple(map(Fraction, ("1/4", "1/2", "1/8", "3/4", "0", "1", "2")))
_OTHERS = tuple(
    map(Fraction, ("1", "1/2", "1/4", "3/2", "7/4", "3/4", "1/8", "2", "5/4", "0", "-1"))
)
_LARGEST = (4.0, 2.0, 1.0, 0.5, 0.25)  # largest curvatures in a class that the author defines
_SHARES = (0.0, 0.25, 0.5)  # least curvatures, as shares of the largest
_TRIES = 20_000
_CLASSES = 24  # classes of the author's own, of functions, in which quadratics are looked for


@dataclass(frozen=True)
class Held:
    """The numbers held fixed, and the classes of functions that they describe, both by variable."""

    numbers: Mapping[Term, Fraction]
    required: Mapping[Term, Requirements]


def hold(plan: Plan, method: Method, index: int | None) -> Held:
    """Choose the numbers of a statement about functions.

    ``index``: the value that its natural numbers have, or those of them that may.  Raises
    NotEvaluated, with the reason, where nothing that is tried fits.
    """
    chooser = Chooser(plan, method, 1 if index is None else index)
    for inside in (True, False):
        for numbers in chooser.fitting({}, chooser.order(), inside):
            required = {f: chooser.required(f, numbers, inside) for f in plan.functions}
            known = {f: r for f, r in required.items() if r is not None}
            if len(known) == len(required):
                return Held(numbers, known)
    raise NotEvaluated(f"no constants were found that fit {chooser.hardest()}")


class Chooser:
    """A search, depth first, for numbers that satisfy the hypotheses about numbers."""

    def __init__(self, plan: Plan, method: Method, index: int) -> None:
        self.plan, self.index = plan, index
        self.equations = {p for _, p in plan.definitions.values()}
        self.classes = [
            p
            for p in plan.parts
            if is_known(p) and p.args[0] in plan.functions and p.data in _WITH_NUMBERS
        ]
        self.said = [s for p in plan.parts if not is_known(p) for s in implied(p)]
        self.numeric = [
            p
            for p in method.rest
            if p not in self.equations
            and all(v.sort in (NAT, REAL) for v in free_variables(p))
            and p.op != "all"
        ]
        moving = {*plan.points, *plan.sequences} - set(fixed_points(plan, method))
        self.own = [
            p
            for p in method.rest
            if p.op in ("def", "all")
            and not is_known(p)
            and not {*plan.functions}.isdisjoint(free_variables(p))
            and not moving & {*free_variables(p)}
            and not implied(p)
        ]
        self.bounds = [p for p in self.own if readings.bounded_below(p) is not None]
        self.own = [p for p in self.own if p not in self.bounds]
        self.tries = 0
        self._failed: dict[Term, int] = {}
        self._looked_at: dict[tuple[object, ...], tuple[float, float] | None] = {}

    def order(self) -> list[Term]:
        """Return the numbers in the order in which they are chosen: those to be solved for last."""
        solved = {v for p in self.numeric if p.op == "eq" for v in free_variables(p)}
        upper, lower = self._arguments(Smooth), self._arguments(PL, StronglyConvex)

        def rank(v: Term) -> int:
            if v in lower and v in solved:
                return 4
            return 0 if v in upper else 1 if v in lower else 2 if v.sort == NAT else 3

        return sorted(self.plan.free_numbers(), key=rank)

    def independent(self) -> list[Term]:
        """Return the real numbers that neither a class of functions nor an equation determines."""
        order = [v for v in self.order() if v.sort == REAL]
        about = [*self.classes, *self.own, *self.bounds, *(s.constant for s in self.said)]
        describing = {v for t in about for v in free_variables(t)}
        needed = {v: {*free_variables(t)} for v, (t, _) in self.plan.definitions.items()}
        for v, p in self.solved().items():
            needed[v] = {*free_variables(p)} - {v}
        for _ in needed:
            describing |= {u for v in needed if v in describing for u in needed[v]}
        return [v for v in order if v not in describing and v not in needed]

    def solved(self) -> dict[Term, Term]:
        """Return the numbers that are chosen last in an equation: solved for, where it allows."""
        order = [v for v in self.order() if v.sort == REAL]
        found: dict[Term, Term] = {}
        for p in (q for q in self.numeric if q.op == "eq"):
            found |= dict.fromkeys([v for v in order if v in free_variables(p)][-1:], p)
        return found

    def completed(self, numbers: Mapping[Term, Fraction]) -> dict[Term, Fraction] | None:
        """Return the numbers with those that are not given; None where they do not fit."""
        self.tries = 0
        rest = [v for v in self.order() if v not in numbers]
        if not all(self._holds(p, numbers, False) for p in self._about_numbers({*numbers})):
            return None
        return next(self.fitting({**numbers}, rest, False), None)

    def _about_numbers(self, known: set[Term]) -> list[Term]:
        """Return the hypotheses about numbers that can be decided where these are known."""
        known = {*known, *self.plan.definitions}
        about = [*self.numeric, *self.plan.divisors]
        return [p for p in about if known.issuperset(free_variables(p))]

    def _arguments(self, *classes: object) -> set[Term]:
        named = {p.args[1] for p in self.classes if p.data in classes}
        return {t for t in named | {s.constant for s in self.said if s.definition in classes}
                if t.op == "var"}  # fmt: skip

    def fitting(
        self, numbers: dict[Term, Fraction], left: Sequence[Term], inside: bool
    ) -> Iterator[dict[Term, Fraction]]:
        """Yield choices that satisfy the hypotheses about numbers, strictly with ``inside``."""
        if not left:
            yield numbers
            return
        v, rest = left[0], left[1:]
        known = {*numbers, v, *self.plan.definitions}
        about = self._about_numbers(known)
        for value in self._candidates(v, numbers, known):
            self.tries += 1
            if self.tries > _TRIES:
                return
            more = {**numbers, v: value}
            ready = [p for p in about if v in free_variables(p)]
            if all(self._holds(p, more, inside) for p in ready):
                yield from self.fitting(more, rest, inside)

    def _candidates(
        self, v: Term, numbers: Mapping[Term, Fraction], known: set[Term]
    ) -> Iterable[Fraction]:
        for p in self.numeric:
            uses = {*free_variables(p)}
            if p.op == "eq" and v in uses and known.issuperset(uses) and v.sort == REAL:
                return self._solved(p, v, numbers)
        if v.sort == NAT:
            n = self.index
            return dict.fromkeys(Fraction(i) for i in (n, n - 1, n // 2, 1, 0, n + 1) if i >= 0)
        if v in self._arguments(Smooth):
            return _SMOOTH
        if v in self._arguments(PL, StronglyConvex):
            return _LOWER
        return _OTHERS

    def _solved(self, p: Term, v: Term, numbers: Mapping[Term, Fraction]) -> tuple[Fraction, ...]:
        """Return where an equation holds in which a number occurs linearly."""
        at = []
        for value in (Fraction(0), Fraction(1)):
            try:
                with Field(None) as field:
                    judge = self._judge({**numbers, v: value}, field)
                    left, right = (judge.value(side) for side in p.args)
                    difference = (left - right).value
                    at.append(Fraction(int(difference.p), int(difference.q)))
            except (Undecided, NotEvaluated):
                return _OTHERS
        return (at[0] / (at[0] - at[1]),) if at[0] != at[1] else _OTHERS

    def _judge(self, numbers: Mapping[Term, Fraction], field: Field) -> Judge:
        held = {v: np.array([x], dtype=object) for v, x in numbers.items()}
        assignment = Assignment({}, {}, held, {}, {}, {}, 1)
        ready = [p for v, (t, p) in self.plan.definitions.items()
                 if {*free_variables(t)} <= {*numbers, *self.plan.definitions}]  # fmt: skip
        return Judge(Case(tuple(ready), (), FALSE, assignment), field)

    def _holds(self, p: Term, numbers: Mapping[Term, Fraction], inside: bool) -> bool:
        if inside and p.op in ("le", "ge") and any(v.sort == REAL for v in free_variables(p)):
            left, right = p.args
            p = left < right if p.op == "le" else left > right
        for bits in (None, 128):
            try:
                with Field(bits) as field:
                    known = self._judge(numbers, field).truth(p)
            except (Undecided, NotEvaluated):
                continue
            if known is not None:
                if not known:
                    self._failed[p] = self._failed.get(p, 0) + 1
                return known
        return False

    def hardest(self) -> str:
        """Return the hypothesis that failed most often, as text."""
        if not self._failed:
            return "the hypotheses"
        return show(max(self._failed, key=lambda p: self._failed[p]))

    # ------------------------------------------------------------ the class of functions
    def required(
        self, f: Term, numbers: Mapping[Term, Fraction], inside: bool
    ) -> Requirements | None:
        """Return the class that the numbers describe, None where nothing is in it."""
        found = Requirements()
        with Field(192) as field:
            judge = self._judge(numbers, field)
            for definition, constant in self._about(f):
                if definition == Convex or constant is None:
                    found = replace(found, convex=True)
                    continue
                number = judge.value(constant)
                low = float(np.nextafter(float(number.value.lower()), -np.inf))
                high = float(np.nextafter(float(number.value.upper()), np.inf))
                middle = float(number.value.mid())
                if number.value.is_exact() and number.value == field.raw(middle):
                    low = high = middle
                if definition == Smooth:
                    found = replace(found, smooth=min(found.smooth, low))
                elif definition == PL:
                    found = replace(found, pl=max(found.pl, high))
                else:
                    found = replace(found, strongly_convex=max(found.strongly_convex, high))
        least = found.least
        if found.smooth < least or (inside and found.smooth <= least):
            return None
        if own := [p for p in self.own if f in free_variables(p)]:
            between = self._between(own, numbers, found)
            if between is None:
                for p in own:
                    self._failed[p] = self._failed.get(p, 0) + 1
                return None
            found = replace(
                found,
                smooth=min(found.smooth, between[1]),
                strongly_convex=max(found.strongly_convex, between[0]),
            )
        return found if all(self._is_below(p, numbers) for p in self.bounds) else None

    def _about(self, f: Term) -> Iterator[tuple[Definition, Term | None]]:
        """Yield the classes that the hypotheses name, or state, of a function: with constants."""
        for p in self.classes:
            if p.args[0] == f:
                yield p.data, None if p.data == Convex else p.args[1]
        for found in self.said:
            if found.function == f:
                yield found.definition, found.constant

    def _is_below(self, p: Term, numbers: Mapping[Term, Fraction]) -> bool:
        """Say whether a number is below a function whose minimum is 0."""
        found = readings.bounded_below(p)
        assert found is not None
        zero = make("num", (), Fraction(0), REAL)
        return self._holds(make("le", (found[1], zero)), numbers, False)

    def _between(
        self, own: Sequence[Term], numbers: Mapping[Term, Fraction], known: Requirements
    ) -> tuple[float, float] | None:
        """Return least and largest curvatures, for a few values of the numbers at most."""
        about = [numbers.get(v) for v in free_variables(own) if v.sort in (NAT, REAL)]
        key = (*own, *about, known)
        if key not in self._looked_at:
            if len(self._looked_at) >= _CLASSES:
                return None
            self._looked_at[key] = self._curvatures(own, numbers, known)
        return self._looked_at[key]

    def _curvatures(
        self, own: Sequence[Term], numbers: Mapping[Term, Fraction], known: Requirements
    ) -> tuple[float, float] | None:
        """Return least and largest curvatures, of those tried, in the statement's own classes.

        Some between them are in the ``known`` class, too.
        """
        on_a_line = any(coordinates_of(space) == 1 for space in self.plan.spaces)
        for low, high in ((share * high, high) for high in _LARGEST for share in _SHARES):
            both = [(low, high), (high, low)] if on_a_line else [(low, high)]
            common = low <= known.smooth and known.least <= high
            if common and all(self._has_samples(own, numbers, *pair) for pair in both):
                return low, high
        return None

    def _has_samples(
        self, own: Sequence[Term], numbers: Mapping[Term, Fraction], low: float, high: float
    ) -> bool:
        """Say whether quadratics with these two curvatures are in the statement's own classes.

        On a line there is the curvature ``high`` alone.
        """
        held = {v: np.array([x], dtype=object) for v, x in numbers.items()}
        dimensions = {space: coordinates_of(space) or 2 for space in self.plan.spaces}
        points = {v: np.zeros((1, dimensions[v.sort.spaces[0]])) for v in self.plan.points}
        families = {
            f: _quadratic(high, low, dimensions[f.sort.parts[0].spaces[0]])
            for f in self.plan.functions
        }
        assignment = Assignment(dimensions, families, held, points, {}, {}, 1)
        for bits in (None, 128):
            with Field(bits) as field:
                run = CertifiedRun(assignment, Method({}, ()), {}, field, tuple(self.equations))
                if all(run.holds(p) for p in own):
                    return True
        return False


def _quadratic(high: float, low: float, dimension: int) -> SpectralQuadratic:
    """Return the quadratic with one curvature that is high, the others low, and minimum 0 at 0."""
    spectrum = [[high, *[low] * (dimension - 1)]]
    return SpectralQuadratic(spectrum, [np.eye(dimension)], np.zeros((1, dimension)), [0.0])


_WITH_NUMBERS = (Smooth, PL, StronglyConvex, Convex)


def fixed_points(plan: Plan, method: Method) -> tuple[Term, ...]:
    """Return the points that stay at the minimiser: those a class or ∇f(x) = 0 is said of."""
    found = []
    given = [q for p in method.rest for one in implied(p) for q in one.given]
    for p in (*method.rest, *given):
        if p.op == "def" and p.args and p.args[-1] in plan.points:
            found.append(p.args[-1])
        if p.op == "eq" and p.args[0].sort.kind == "Vec":
            for side, other in (p.args, p.args[::-1]):
                if side.op == "grad" and side.args[1] in plan.points and other.op == "num":
                    found.append(side.args[1])
    return tuple(dict.fromkeys(found))


__all__ = ["Chooser", "Held", "fixed_points", "hold"]
