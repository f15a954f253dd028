"""Terms evaluated through whole runs of a method, in a form that autograd differentiates.

Plain floats, no error bounds: what is found this way is evaluated again with certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp

from plproof.laboratory.bfgs import hessians, minimise
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.recursions import Method, Rule
from plproof.laboratory.rounding import Floats
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables, number

Member = tuple[Term, int]
"""A member of a sequence; of a point, with number 0, the point."""


@dataclass(frozen=True)
class Smoothly:
    """A batch of functions (S,) as autograd sees them: value and gradient at points (S, d)."""

    value: Callable[[Any], Any]
    gradient: Callable[[Any], Any]

    @classmethod
    def of(cls, value: Callable[[Any], Any]) -> Smoothly:
        """Return the functions with the gradient that autograd finds, itself differentiable."""

        def gradient(points: Any) -> Any:
            vjp, found = make_vjp(value, points)
            return vjp(anp.ones(np.shape(found)))

        return cls(value, gradient)


class Unrolled:
    """Values of the free variables, and of terms in them; S rows.

    Arguments: ``functions`` by variable; ``free``, the points and members of sequences that are
    given, (S, d) or (S,); ``numbers`` by variable, floats, whole for naturals; ``method``, which
    gives the other members; ``dimension`` d and ``rows`` S; ``plain``, the same at plain numbers
    where this one is traced by autograd.
    """

    def __init__(
        self,
        functions: Mapping[Term, Smoothly],
        free: Mapping[Member, Any],
        numbers: Mapping[Term, float],
        method: Method,
        dimension: int,
        rows: int,
        plain: Unrolled | None = None,
    ) -> None:
        self.functions = functions
        self.method = method
        self.dimension = dimension
        self.rows = rows
        self._plain = plain
        self._members: dict[Member, Any] = dict(free)
        self._chosen: dict[tuple[Rule, int], Floats] = {}
        self._open: set[Member] = set()
        self._frame = _Frame(self, numbers)

    def value(self, term: Term) -> Any:
        """Return a number, (S,) or (S, d); NotEvaluated for terms of other kinds."""
        return self._frame.value(term)

    def member(self, target: Term, number: int) -> Any:
        """Return a member of a sequence, or a point (number 0), as the method gives it."""
        key = (target, number)
        if key not in self._members:
            if target.sort.kind == "Fun":  # in order: no long run is followed backwards
                for earlier in range(number):
                    if (target, earlier) not in self._members | dict.fromkeys(self._open):
                        self._enter((target, earlier))
            self._enter(key)
        return self._members[key]

    def _enter(self, key: Member) -> None:
        rule = self.method.rule(*key)
        name = str(key[0]) if key[0].sort.kind == "Vec" else f"{key[0]}[{key[1]}]"
        if rule is None:
            raise NotEvaluated(f"no hypothesis says what {name} is")
        if key in self._open:
            raise NotEvaluated(f"{name} is said in terms of itself")
        self._open.add(key)
        try:
            self._members[key] = self._placed(rule, key[1])
        finally:
            self._open.discard(key)

    def _placed(self, rule: Rule, number: int) -> Any:
        values = {} if rule.index is None else {rule.index: number - rule.offset}
        if rule.chosen is not None:
            best = self._best(rule, number, values)
            values[rule.chosen] = best if rule.chosen.sort.kind == "Vec" else best[:, 0]
        return self._frame.with_values(values).value(rule.place)

    def _best(self, rule: Rule, number: int, values: Mapping[Term, Any]) -> Any:
        """Return where a rule's objective is least (S, n), also as autograd differentiates it.

        One step of Newton's method from the minimiser is nothing, and its derivative that of the
        minimiser (the implicit function theorem); autograd does not follow the search itself.
        """
        plain = self._plain or self
        value, slope = plain._objective(rule, values)
        if (rule, number) not in plain._chosen:
            start = np.zeros((self.rows, self._size(rule)))
            plain._chosen[rule, number] = minimise(value, slope, start)
        best = plain._chosen[rule, number]
        if self._plain is None:
            return best
        inverse = np.linalg.pinv(hessians(slope, best))
        here = self._objective(rule, values)[1](best)
        return best - anp.einsum("sij,sj->si", inverse, here)

    def _size(self, rule: Rule) -> int:
        assert rule.chosen is not None
        return self.dimension if rule.chosen.sort.kind == "Vec" else 1

    def _objective(
        self, rule: Rule, values: Mapping[Term, Any]
    ) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Return the objective (S,) and its gradient (S, n) as functions of the choice (S, n)."""
        chosen, objective = rule.chosen, rule.objective
        assert chosen is not None and objective is not None

        def value(point: Any) -> Any:
            at = point if chosen.sort.kind == "Vec" else point[:, 0]
            found = self._frame.with_values({**values, chosen: at}).value(objective)
            return found + 0.0 * anp.sum(point, axis=-1)

        return value, Smoothly.of(value).gradient


class _Frame:
    """Values for variables, above all numbers, and those of terms in them."""

    def __init__(self, run: Unrolled, values: Mapping[Term, Any]) -> None:
        self._run, self._values = run, values
        self._known: dict[Term, Any] = {}

    def with_values(self, values: Mapping[Term, Any]) -> _Frame:
        return _Frame(self._run, {**self._values, **values})

    def value(self, term: Term) -> Any:
        if term not in self._known:
            self._known[term] = self._compute(term)
        return self._known[term]

    def _compute(self, term: Term) -> Any:
        op, args = term.op, term.args
        if op == "var":
            if term in self._values:
                return self._values[term]
            if term.sort.kind == "Vec":
                return self._run.member(term, 0)
            raise NotEvaluated(f"the search has no value for {term}")
        if op == "num":
            if term.sort.kind == "Vec":
                return np.zeros((1, self._run.dimension))
            return int(term.data) if term.sort == NAT else float(term.data)
        if op == "def":
            return self.value(term.data.unfold(args))
        if op == "app" and args[0].op == "var" and args[0].sort.parts[0] == NAT:
            return self._run.member(args[0], int(self.value(args[1])))
        if op in ("app", "grad"):
            f = self._run.functions.get(args[0])
            if f is None:
                raise NotEvaluated(f"{args[0]} is not a function to search over")
            at = self.value(args[1])
            return f.value(at) if op == "app" else f.gradient(at)
        if op == "sum" and args[0].op == "lam":
            i = fresh_variable(args[0].data.name, NAT, free_variables(args[0]))
            body, count = open_binder(args[0], i), int(self.value(args[1]))
            parts = [self.with_values({i: n}).value(body) for n in range(count)]
            return _add(term, parts) if parts else self.value(number(0, term.sort))
        if op not in _OPERATIONS:
            raise NotEvaluated(f"the search does not follow {term}")
        return _OPERATIONS[op](term, [self.value(arg) for arg in args])


def _column(x: Any) -> Any:
    return x if np.ndim(x) == 0 else x[:, None]


def _divide(term: Term, args: list[Any]) -> Any:
    a, b = args
    if np.ndim(b) == 0 and b == 0:
        return 0.0 * a  # t/0 = 0
    return a / (_column(b) if term.sort.kind == "Vec" else b)


def _add(term: Term, args: list[Any]) -> Any:
    total = args[0]
    for arg in args[1:]:
        total = total + arg
    return total


_OPERATIONS: Mapping[str, Callable[[Term, list[Any]], Any]] = {
    "add": _add,
    "neg": lambda term, args: -args[0],
    "mul": lambda term, args: args[0] * args[1],
    "div": _divide,
    "pow": lambda term, args: args[0] ** args[1],
    "sqrt": lambda term, args: anp.sqrt(anp.maximum(args[0], 1e-300)),
    "real": lambda term, args: args[0],
    "smul": lambda term, args: _column(args[0]) * args[1],
    "ip": lambda term, args: anp.sum(args[0] * args[1], axis=-1),
}
