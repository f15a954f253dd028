"""What hypotheses for all points say, as numbers: one reading serves every pair of points.

[untrusted: nothing here is believed, the kernel checks what is made of it]

An inequality of a class is read once, for two points that stand for any; at others it is put
together by arithmetic.  Equations between vectors eliminate gradients, so that the forms are sparse
in the iterates; where nothing changes when all points are moved alike, one of them is the origin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

from flint import fmpq

from plproof.kernel.thm import Thm
from plproof.language.terms import Term, make, number
from plproof.proof.facts import opened
from plproof.search.program import Form
from plproof.search.reading import (
    ONE,
    ZERO,
    Entries,
    Line,
    NotSuited,
    Reading,
    add,
    add_gram,
    fraction,
    key_of,
)


@dataclass(frozen=True, eq=False)
class Template:
    """What an inequality for all points says: numbers for Gram entries of points and gradients.

    Of the k-th variable the point has the slot 2k and its gradient the slot 2k + 1; ``entries`` are
    two slots with a coefficient, ``values`` numbers of variables with that of the function's value.
    """

    thm: Thm
    arity: int
    entries: tuple[tuple[int, int, fmpq], ...]
    values: tuple[tuple[int, fmpq], ...]
    function: Term


#: an inequality for all points, and the numbers of the points at which it is used
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


class Elimination:
    """Line atoms in terms of others, by equations, and which multiples of them say so."""

    def __init__(self, equations: Sequence[Line], preferred: Callable[[int], bool]) -> None:
        self.rows: dict[int, tuple[Line, Line]] = {}  # pivot: (row, multiples of equations)
        for number_, equation in enumerate(equations):
            row, used = dict(equation), {number_: ONE}
            for pivot in [a for a in row if a in self.rows]:
                theirs, steps = self.rows[pivot]
                c = -row[pivot]
                add(row, theirs, c)
                add(used, steps, c)
            if not row:
                continue
            pivot = min(row, key=lambda a: (not preferred(a), -a))
            if row[pivot] != 1:
                scale = 1 / row[pivot]
                row = {a: c * scale for a, c in row.items()}
                used = {e: c * scale for e, c in used.items()}
            for theirs, steps in self.rows.values():
                if pivot in theirs:
                    c = -theirs[pivot]
                    add(steps, used, c)
                    add(theirs, row, c)
            self.rows[pivot] = (row, used)

    def reduced(self, v: Line) -> Line:
        """Return the vector without the pivots; it is not to be changed."""
        pivots = [a for a in v if a in self.rows]
        if not pivots:
            return v
        found = dict(v)
        for a in pivots:
            add(found, self.rows[a][0], -v[a])
        return found

    def multiples(self, a: int) -> Line:
        """Return how often each equation's slack makes up an atom minus its reduction."""
        return self.rows[a][1] if a in self.rows else {}


class Setting:
    """A goal, inequalities for all points, equations between vectors, and the points at hand.

    The n-th of the ``points`` has the slot 2n, its gradient the slot 2n + 1: ``lines`` gives them
    by atoms, ``shown`` in the ``basis``, which has no more of these than needed; ``target`` is the
    goal's slack in it.
    """

    def __init__(self, goal: Term, facts: Sequence[Thm]) -> None:
        self.goal, self.reading = goal, Reading()
        self._sizes: dict[int, Term] = {}  # whole numbers as terms, for multiples of vectors
        sides = _sides(goal)
        if sides is None:
            raise NotSuited("the goal is not of the form A ≤ B")
        self.equations: list[Thm] = []
        slacks, universal = [], []
        for th in map(opened, facts):
            claim = th.conclusion
            if claim.op == "eq" and claim.args[0].sort.kind == "Vec":
                slacks.append(self.reading.slack(*claim.args))
                self.equations.append(th)
            elif claim.op == "all":
                universal.append(th)
        kinds = self.reading.kinds
        self.elimination = Elimination(slacks, lambda a: kinds[a] == "grad")
        self.grams, values = self._split(*sides)
        self.points = self._points()
        self.templates: list[Template] = []
        for th in universal:
            try:
                self.templates.append(self._template(th))
            except NotSuited:  # what is not used need not be understood
                continue
        if not self.templates:
            raise NotSuited("no hypothesis speaks of all points")
        self.function = self.templates[0].function
        if any(template.function != self.function for template in self.templates):
            raise NotSuited("several functions")
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
        sides = _sides(body)
        if sides is None or arity not in (1, 2):
            raise NotSuited(f"{th.conclusion} is no inequality for one or two points")
        grams, values = self._split(*sides)
        slots: dict[int, int] = {}
        functions = set()
        for atom in {a for pair in grams for a in pair} | values.keys():
            evaluated = self.reading.evaluated(atom)
            point = self.reading.term(atom) if evaluated is None else evaluated[1]
            if point.op != "bound":
                raise NotSuited("the inequality speaks of other points than its own")
            slots[atom] = 2 * (arity - 1 - point.data) + (evaluated is not None)
            functions |= set() if evaluated is None else {evaluated[0]}
        if len(functions) != 1:
            raise NotSuited("the inequality does not speak of one function")
        return Template(
            th,
            arity,
            tuple((slots[a], slots[b], c) for (a, b), c in grams.items()),
            tuple((slots[a] // 2, c) for a, c in values.items()),
            functions.pop(),
        )

    def _points(self) -> list[Term]:
        """Return the points at which a function was met, each once, in order."""
        found: dict[object, Term] = {}
        for _, point in self.reading.met:
            found.setdefault(key_of(self.elimination.reduced(self.reading.read(point))), point)
        return list(found.values())

    def _coordinates(self) -> None:
        """Give points, gradients and values their places in a basis without an origin."""
        reading, reduced = self.reading, self.elimination.reduced
        self.lines: list[Line] = []
        self.value: dict[int, int] = {}
        for n, point in enumerate(self.points):
            gradient = reading.at("grad", self.function, point)
            self.lines += [reading.read(point), {gradient: ONE}]
            self.value[reading.at("app", self.function, point)] = n
        short = [reduced(v) for v in self.lines]
        others = dict.fromkeys(a for pair in self.grams for a in pair)
        order = dict.fromkeys(a for v in short for a in v)
        order |= dict.fromkeys(b for a in others for b in reduced({a: ONE}))
        self.free = {a for a in order if reading.kinds[a] != "grad"}
        moved = self.free and self._translates(short)
        self.origin = self._centre(short) if moved else None
        self.basis = [a for a in order if a != self.origin]
        self.place = {a: n for n, a in enumerate(self.basis)}
        self.shown = [self._placed(v) for v in short]

    def _centre(self, short: Sequence[Line]) -> int:
        """Return the atom to be the origin: a stationary point if there is one, as inequalities
        join it with all the others, and their forms are sparse without it.
        """
        for x, g in zip(short[::2], short[1::2], strict=True):
            if not g and len(x) == 1:
                return next(iter(x))
        return max(self.free)

    def _translates(self, short: Sequence[Line]) -> bool:
        """Say whether nothing changes when all points are moved alike: the free atoms, by one."""

        def shift(v: Line) -> fmpq:
            return sum((c for a, c in v.items() if a in self.free), ZERO)

        if any(shift(v) != (slot + 1) % 2 for slot, v in enumerate(short)):
            return False
        for template in self.templates:
            moved: Line = {}
            for one, other, c in template.entries:
                if one % 2 == 0:
                    add(moved, {other: ONE}, c)
                if other % 2 == 0:
                    add(moved, {one: ONE}, c)
            if moved:
                return False
        rest: Line = {}
        for (a, b), c in self.grams.items():
            u, v = (self.elimination.reduced({atom: ONE}) for atom in (a, b))
            add(rest, v, c * shift(u))
            add(rest, u, c * shift(v))
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
    def every(self) -> Iterable[Instance]:
        """Yield all instances, at all choices of different points."""
        for template in self.templates:
            for places in permutations(range(len(self.points)), template.arity):
                yield template, places

    def slots(self, instance: Instance) -> Slack:
        """Return the slack of an instance; its Gram entries are those of slots, i ≤ j."""
        template, places = instance
        grams: Entries = {}
        for one, other, c in template.entries:
            i = 2 * places[one >> 1] + (one & 1)
            j = 2 * places[other >> 1] + (other & 1)
            grams[(i, j) if i <= j else (j, i)] = c  # at different places: each pair once
        return Slack(grams, {places[k]: c for k, c in template.values})

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
        found: dict[int, Line] = {}
        rows = self.elimination.rows
        short = {a: self.elimination.reduced({a: ONE}) for a in {a for e in residual for a in e}}
        for (a, b), c in residual.items():
            if not c or (a not in rows and b not in rows):
                continue
            if len(short[a]) <= len(short[b]):  # the shorter takes the place of its atom first
                a, b = b, a
            for e, times in self.elimination.multiples(b).items():
                add(found.setdefault(e, {}), {a: ONE}, c * times)
            for e, times in self.elimination.multiples(a).items():
                add(found.setdefault(e, {}), short[b], c * times)
        return {e: found[e] for e in sorted(found) if found[e]}

    def term(self, v: Line) -> tuple[fmpq, Term]:
        """Return c > 0 and w with c·w the vector of atoms: w has whole coefficients without a
        common divisor, those that are positive first.
        """
        below = math.lcm(*(int(c.q) for c in v.values()))
        whole = {a: int(c.p) * (below // int(c.q)) for a, c in sorted(v.items())}
        above = math.gcd(*whole.values())
        pieces = [self._multiple(a, c // above) for a, c in whole.items() if c > 0]
        for a, c in whole.items():
            if c < 0:
                pieces.append(make("neg", (self._multiple(a, -c // above),)))
        return fmpq(above, below), make("add", tuple(pieces)) if len(pieces) > 1 else pieces[0]

    def _multiple(self, atom: int, c: int) -> Term:
        v = self.reading.term(atom)
        if c == 1:
            return v
        size = self._sizes.get(c)
        if size is None:
            size = self._sizes[c] = number(c)
        return make("smul", (size, v))


def _sides(claim: Term) -> tuple[Term, Term] | None:
    """Return A and B of what says A ≤ B, None for another claim."""
    while claim.op == "def":
        claim = claim.data.unfold(claim.args)
    if claim.op == "le":
        return claim.args[0], claim.args[1]
    return (claim.args[1], claim.args[0]) if claim.op == "ge" else None
