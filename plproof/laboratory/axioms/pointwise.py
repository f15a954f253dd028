"""The value of a term in one concrete model: exact rationals where possible, else floats.

A model gives every space a dimension and every free variable a value.  Reals are Fractions, or
floats once an irrational root, sine or cosine is met; vectors are tuples, linear maps are tuples of
rows, subspaces are tuples of independent rows in echelon form, functions are
:class:`SmoothFunction`, :class:`SmoothMap` or any callable.  A comparison of Fractions is exact;
one of floats is called false only where it misses by more than ``TOLERANCE`` relatively.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from plproof.language.sorts import Sort, coordinates_of
from plproof.language.terms import Term

TOLERANCE = 1e-9

Number = Fraction | float | int
Vector = tuple[Number, ...]
Matrix = tuple[tuple[Number, ...], ...]
_Value = TypeVar("_Value", Number, Vector, Matrix)


class Unknown(Exception):
    """The term has no value here; the message says why."""


@dataclass(frozen=True)
class SmoothFunction:
    """A real function with its gradient and the derivative of that, as a matrix, at a point."""

    value: Callable[[Vector], Number]
    gradient: Callable[[Vector], Vector]
    hessian: Callable[[Vector], Matrix]

    def __call__(self, point: Vector) -> Number:
        """Return the value."""
        return self.value(point)


@dataclass(frozen=True)
class SmoothMap:
    """A map between spaces with its derivative, a matrix, at a point."""

    value: Callable[[Vector], Vector]
    derivative: Callable[[Vector], Matrix]

    def __call__(self, point: Vector) -> Vector:
        """Return the value."""
        return self.value(point)


@dataclass
class Pointwise:
    """One model: ``dimensions`` of spaces, ``values`` of free variables by term, and for
    quantifiers the finite ``samples`` that are tried, given a sort.

    A quantifier is read over the samples only: “for all” can be found false, “there is” true.
    """

    dimensions: Mapping[str, int]
    values: dict[Term, Any] = field(default_factory=dict)
    samples: Callable[[Sort], Sequence[Any]] = lambda sort: ()

    def dimension(self, space: str) -> int:
        """Return the dimension of the space; Unknown for one that has none."""
        fixed = coordinates_of(space)
        if fixed is None and space not in self.dimensions:
            raise Unknown(f"the space {space} has no dimension")
        return self.dimensions[space] if fixed is None else fixed

    def read(self, t: Term, bound: tuple[Any, ...] = ()) -> Any:
        """Return the value of a term under bound variables (innermost first)."""
        op = t.op
        if op == "bound":
            return bound[t.data]
        if op == "var":
            if t not in self.values:
                raise Unknown(f"{t} has no value")
            return self.values[t]
        if op == "num":
            return self._number(t)
        if op == "basis":
            size = self.dimension(t.sort.spaces[0])
            return tuple(Fraction(int(i + 1 == t.data)) for i in range(size))
        if op == "false":
            return False
        if op == "def":
            return self.read(t.data.unfold(t.args), bound)
        if op == "lam":
            return lambda x: self.read(t.args[0], (x, *bound))
        if op in ("all", "ex"):
            results = (self.read(t.args[0], (x, *bound)) for x in self.samples(t.data.sort))
            return all(results) if op == "all" else any(results)
        if op == "imp":
            return not self.read(t.args[0], bound) or self.read(t.args[1], bound)
        if op == "jac":
            return self._derivative(t, bound)
        args = [self.read(arg, bound) for arg in t.args]
        if op == "eq":
            return equal(*args)
        if op == "subdim":
            return len(args[0])
        if op == "sum":
            return self._total(t, args)
        if op == "ran":
            return echelon(transpose(args[0], self.dimension(t.args[0].sort.spaces[0])))
        if op == "ker":
            return kernel(args[0], self.dimension(t.sort.spaces[0]))
        if op == "cap":
            return intersection(args[0], args[1], self.dimension(t.sort.spaces[0]))
        if op == "adj":
            return transpose(args[0], self.dimension(t.args[0].sort.spaces[0]))
        if op not in _OPERATIONS:
            raise Unknown(f"there is no value of {op!r}")
        return _OPERATIONS[op](*args)

    def _number(self, t: Term) -> Any:
        kind = t.sort.kind
        if kind == "Real":
            return t.data
        if kind == "Nat":
            return int(t.data)
        sizes = [self.dimension(space) for space in t.sort.spaces]
        if kind == "Vec":
            return (Fraction(0),) * sizes[0]
        if kind == "Sub":
            return identity(sizes[0]) if t.data else ()
        rows = ((Fraction(int(t.data == 1 and i == j)) for j in range(sizes[0]))
                for i in range(sizes[1]))  # fmt: skip
        return tuple(map(tuple, rows))

    def _total(self, t: Term, args: list[Any]) -> Any:
        f, count = args
        parts = [f(i) for i in range(count)]
        if t.sort.kind == "Vec":
            zero = (Fraction(0),) * self.dimension(t.sort.spaces[0])
            return add(zero, *parts)
        return sum(parts, Fraction(0))

    def _derivative(self, t: Term, bound: tuple[Any, ...]) -> Matrix:
        f, point = t.args
        at = self.read(point, bound)
        if f.op == "lam" and f.args[0].op == "grad":
            inner = f.args[0]
            if inner.args[1].op == "bound" and inner.args[1].data == 0 and not inner.args[0].loose:
                function = self.read(inner.args[0])
                if isinstance(function, SmoothFunction):
                    return function.hessian(at)
        function = self.read(f, bound)
        if not isinstance(function, SmoothMap):
            raise Unknown(f"the derivative of {f}")
        return function.derivative(at)


# ---------------------------------------------------------------- comparisons
def _exact(*values: Number) -> bool:
    return not any(isinstance(v, float) for v in values)


def less(a: Number, b: Number, strict: bool = False) -> bool:
    """Say whether a ≤ b (a < b when strict), in doubt yes."""
    if _exact(a, b):
        return a < b if strict else a <= b
    return a <= b + TOLERANCE * (1 + _absolute(a) + _absolute(b))


def _absolute(t: Number) -> Number:
    return -t if t < 0 else t


def equal(a: Any, b: Any) -> bool:
    """Say whether two numbers, vectors, matrices or subspaces are equal, in doubt yes."""
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    if not isinstance(a, (Fraction, float, int)):
        raise Unknown("two functions are compared")
    other: Number = b
    if _exact(a, other):
        return a == other
    return _absolute(a - other) <= TOLERANCE * (1 + _absolute(a) + _absolute(other))


# ---------------------------------------------------------------- vectors and matrices
def inner(u: Vector, v: Vector) -> Number:
    """Return ⟨u, v⟩."""
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))


def add(*parts: _Value) -> _Value:
    """Return the sum of numbers, vectors or matrices of one shape."""
    if not isinstance(parts[0], tuple):
        return sum(parts, 0)
    return tuple(add(*entries) for entries in zip(*parts, strict=True))


def scale(t: Number, v: _Value) -> _Value:
    """Return t times a number, vector or matrix."""
    if isinstance(v, tuple):
        return tuple(scale(t, entry) for entry in v)
    return t * v


def apply(a: Matrix, v: Vector) -> Vector:
    """Return the matrix a at the vector v."""
    return tuple(inner(row, v) for row in a)


def transpose(a: Matrix, columns: int) -> Matrix:
    """Return the transpose of a matrix with that many columns (it may have no row)."""
    return tuple(tuple(row[j] for row in a) for j in range(columns))


def compose(a: Matrix, b: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = len(b[0]) if b else 0
    return tuple(apply(transpose(b, columns), row) for row in a)


def identity(size: int) -> Matrix:
    """Return the unit matrix."""
    return tuple(tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size))


# ---------------------------------------------------------------- subspaces in echelon form
def echelon(rows: Sequence[Vector]) -> Matrix:
    """Return the independent rows in reduced echelon form that span the same subspace."""
    left = [list(row) for row in rows]
    found: list[list[Number]] = []
    width = len(left[0]) if left else 0
    for column in range(width):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        pivot = [entry / pivot[column] for entry in pivot]
        for row in (*left, *found):
            factor = row[column]
            row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        found.append(pivot)
    return tuple(map(tuple, found))


def kernel(rows: Sequence[Vector], size: int) -> Matrix:
    """Return the subspace of vectors of that size on which all rows vanish."""
    reduced = echelon(rows)
    pivots = [next(j for j, entry in enumerate(row) if entry) for row in reduced]
    basis = []
    for free in (j for j in range(size) if j not in pivots):
        vector = [Fraction(int(j == free)) for j in range(size)]
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = Fraction(-row[free])
        basis.append(tuple(vector))
    return echelon(basis)


def intersection(s: Matrix, t: Matrix, size: int) -> Matrix:
    """Return the intersection of two subspaces."""
    return kernel((*kernel(s, size), *kernel(t, size)), size)


def member(v: Vector, s: Matrix) -> bool:
    """Say whether the vector lies in the subspace; floats by their distance from it."""
    if _exact(*v):
        return len(echelon((*s, v))) == len(s)
    rest: Vector = tuple(map(float, v))
    for row in orthonormal(s):
        rest = add(rest, scale(-inner(rest, row), row))
    return math.hypot(*rest) <= math.sqrt(TOLERANCE) * (1 + math.hypot(*map(float, v)))


def orthonormal(s: Matrix) -> list[Vector]:
    """Return an orthonormal basis of the subspace in floats (Gram–Schmidt)."""
    found: list[Vector] = []
    for row in s:
        v: Vector = tuple(map(float, row))
        for u in found:
            v = add(v, scale(-inner(v, u), u))
        found.append(scale(1 / math.hypot(*v), v))
    return found


def root(t: Number) -> Number:
    """Return √t, exactly where it is rational; 0 for t < 0."""
    if t <= 0:
        return Fraction(0)
    if isinstance(t, float):
        return math.sqrt(t)
    t = Fraction(t)
    top, bottom = math.isqrt(t.numerator), math.isqrt(t.denominator)
    exact = top * top == t.numerator and bottom * bottom == t.denominator
    return Fraction(top, bottom) if exact else math.sqrt(t)


def divide(a: _Value, b: Number) -> _Value:
    """Return a/b, which is 0 for b = 0."""
    return scale(Fraction(0) if b == 0 else 1 / (b if isinstance(b, float) else Fraction(b)), a)


def _trigonometric(t: Number, f: Callable[[Number], float], at_zero: int) -> Number:
    return Fraction(at_zero) if t == 0 else f(t)


_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": add,
    "neg": lambda a: scale(-1, a),
    "mul": lambda a, b: a * b,
    "div": divide,
    "pow": lambda a, n: a**n,
    "sqrt": root,
    "sin": lambda t: _trigonometric(t, math.sin, 0),
    "cos": lambda t: _trigonometric(t, math.cos, 1),
    "real": lambda n: Fraction(n),
    "smul": scale,
    "ip": inner,
    "app": lambda f, x: f(x),
    "grad": lambda f, x: f.gradient(x),
    "lapp": apply,
    "comp": compose,
    "in": member,
    "le": less,
    "lt": lambda a, b: less(a, b, strict=True),
    "ge": lambda a, b: less(b, a),
    "gt": lambda a, b: less(b, a, strict=True),
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
}
