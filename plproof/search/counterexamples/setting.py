"""From numbers near a worst case to exact values of all variables of a statement.

A function is taken as given; the free points are rounded, the equations of the method give the
others, implicit ones included, and numbers that are bounded by values of the run take the nearest
of them.  Then all hypotheses are decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, number, subterms
from plproof.proof.algebra import NoTerm, Reader
from plproof.search.counterexamples.functions.interpolant import Datum
from plproof.search.counterexamples.functions.judge import Function, Judge
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.polynomials import Undecided
from plproof.search.counterexamples.functions.quadratic import Metric, Point
from plproof.search.programs.bridge import Translation
from plproof.search.statements.instances import reached

_NEAR = 1e-4
_TRIES, _SMALL = 12, 1e-3
Rounding = Callable[[Any], Fraction]
#: floats, or exact rationals as objects
Coordinates: TypeAlias = NDArray[Any]
Sample: TypeAlias = tuple[Coordinates, Coordinates, Any]


@dataclass(frozen=True)
class Completed:
    """A judge with a value for every variable, all hypotheses true, and the sides of the claim."""

    judge: Judge
    left: Fraction
    right: Fraction

    @property
    def violation(self) -> Fraction:
        """By how much the claim fails."""
        return self.left - self.right


class Numbers:
    """A worst case in numbers, floats or exact: coordinates of vectors, values of real terms."""

    def __init__(
        self, vectors: Mapping[Term, Coordinates], values: Mapping[Term, Any], dimension: int
    ) -> None:
        self.vectors, self.values, self.dimension = dict(vectors), dict(values), dimension
        self._form = NormalForm()
        self._atoms = {}
        for v, row in vectors.items():
            (atom,) = self._form.vector(v)
            self._atoms[atom] = row

    @classmethod
    def of(
        cls, made: Translation, vectors: Coordinates, values: Coordinates, homogeneous: bool
    ) -> Numbers:
        """Return the numbers of a program's point, made larger where that changes nothing."""
        named = dict(zip(made.vectors, vectors, strict=True))
        heights = dict(zip(made.scalars, values, strict=True))
        found = cls(named, heights, vectors.shape[1])
        scale = found._scale() if homogeneous else 1
        return cls(
            {v: scale * row for v, row in named.items()},
            {t: scale**2 * c for t, c in heights.items()},
            vectors.shape[1],
        )

    def _scale(self) -> Any:
        """Return what makes 1 of the largest coordinate of the first point that is not at the
        origin, and where all are, of the distances between the points of functions.
        """
        points = [row for v, row in self.vectors.items() if v.op == "var"]
        largest = max((np.abs(row).max(initial=0.0) for row in points), default=0.0)
        for row in points:
            if np.abs(row).max(initial=0.0) > _SMALL * largest:
                return 1 / row[np.abs(row).argmax()]
        places = [self.at(t.args[1]) for t in self.values if t.op == "app"]
        known = [row for row in places if row is not None]
        apart = max((np.abs(x - known[0]).max(initial=0.0) for x in known), default=0.0)
        return 1 / apart if apart else 1

    def turned(self, basis: Coordinates) -> Numbers:
        """Return the same in other orthonormal coordinates, scaled anew."""
        vectors = {v: row @ basis for v, row in self.vectors.items()}
        first = next((row for v, row in vectors.items() if v.op == "var" and row.any()), None)
        scale = 1.0 if first is None else 1.0 / float(first[np.abs(first).argmax()])
        return Numbers(
            {v: scale * row for v, row in vectors.items()},
            {t: scale**2 * c for t, c in self.values.items()},
            self.dimension,
        )

    def at(self, v: Term) -> Coordinates | None:
        """Return the coordinates of a vector term, None when they are not known."""
        total: Coordinates = np.zeros(self.dimension, dtype=object) + Fraction(0)
        try:
            parts = self._form.vector(canonical(v))
        except KernelError:
            return None
        for atom, p in parts.items():
            if not set(p) <= {()}:
                return None
            if atom not in self._atoms:
                if self._form.atoms[atom][0] != "var":
                    return None
                continue  # where the point is makes no difference: at the origin
            c = p.get((), Fraction(0))
            row = self._atoms[atom]
            total = total + (c if row.dtype == object else float(c)) * row
        return total


class Setting:
    """A statement with numbers for its parameters: hypotheses and a claim A ≤ B."""

    def __init__(self, hypotheses: Sequence[Term], claim: Term) -> None:
        self.hypotheses, self.claim = list(hypotheses), claim
        self.goal = canonical(claim)
        self.variables = free_variables([*hypotheses, claim])
        self.functions = [
            v
            for v in self.variables
            if v.sort.kind == "Fun" and v.sort.parts[0].kind == "Vec" and v.sort.parts[1] == REAL
        ]
        parts = [part for h in hypotheses for part in _conjuncts(h)]
        self.equations = [p for p in parts if p.op == "eq" and p.args[0].sort.kind == "Vec"]
        self.parts = parts
        self._bodies = [canonical(p) for p in parts]
        self._expanded: dict[Term, Term] = {}
        self._bounds = {f: self._bounds_of(f) for f in self.functions}
        #: y and g where "for all v, f(v) ≥ f(y) + …" makes g a subgradient at y of a convex f
        self.subgradients = {f: self._subgradients_of(f) for f in self.functions}
        self.defined: dict[Term, Term] = {}
        self.solved: list[Term] = []  #: the equations that say so
        for p in self.equations:
            solved = self._solved(p)
            if solved is not None:
                self.defined[solved[0]] = solved[1]
                self.solved.append(p)
        #: points and what is equal to them, they themselves in it, as x₁ = x₀ − ∇f(x₀) − ∇g(x₁)
        self.implicit = [
            (p.args[0], p.args[1])
            for p in self.equations
            if p not in self.solved and p.args[0].op == "var" and p.args[0] not in self.defined
        ]

    def _solved(self, p: Term) -> tuple[Term, Term] | None:
        """Return a variable point and what an equation says it is, with no other definition of it.

        x₁ = x₀ − ∇f(x₀) gives x₁, and x₁ = x₀ − ∇f(x₁) gives x₀.
        """
        left, right = p.args
        if left.op == "var" and self._gives(left, [right]):
            return left, right
        form = NormalForm()
        try:
            parts = form.vector(canonical(left - right))
            reader = Reader(form, p.args)
            named = [(reader.vector(atom), c) for atom, c in parts.items() if set(c) == {()}]
        except (KernelError, NoTerm):
            return None
        if len(named) < len(parts):
            return None
        for v, c in named:
            rest = [(t, d[()]) for t, d in named if t != v]
            if v.op == "var" and self._gives(v, [t for t, _ in rest]):
                total = number(0, v.sort)
                for t, d in rest:
                    total = total + number(-d / c[()]) * t
                return v, total
        return None

    def _gives(self, v: Term, others: Sequence[Term]) -> bool:
        """Say whether others can be what a point is: nothing else is, and it is in none of them."""
        return v not in self.defined and v not in reached(others, self.defined)

    def expanded(self, t: Term) -> Term:
        """Return the term with points that equations define written out."""
        if t not in self._expanded:
            written = t
            for _ in self.defined:
                written = substitute(written, self.defined)
            self._expanded[t] = canonical(written)
        return self._expanded[t]

    @property
    def understood(self) -> bool:
        """Whether all variables are numbers, vectors and functions of vectors."""
        kinds = [v for v in self.variables if v.sort == REAL or v.sort.kind == "Vec"]
        return bool(self.functions) and len(kinds) + len(self.functions) == len(self.variables)

    def in_order(self) -> list[Term]:
        """Return the variables, those last that equations define, in the order of these."""
        made = [v for v in self.defined if v in self.variables]
        return [v for v in self.variables if v not in made] + made

    def free_points(self) -> list[Term]:
        """Return the points that no equation defines, minimisers first."""
        homes = self.homes()
        points = [v for v in self.variables if v.sort.kind == "Vec" and v not in self.defined]
        return sorted(points, key=lambda v: v not in homes)

    # ---------------------------------------------------------------- numeric data
    def homes(self) -> list[Term]:
        """Return the points that are best put at the origin: minimisers, stationary points."""
        found = [left.args[1] for left, _ in (p.args for p in self.equations) if left.op == "grad"]
        for f in self.functions:
            found += [t.args[1] for t in self.lower_bounds(f) if t.op == "app" and t.args[0] == f]
        return [v for v in found if v.op == "var"]

    def lower_bounds(self, f: Term) -> list[Term]:
        """Return what f is said to be at least everywhere: "for all v, … ≤ f(v)"."""
        return self._bounds[f]

    def _bounds_of(self, f: Term) -> list[Term]:
        found = []
        for body in self._bodies:
            if body.op == "all" and body.args[0].op == "le":
                low, high = body.args[0].args
                plain = high.op == "app" and high.args[0] == f and high.args[1].op == "bound"
                if plain and not low.loose:
                    found.append(low)
        return found

    def samples(self, f: Term, numbers: Numbers) -> list[Sample]:
        """Return points with gradient and value of f, as far as they are known."""
        places = [t.args[1] for t in numbers.values if t.op == "app" and t.args[0] == f]
        known = {
            t.args[1]: row
            for t, row in numbers.vectors.items()
            if t.op == "grad" and t.args[0] == f
        }
        for home in self.homes():
            known.setdefault(self.expanded(home), np.zeros(numbers.dimension, dtype=object))
        for y, slope in self.subgradients[f]:
            row = numbers.at(self.expanded(slope))
            if row is not None:
                known.setdefault(self.expanded(y), row)
        found = []
        for place in dict.fromkeys([*places, *known]):
            x, value, g = numbers.at(place), numbers.values.get(f(place)), known.get(place)
            if x is not None and g is not None and value is not None:
                found.append((x, g, value))
        return found

    def data(self, f: Term, numbers: Numbers) -> list[Datum]:
        """Return points with slope and value of f, on a line."""
        return [(float(x[0]), float(g[0]), float(v)) for x, g, v in self.samples(f, numbers)]

    def _subgradients_of(self, f: Term) -> list[tuple[Term, Term]]:
        found = []
        for body in self._bodies:
            if body.op != "all" or body.data.sort.kind != "Vec" or body.args[0].op != "le":
                continue
            v = fresh_variable("v", body.data.sort, self.variables)
            inner = open_binder(body, v)
            others = {t.args[1]: None for t in subterms(inner) if t.op == "app" and t.args[0] == f}
            if others.pop(v, v) is None and len(others) == 1:
                (y,) = others
                g = _minus_slope(inner, v, f, y)
                found += [] if g is None else [(y, g)]
        return found

    # ---------------------------------------------------------------- exact values
    def completed(
        self,
        functions: Mapping[Term, Function],
        metric: Metric,
        numbers: Numbers,
        rounded: Rounding,
    ) -> Completed | None:
        """Return exact values of all variables with which every hypothesis holds, or None.

        Of several the one with the largest violation of the claim.
        """
        try:
            judge = self._placed(functions, metric, numbers, rounded)
        except Undecided:
            return None
        if judge is None:
            return None
        unknown = [v for v in self.variables if v not in judge.values]
        best: Completed | None = None
        for values in self._naturals(judge, unknown, numbers, rounded):
            tried = Judge(metric, {**judge.values, **values})
            left_right = self._sides(tried)
            if left_right is None:
                continue
            left, right = left_right
            if best is not None and left - right <= best.violation:
                continue
            if all(tried.truth(h) is True for h in self.hypotheses):
                best = Completed(tried, left, right)
        return best

    def _sides(self, judge: Judge) -> tuple[Fraction, Fraction] | None:
        left, right = self.goal.args
        try:
            return judge.number(left), judge.number(right)
        except Undecided:
            return None

    def _placed(
        self,
        functions: Mapping[Term, Function],
        metric: Metric,
        numbers: Numbers,
        rounded: Rounding,
    ) -> Judge | None:
        """Return the functions and a value of each vector, None when one gets none."""
        wanted = [v for v in self.variables if v.sort.kind == "Vec"]
        free: dict[Term, Point] = {}
        for v in wanted:
            if v not in self.defined:
                at = numbers.at(v)
                point = np.zeros(numbers.dimension) if at is None else at
                free[v] = tuple(rounded(c) for c in point)
        judge = self._followed(Judge(metric, {**functions, **free}))
        for v, right in self.implicit:  # one round is enough where the inner gradient is constant
            if _known(right, judge):
                free[v] = judge.point(right)
                judge = self._followed(Judge(metric, {**functions, **free}))
        return judge if all(v in judge.values for v in wanted) else None

    def _followed(self, judge: Judge) -> Judge:
        """Give the points that equations define their values, and return the judge."""
        for _ in self.defined:
            for v, right in self.defined.items():
                if v not in judge.values and _known(right, judge):
                    judge.values[v] = judge.point(right)
        return judge

    def _naturals(
        self, judge: Judge, unknown: Sequence[Term], numbers: Numbers, rounded: Rounding
    ) -> Iterator[dict[Term, Fraction]]:
        """Yield values for numbers that are no parameters: near ones that occur in the run."""
        if not unknown:
            yield {}
            return
        v, rest = unknown[0], unknown[1:]
        near = numbers.values.get(v)
        if near is None:
            return
        natural = dict.fromkeys(self._occurring(judge))
        close = [c for c in natural if abs(float(c) - near) < _NEAR * (1 + abs(near))]
        close.append(rounded(near))
        for c in list(dict.fromkeys(close))[:_TRIES]:
            for others in self._naturals(judge, rest, numbers, rounded):
                yield {v: c, **others}

    def _occurring(self, judge: Judge) -> Iterator[Fraction]:
        for f in judge.values.values():
            lowest = f.minimum() if isinstance(f, Piecewise) else None
            if lowest is not None:
                yield lowest
        terms = [t for p in [*self._bodies, self.goal] for t in subterms(p)]
        for t in dict.fromkeys(terms):
            if t.sort == REAL and not t.loose and t.op in ("app", "ip"):
                try:
                    yield judge.number(t)
                except Undecided:
                    continue


def _conjuncts(h: Term) -> list[Term]:
    """Return the parts of a hypothesis; a definition other than a class of functions unfolded."""
    if h.op == "and":
        return [part for arg in h.args for part in _conjuncts(arg)]
    if h.op == "def":
        meant = h.data.unfold(h.args)
        if meant.op in ("and", "eq"):
            return [h, *_conjuncts(meant)]
    return [h]


def _known(t: Term, judge: Judge) -> bool:
    return all(v in judge.values for v in free_variables(t))


def _minus_slope(inner: Term, v: Term, f: Term, y: Term) -> Term | None:
    """Return g = −∇q(y) for a comparison that says f(v) − f(y) + q(v) ≥ 0, q quadratic; or None."""
    form = NormalForm()
    try:
        slack = form.scalar(inner.args[1] - inner.args[0])
        reader = Reader(form, [inner])
        (own,), (here,), (there,) = form.vector(v), form.scalar(f(v)), form.scalar(f(y))
        if slack.get(here) != 1 or slack.get(there) != -1:
            return None
        slope = number(0, v.sort)
        for monomial, c in slack.items():
            if len(monomial) != 1 or form.atoms[monomial[0][0]][0] != "ip":
                continue
            a, b = reader.pair(monomial[0][0])
            if a == b == own:
                slope = slope - number(2 * c) * y
            elif own in (a, b):
                slope = slope - number(c) * reader.vector(b if a == own else a)
    except (KernelError, NoTerm, ValueError):
        return None
    return None if v in free_variables(slope) else canonical(slope)
