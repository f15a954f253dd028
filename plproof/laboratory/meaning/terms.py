"""The numeric meaning of terms: values with error bounds on a batch of interpretations.

Derivatives are exact rules, not differences: ∇f(x) and DF(x) of an explicit function x ↦ t are read
off the value of t at a point with a nilpotent part (``duals``), those of a
family or a system come from its own formulas.  Where a root or a quotient has no certain
derivative, it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.duals import NONE, Dual, Number, chained, joined, parts
from plproof.laboratory.arithmetic.matrices import applied, identity
from plproof.laboratory.arithmetic.operations import OPERATIONS, operated
from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.arithmetic.spans import Meet, Span
from plproof.laboratory.arithmetic.tables import Table
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit, function_at
from plproof.laboratory.meaning.hessians import hessian
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.meaning.values import Closure, NotEvaluated, Scope, Value
from plproof.language.sorts import NAT, coordinates_of
from plproof.language.terms import Term

LONGEST_SUM = 200
"""Finite sums of more terms are not evaluated."""


class Terms:
    """A batch of interpretations of spaces and variables, and the values of terms on it.

    Arguments: ``batch`` B; ``dimensions`` of the spaces by name, each at least 1; ``values`` of the
    free variables: reals and naturals (B,), vectors (B, d), linear maps (B, r, c), as Tracked;
    functions as families, maps as :class:`SystemMap`, sequences as orbits, subspaces as spans.
    """

    def __init__(
        self, batch: int, dimensions: Mapping[str, int], values: Mapping[Term, Value]
    ) -> None:
        self.batch = batch
        self.dimensions = dict(dimensions)
        self.values: dict[Term, Value] = dict(values)
        self._cache: dict[tuple[object, ...], tuple[Value, Scope]] = {}
        self._at: dict[tuple[int, int], tuple[Family, Tracked, tuple[Tracked, Tracked]]] = {}

    def families(self) -> list[tuple[Term, Family]]:
        """Return the function variables with their families."""
        return [(v, f) for v, f in self.values.items() if isinstance(f, Family)]

    def dimension(self, space: str) -> int:
        """Return the dimension of a space; NotEvaluated where it has none."""
        fixed = coordinates_of(space)
        if fixed is None and space not in self.dimensions:
            raise NotEvaluated(f"the space {space} has no dimension")
        return self.dimensions[space] if fixed is None else fixed

    def value(self, term: Term, scope: Scope = ()) -> Tracked:
        """Return the value and error of a term that is a number, a vector or a linear map.

        Shapes end in (B,), (B, d) or (B, r, c); constant terms may have fewer axes.  ``scope``
        holds the values of loose bound variables, innermost last.  Raises NotEvaluated where there
        are no numbers for a term.
        """
        found = self.read(term, scope)
        if not isinstance(found, Tracked):
            raise NotEvaluated(f"{term} is {term.sort.words()}, not a number or a vector")
        return found

    def read(self, term: Term, scope: Scope = ()) -> Value:
        """Return the value of any term, computed once for the same values in its scope."""
        loose = scope[len(scope) - term.loose :] if term.loose else ()
        if len(loose) != term.loose:
            raise NotEvaluated(f"a bound variable of {term} has no value")
        key = (term.alpha, *map(id, loose))
        found = self._cache.get(key)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._cache[key] = (self._compute(term, scope), loose)
        return found[0]

    def _compute(self, term: Term, scope: Scope) -> Value:
        op, args = term.op, term.args
        if op == "var":
            if term not in self.values:
                raise NotEvaluated(f"the variable {term} has no value")
            return self.values[term]
        if op == "bound":
            index: int = term.data
            return scope[len(scope) - 1 - index]
        if op in ("num", "basis"):
            return self._constant(term)
        if op == "lam":
            return Closure(term, scope)
        if op == "def":
            return self.read(term.data.unfold(args), scope)
        if op == "app":
            return self.applied(self.read(args[0], scope), args[1], scope)
        if op in ("grad", "jac"):
            return self._derivative(
                self.read(args[0], scope), self._number(args[1], scope), term, scope
            )
        if op == "sum":
            return self._sum(term, scope)
        if op in ("ker", "ran"):
            return Span(self.value(args[0], scope), op == "ker")
        if op in ("cap", "subdim"):
            return self._subspace(term, scope)
        if op not in OPERATIONS:
            raise NotEvaluated(f"the laboratory does not know {op!r}, in {term}")
        numbers = [self._number(arg, scope) for arg in args]
        found = operated(term, numbers)
        if term.sort == NAT and isinstance(found, Tracked):  # below 2**53 nothing is rounded
            whole = np.abs(found.value) < 2.0**53
            for number in numbers:
                whole = whole & ~(parts(number)[NONE].error > 0)
            return Tracked(found.value, np.where(whole, 0.0, np.inf))
        return found

    def _number(self, term: Term, scope: Scope) -> Number:
        found = self.read(term, scope)
        if not isinstance(found, (Tracked, Dual)):
            raise NotEvaluated(f"{term} is {term.sort.words()}, not a number or a vector")
        return found

    def _constant(self, term: Term) -> Value:
        kind, data = term.sort.kind, term.data
        if kind in ("Real", "Nat"):
            return total.number(data)
        sizes = [self.dimension(space) for space in term.sort.spaces]
        if term.op == "basis":
            return total.exact(np.eye(sizes[0])[data - 1])
        if kind == "Vec":
            return total.exact(np.zeros(sizes[0]))
        if kind == "Sub":
            return Span(identity(sizes[0]), kernel=not data)
        if data:
            return identity(sizes[0])
        return total.exact(np.zeros((sizes[1], sizes[0])))

    def _subspace(self, term: Term, scope: Scope) -> Value:
        found = [self.read(arg, scope) for arg in term.args]
        if term.op == "cap":
            first, second = found
            if not (isinstance(first, Span) and isinstance(second, Span)):
                raise NotEvaluated(f"the laboratory does not intersect further, in {term}")
            return Meet(first, second)
        if not isinstance(found[0], (Span, Meet)):
            raise NotEvaluated(f"{term.args[0]} has no dimension")
        return found[0].dimension()

    def _sum(self, term: Term, scope: Scope) -> Value:
        function, count = self.read(term.args[0], scope), self.value(term.args[1], scope)
        last = np.max(count.value, initial=0.0)
        if not last <= LONGEST_SUM:
            raise NotEvaluated(f"a sum of {last:g} terms, in {term}")
        kind = term.sort.kind
        tail: tuple[int, ...] = ()
        if kind == "Vec":
            tail = (self.dimension(term.sort.spaces[0]),)
        found: Tracked = total.exact(np.zeros(tail))
        for i in range(int(last)):
            part = self._at_value(function, total.exact(np.full((1,), float(i))), term)
            if not isinstance(part, Tracked):
                raise NotEvaluated(f"the derivative of a sum, in {term}")
            more = (count.value > i)[(..., *(None,) * len(tail))]
            part = Tracked(np.where(more, part.value, 0.0), np.where(more, part.error, 0.0))
            found = total.add(found, part)
        unknown = (count.error > 0)[(..., *(None,) * len(tail))]
        return Tracked(found.value, np.where(unknown, np.inf, found.error))

    # ------------------------------------------------------------------ functions
    def applied_to(self, function: Term, at: Tracked) -> Tracked:
        """Return the value of a closed function term at given points; else NotEvaluated."""
        found = self._at_value(self.read(function), at, function)
        if not isinstance(found, Tracked):
            raise NotEvaluated(f"{function} has no numbers as values")
        return found

    def applied(self, function: Value, argument: Term, scope: Scope) -> Value:
        """Return the value of a function at the value of a term."""
        if isinstance(function, Family) and argument.op == "app":
            sequence = self.read(argument.args[0], scope)
            if isinstance(sequence, Orbit):
                return self._on_orbit(function, sequence, argument, scope)[0]
        return self._at_value(function, self.read(argument, scope), argument)

    def _at_value(self, function: Value, at: Value, term: Term) -> Value:
        if isinstance(function, Closure):
            return self.read(function.term.args[0], (*function.scope, at))
        if isinstance(function, Orbit) and isinstance(at, Tracked):
            found = function.at(at.value)
            if (at.error > 0).any():
                beyond = (at.error > 0)[(..., *(None,) * (found.value.ndim - at.error.ndim))]
                return Tracked(found.value, np.where(beyond, np.inf, found.error))
            return found
        if isinstance(function, Table) and isinstance(at, Tracked):
            return function.at(at)
        if isinstance(function, (Family, SystemMap)) and isinstance(at, (Tracked, Dual)):
            return self._function(function, at, term)
        raise NotEvaluated(f"{term} is not an argument of a function the laboratory can evaluate")

    def _function(self, function: Family | SystemMap, at: Number, term: Term) -> Number:
        if isinstance(at, Tracked):
            if isinstance(function, SystemMap):
                return function.value(_rows(at))
            return self._pair(function, at)[0]
        home = _rows(at.value)

        def derivative(directions: Sequence[Tracked]) -> Tracked:
            if isinstance(function, SystemMap):
                found = function.along(home, directions)
            else:
                found = self._along(function, home, directions)
            if found is None:
                raise NotEvaluated(f"a derivative of higher order, at {term}")
            return found

        return chained(at, derivative)

    def _along(self, family: Family, at: Tracked, directions: Sequence[Tracked]) -> Tracked | None:
        if len(directions) < 2:
            value, slope = self._pair(family, at)
            return total.inner(slope, directions[0]) if directions else value
        curved = hessian(family, at) if len(directions) == 2 else None
        if curved is None:
            return None
        return total.inner(applied(curved, directions[0]), directions[1])

    def _derivative(self, function: Value, at: Number, term: Term, scope: Scope) -> Value:
        """Return ∇f or DF at a point, perhaps one with nilpotent parts."""
        if isinstance(function, Closure):
            return self._of_closure(function, at, term)
        if not isinstance(function, (Family, SystemMap)):
            raise NotEvaluated(f"{term.args[0]} is not a function the laboratory can differentiate")
        if isinstance(at, Tracked):
            if isinstance(function, SystemMap):
                return function.jacobian(_rows(at))
            return self._slope(function, at, term.args[1], scope)
        home = _rows(at.value)

        def derivative(directions: Sequence[Tracked]) -> Tracked:
            if not directions:
                if isinstance(function, SystemMap):
                    return function.jacobian(home)
                return self._pair(function, home)[1]
            if len(directions) == 1:
                if isinstance(function, SystemMap):
                    return function.turned(home, directions[0])
                curved = hessian(function, home)
                if curved is not None:
                    return applied(curved, directions[0])
            raise NotEvaluated(f"a derivative of higher order, in {term}")

        return chained(at, derivative)

    def _of_closure(self, function: Closure, at: Number, term: Term) -> Number:
        """Differentiate x ↦ t: one new generator stands for all coordinate directions."""
        size = self.dimension(function.term.data.sort.spaces[0])
        around = [x for v in (*function.scope, at) for x in _numbers(v)]
        generator = max((x.generators() for x in around if isinstance(x, Dual)), default=0)
        # its axis stands before all others: so many lie between it and the rows, or fewer
        inside = max(part.value.ndim for x in around for part in parts(x).values())
        units = np.eye(size).reshape(size, *(1,) * (inside + 1), size)
        home = {key: x if key else _rows(x) for key, x in parts(at).items()}
        moved = Dual({**home, frozenset({generator}): total.exact(units)})
        value = self.read(function.term.args[0], (*function.scope, moved))
        if not isinstance(value, (Tracked, Dual)):
            raise NotEvaluated(f"{term.args[0]} is not a function of numbers")
        tail = () if term.op == "grad" else (self.dimension(term.sort.spaces[1]),)
        behind = 2 + inside + len(tail)
        found = {
            key - {generator}: _moved_back(x, x.value.ndim - behind)
            for key, x in parts(value).items()
            if generator in key
        }
        if NONE not in found:
            found[NONE] = total.exact(np.zeros((*tail, size)))
        found[NONE] = _trimmed(found[NONE], 2 + len(tail))
        return joined(found)

    def _slope(self, family: Family, at: Tracked, argument: Term, scope: Scope) -> Tracked:
        if argument.op == "app":
            sequence = self.read(argument.args[0], scope)
            if isinstance(sequence, Orbit):
                return self._on_orbit(family, sequence, argument, scope)[1]
        return self._pair(family, at)[1]

    def _on_orbit(
        self, family: Family, sequence: Orbit, argument: Term, scope: Scope
    ) -> tuple[Tracked, Tracked]:
        index = self.value(argument.args[1], scope)
        key = (id(family), -id(index))
        if key not in self._at:
            self._at[key] = (family, index, sequence.function(family, index.value))
        return self._at[key][2]

    def _pair(self, family: Family, at: Tracked) -> tuple[Tracked, Tracked]:
        key = (id(family), id(at))
        if key not in self._at:  # value and gradient in one pass; the entry keeps the ids alive
            self._at[key] = (family, at, function_at(family, _rows(at)))
        return self._at[key][2]


def _rows(points: Tracked) -> Tracked:
    """Return vectors with an axis for the rows."""
    if points.value.ndim > 1:
        return points
    return Tracked(points.value[None], np.broadcast_to(points.error, points.value.shape)[None])


def _numbers(value: Value) -> Iterator[Number]:
    """Yield the numbers in a value, also those around a function term."""
    if isinstance(value, Closure):
        for inner in value.scope:
            yield from _numbers(inner)
    elif isinstance(value, (Tracked, Dual)):
        yield value


def _moved_back(x: Tracked, axis: int) -> Tracked:
    """Return values per direction, on that axis, with the directions last."""
    error = np.broadcast_to(x.error, x.value.shape)
    return Tracked(np.moveaxis(x.value, axis, -1), np.moveaxis(error, axis, -1))


def _trimmed(x: Tracked, own: int) -> Tracked:
    """Return the same numbers without leading axes of length 1, but for the last ``own``."""
    value, error = x.value, x.error
    while value.ndim > own and value.shape[0] == 1:
        value, error = value[0], error[0]
    return Tracked(value, error)
