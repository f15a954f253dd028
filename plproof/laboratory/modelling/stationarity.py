"""Minimisations as equations: the gradient of an objective as a term, and bounds of how it rises.

Where a point is said to minimise an objective, or to solve x = place(x), it is where the objective
has gradient 0.  Both directions are rules on terms: the gradient of what is quadratic or a function
of an affine term, and the objective of which a field is the gradient.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.language.binding import open_binder
from plproof.language.sorts import REAL
from plproof.language.syntax import grad
from plproof.language.terms import Term, free_variables, make, number

Interval: TypeAlias = tuple[Floats, Floats]
"""Lower and upper bounds, an entry per row."""


def uses(t: Term, chosen: Term) -> bool:
    """Say whether a variable occurs in a term."""
    return chosen in free_variables(t)


def summands(t: Term, sign: int = 1) -> Iterator[tuple[Term, int]]:
    """Yield the terms that a sum adds up, through minus signs, each with its sign."""
    if t.op == "add":
        for arg in t.args:
            yield from summands(arg, sign)
    elif t.op == "neg":
        yield from summands(t.args[0], -sign)
    else:
        yield t, sign


# ---------------------------------------------------------------- gradients
def gradient(objective: Term, chosen: Term) -> Term | None:
    """Return the gradient of a real term in a variable, real or a vector, as a term.

    None where the objective is not of a form that is known: sums and products of affine terms, and
    functions of affine vectors.
    """
    try:
        found = _slope(objective, chosen)
    except _Unknown:
        return None
    return number(0, chosen.sort) if found is None else found


class _Unknown(Exception):
    """A term of a form that is not known."""


def _slope(t: Term, v: Term) -> Term | None:
    """Return the gradient of a real term, None where it is 0."""
    if not uses(t, v):
        return None
    if t == v:
        return number(1)
    op, args = t.op, t.args
    if op == "def":
        return _slope(t.data.unfold(args), v)
    if op == "add":
        return _total([_slope(arg, v) for arg in args])
    if op == "neg":
        return _negative(_slope(args[0], v))
    if op == "mul":
        a, b = args
        return _total([_times(b, _slope(a, v)), _times(a, _slope(b, v))])
    if op == "div" and not uses(args[1], v):
        found = _slope(args[0], v)
        return None if found is None else make("div", (found, args[1]))
    if op == "pow" and args[1].op == "num" and args[1].data >= 1:
        n = args[1].data
        lower = make("mul", (number(n), make("pow", (args[0], number(n - 1, args[1].sort)))))
        return _times(lower if n > 1 else number(1), _slope(args[0], v))
    if op == "app" and args[0].op in ("lam", "def"):
        return _slope(_opened(t), v)
    if op == "app" and args[0].op == "var" and args[1].sort.kind == "Vec":
        return _pulled(args[1], grad(args[0], args[1]), v)
    if op == "ip":
        a, b = args
        if a == b:
            return _times(number(2), _pulled(a, a, v))
        return _total([_pulled(a, b, v), _pulled(b, a, v)])
    raise _Unknown


def _opened(t: Term) -> Term:
    """Return a value of an explicit function written out."""
    f, at = t.args
    f = f.data.unfold(f.args) if f.op == "def" else f
    if f.op != "lam":
        raise _Unknown
    return open_binder(f, at)


def _pulled(a: Term, w: Term, v: Term) -> Term | None:
    """Return the gradient of ⟨a, w⟩ in the variable where w stays as it is."""
    if not uses(a, v):
        return None
    if a == v:
        return w
    op, args = a.op, a.args
    if op == "def":
        return _pulled(a.data.unfold(args), w, v)
    if op == "add":
        return _total([_pulled(arg, w, v) for arg in args])
    if op == "neg":
        return _negative(_pulled(args[0], w, v))
    if op == "smul":
        c, u = args
        parts = [_times(c, _pulled(u, w, v))]
        if uses(c, v):
            parts.append(_times(make("ip", (u, w)), _slope(c, v)))
        return _total(parts)
    if op == "div" and not uses(args[1], v):
        found = _pulled(args[0], w, v)
        return None if found is None else make("div", (found, args[1]))
    raise _Unknown


def _total(parts: list[Term | None]) -> Term | None:
    found = [part for part in parts if part is not None]
    return reduce(lambda a, b: a + b, found) if found else None


def _negative(t: Term | None) -> Term | None:
    if t is None:
        return None
    return t.args[0] if t.op == "neg" else make("neg", (t,))


def _times(c: Term, t: Term | None) -> Term | None:
    one = number(1)
    if t is None or c == one:
        return t
    return c if t == one else c * t


# ---------------------------------------------------------------- objectives
def potential(field: Term, chosen: Term) -> tuple[Term, tuple[Term, ...]] | None:
    """Return a real term whose gradient in a vector is the field, None where none is known.

    And the terms that must not be 0 for that: ∇f(cv + d) is the gradient of f(cv + d)/c.  Known are
    multiples, with factors free of the vector, of the vector itself, of vectors free of it and of
    gradients at multiples of it, moved, and sums of such.
    """
    divisors: list[Term] = []
    try:
        return _antiderivative(field, chosen, divisors), tuple(dict.fromkeys(divisors))
    except _Unknown:
        return None


def _antiderivative(field: Term, v: Term, divisors: list[Term]) -> Term:
    if not uses(field, v):
        return make("ip", (field, v))
    if field == v:
        return make("ip", (v, v)) / 2
    op, args = field.op, field.args
    if op == "def":
        return _antiderivative(field.data.unfold(args), v, divisors)
    if op == "add":
        return reduce(lambda a, b: a + b, [_antiderivative(arg, v, divisors) for arg in args])
    if op == "neg":
        return make("neg", (_antiderivative(args[0], v, divisors),))
    if op == "smul" and not uses(args[0], v):
        return args[0] * _antiderivative(args[1], v, divisors)
    if op == "div" and not uses(args[1], v):
        return _antiderivative(args[0], v, divisors) / args[1]
    if op == "grad" and args[0].op == "var":
        if args[1] == v:
            return args[0](v)
        factor = _factor(args[1], v)
        if factor is not None:
            divisors.append(factor)
            return args[0](args[1]) / factor
    raise _Unknown


def _factor(a: Term, v: Term) -> Term | None:
    """Return c, free of the vector, where a = c·v + something free of it."""
    if a == v:
        return number(1)
    if a.op == "neg":
        inner = _factor(a.args[0], v)
        return None if inner is None else make("neg", (inner,))
    if a.op == "smul" and not uses(a.args[0], v):
        inner = _factor(a.args[1], v)
        return None if inner is None else _times(a.args[0], inner)
    if a.op == "div" and not uses(a.args[1], v):
        inner = _factor(a.args[0], v)
        return None if inner is None else inner / a.args[1]
    if a.op == "add":
        parts = [_factor(arg, v) for arg in a.args if uses(arg, v)]
        if len(parts) == 1:
            return parts[0]
    return None


def direction(a: Term, t: Term) -> tuple[Term, Term] | None:
    """Return (c, u) where a vector is c·t·u + something free of the real variable t."""
    if a.op == "neg":
        inner = direction(a.args[0], t)
        return None if inner is None else (make("neg", (inner[0],)), inner[1])
    if a.op == "smul":
        c, u = a.args
        if not uses(u, t):
            slope = gradient(c, t)
            return None if slope is None or uses(slope, t) else (slope, u)
        inner = None if uses(c, t) else direction(u, t)
        return None if inner is None else (c * inner[0], inner[1])
    if a.op == "div" and not uses(a.args[1], t):
        inner = direction(a.args[0], t)
        return None if inner is None else (inner[0] / a.args[1], inner[1])
    if a.op == "add":
        parts = [arg for arg in a.args if uses(arg, t)]
        return direction(parts[0], t) if len(parts) == 1 else None
    return None


# ---------------------------------------------------------------- how fields rise
@dataclass(frozen=True)
class Rise:
    """Bounds of the derivative of a field: ⟨h, DG h⟩ between low‖h‖² and high‖h‖².

    ``numbers`` gives bounds of real terms free of the variable, ``functions`` (s, L) of a function
    variable: f − s‖·‖²/2 is convex and L‖·‖²/2 − f as well.  Of a field of a real variable the
    rise is bounded per square of the length of the direction where ``per_length`` is set.
    """

    chosen: Term
    numbers: Callable[[Term], Interval]
    functions: Callable[[Term], Interval]
    per_length: bool = False

    def of(self, field: Term) -> Interval | None:
        """Return the bounds, None for a field of another form."""
        try:
            with np.errstate(all="ignore"):
                return self._of(field)
        except _Unknown:
            return None

    def _of(self, t: Term) -> Interval:
        zero, v = np.zeros(1), self.chosen
        if not uses(t, v):
            return zero, zero
        if t == v:
            return zero + 1.0, zero + 1.0
        op, args = t.op, t.args
        if op == "def":
            return self._of(t.data.unfold(args))
        if op == "add":
            low, high = zero, zero
            for arg in args:
                a, b = self._of(arg)
                low, high = _down(low + a), _up(high + b)
            return low, high
        if op == "neg":
            low, high = self._of(args[0])
            return -high, -low
        if op in ("smul", "mul"):
            for c, inner in (args, args[::-1]):
                if c.sort == REAL and not uses(c, v):
                    return product(self.numbers(c), self._of(inner))
        if op == "div" and not uses(args[1], v):
            return product(_inverse(self.numbers(args[1])), self._of(args[0]))
        if op == "grad" and t.sort == v.sort and _factor(args[1], v) is not None:
            return product(self._of(args[1]), self.functions(args[0]))
        if op == "ip" and v.sort == REAL:
            return self._along(*args)
        raise _Unknown

    def _along(self, a: Term, b: Term) -> Interval:
        """Return the bounds for ⟨∇f(c), u⟩, where the point c moves along u."""
        for slope, u in ((a, b), (b, a)):
            if slope.op == "grad" and not uses(u, self.chosen):
                moved = direction(slope.args[1], self.chosen)
                if moved is None or moved[1] != u:
                    continue
                found = product(self.numbers(moved[0]), self.functions(slope.args[0]))
                if self.per_length:
                    return found
                square = self.numbers(make("ip", (u, u)))
                return product((np.maximum(square[0], 0.0), square[1]), found)
        raise _Unknown


def product(a: Interval, b: Interval) -> Interval:
    """Return bounds of products; 0 times what is not bounded is 0."""
    lows, highs = [], []
    for x, y in itertools.product(a, b):
        zero = (x == 0) | (y == 0)  # only then: another product may be too small for a float
        xy = x * y
        lows.append(np.where(zero, 0.0, np.nextafter(xy, -np.inf)))
        highs.append(np.where(zero, 0.0, np.nextafter(xy, np.inf)))
    return np.minimum.reduce(lows), np.maximum.reduce(highs)


def _inverse(a: Interval) -> Interval:
    low, high = a
    apart = (low > 0) | (high < 0)
    below = np.where(apart, _down(1.0 / high), -np.inf)
    return below, np.where(apart, _up(1.0 / low), np.inf)


def _down(x: Floats) -> Floats:
    return np.where(x == 0, 0.0, np.nextafter(x, -np.inf))


def _up(x: Floats) -> Floats:
    return np.where(x == 0, 0.0, np.nextafter(x, np.inf))


__all__ = ["Rise", "direction", "gradient", "potential", "product", "summands", "uses"]
