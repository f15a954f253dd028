"""What hypotheses for all points say, as numbers: one reading serves every pair of points.

[untrusted: nothing here is believed, the kernel checks what is made of it]

An inequality of a class is read once, for two points that stand for any; at others it is put
together by arithmetic.  Equations between vectors eliminate gradients, so that the forms are sparse
in the iterates; where nothing changes when all points are moved alike, one of them is the origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

from plproof.kernel.normal import NormalForm
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.syntax import grad
from plproof.language.terms import Term, as_real, make, number, subterms
from plproof.proof.facts import opened
from plproof.search.program import Form

_ZERO, _ONE = Fraction(0), Fraction(1)

Line = dict[int, Fraction]
Entries = dict[tuple[int, int], Fraction]


class NotSuited(Exception):
    """The statement is not about vectors, values and numbers alone: another search is needed."""


@dataclass(frozen=True)
class Template:
    """What an inequality for all points says: numbers for Gram entries of points and gradients.

    ``entries`` are ((kind, place), (kind, place)) with a coefficient; a kind is ``x`` for the point
    and ``g`` for its gradient, a place the number of the variable.  ``values`` are places of
    function values, ``constant`` the rest.
    """

    thm: Thm
    arity: int
    entries: tuple[tuple[tuple[str, int], tuple[str, int], Fraction], ...]
    values: tuple[tuple[int, Fraction], ...]
    function: Term


#: an inequality for all points, and the numbers of the points at which it is used
Instance = tuple[Template, tuple[int, ...]]


class Elimination:
    """Line atoms in terms of others, by equations, and which multiples of them say so."""

    def __init__(self, equations: Sequence[Line], preferred: Callable[[int], bool]) -> None:
        self.rows: dict[int, tuple[Line, Line]] = {}  # pivot: (row, multiples of equations)
        for number_, equation in enumerate(equations):
            row, used = dict(equation), {number_: _ONE}
            for pivot in [a for a in row if a in self.rows]:
                self._clear(row, used, pivot, row[pivot])
            if not row:
                continue
            pivot = min(row, key=lambda a: (not preferred(a), -a))
            scale = 1 / row[pivot]
            row = {a: c * scale for a, c in row.items()}
            used = {e: c * scale for e, c in used.items()}
            for other, (theirs, steps) in self.rows.items():
                if pivot in theirs:
                    add(steps, used, -theirs[pivot])
                    add(theirs, row, -theirs[pivot])
                    assert other in theirs
            self.rows[pivot] = (row, used)

    def _clear(self, row: Line, used: Line, pivot: int, c: Fraction) -> None:
        theirs, steps = self.rows[pivot]
        add(row, theirs, -c)
        add(used, steps, -c)

    def reduced(self, v: Mapping[int, Fraction]) -> Line:
        """Return the vector without the pivots."""
        found = dict(v)
        for a, c in v.items():
            if a in self.rows:
                add(found, self.rows[a][0], -c)
        return found

    def multiples(self, a: int) -> Line:
        """Return how often each equation's slack makes up an atom minus its reduction."""
        return self.rows[a][1] if a in self.rows else {}


def add(total: dict[Any, Fraction], other: Mapping[Any, Fraction], factor: Fraction) -> None:
    """Add factor·other in place; what becomes zero is left out."""
    for key, c in other.items():
        value = total.get(key, _ZERO) + factor * c
        if value:
            total[key] = value
        else:
            total.pop(key, None)


class Setting:
    """A goal, inequalities for all points, equations between vectors, and the points at hand."""

    def __init__(self, goal: Term, facts: Sequence[Thm]) -> None:
        self.goal, self.form = goal, NormalForm()
        self.vectors: dict[int, Term] = {}
        target = canonical(goal)
        if target.op != "le" or target.args[0].sort.kind != "Real":
            raise NotSuited("the goal is not of the form A ≤ B")
        whole = [opened(thm) for thm in facts]
        self.equations = []
        slacks = []
        for th in whole:
            claim = canonical(th.conclusion)
            if _between_vectors(claim):
                slacks.append(self.vector(claim.args[1] - claim.args[0]))
                self.equations.append(th)
        self.elimination = Elimination(slacks, lambda a: self.form.atoms[a][0] == "grad")
        self.templates = []
        for th in whole:
            try:
                self.templates += [self._template(th)] if th.conclusion.op == "all" else []
            except NotSuited:  # what is not used need not be understood
                continue
        if not self.templates:
            raise NotSuited("no hypothesis speaks of all points")
        self.points = self._points([*(th.conclusion for th in self.equations), target])
        slack = as_real(target.args[1]) - as_real(target.args[0])
        self.grams, _ = self._split(slack)
        self._coordinates(self.grams)
        self.target = self.read(slack)

    # ---- reading
    def vector(self, term: Term) -> Line:
        """Return a vector's coefficients by atoms; only numbers may be coefficients."""
        found = {}
        for atom, p in self.form.vector(term).items():
            if set(p) - {()}:
                raise NotSuited(f"{term} has coefficients that are no numbers")
            found[atom] = p[()]
        for t in subterms(term):
            if t.sort.kind == "Vec" and t.op in ("var", "grad", "app") and not t.loose:
                ((atom, _),) = self.form.vector(t).items()
                self.vectors.setdefault(atom, t)
        return found

    def _split(self, slack: Term) -> tuple[Entries, dict[int, Fraction]]:
        """Return the Gram entries and the values of a scalar."""
        for t in subterms(slack):
            if t.sort.kind == "Vec" and not t.loose:
                self.vector(t)
        grams: Entries = {}
        values: dict[int, Fraction] = {}
        for monomial, c in self.form.scalar(slack).items():
            if len(monomial) != 1 or monomial[0][1] != 1:
                raise NotSuited("something is neither a Gram entry nor a value")
            atom = monomial[0][0]
            key = self.form.atoms[atom]
            if key[0] == "ip":
                _, a, b = key
                assert isinstance(a, int) and isinstance(b, int)
                grams[a, b] = c
            elif key[0] == "app":
                values[atom] = c
            else:
                raise NotSuited("something is neither a Gram entry nor a value")
        return grams, values

    def _template(self, th: Thm) -> Template:
        body, variables = th.conclusion, []
        while body.op == "all" and body.data.sort.kind == "Vec":
            v = fresh_variable(body.data.name, body.data.sort, [body, *variables])
            body = open_binder(body, v)
            variables.append(v)
        c = canonical(body)
        if c.op != "le" or c.args[0].sort.kind != "Real" or len(variables) not in (1, 2):
            raise NotSuited(f"{th.conclusion} is no inequality for one or two points")
        grams, values = self._split(as_real(c.args[1]) - as_real(c.args[0]))
        named: dict[int, tuple[str, int]] = {}
        held: dict[int, int] = {}
        functions = set()
        for place, v in enumerate(variables):
            ((atom, _),) = self.form.vector(v).items()
            named[atom] = ("x", place)
        for t in subterms(c):
            if t.op in ("app", "grad") and not t.loose:
                if t.args[1] not in variables:
                    raise NotSuited("the inequality speaks of other points than its own")
                place = variables.index(t.args[1])
                functions.add(t.args[0])
                if t.op == "grad":
                    ((atom, _),) = self.form.vector(t).items()
                    named[atom] = ("g", place)
                else:
                    (((atom, _),),) = self.form.scalar(t)
                    held[atom] = place
        if len(functions) != 1 or any(a not in named for pair in grams for a in pair):
            raise NotSuited("the inequality speaks of several functions or of a fixed point")
        entries = tuple((named[a], named[b], c) for (a, b), c in grams.items())
        return Template(
            th, len(variables), entries, tuple((held[a], c) for a, c in values.items()),
            functions.pop(),
        )  # fmt: skip

    def _points(self, terms: Sequence[Term]) -> list[Term]:
        """Return the points at which the function is evaluated, each once, in order."""
        found: dict[object, Term] = {}
        for root in terms:
            for t in subterms(root):
                if t.op in ("app", "grad") and not t.loose and t.args[1].sort.kind == "Vec":
                    key = tuple(sorted(self.elimination.reduced(self.vector(t.args[1])).items()))
                    found.setdefault(key, t.args[1])
        return list(found.values())

    def _coordinates(self, grams: Mapping[tuple[int, int], Fraction]) -> None:
        """Give points, gradients and values their places in a basis without an origin."""
        f = self.templates[0].function
        if any(template.function != f for template in self.templates):
            raise NotSuited("several functions")
        self.at = []  # the point, its gradient, and the atom of its value
        for point in self.points:
            (((value, _),),) = self.form.scalar(make("app", (f, point)))
            self.at.append((self.vector(point), self.vector(grad(f, point)), value))
        self.value = {v: n for n, (_, _, v) in enumerate(self.at)}
        known = [v for x, g, _ in self.at for v in (x, g)]
        known += [{a: _ONE} for pair in grams for a in pair]
        order = list(dict.fromkeys(a for v in known for a in self.elimination.reduced(v)))
        self.free = free = {a for a in order if self.form.atoms[a][0] != "grad"}
        self.origin = self._centre(free) if free and self._translates(free, grams) else None
        self.place = {a: n for n, a in enumerate(a for a in order if a != self.origin)}
        self.basis = list(self.place)
        self.shown = {
            "x": [self.coordinates(x) for x, _, _ in self.at],
            "g": [self.coordinates(g) for _, g, _ in self.at],
        }

    def _centre(self, free: set[int]) -> int:
        """Return the atom to be the origin: a stationary point if there is one, as inequalities
        join it with all the others, and their forms are sparse without it.
        """
        for x, g, _ in self.at:
            if not self.elimination.reduced(g) and len(found := self.elimination.reduced(x)) == 1:
                return next(iter(found))
        return max(free)

    def _translates(self, free: set[int], grams: Mapping[tuple[int, int], Fraction]) -> bool:
        """Say whether nothing changes when all points are moved alike: the free atoms, by one."""

        def shift(v: Mapping[int, Fraction]) -> Fraction:
            return sum((c for a, c in self.elimination.reduced(v).items() if a in free), _ZERO)

        if any(shift(x) != 1 or shift(g) for x, g, _ in self.at):
            return False
        for template in self.templates:
            moved: dict[tuple[str, int], Fraction] = {}
            for one, other, c in template.entries:
                if one[0] == "x":
                    add(moved, {other: _ONE}, c)
                if other[0] == "x":
                    add(moved, {one: _ONE}, c)
            if moved:
                return False
        rest: Line = {}
        for (a, b), c in grams.items():
            add(rest, self.elimination.reduced({b: _ONE}), c * shift({a: _ONE}))
            add(rest, self.elimination.reduced({a: _ONE}), c * shift({b: _ONE}))
        return not rest

    def coordinates(self, v: Mapping[int, Fraction]) -> Line:
        """Return the vector in the basis: without pivots, with the origin at zero."""
        return {self.place[a]: c for a, c in self.elimination.reduced(v).items() if a in self.place}

    def read(self, scalar: Term) -> Form:
        """Return a scalar in the basis.  NotSuited: it is no form in it."""
        grams, values = self._split(scalar)
        quadratic: Entries = {}
        for (a, b), c in grams.items():
            add_gram(quadratic, self.coordinates({a: _ONE}), self.coordinates({b: _ONE}), c)
        if any(v not in self.value for v in values):
            raise NotSuited("a value at another point")
        linear = {self.value[v]: c for v, c in values.items()}
        return Form({e: c for e, c in quadratic.items() if c}, linear)

    # ---- instances
    def every(self) -> Iterable[Instance]:
        """Yield all instances, at all choices of different points."""
        for template in self.templates:
            for places in permutations(range(len(self.points)), template.arity):
                yield template, places

    def column(self, template: Template, places: tuple[int, ...]) -> Form:
        """Return the slack of an instance, in the basis."""
        quadratic: Entries = {}
        for (kind, a), (other, b), c in template.entries:
            add_gram(quadratic, self.shown[kind][places[a]], self.shown[other][places[b]], c)
        linear: dict[int, Fraction] = {}
        for place, c in template.values:
            add(linear, {places[place]: _ONE}, c)
        return Form({e: c for e, c in quadratic.items() if c}, linear)

    # ---- back to terms
    def multipliers(self, residual: Mapping[tuple[int, int], Fraction]) -> dict[int, Line]:
        """Return vectors m with Σ ⟨m, slack of an equation⟩ the form, which vanishes by them."""
        found: dict[int, Line] = {n: {} for n in range(len(self.equations))}
        for (a, b), c in residual.items():
            if not c:
                continue
            for e, times in self.elimination.multiples(b).items():
                add(found[e], self.elimination.reduced({a: _ONE}), c * times)
            for e, times in self.elimination.multiples(a).items():
                add(found[e], {b: _ONE}, c * times)
        return found

    def term(self, v: Mapping[int, Fraction]) -> Term:
        """Return a vector of atoms as a term."""
        total: Term | None = None
        for a, c in sorted(v.items(), key=lambda item: (item[1] < 0, item[0])):
            piece = self.vectors[a] if abs(c) == 1 else number(abs(c)) * self.vectors[a]
            if total is None:
                total = piece if c > 0 else -piece
            else:
                total = total + piece if c > 0 else total - piece
        assert total is not None
        return total


def add_gram(
    total: Entries,
    u: Mapping[int, Fraction],
    v: Mapping[int, Fraction],
    factor: Fraction,
) -> None:
    """Add factor·⟨u, v⟩ to Gram entries in place."""
    for a, c in u.items():
        for b, d in v.items():
            key = (a, b) if a <= b else (b, a)
            total[key] = total.get(key, _ZERO) + factor * c * d


def _between_vectors(claim: Term) -> bool:
    return claim.op == "eq" and claim.args[0].sort.kind == "Vec"
