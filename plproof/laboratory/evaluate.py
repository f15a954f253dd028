"""The numeric meaning of terms: values with error bounds, propositions with bounds of their slack.

A term is evaluated on a :class:`Model`, a batch of B rows, each row one choice of functions,
numbers, vectors and sequences.  A proposition gets two numbers per row, lb ≤ slack ≤ ub: it is
certainly true where lb ≥ 0 and certainly false where ub < 0.  The slack of a ≤ b is
(b - a)/(|a| + |b|), between its bounds from the rounding model; that of a < b is the same, except
that 0 counts as just below 0; that of a = b is minus the relative distance.  A sampled "for all"
has lb = -inf, a sampled "there is" ub = +inf, what is unknown has both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from plproof.laboratory import total
from plproof.laboratory.families import Family
from plproof.laboratory.orbits import Orbit, function_at
from plproof.laboratory.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.samples import Sampler
from plproof.language.sorts import NAT, LanguageError
from plproof.language.terms import Term
from plproof.theory.functions import Differentiable

Mask: TypeAlias = NDArray[np.bool_]
Bounds: TypeAlias = tuple[Floats, Floats]
Value: TypeAlias = Union[Tracked, Family, Orbit, "Closure"]
Scope: TypeAlias = tuple[Value, ...]

LEAST = 5e-324
"""The smallest positive float: a strict inequality misses by it where both sides are equal."""


class NotEvaluated(Exception):
    """A term the laboratory has no numbers for; the message says which and why."""


class Closure:
    """A function term with the values of the bound variables around it."""

    def __init__(self, term: Term, scope: Scope) -> None:
        self.term = term
        self.scope = scope


class Model:
    """A batch of interpretations: what every space, variable and known fact is, row by row.

    Arguments: ``batch`` B; ``dimensions`` of the spaces by name, each at least 1; ``values`` of the
    free variables: reals and naturals (B,), vectors (B, d), as Tracked; functions as families;
    sequences as orbits; ``facts``, propositions known to hold on the rows of a mask (B,);
    ``horizon`` K, up to where natural numbers are tried; ``seed`` and ``count`` of the samples for
    quantified variables.
    """

    def __init__(
        self,
        batch: int,
        dimensions: Mapping[str, int],
        values: Mapping[Term, Value],
        horizon: int = 20,
        facts: Mapping[Term, Mask] | None = None,
        seed: Sequence[int] = (0,),
        count: int = 8,
    ) -> None:
        self.batch = batch
        self.dimensions = dict(dimensions)
        self.values: dict[Term, Value] = dict(values)
        self.facts: dict[Term, Mask] = dict(facts or {})
        self.horizon = horizon
        self._seed, self._count = tuple(seed), count
        self._sampler: Sampler | None = None
        self._cache: dict[tuple[object, ...], tuple[Value, Scope]] = {}
        self._at: dict[tuple[int, int], tuple[Family, Tracked, tuple[Tracked, Tracked]]] = {}

    @property
    def sampler(self) -> Sampler:
        """The samples for quantified variables, around the minimisers of the functions."""
        if self._sampler is None:
            anchors: dict[str, list[Floats]] = {}
            for v, value in self.values.items():
                if isinstance(value, Family):
                    anchors.setdefault(v.sort.parts[0].spaces[0], []).append(
                        value.constants.minimiser
                    )
            for v, value in self.values.items():
                if v.sort.kind == "Vec" and isinstance(value, Tracked):
                    near = np.broadcast_to(value.value, (self.batch, value.value.shape[-1]))
                    anchors.setdefault(v.sort.spaces[0], []).append(near)
            self._sampler = Sampler(
                self.batch, self.dimensions, self.horizon, anchors, self._count, self._seed
            )
        return self._sampler

    def families(self) -> list[tuple[Term, Family]]:
        """Return the function variables with their families."""
        return [(v, f) for v, f in self.values.items() if isinstance(f, Family)]

    # ------------------------------------------------------------------ terms
    def value(self, term: Term, scope: Scope = ()) -> Tracked:
        """Return a real, natural or vector term: value and error, shapes ending in B or (B, d).

        Constant terms may have fewer axes.  ``scope`` holds the values of loose bound variables,
        innermost last.  Raises NotEvaluated where there are no numbers for a term.
        """
        found = self._value(term, scope)
        if not isinstance(found, Tracked):
            raise NotEvaluated(f"{term} is {term.sort.words()}, not a number or a vector")
        return found

    def _value(self, term: Term, scope: Scope) -> Value:
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
            return scope[len(scope) - 1 - term.data]
        if op == "num":
            if term.sort.kind == "Vec":
                return total.exact(np.zeros(self._dimension(term.sort.spaces[0])))
            return total.number(term.data)
        if op == "lam":
            return Closure(term, scope)
        if op == "def":
            return self._value(term.data.unfold(args), scope)
        if op in ("app", "grad"):
            return self._applied(term, scope)
        if op not in _OPERATIONS:
            raise NotEvaluated(f"the laboratory does not know {op!r}, in {term}")
        found = _OPERATIONS[op](term, [self.value(arg, scope) for arg in args])
        if term.sort == NAT:  # whole numbers below 2**53 are not rounded
            whole = np.abs(found.value) < 2.0**53
            return Tracked(found.value, np.where(whole, 0.0, np.inf))
        return found

    def _dimension(self, space: str) -> int:
        if space not in self.dimensions:
            raise NotEvaluated(f"the space {space} has no dimension")
        return self.dimensions[space]

    def _applied(self, term: Term, scope: Scope) -> Value:
        function, argument = self._value(term.args[0], scope), term.args[1]
        if isinstance(function, Closure):
            if term.op == "grad":
                raise NotEvaluated(f"the gradient of a function term, {term}")
            inner = (*function.scope, self._value(argument, scope))
            return self._value(function.term.args[0], inner)
        if isinstance(function, Orbit):
            return function.at(self.value(argument, scope).value)
        if not isinstance(function, Family):
            raise NotEvaluated(f"{term.args[0]} is not a function the laboratory can evaluate")
        return self._pair(function, argument, scope)[term.op == "grad"]

    def _pair(self, function: Family, argument: Term, scope: Scope) -> tuple[Tracked, Tracked]:
        if argument.op == "app":
            sequence = self._value(argument.args[0], scope)
            if isinstance(sequence, Orbit):
                index = self.value(argument.args[1], scope)
                key = (id(function), -id(index))
                if key not in self._at:
                    pair = sequence.function(function, index.value)
                    self._at[key] = (function, index, pair)
                return self._at[key][2]
        points = self.value(argument, scope)
        key = (id(function), id(points))
        if key not in self._at:  # value and gradient in one pass; the entry keeps the ids alive
            self._at[key] = (function, points, function_at(function, _rows(points)))
        return self._at[key][2]

    # ------------------------------------------------------------------ propositions
    def truth(self, proposition: Term, scope: Scope = (), axes: int = 0) -> Bounds:
        """Return bounds (B,) of the slack, lb ≤ slack ≤ ub; see the module.

        ``axes`` counts the sample axes in front of the rows inside ``scope``; with any, the bounds
        keep them.  Raises NotEvaluated where there are no numbers for a term.
        """
        with np.errstate(all="ignore"):
            low, high = self._truth(proposition, scope, axes)
        if axes:
            return low, high
        return np.broadcast_to(low, (self.batch,)), np.broadcast_to(high, (self.batch,))

    def holds(self, proposition: Term) -> Mask:
        """Return the rows (B,) on which the proposition is certainly true."""
        return self.truth(proposition)[0] >= 0

    def _truth(self, p: Term, scope: Scope, axes: int) -> Bounds:
        if not p.loose and p in self.facts:
            mask = self.facts[p]
            if mask.all():
                return _everywhere(np.inf)
            return np.where(mask, np.inf, -np.inf), np.full(self.batch, np.inf)
        op, args = p.op, p.args
        if op in ("le", "ge", "lt", "gt"):
            a, b = self.value(args[0], scope), self.value(args[1], scope)
            a, b = (b, a) if op in ("ge", "gt") else (a, b)
            bounds = slack(a, b)
            return _strict(bounds) if op in ("lt", "gt") else bounds
        if op == "eq":
            return self._equal(p, scope)
        if op == "false":
            return _everywhere(-np.inf)
        if op == "and":
            (low, high), (low2, high2) = (self._truth(arg, scope, axes) for arg in args)
            return np.minimum(low, low2), np.minimum(high, high2)
        if op == "or":
            (low, high), (low2, high2) = (self._truth(arg, scope, axes) for arg in args)
            return np.maximum(low, low2), np.maximum(high, high2)
        if op == "imp":
            return self._implied(p, scope, axes)
        if op == "def":
            if p.data == Differentiable and isinstance(self._value(args[0], scope), Family):
                return _everywhere(np.inf)
            return self._truth(p.data.unfold(args), scope, axes)
        if op in ("all", "ex"):
            return self._quantified(p, scope, axes)
        raise NotEvaluated(f"the laboratory does not know {op!r}, in {p}")

    def _equal(self, p: Term, scope: Scope) -> Bounds:
        left, right = p.args
        if left.sort.kind == "Fun":
            return _everywhere(np.inf if left == right else None)
        a, b = self.value(left, scope), self.value(right, scope)
        difference = total.add(a, total.negative(b))
        distance, tolerance = np.abs(difference.value), SAFETY * UNIT * difference.error
        size = np.abs(a.value) + np.abs(b.value)
        if left.sort.kind == "Vec":
            distance, tolerance, size = map(total.length, (distance, tolerance, size))
        return _bounds(-distance - tolerance, -np.maximum(distance - tolerance, 0.0), size)

    def _implied(self, p: Term, scope: Scope, axes: int) -> Bounds:
        """The conclusion's bounds where the hypothesis is certain, never mixed with its slack."""
        low, high = self._truth(p.args[0], scope, axes)
        if p.args[1].op == "false":
            return _negated(high), _negated(low)
        if not np.any(low >= 0):  # nowhere certain: only certain falsity says anything
            return np.where(high < 0, np.inf, -np.inf), np.full(np.shape(high), np.inf)
        low2, high2 = self._truth(p.args[1], scope, axes)
        below = np.where(high < 0, np.inf, low2)
        return below, np.where(low >= 0, high2, np.inf)

    def _quantified(self, p: Term, scope: Scope, axes: int) -> Bounds:
        sorts, body = [], p
        while body.op == p.op:
            sorts.append(body.data.sort)
            body = body.args[0]
        drawn = self._drawn(tuple(sorts), axes)
        low, high = self._truth(body, (*scope, *drawn), axes + 1)
        least = np.min if p.op == "all" else np.max
        if np.ndim(low) == axes + 2:
            low = least(low, axis=0)
        if np.ndim(high) == axes + 2:
            high = least(high, axis=0)
        if p.op == "all":
            return np.full(np.shape(low), -np.inf), high
        return low, np.full(np.shape(high), np.inf)

    def _drawn(self, sorts: tuple[object, ...], axes: int) -> list[Value]:
        points = [s for s in sorts if s.kind != "Fun"]  # type: ignore[attr-defined]
        try:
            drawn = iter(self.sampler.block(points, axes) if points else ())
            families = [(v.sort, f) for v, f in self.families()]
            return [
                self.sampler.family(s, families) if s.kind == "Fun" else next(drawn)  # type: ignore
                for s in sorts
            ]
        except (LanguageError, KeyError) as error:
            raise NotEvaluated(f"nothing to try for a quantifier: {error}") from error

    # ------------------------------------------------------------------ the failing instance
    def instance(self, proposition: Term, row: int) -> list[tuple[str, Tracked]]:
        """Return the sampled values at which a leading "for all" has its least slack on a row.

        A list of (name of the bound variable, its value as a batch of one), empty when the
        proposition starts otherwise.
        """
        names, sorts, body = [], [], proposition
        while body.op == "all":
            names.append(body.data.name)
            sorts.append(body.data.sort)
            body = body.args[0]
        if not names:
            return []
        drawn = self._drawn(tuple(sorts), 0)
        high = self.truth(body, tuple(drawn), 1)[1]
        place = 0 if np.ndim(high) < 2 else int(np.argmin(high[:, row if high.shape[1] > 1 else 0]))
        found = []
        for name, sort, value in zip(names, sorts, drawn, strict=True):
            if not isinstance(value, Tracked):
                raise NotEvaluated(f"a quantifier over {sort.words()}")
            at = value.value[place]
            rows = at[row : row + 1] if at.shape[0] > 1 else at[:1]
            found.append((name, total.exact(rows)))
        return found


def slack(a: Tracked, b: Tracked) -> Bounds:
    """Return bounds of the relative slack (b - a)/(|a| + |b|) of a ≤ b."""
    difference = total.add(b, total.negative(a))
    tolerance = SAFETY * UNIT * difference.error
    size = np.abs(a.value) + np.abs(b.value)
    return _bounds(difference.value - tolerance, difference.value + tolerance, size)


def _bounds(low: Floats, high: Floats, size: Floats) -> Bounds:
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(size)
    divisor = np.where(known & (size > 0), size, 1.0)
    return np.where(known, low / divisor, -np.inf), np.where(known, high / divisor, np.inf)


def _strict(bounds: Bounds) -> Bounds:
    low, high = (np.where(s <= 0, np.minimum(s, -LEAST), s) for s in bounds)
    return low, high


def _negated(slack: Floats) -> Floats:
    return np.where(slack >= 0, np.minimum(-slack, -LEAST), -slack)


def _everywhere(value: float | None) -> Bounds:
    if value is None:
        return np.asarray(-np.inf), np.asarray(np.inf)
    return np.asarray(value), np.asarray(value)


def _rows(points: Tracked) -> Tracked:
    """Return vectors with an axis for the rows."""
    if points.value.ndim > 1:
        return points
    return Tracked(points.value[None], np.broadcast_to(points.error, points.value.shape)[None])


def _add(term: Term, args: list[Tracked]) -> Tracked:
    found = args[0]
    for arg in args[1:]:
        found = total.add(found, arg)
    return found


def _divide(term: Term, args: list[Tracked]) -> Tracked:
    a, b = args
    return total.divide_vector(a, b) if term.sort.kind == "Vec" else total.divide(a, b)


def _power(term: Term, args: list[Tracked]) -> Tracked:
    found = total.power(args[0], args[1].value)
    return Tracked(found.value, found.error + args[1].error)  # a natural is exact or unknown


_OPERATIONS: Mapping[str, Callable[[Term, list[Tracked]], Tracked]] = {
    "add": _add,
    "neg": lambda term, args: total.negative(args[0]),
    "mul": lambda term, args: total.multiply(*args),
    "div": _divide,
    "pow": _power,
    "sqrt": lambda term, args: total.root(args[0]),
    "real": lambda term, args: args[0],
    "smul": lambda term, args: total.scale(*args),
    "ip": lambda term, args: total.inner(*args),
}
