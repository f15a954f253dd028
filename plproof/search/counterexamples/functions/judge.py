"""Terms and propositions on concrete functions, in exact arithmetic.

What is decided is decided as the statement says it: classes of functions by curvatures and minima,
any other "for all vectors" as the sign of a quadratic polynomial on each part of the line (or plane
of two vectors) where the functions are quadratic.  None means: not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import isqrt
from typing import TypeAlias

from plproof.language import notation
from plproof.language.terms import Term
from plproof.search.counterexamples.functions.classes import class_of
from plproof.search.counterexamples.functions.interpolated import Interpolated
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.functions.polynomials import (
    Interval,
    Poly,
    Undecided,
    nonnegative_everywhere,
    nonnegative_on,
)
from plproof.search.counterexamples.functions.quadratic import Metric, Point, QuadraticForm
from plproof.theory.functions import PL, Convex, Differentiable, Minimiser, Smooth, StronglyConvex

Function: TypeAlias = Piecewise | QuadraticForm | Interpolated
Vector: TypeAlias = tuple[Poly, ...]
Value: TypeAlias = Poly | Vector | Function

_MAX_CELLS = 4_000
#: the same few propositions are decided for many functions
canonical = lru_cache(maxsize=512)(notation.canonical)


class _Split(Exception):
    """The value of a function is needed on both sides of a knot: ``variable`` at ``place``."""

    def __init__(self, variable: int, place: Fraction) -> None:
        super().__init__(f"{variable} at {place}")
        self.variable, self.place = variable, place


@dataclass
class Judge:
    """Values of variables: numbers, points in the coordinates of ``metric``, and functions.

    Values may be added; one that is there is not to be changed, as what it gave is kept.
    """

    metric: Metric
    values: dict[Term, Fraction | Point | Function]
    _cell: dict[int, Interval] = field(default_factory=dict)
    #: closed terms that have a value: a point of many steps has every other many times in it
    _known: dict[Term, Value] = field(default_factory=dict)

    # ---------------------------------------------------------------- values
    def number(self, t: Term) -> Fraction:
        """Return the value of a closed real term; Undecided when it is no rational number."""
        return _constant(self._scalar(t, ()))

    def point(self, t: Term) -> Point:
        """Return the value of a closed vector term."""
        return tuple(map(_constant, self._vector(t, ())))

    def _scalar(self, t: Term, scope: tuple[Value, ...]) -> Poly:
        found = self._value(t, scope)
        if not isinstance(found, Poly):
            raise Undecided(f"{t} is not a number")
        return found

    def _vector(self, t: Term, scope: tuple[Value, ...]) -> Vector:
        found = self._value(t, scope)
        if not isinstance(found, tuple):
            raise Undecided(f"{t} is not a vector")
        return found

    def _value(self, t: Term, scope: tuple[Value, ...]) -> Value:
        if t.loose or t.op in ("var", "num"):
            return self._computed(t, scope)
        if t not in self._known:
            self._known[t] = self._computed(t, ())
        return self._known[t]

    def _computed(self, t: Term, scope: tuple[Value, ...]) -> Value:
        op, args = t.op, t.args
        if op == "bound":
            return scope[len(scope) - 1 - int(t.data)]
        if op == "var":
            if t not in self.values:
                raise Undecided(f"{t} has no value")
            known = self.values[t]
            if isinstance(known, Fraction):
                return Poly.of(known)
            return tuple(map(Poly.of, known)) if isinstance(known, tuple) else known
        if op == "num":
            if t.sort.kind == "Vec":
                return tuple(Poly.of(0) for _ in range(self.metric.dimension))
            return Poly.of(t.data)
        if op in ("app", "grad"):
            f = self._value(args[0], scope)
            if not isinstance(f, (Piecewise, QuadraticForm, Interpolated)):
                raise Undecided(f"{args[0]} is no concrete function")
            value, gradient = self._at(f, self._vector(args[1], scope))
            return value if op == "app" else gradient
        if op == "def":
            return self._value(t.data.unfold(args), scope)
        compute = _OPERATIONS.get(op)
        if compute is None:
            raise Undecided(f"{op} is not evaluated here")
        return compute(self, [self._value(arg, scope) for arg in args])

    def inner(self, u: Vector, v: Vector) -> Poly:
        """Return ⟨u, v⟩."""
        total = Poly({})
        for i, row in enumerate(self.metric.matrix):
            for j, w in enumerate(row):
                if w:
                    total = total + Poly.of(w) * u[i] * v[j]
        return total

    def _at(self, f: Function, x: Vector) -> tuple[Poly, Vector]:
        if isinstance(f, QuadraticForm):
            pull = tuple(_combined(row, x) for row in f.operator())
            return Poly.of(Fraction(1, 2)) * self.inner(x, pull), pull
        if isinstance(f, Interpolated):
            known = f.at(tuple(map(_constant, x)))
            if known is None:
                raise Undecided("a function at a point where it is not given")
            return Poly.of(known[0]), tuple(map(Poly.of, known[1]))
        (at,) = x
        a, b, c = self._piece(f, at)
        value = Poly.of(a) * at * at + Poly.of(b) * at + Poly.of(c)
        here = at.constant
        if here is not None:
            return value, (Poly.of(f.slope(here)),)
        return value, (Poly.of(2 * a) * at + Poly.of(b),)

    def _piece(self, f: Piecewise, at: Poly) -> tuple[Fraction, Fraction, Fraction]:
        """Return the piece of f that holds for all points of the cell."""
        if at.constant is not None:
            return f.piece(at.constant)
        used = at.variables()
        if not f.knots:
            return f.pieces[0]
        if len(used) != 1 or at.coefficient(used[0], used[0]):
            raise Undecided("a function at a point that depends on two others")
        (v,) = used
        c, start = at.coefficient(v), at.coefficient()
        low, high = self._cell[v]
        for knot in f.knots:
            place = (knot - start) / c
            if (low is None or low < place) and (high is None or place < high):
                raise _Split(v, place)
        if low is None and high is None:
            inside = Fraction(0)
        elif low is None:
            assert high is not None
            inside = high - 1
        else:
            inside = low + 1 if high is None else (low + high) / 2
        return f.piece(start + c * inside)

    # ---------------------------------------------------------------- propositions
    def truth(self, p: Term) -> bool | None:
        """Return whether a closed proposition holds, None when that is not decided."""
        op, args = p.op, p.args
        if op == "false":
            return False
        if op == "def":
            known = self._by_class(p)
            return known if known is not None else self.truth(p.data.unfold(args))
        if op in ("and", "or"):
            parts = [self.truth(arg) for arg in args]
            decisive = op == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        if op == "imp":
            given = self.truth(args[0])
            if given is False:
                return True
            then = self.truth(args[1])
            return then if given or then else None
        try:
            if op == "all":
                return self._everywhere(p)
            if op in ("le", "lt", "ge", "gt", "eq"):
                return self._compared(p)
        except Undecided:
            return None
        return None

    def _compared(self, p: Term) -> bool:
        if p.op == "eq" and p.args[0].sort.kind == "Vec":
            return self.point(p.args[0]) == self.point(p.args[1])
        small, large = self._sides(canonical(p), ())
        slack = _constant(large - small)
        return slack == 0 if p.op == "eq" else slack > 0 if p.op in ("lt", "gt") else slack >= 0

    def _sides(self, p: Term, scope: tuple[Value, ...]) -> tuple[Poly, Poly]:
        """Return small and large of a comparison, both squared where they are norms."""
        if any(_mentions_root(side) for side in p.args):
            small, large = (self._square(side, scope) for side in p.args)
            if small is None or large is None:
                raise Undecided("a root that is no multiple of a norm")
            return small, large
        small, large = (self._scalar(side, scope) for side in p.args)
        return small, large

    def _square(self, t: Term, scope: tuple[Value, ...]) -> Poly | None:
        """Return the square of a product of numbers ≥ 0 and one norm; None for other terms."""
        if t.op == "sqrt" and t.args[0].op == "ip" and t.args[0].args[0] == t.args[0].args[1]:
            return self._scalar(t.args[0], scope)
        if t.op in ("mul", "div"):
            parts = [self._square(arg, scope) for arg in t.args]
            if parts[0] is None or parts[1] is None:
                return None
            square = _OPERATIONS[t.op](self, parts)
            assert isinstance(square, Poly)
            return square
        if not _mentions_root(t):
            value = self._scalar(t, scope)
            if value.constant is not None and value.constant >= 0:
                return value * value
        return None

    def _everywhere(self, p: Term) -> bool | None:
        """Decide “for all vectors, A ≤ B” (or A = B, or a conjunction)."""
        for f, g in self.values.items():
            if isinstance(g, (Fraction, tuple)):
                continue
            named = class_of(p, f)
            if named is not None:
                return self._in_class(g, *named)
            if isinstance(g, Interpolated):
                return self._of_gradients(p, f, g)
        return self.in_parts(p)

    def _of_gradients(self, p: Term, f: Term, g: Interpolated) -> bool | None:
        """Decide what is said of the gradients of a largest of affine functions, and nothing else.

        There are no others than those of the data: where several planes meet, one is chosen.
        """
        body = canonical(p)
        if g.high is not None or g.low or body.op != "all" or not g.fits():
            return None
        inner = body.args[0]
        if inner.op not in ("le", "lt") or _speaks_of_more(inner, f):
            return None
        truths = []
        for x, _, _ in g.data:
            self._cell = {}
            small, large = self._sides(inner, (tuple(map(Poly.of, x)),))
            slack = _constant(large - small)
            truths.append(slack > 0 if inner.op == "lt" else slack >= 0)
        return all(truths)

    def _in_class(self, f: Function, low: Fraction, high: Fraction | None) -> bool | None:
        """Say whether f has curvatures between two, and so the interpolation inequality of them."""
        if isinstance(f, Interpolated):  # nothing is known of its curvatures but that they fit
            wide = low <= f.low and (high is None or (f.high is not None and f.high <= high))
            return True if wide and f.fits() else None
        if isinstance(f, QuadraticForm):
            return f.curvature_at_least(low) and (high is None or f.curvature_at_most(high))
        least, most = f.curvature()
        below = high is None or (most is not None and most <= high)
        return least is not None and low <= least and below

    def in_parts(self, p: Term) -> bool | None:
        """Decide “for all vectors, A ≤ B” part by part of the line, no class recognised."""
        body, count = p, 0
        while body.op == "all" or (body.op == "def" and body.sort.kind == "Prop"):
            if body.op == "def":
                body = body.data.unfold(body.args)
                continue
            if body.data.sort.kind != "Vec":
                return None
            body, count = body.args[0], count + 1
        if body.op == "and":
            parts = [self._everywhere_of(part, count) for part in body.args]
            return False if False in parts else None if None in parts else True
        return self._everywhere_of(body, count)

    def _everywhere_of(self, body: Term, count: int) -> bool | None:
        body = canonical(body)
        if body.op not in ("le", "eq") or body.args[0].sort.kind not in ("Real", "Nat"):
            return None
        size = self.metric.dimension
        scope = tuple(tuple(Poly.variable(k * size + i) for i in range(size)) for k in range(count))
        piecewise = any(isinstance(f, Piecewise) for f in self.values.values())
        if not piecewise:
            small, large = self._sides(body, scope)
            slack = large - small
            return not slack.terms if body.op == "eq" else nonnegative_everywhere(slack)
        cuts: dict[int, set[Fraction]] = {k: set() for k in range(count)}
        kinks = {k for f in self.values.values() if isinstance(f, Piecewise) for k, _ in f.kinks()}
        while True:
            try:
                return all(
                    self._in_cell(body, scope, dict(enumerate(cell)))
                    for cell in product(*(_cells(cuts[k], kinks) for k in range(count)))
                )
            except _Split as split:
                cuts[split.variable].add(split.place)
                sizes = 1
                for k in cuts:
                    sizes *= len(cuts[k]) + len(kinks) + 1
                if sizes > _MAX_CELLS:
                    raise Undecided("too many parts of the line") from None

    def _in_cell(self, body: Term, scope: tuple[Value, ...], cell: Mapping[int, Interval]) -> bool:
        points = {v: low for v, (low, high) in cell.items() if low is not None and low == high}
        here = tuple(
            tuple(Poly.of(points[k]) for _ in value)
            if k in points and isinstance(value, tuple)
            else value
            for k, value in enumerate(scope)
        )
        before, self._cell = self._cell, dict(cell)
        try:
            small, large = self._sides(body, here)
        finally:
            self._cell = before
        slack = large - small
        return not slack.terms if body.op == "eq" else nonnegative_on(slack, cell)

    def _by_class(self, p: Term) -> bool | None:
        """Decide membership in a class of functions by curvatures, kinks and minima."""
        if p.data not in (Differentiable, Convex, Minimiser, Smooth, StronglyConvex, PL):
            return None
        f = self.values.get(p.args[0])
        try:
            if isinstance(f, QuadraticForm):
                return self._quadratic_class(f, p)
            if isinstance(f, Piecewise):
                return self._piecewise_class(f, p)
            if isinstance(f, Interpolated):
                return self._interpolated_class(f, p)
        except Undecided:
            return None
        return None

    def _quadratic_class(self, f: QuadraticForm, p: Term) -> bool | None:
        if p.data == Differentiable:
            return True
        if p.data == Convex:
            return f.curvature_at_least(Fraction(0))
        if p.data == Minimiser:
            return f.curvature_at_least(Fraction(0)) and self.number(p.args[0](p.args[1])) == 0
        number = self.number(p.args[1]) if p.data != PL else Fraction(0)
        if p.data == Smooth:
            return f.curvature_at_least(-number) and f.curvature_at_most(number)
        if p.data == StronglyConvex:
            return f.curvature_at_least(number)
        return None

    def _interpolated_class(self, f: Interpolated, p: Term) -> bool | None:
        if not f.fits():
            return None
        if p.data == Minimiser:  # what is not convex may fall below between its points
            known = f.at(self.point(p.args[1]))
            return True if f.low >= 0 and known is not None and not any(known[1]) else None
        if p.data == PL:
            return None
        if p.data == Differentiable:
            return True if f.high is not None else None
        if p.data == StronglyConvex and f.high is None:
            return None  # it asks for differentiability, and there may be kinks
        number = Fraction(0) if p.data == Convex else self.number(p.args[1])
        if p.data == Smooth:
            return True if f.high is not None and -number <= f.low and f.high <= number else None
        return True if number <= f.low else None

    def _piecewise_class(self, f: Piecewise, p: Term) -> bool | None:
        low, high = f.curvature()
        if p.data == Differentiable:
            return not f.kinks()
        if p.data == Convex:
            return low is not None and low >= 0
        if p.data == Minimiser:
            return f.minimum() == self.number(p.args[0](p.args[1]))
        if p.data == PL:
            return False if f.kinks() else None
        if low is None or high is None:
            return False
        number = self.number(p.args[1])
        if p.data == Smooth:
            return -number <= low and high <= number
        return number <= low


def _cells(cuts: set[Fraction], kinks: set[Fraction]) -> Iterator[Interval]:
    """Yield the parts of a line between cuts, and its kinks one by one."""
    places: list[Fraction | None] = [None, *sorted(cuts), None]
    yield from pairwise(places)
    yield from ((kink, kink) for kink in sorted(kinks))


def _combined(row: list[Fraction], x: Vector) -> Poly:
    total = Poly({})
    for c, entry in zip(row, x, strict=True):
        total = total + Poly.of(c) * entry
    return total


def _constant(p: Poly) -> Fraction:
    if p.constant is None:
        raise Undecided("a value that is not fixed")
    return p.constant


def _speaks_of_more(t: Term, f: Term) -> bool:
    """Say whether the innermost bound variable occurs but as the point of a gradient of f."""
    if t.op == "bound":
        return True
    if t.op == "grad" and t.args[0] == f and t.args[1].op == "bound":
        return False
    return any(_speaks_of_more(arg, f) for arg in t.args)


def _mentions_root(t: Term) -> bool:
    if t.op == "def":
        return _mentions_root(t.data.unfold(t.args))
    return t.op == "sqrt" or any(_mentions_root(arg) for arg in t.args if arg.sort.kind != "Fun")


def _root(p: Poly) -> Poly:
    value = _constant(p)
    if value <= 0:
        return Poly.of(0)
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above**2 != value.numerator or below**2 != value.denominator:
        raise Undecided("an irrational root")
    return Poly.of(Fraction(above, below))


def _quotient(a: Value, b: Value) -> Value:
    if not isinstance(b, Poly):
        raise Undecided("a quotient by what is no number")
    below = _constant(b)
    inverse = Poly.of(1 / below if below else 0)  # 1/0 = 0, as in the kernel
    if isinstance(a, tuple):
        return tuple(inverse * x for x in a)
    if not isinstance(a, Poly):
        raise Undecided("a quotient of what is no number and no vector")
    return inverse * a


def _sum(parts: list[Value]) -> Value:
    vectors = [v for v in parts if isinstance(v, tuple)]
    numbers = [x for x in parts if isinstance(x, Poly)]
    if len(vectors) == len(parts):
        return tuple(_total(list(entries)) for entries in zip(*vectors, strict=True))
    if len(numbers) != len(parts):
        raise Undecided("a sum of functions")
    return _total(numbers)


def _total(parts: list[Poly]) -> Poly:
    total = Poly({})
    for part in parts:
        total = total + part
    return total


def _power(base: Poly, exponent: Poly) -> Poly:
    n = _constant(exponent)
    result = Poly.of(1)
    for _ in range(int(n)):
        result = result * base
    return result


_OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda judge, a: _sum(a),
    "neg": lambda judge, a: tuple(-x for x in a[0]) if isinstance(a[0], tuple) else -a[0],
    "mul": lambda judge, a: a[0] * a[1],
    "div": lambda judge, a: _quotient(a[0], a[1]),
    "pow": lambda judge, a: _power(a[0], a[1]),
    "sqrt": lambda judge, a: _root(a[0]),
    "real": lambda judge, a: a[0],
    "smul": lambda judge, a: tuple(a[0] * x for x in a[1]),
    "ip": lambda judge, a: judge.inner(a[0], a[1]),
}
