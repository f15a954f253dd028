"""Terms on a batch in balls of the Euclidean norm: how far exact runs may be from rounded ones.

Errors of vectors are lengths, not sizes of coordinates, so a step of a method costs no factor √d;
and v − c∇f(v) is Lipschitz with max(|1 − cs|, |1 − cL|), not with 1 + |c|L: errors of runs stay
small over many steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.arithmetic.total import length
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit, displaced, exactly_at, expansion
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.modelling.stationarity import summands
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, number, rebuild, subterms

SMALLEST = SAFETY * UNIT
"""The unit of errors and radii."""


@dataclass(frozen=True)
class Ball:
    """Vectors (..., B, d), and how far the exact ones may be, (..., B) in units of SMALLEST."""

    value: Floats
    radius: Floats

    @classmethod
    def of(cls, t: Tracked) -> Ball:
        """Return vectors with bounds of their coordinates as balls."""
        return cls(t.value, length(np.broadcast_to(t.error, t.value.shape)))

    def tracked(self) -> Tracked:
        """Return the vectors with bounds of their coordinates."""
        return Tracked(self.value, np.broadcast_to(self.radius[..., None], self.value.shape))


Number: TypeAlias = Tracked | Ball
Plain: TypeAlias = Callable[[Floats], Floats]


class Frame:
    """Values of terms in balls, on the rows of a model.

    Arguments: ``member``, which gives the members of sequences and the points that the model does
    not have; ``unknown``, the variables of which ``member`` knows; ``values`` of further variables;
    ``outer``, the frame that knows the terms in which they do not occur.
    """

    def __init__(
        self,
        model: Model,
        member: Callable[[Term, int], Number],
        unknown: frozenset[Term],
        values: Mapping[Term, Number] | None = None,
        outer: Frame | None = None,
    ) -> None:
        self.model, self._member, self._unknown = model, member, unknown
        self._values = dict(values or {})
        self._outer = outer
        self._free: dict[Term, frozenset[Term]] = {} if outer is None else outer._free
        self._known: dict[Term, Number] = {}
        self._pairs: dict[tuple[int, int], tuple[object, Number, tuple[Tracked, Ball]]] = {}

    def with_values(self, values: Mapping[Term, Number]) -> Frame:
        """Return a frame with values for further variables."""
        return Frame(self.model, self._member, self._unknown, values, self)

    def real(self, term: Term) -> Tracked:
        """Return the value of a real or natural term."""
        found = self.value(term)
        assert isinstance(found, Tracked)
        return found

    def vector(self, term: Term) -> Ball:
        """Return the value of a vector term."""
        found = self.value(term)
        assert isinstance(found, Ball)
        return found

    def bounds(self, term: Term) -> tuple[Floats, Floats]:
        """Return bounds of a real term; NaN counts as unknown."""
        found = self.real(term)
        with np.errstate(all="ignore"):
            off = SMALLEST * found.error
            off = np.where(np.isfinite(off), off * (1.0 + 2.0**-50), np.inf)
            low = np.nextafter(found.value - off, -np.inf)
            high = np.nextafter(found.value + off, np.inf)
        exact, near = found.error == 0, found.value
        return np.where(exact, near, low), np.where(exact, near, high)

    def uses(self, term: Term) -> frozenset[Term]:
        """Return the free variables of a term."""
        if term not in self._free:
            self._free[term] = frozenset(free_variables(term))
        return self._free[term]

    def value(self, term: Term) -> Number:
        """Return the value of a number or vector; NotEvaluated for other terms."""
        if self._outer is not None and not self._values.keys() & self.uses(term):
            return self._outer.value(term)
        found = self._known.get(term)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._known[term] = self._compute(term)
        return found

    def _compute(self, term: Term) -> Number:
        op, args = term.op, term.args
        if op == "var" and term in self._values:
            return self._values[term]
        if not (self._values.keys() | self._unknown) & self.uses(term):
            plain = self.model.value(term)
            return Ball.of(plain) if term.sort.kind == "Vec" else plain
        if op == "var":
            return self._member(term, 0)
        if op == "def":
            return self.value(term.data.unfold(args))
        if op == "app" and args[0].sort.parts[0] == NAT:
            return self._member_at(term)
        if op in ("app", "grad") and args[0].op == "var":
            family = self.model.read(args[0])
            if isinstance(family, Family):
                value, slope = self._pair(family, self.vector(args[1]))
                return value if op == "app" else slope
        if op == "sum" and args[0].op == "lam":
            return self._sum(term)
        if op in ("add", "neg", "smul", "div") and term.sort.kind == "Vec":
            return self._vector(term)
        if op == "ip":
            return self._inner(term)
        if op in _REALS and term.sort.kind != "Vec":
            return _REALS[op](*(self.real(arg) for arg in args))
        return self._elsewhere(term)

    def _elsewhere(self, term: Term) -> Number:
        """Return the value of another term, with bounds of coordinates in place of lengths."""
        if term.sort not in (REAL, NAT) and term.sort.kind != "Vec":
            raise NotEvaluated(f"runs of methods do not follow {term}")
        mine = self._values.keys() | self._unknown
        inside: dict[Term, Term] = {}
        for t in subterms(term):
            at = t.op == "app" and t.args[0] in self._unknown and not t.loose
            if at or (t in mine and t.sort.kind != "Fun"):
                found = self.value(t)
                inside[t] = make("var", (), f"{t} ({len(self.model.values)})", t.sort)
                plain = found.tracked() if isinstance(found, Ball) else found
                self.model.values[inside[t]] = plain
        known = rebuild(term, lambda t, _: inside.get(t))
        try:
            plain = self.model.value(known)
        finally:
            for v in inside.values():
                del self.model.values[v]
        return Ball.of(plain) if term.sort.kind == "Vec" else plain

    def _member_at(self, term: Term) -> Number:
        sequence, at = term.args
        index = np.unique(self.real(at).value)
        if len(index) != 1:
            raise NotEvaluated(f"{term} is another member on each row")
        if sequence in self._unknown:
            return self._member(sequence, int(index[0]))
        orbit = self.model.read(sequence)
        if not isinstance(orbit, Orbit):
            raise NotEvaluated(f"{sequence} is not a sequence of numbers or vectors")
        found = orbit.at(index[0])
        return Ball.of(found) if term.sort.kind == "Vec" else found

    def _sum(self, term: Term) -> Number:
        function, count = term.args
        last = np.unique(self.real(count).value)
        if len(last) != 1:
            raise NotEvaluated(f"{term} has another number of terms on each row")
        i = fresh_variable(function.data.name, NAT, free_variables(function))
        body = open_binder(function, i)
        parts = [self.value(substitute(body, {i: number(n, NAT)})) for n in range(int(last[0]))]
        zero = self.model.value(number(0, term.sort))
        start: Number = Ball.of(zero) if term.sort.kind == "Vec" else zero
        for part in parts:
            start = _added(start, part)
        return start

    def plain(self, term: Term, chosen: Term) -> Plain:
        """Return a term as a function of a variable, (..., B) or (..., B, d), without bounds."""
        if chosen not in self.uses(term):
            value = self.value(term).value
            return lambda _: value
        if term == chosen:
            return lambda x: x
        op, args = term.op, term.args
        if op == "def":
            return self.plain(term.data.unfold(args), chosen)
        family = self.model.read(args[0]) if op in ("app", "grad") else None
        if isinstance(family, Family):
            at, one = self.plain(args[1], chosen), 0 if op == "app" else 1
            return lambda x: family.stacked(at(x))[one]
        if op not in _PLAIN:
            raise NotEvaluated(f"runs of methods do not solve for {chosen} in {term}")
        parts = [self.plain(arg, chosen) for arg in args]
        act, vector = _PLAIN[op], term.sort.kind == "Vec"
        return lambda x: act(vector, *(part(x) for part in parts))

    # ------------------------------------------------------------ functions of the catalogue
    def _pair(self, family: Family, at: Ball) -> tuple[Tracked, Ball]:
        key = (id(family), id(at))
        if key not in self._pairs:  # the entry keeps the ids alive
            rows = (family.batch, family.dimension)
            points = np.broadcast_to(at.value, np.broadcast_shapes(at.value.shape, rows))
            value, slope = exactly_at(family, points)
            moved, turned = displaced(family, points, slope, at.radius)
            pair = (
                Tracked(value.value, value.error + moved),
                Ball(slope.value, Ball.of(slope).radius + turned),
            )
            self._pairs[key] = (family, at, pair)
        return self._pairs[key][2]

    # ------------------------------------------------------------ vectors
    def _vector(self, term: Term) -> Ball:
        op, args = term.op, term.args
        if op == "add":
            return self._added(term)
        if op == "neg":
            inner = self.vector(args[0])
            return Ball(-inner.value, inner.radius)
        if op == "smul":
            return _scaled(self.real(args[0]), self.vector(args[1]))
        by = self.real(args[1])
        return _scaled(total.divide(total.exact(1.0), by), self.vector(args[0]), by)

    def _added(self, term: Term) -> Ball:
        """Return a sum, a step along a gradient in it as the one Lipschitz map that it is."""
        parts = list(summands(term))
        start: Ball | None = None
        for place, (t, sign) in enumerate(parts):
            found = _gradient_part(t)
            if found is None or sign > 0 or not self._has_family(found[1]):
                continue
            home = list(summands(found[1].args[1]))
            others = [part for i, part in enumerate(parts) if i != place]
            if all(others.count(part) >= home.count(part) for part in home):
                for part in home:
                    others.remove(part)
                start, parts = self._stepped(*found), others
                break
        for t, sign in parts:
            more = self.vector(t)
            more = more if sign > 0 else Ball(-more.value, more.radius)
            start = more if start is None else _plus(start, more)
        assert start is not None
        return start

    def _has_family(self, slope: Term) -> bool:
        f = slope.args[0]
        return f.op == "var" and isinstance(self.model.read(f), Family)

    def _stepped(self, length_of: tuple[Term | None, Term | None], slope: Term) -> Ball:
        """Return v − (a/b)∇f(v) for the term ∇f(v)."""
        family, at = self.model.read(slope.args[0]), self.vector(slope.args[1])
        assert isinstance(family, Family)
        a, b = length_of
        c = total.exact(1.0) if a is None else self.real(a)
        c = c if b is None else total.divide(c, self.real(b))
        _, here = self._pair(family, Ball(at.value, np.zeros(at.radius.shape)))
        step = _scaled(c, here)
        moved = _plus(Ball(at.value, np.zeros(at.radius.shape)), Ball(-step.value, step.radius))
        factor = expansion(family, c, family.smooth_near(at.value, SMALLEST * at.radius))
        grown = np.where(at.radius == 0, 0.0, factor * at.radius)
        return Ball(moved.value, moved.radius + grown)

    def _inner(self, term: Term) -> Tracked:
        u, v = (self.vector(arg) for arg in term.args)
        found = total.inner(total.exact(u.value), total.exact(v.value))
        sizes = length(u.value), length(v.value)
        error = sizes[0] * v.radius + sizes[1] * u.radius + SMALLEST * u.radius * v.radius
        return Tracked(found.value, found.error + np.where(np.isnan(error), np.inf, error))


def _gradient_part(t: Term) -> tuple[tuple[Term | None, Term | None], Term] | None:
    """Return ((a, b), ∇f(v)) where a term is (a/b)∇f(v)."""
    if t.op == "grad":
        return (None, None), t
    if t.op == "smul" and t.args[1].op == "grad":
        return (t.args[0], None), t.args[1]
    if t.op == "div" and t.args[0].op == "grad":
        return (None, t.args[1]), t.args[0]
    if t.op == "div" and t.args[0].op == "smul" and t.args[0].args[1].op == "grad":
        return (t.args[0].args[0], t.args[1]), t.args[0].args[1]
    return None


def _plus(a: Ball, b: Ball) -> Ball:
    local = total.add(total.exact(a.value), total.exact(b.value))
    return Ball(local.value, a.radius + b.radius + length(local.error))


def _added(a: Number, b: Number) -> Number:
    if isinstance(a, Ball) and isinstance(b, Ball):
        return _plus(a, b)
    assert isinstance(a, Tracked) and isinstance(b, Tracked)
    return total.add(a, b)


def _scaled(c: Tracked, v: Ball, divisor: Tracked | None = None) -> Ball:
    if divisor is None:
        local = total.scale(c, total.exact(v.value))
    else:
        local = total.divide_vector(total.exact(v.value), divisor)
    reach = np.abs(c.value) + SMALLEST * c.error
    grown = np.where(v.radius == 0, 0.0, reach * v.radius)
    shape = np.broadcast_shapes(local.error.shape, local.value.shape)
    return Ball(local.value, grown + length(np.broadcast_to(local.error, shape)))


def _sum_of(*parts: Tracked) -> Tracked:
    found = parts[0]
    for part in parts[1:]:
        found = total.add(found, part)
    return found


def _plain_sum(vector: bool, *parts: Floats) -> Floats:
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


_PLAIN: Mapping[str, Callable[..., Floats]] = {
    "add": _plain_sum,
    "neg": lambda vector, a: -a,
    "mul": lambda vector, a, b: a * b,
    "smul": lambda vector, c, v: c[..., None] * v,
    "div": lambda vector, a, b: a / (b[..., None] if vector else b),
    "pow": lambda vector, a, k: a**k,
    "real": lambda vector, a: a,
    "ip": lambda vector, u, v: np.vecdot(u, v),
}

_REALS: Mapping[str, Callable[..., Tracked]] = {
    "add": _sum_of,
    "neg": total.negative,
    "mul": total.multiply,
    "div": total.divide,
    "pow": lambda a, k: total.power(a, k.value),
    "sqrt": total.root,
    "sin": total.sine,
    "cos": total.cosine,
    "real": lambda a: a,
}

__all__ = ["SMALLEST", "Ball", "Frame", "Number", "Plain"]
