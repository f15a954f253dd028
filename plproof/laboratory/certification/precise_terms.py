"""Values of terms for one case in certified arithmetic: balls of arb, or exact rationals.

The meaning is that of ``terms``: functions are total (t/0 = 0, √t = 0 for
t < 0), and ∇f(x) and DF(x) of an explicit function x ↦ t are read off the value of t at a point
with nilpotent parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, Union

import numpy as np

from plproof.laboratory.certification.nilpotent import Nilpotent, Scalar, coefficient, moved
from plproof.laboratory.certification.precise import Field, Number, Undecided, family_at
from plproof.laboratory.certification.precise_maps import (
    Matrix,
    PreciseMap,
    Subspace,
    applied,
    composed,
    transposed,
)
from plproof.laboratory.certification.precise_runs import Members, PreciseRuns
from plproof.laboratory.families import Family
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.cases import Case
from plproof.laboratory.modelling.models import Plan
from plproof.language.sorts import NAT, coordinates_of
from plproof.language.terms import Term

Point: TypeAlias = list[Any]
Value: TypeAlias = Union[
    Number,
    Nilpotent,
    int,
    Point,
    Matrix,
    Family,
    PreciseMap,
    Subspace,
    "Sequence",
    "Closure",
    Members,
]

LONGEST_SUM = 200
"""Finite sums of more terms are not evaluated."""


class Sequence:
    """A sequence: the exact run of gradient descent, or members that are given."""

    def __init__(self, terms: PreciseTerms, members: list[Any], descent: Term | None) -> None:
        self.terms, self.members, self.descent = terms, members, descent

    def at(self, index: int) -> Any:
        """Return the member with an index; Undecided beyond the given ones."""
        while index >= len(self.members):
            if self.descent is None:
                raise Undecided("a member of a sequence that is not given")
            f, _, eta = self.descent.args
            last = self.members[-1]
            gradient = self.terms.function(f, last)[1]
            step = self.terms.value(eta)
            self.members.append([x - step * g for x, g in zip(last, gradient, strict=True)])
        return self.members[index]


class Closure:
    """A function term with the values around it."""

    def __init__(self, term: Term, scope: tuple[Value, ...]) -> None:
        self.term, self.scope = term, scope


class PreciseTerms:
    """Values of terms for one case in one field, the numbers of the case taken at face value."""

    def __init__(self, case: Case, field: Field) -> None:
        self.case, self.field = case, field
        self.plan: Plan = case.plan()
        a = case.assignment
        self.values: dict[Term, Value] = dict(a.families)
        self.values |= {v: PreciseMap(F, field) for v, F in a.systems.items()}
        for v, x in a.numbers.items():
            self.values[v] = int(x[0]) if v.sort == NAT else field.number(x[0])
        self.values |= {v: list(field.array(x[0])) for v, x in a.points.items()}
        self.values |= {v: [list(r) for r in field.array(x[0])] for v, x in a.matrices.items()}
        for v, x in a.tables.items():
            rows = [[field.number(float(entry[0])) for entry in row] for row in x]
            self.values[v] = Sequence(self, [Sequence(self, row, None) for row in rows], None)
        for v, x in a.starts.items():
            self.values[v] = Sequence(self, [list(field.array(x[0]))], self.plan.descents[v])
        for v, x in a.paths.items():
            members = [field.array(row[0]) for row in x]
            given = [list(row) if np.ndim(row) else row.item() for row in members]
            self.values[v] = Sequence(self, given, None)
        self._known: dict[tuple[Term, tuple[int, ...]], tuple[Value, tuple[Value, ...]]] = {}
        self._at: dict[tuple[int, int], tuple[Any, Any, tuple[Number, Point]]] = {}
        self._generators = 0
        for v in (*self.plan.definitions, *self.plan.placed, *self.plan.method.rules):
            self.values.pop(v, None)  # a proposal
        for v, term in self.plan.determined():
            try:
                self.values[v] = self.value(term)
            except NotEvaluated:
                self.values.pop(v, None)
        self.runs: PreciseRuns | None = None
        if self.plan.method.rules:
            late = {v: t for v, t in self.plan.determined() if v not in self.values}
            self.runs = PreciseRuns(self, self.plan.method, a.members, late)

    def value(self, term: Term, scope: tuple[Value, ...] = ()) -> Any:
        """Return the value of a term; NotEvaluated for those that are not known here."""
        loose = scope[len(scope) - term.loose :] if term.loose else ()
        key = (term, tuple(map(id, loose)))
        if key not in self._known:
            self._known[key] = (self._compute(term, scope), loose)  # keeps the ids alive
        return self._known[key][0]

    def function(self, f: Term, point: Point, scope: tuple[Value, ...] = ()) -> Any:
        """Return value and gradient of a function of the catalogue at a point."""
        family = self.value(f, scope)
        if not isinstance(family, Family):
            raise NotEvaluated(f"{f} is not a function of the catalogue")
        return self._family(family, point)

    def _family(self, family: Family, point: Point) -> Any:
        key = (id(family), id(point))
        if key not in self._at:
            try:
                found = family_at(family, self.field, point)
            except NotImplementedError as error:
                raise NotEvaluated(str(error)) from error
            self._at[key] = (family, point, found)
        return self._at[key][2]

    def _compute(self, term: Term, scope: tuple[Value, ...]) -> Any:
        op, args = term.op, term.args
        if op == "var":
            if term not in self.values:
                raise NotEvaluated(f"{term} has no value in a certified re-check")
            return self.values[term]
        if op == "bound":
            return scope[len(scope) - 1 - term.data]
        if op in ("num", "basis"):
            return self._constant(term)
        if op == "lam":
            return Closure(term, scope)
        if op == "def":
            return self.value(term.data.unfold(args), scope)
        if op == "app":
            return self.applied(self.value(args[0], scope), self.value(args[1], scope), term)
        if op in ("grad", "jac"):
            function, at = self.value(args[0], scope), self.value(args[1], scope)
            return self._derivative(function, at, term)
        if op == "sum":
            return self._sum(term, scope)
        if op not in _OPERATIONS:
            raise NotEvaluated(f"a certified re-check does not know {op!r}, in {term}")
        return _OPERATIONS[op](self.field, [self.value(arg, scope) for arg in args])

    def _constant(self, term: Term) -> Value:
        kind, data, field = term.sort.kind, term.data, self.field
        if term.sort == NAT:
            return int(data)
        if kind == "Real":
            return field.number(data)
        sizes = [self.dimension(space) for space in term.sort.spaces]
        if term.op == "basis":
            return [field.number(i == data - 1) for i in range(sizes[0])]
        if kind == "Vec":
            return [field.number(0) for _ in range(sizes[0])]
        unit = [[field.number(i == j) for j in range(sizes[0])] for i in range(sizes[0])]
        if kind == "Sub":
            return Subspace(unit, kernel=not data)
        if data:
            return unit
        return [[field.number(0) for _ in range(sizes[0])] for _ in range(sizes[1])]

    def dimension(self, space: str) -> int:
        """Return the dimension of a space."""
        fixed = coordinates_of(space)
        return self.case.assignment.dimensions[space] if fixed is None else fixed

    def _sum(self, term: Term, scope: tuple[Value, ...]) -> Any:
        function, count = (self.value(arg, scope) for arg in term.args)
        if count > LONGEST_SUM:
            raise NotEvaluated(f"a sum of {count} terms, in {term}")
        total: Any = self.field.number(0)
        if term.sort.kind == "Vec":
            total = [self.field.number(0)] * self.dimension(term.sort.spaces[0])
        for i in range(count):
            total = added(total, self.applied(function, i, term))
        return total

    # ------------------------------------------------------------ functions
    def applied(self, function: Value, argument: Any, term: Term) -> Any:
        """Return the value of a function at an argument."""
        if isinstance(function, (Sequence, Members)):
            return function.at(argument)
        if isinstance(function, Closure):
            return self.value(function.term.args[0], (*function.scope, argument))
        if isinstance(function, PreciseMap):
            return function.value(argument)
        if isinstance(function, Family):
            return self._family(function, argument)[0]
        raise NotEvaluated(f"{term} is no function a certified re-check can evaluate")

    def _derivative(self, function: Value, at: Point, term: Term) -> Any:
        if isinstance(function, PreciseMap):
            return function.jacobian(at)
        if isinstance(function, Family):
            return self._family(function, at)[1]
        if not isinstance(function, Closure):
            raise NotEvaluated(f"{term} is no derivative a certified re-check can evaluate")
        columns: list[Any] = []
        for j in range(len(at)):
            self._generators += 1
            point = [moved(x, self._generators) if i == j else x for i, x in enumerate(at)]
            value = self.applied(function, point, term)
            if term.op == "grad":
                columns.append(coefficient(value, self._generators))
            else:
                columns.append([coefficient(x, self._generators) for x in value])
        return columns if term.op == "grad" else transposed(columns)


def added(left: Any, right: Any) -> Any:
    """Return the sum of two numbers, vectors or matrices."""
    if isinstance(left, list):
        return [added(x, y) for x, y in zip(left, right, strict=True)]
    return left + right


def _each(operation: Callable[[Any], Any], x: Any) -> Any:
    return [_each(operation, entry) for entry in x] if isinstance(x, list) else operation(x)


def _total_quotient(field: Field, a: Scalar, b: Scalar) -> Scalar:
    return field.number(0) if b.sign() == 0 else a / b


def _add(field: Field, args: list[Any]) -> Any:
    total = args[0]
    for arg in args[1:]:
        total = added(total, arg)
    return total


def _inner(field: Field, args: list[Any]) -> Any:
    u, v = args
    total: Any = field.number(0)
    for x, y in zip(u, v, strict=True):
        total = total + (x**2 if u is v else x * y)
    return total


_OPERATIONS: Mapping[str, Callable[[Field, list[Any]], Any]] = {
    "add": _add,
    "neg": lambda field, args: _each(lambda x: -x, args[0]),
    "mul": lambda field, args: args[0] * args[1],
    "div": lambda field, args: _each(lambda x: _total_quotient(field, x, args[1]), args[0]),
    "pow": lambda field, args: args[0] ** args[1],
    "sqrt": lambda field, args: args[0].sqrt(),
    "sin": lambda field, args: args[0].sin(),
    "cos": lambda field, args: args[0].cos(),
    "real": lambda field, args: field.number(args[0]),
    "smul": lambda field, args: _each(lambda x: args[0] * x, args[1]),
    "ip": _inner,
    "lapp": lambda field, args: applied(*args),
    "comp": lambda field, args: composed(*args),
    "adj": lambda field, args: transposed(args[0]),
    "ker": lambda field, args: Subspace(args[0], True),
    "ran": lambda field, args: Subspace(args[0], False),
    "cap": lambda field, args: args[0].meet(args[1]),
    "subdim": lambda field, args: args[0].dimension(),
}
