"""What hypotheses for all points say, as numbers: one reading serves every pair of points.

[untrusted: nothing here is believed, the kernel checks what is made of it]

An inequality of a class is read once, for two points that stand for any; at others it is put
together by arithmetic.  Equations between vectors eliminate gradients, so that the forms are sparse
in the iterates; where nothing changes when all points are moved alike, one of them is the origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flint import fmpq

from plproof.kernel.thm import Thm
from plproof.language.sorts import REAL
from plproof.language.terms import Term, number
from plproof.proof.facts import opened, parts_of
from plproof.proof.forms import (
    ONE,
    ZERO,
    Elimination,
    Entries,
    Line,
    add,
    add_gram,
    fraction,
    multiples,
)
from plproof.search.many_points.reading import NotSuited, Reading, key_of
from plproof.search.programs.program import Form


@dataclass(frozen=True, eq=False)
class Template:
    """What an inequality says, for one or two points that stand for any, or for none.

    Of its k-th point the slot is 2k, of the gradient there 2k + 1; vectors that are fixed, as the
    minimiser in f(x) ≥ f(x*), are numbered −1, −2, … .  ``entries`` are two of these with a
    coefficient, ``values`` numbers of points with that of the function's value, and ``fixed``
    values are told by their atoms.
    """

    thm: Thm
    arity: int
    function: Term | None  #: that of its points, None when it has none
    entries: tuple[tuple[int, int, fmpq], ...]
    values: tuple[tuple[int, fmpq], ...]
    fixed: tuple[tuple[int, fmpq], ...]


_OF_FUNCTIONS = ("grad", "app")
_COMPARED = ("le", "lt", "ge", "gt")

#: an inequality, and the numbers of the places at which it is used
Instance = tuple[Template, tuple[int, ...]]


class Slack(NamedTuple):
    """A quadratic form and values: of Gram entries in a basis, of the function at points."""

    grams: Entries
    values: Line

    def form(self) -> Form:
        """Return it with Python's rational numbers."""
        return Form(
            {e: fraction(c) for e, c in self.grams.items() if c},
            {k: fraction(c) for k, c in self.values.items() if c},
        )


class Setting:
    """A goal, inequalities, equations between vectors, and the places at hand.

    A place is a function and a point.  The n-th has the slot 2n for the point and 2n + 1 for the
    gradient there, a subgradient that a map gives, or the value of a map; then come the vectors
    that are fixed in inequalities.
    ``lines`` gives all these by atoms, ``shown`` in the ``basis``, which has no more of them than
    needed; ``target`` is the goal's slack in it.  ``places`` tells which are a function's own.
    """

    def __init__(self, goal: Term, facts: Sequence[Thm], points: Sequence[Term] = ()) -> None:
        """Read them; ``points`` are to be places beside those at which functions are met."""
        self.goal, self.reading = goal, Reading()
        self._slots: dict[Instance, Slack] = {}
        sides = _sides(goal)
        if sides is None:
            raise NotSuited("the goal is not of the form A ≤ B")
        self.equations: list[Thm] = []
        slacks, inequalities = [], []
        for th in (opened(part) for fact in facts for part in parts_of(fact)):
            claim = th.conclusion
            if claim.op == "eq" and claim.args[0].sort.kind == "Vec":
                slacks.append(self.reading.slack(*claim.args))
                self.equations.append(th)
            elif claim.op == "all" or claim.op in _COMPARED:
                inequalities.append(th)
        kinds = self.reading.kinds
        self.elimination = Elimination(slacks, lambda a: kinds[a] in _OF_FUNCTIONS)
        self.grams, values = self._split(*sides)
        self._slopes: dict[Term, tuple[str, Term]] = {}  # ∇f or subgradients, by function
        self._fixed: dict[int, int] = {}  # vectors that are fixed in inequalities: their numbers
        templates = []
        for th in inequalities:
            met = len(self.reading.met)
            try:
                templates.append(self._template(th))
            except NotSuited:  # what is not used need not be understood
                del self.reading.met[met:]
        self._find_places(templates, points)
        self.templates = [t for t in templates if all(a in self.value for a, _ in t.fixed)]
        if not any(self.places.values()):
            raise NotSuited("no hypothesis speaks of all points")
        self._coordinates()
        self.target = self._slack(self.grams, values)

    # ---- reading
    def _split(self, lower: Term, upper: Term) -> tuple[Entries, Line]:
        """Return the Gram entries and the values in upper − lower."""
        grams: Entries = {}
        values: Line = {}
        for key, c in self.reading.slack(lower, upper).items():
            if key == ():
                raise NotSuited("something is neither a Gram entry nor a value")
            (values if isinstance(key, int) else grams)[key] = c
        return grams, values

    def _template(self, th: Thm) -> Template:
        body, arity = th.conclusion, 0
        while body.op == "all" and body.data.sort.kind == "Vec":
            body, arity = body.args[0], arity + 1
        sides = _sides(body, strictly=True)
        if sides is None or arity > 2:
            raise NotSuited(f"{th.conclusion} is no inequality for one or two points")
        grams, values = self._split(*sides)
        own: dict[int, int] = {}
        fixed: list[int] = []
        owners: dict[Term, None] = {}  # functions, and what their slots of gradients are for
        slopes: dict[tuple[str, Term], None] = {}
        for atom in dict.fromkeys([*(a for pair in grams for a in pair), *values]):
            evaluated = self.reading.evaluated(atom)
            if not self.reading.loose(atom):
                fixed.append(atom)
                continue
            point = self.reading.term(atom) if evaluated is None else evaluated[1]
            if point.op != "bound" or (evaluated is not None and evaluated[0].loose):
                raise NotSuited(
                    "the inequality speaks of points that are neither its own nor fixed"
                )
            own[atom] = 2 * (arity - 1 - point.data) + (evaluated is not None)
            if evaluated is not None:
                f, real = evaluated[0], evaluated[0].sort.parts[1] == REAL
                owners |= {f: None} if real else {}
                slopes |= {} if atom in values else {(self.reading.kinds[atom], f): None}
        owners = owners or {f: None for _, f in slopes}
        if len(owners) != (arity > 0) or len(slopes) > 1:
            raise NotSuited("the inequality does not speak of one function at its points")
        function, slope = next(iter(owners), None), next(iter(slopes), None)
        other = function is not None and slope not in (None, self._slopes.get(function, slope))
        if other:
            raise NotSuited("gradients and a map of subgradients of one function")
        if function is not None and slope is not None:
            self._slopes[function] = slope
        for atom in fixed:
            if atom not in values:
                own[atom] = -1 - self._fixed.setdefault(atom, len(self._fixed))
        return Template(
            th,
            arity,
            function,
            tuple((own[a], own[b], c) for (a, b), c in grams.items()),
            tuple((own[a] // 2, c) for a, c in values.items() if a in own),
            tuple((a, c) for a, c in values.items() if a not in own),
        )

    def _find_places(self, templates: Sequence[Template], more: Sequence[Term]) -> None:
        """Number the places: the points at which a function was met, each once, in order."""
        points: dict[object, Term] = {}
        for point in (*(point for _, point in self.reading.met), *more):
            key = key_of(self.elimination.reduced(self.reading.read(point)))
            points.setdefault(key, point)
        functions = dict.fromkeys(t.function for t in templates if t.function is not None)
        bent = {
            t.function
            for t in templates
            for e in t.entries
            for slot in e[:2]
            if slot > 0 and slot % 2
        }
        self.points: list[Term] = []
        self.places: dict[Term, list[int]] = {f: [] for f in functions}
        self.value: dict[int, int] = {}
        self.lines: list[Line] = []
        for f in functions:
            for point in points.values():
                if point.sort != f.sort.parts[0]:
                    continue
                n = len(self.points)
                self.points.append(point)
                self.places[f].append(n)
                real = f.sort.parts[1] == REAL
                if real:
                    self.value[self.reading.at("app", f, point)] = n
                there = self.reading.at(*self._slopes.get(f, ("grad", f)), point)
                self.lines += [self.reading.read(point), {there: ONE} if f in bent else {}]
        self.lines += [{atom: ONE} for atom in self._fixed]

    def _coordinates(self) -> None:
        """Choose a basis, without an origin, and give the vectors their coordinates."""
        reading, reduced = self.reading, self.elimination.reduced
        short = [reduced(v) for v in self.lines]
        others = dict.fromkeys(a for pair in self.grams for a in pair)
        order = dict.fromkeys(a for v in short for a in v)
        order |= dict.fromkeys(b for a in others for b in reduced({a: ONE}))
        points = [v for v in short[: 2 * len(self.points) : 2] if len(v) == 1]
        self.free: set[int] = set()
        self.origin = None
        # what moves with the points: all that is no gradient, or the points alone
        for free in (
            {a for a in order if reading.kinds[a] not in _OF_FUNCTIONS},
            {a for v in points for a in v},
        ):
            if free and self.origin is None and self._translates(free, short):
                self.free, self.origin = free, self._centre(free, short)
        self.basis = [a for a in order if a != self.origin]
        self.place = {a: n for n, a in enumerate(self.basis)}
        self.shown = [self._placed(v) for v in short]

    def _centre(self, free: set[int], short: Sequence[Line]) -> int:
        """Return the atom to be the origin: a stationary point if there is one, as inequalities
        join it with all the others, and their forms are sparse without it.
        """
        for n in range(len(self.points)):
            x, g = short[2 * n : 2 * n + 2]
            if not g and self.lines[2 * n + 1] and len(x) == 1:
                return next(iter(x))
        return max(free)

    def _translates(self, free: set[int], short: Sequence[Line]) -> bool:
        """Say whether nothing changes when all points are moved alike: the free atoms, by one."""
        shifts = [sum((c for a, c in v.items() if a in free), ZERO) for v in short]
        end = 2 * len(self.points)
        if any(shift != (slot + 1) % 2 for slot, shift in enumerate(shifts[:end])):
            return False
        for template in self.templates:
            moved: Line = {}  # by atoms, and by negative numbers for what is at points
            for entry in template.entries:
                for one, other in (entry[:2], entry[1::-1]):
                    shift = (one + 1) % 2 if one >= 0 else shifts[end - 1 - one]
                    line = {-1 - other: ONE} if other >= 0 else short[end - 1 - other]
                    add(moved, line, entry[2] * shift)
            if moved:
                return False
        rest: Line = {}
        for (a, b), c in self.grams.items():
            u, v = (self.elimination.reduced({atom: ONE}) for atom in (a, b))
            add(rest, v, c * sum((d for e, d in u.items() if e in free), ZERO))
            add(rest, u, c * sum((d for e, d in v.items() if e in free), ZERO))
        return not rest

    def _placed(self, v: Line) -> Line:
        """Return a vector without pivots in the basis: the origin is at zero."""
        return {self.place[a]: c for a, c in v.items() if a in self.place}

    def _slack(self, grams: Entries, values: Line) -> Slack:
        shown = {
            a: self._placed(self.elimination.reduced({a: ONE})) for pair in grams for a in pair
        }
        quadratic: Entries = {}
        for (a, b), c in grams.items():
            add_gram(quadratic, shown[a], shown[b], c)
        if any(v not in self.value for v in values):
            raise NotSuited("a value at another point")
        return Slack(quadratic, {self.value[v]: c for v, c in values.items()})

    def read(self, scalar: Term) -> Slack:
        """Return a scalar in the basis.  NotSuited: it is no form in it."""
        return self._slack(*self._split(number(0), scalar))

    # ---- instances
    def slots(self, instance: Instance) -> Slack:
        """Return the slack of an instance; its Gram entries are those of slots, i ≤ j.

        It is not to be changed.
        """
        known = self._slots.get(instance)
        if known is not None:
            return known
        template, places = instance
        end = 2 * len(self.points)
        grams: Entries = {}
        for one, other, c in template.entries:
            i = 2 * places[one >> 1] + (one & 1) if one >= 0 else end - 1 - one
            j = 2 * places[other >> 1] + (other & 1) if other >= 0 else end - 1 - other
            grams[(i, j) if i <= j else (j, i)] = c  # at different places: each pair once
        values = {places[k]: c for k, c in template.values}
        for atom, c in template.fixed:
            add(values, {self.value[atom]: c})
        found = self._slots[instance] = Slack(grams, values)
        return found

    def together(self, weighed: Iterable[tuple[Instance, fmpq]]) -> Slack:
        """Return Σ weight·slack of instances in the same way; some of it may be zero."""
        grams: Entries = {}
        values: Line = {}
        for instance, weight in weighed:
            slack = self.slots(instance)
            for key, c in slack.grams.items():
                c = weight * c
                grams[key] = grams[key] + c if key in grams else c
            for n, c in slack.values.items():
                c = weight * c
                values[n] = values[n] + c if n in values else c
        return Slack(grams, values)

    def spread(self, grams: Entries, lines: Sequence[Line]) -> Entries:
        """Return Gram entries of slots as those of what the lines of the slots are made of."""
        found: Entries = {}
        for (i, j), c in grams.items():
            if c:
                add_gram(found, lines[i], lines[j], c)
        return found

    def column(self, instance: Instance) -> Slack:
        """Return the slack of an instance, in the basis."""
        grams, values = self.slots(instance)
        return Slack(self.spread(grams, self.shown), values)

    # ---- back to terms
    def multipliers(self, residual: Entries) -> dict[int, Line]:
        """Return vectors m with Σ ⟨m, slack of an equation⟩ the form, which vanishes by them."""
        return multiples(self.elimination, residual)


def _sides(claim: Term, strictly: bool = False) -> tuple[Term, Term] | None:
    """Return A and B of what says A ≤ B, or A < B if that is wanted; None for another claim."""
    while claim.op == "def":
        claim = claim.data.unfold(claim.args)
    if claim.op == "le" or (strictly and claim.op == "lt"):
        return claim.args[0], claim.args[1]
    turned = claim.op == "ge" or (strictly and claim.op == "gt")
    return (claim.args[1], claim.args[0]) if turned else None
