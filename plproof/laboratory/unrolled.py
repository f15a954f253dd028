"""Terms evaluated through whole runs of gradient descent, in a form that autograd differentiates.

Plain floats, no error bounds: what is found this way is evaluated again by :mod:`.evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp

from plproof.laboratory.evaluate import NotEvaluated
from plproof.language.sorts import NAT
from plproof.language.terms import Term


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

    Arguments: ``functions``, ``points`` (S, d) and ``starts`` (S, d) of runs by variable;
    ``numbers`` by variable, floats, whole for naturals; ``descents``, the hypothesis that makes a
    sequence a run, by sequence; ``dimension`` d.  ``longest`` is the largest index of a run asked
    for so far.
    """

    def __init__(
        self,
        functions: Mapping[Term, Smoothly],
        points: Mapping[Term, Any],
        starts: Mapping[Term, Any],
        numbers: Mapping[Term, float],
        descents: Mapping[Term, Term],
        dimension: int,
    ) -> None:
        self.functions = functions
        self.points = points
        self.numbers = numbers
        self.descents = descents
        self.dimension = dimension
        self.longest = 0
        self._runs: dict[Term, list[Any]] = {v: [x] for v, x in starts.items()}
        self._known: dict[Term, Any] = {}

    def value(self, term: Term) -> Any:
        """Return a number, (S,) or (S, d); NotEvaluated for terms of other kinds."""
        if term not in self._known:
            self._known[term] = self._compute(term)
        return self._known[term]

    def _compute(self, term: Term) -> Any:
        op, args = term.op, term.args
        if op == "var":
            if term in self.points:
                return self.points[term]
            if term in self.numbers:
                return self.numbers[term]
            raise NotEvaluated(f"the variable {term} has no value")
        if op == "num":
            if term.sort.kind == "Vec":
                return np.zeros((1, self.dimension))
            return int(term.data) if term.sort == NAT else float(term.data)
        if op == "def":
            return self.value(term.data.unfold(args))
        if op == "app" and args[0] in self._runs:
            return self._iterate(args[0], int(self.value(args[1])))
        if op in ("app", "grad"):
            if args[0] not in self.functions:
                raise NotEvaluated(f"{args[0]} is not a function to search over")
            f, at = self.functions[args[0]], self.value(args[1])
            return f.value(at) if op == "app" else f.gradient(at)
        if op not in _OPERATIONS:
            raise NotEvaluated(f"no search through {op!r}, in {term}")
        return _OPERATIONS[op](term, [self.value(arg) for arg in args])

    def _iterate(self, sequence: Term, index: int) -> Any:
        run = self._runs[sequence]
        f, _, eta = self.descents[sequence].args
        self.longest = max(self.longest, index)
        while len(run) <= index:
            step = self.value(eta)
            run.append(run[-1] - _column(step) * self.functions[f].gradient(run[-1]))
        return run[index]


def _column(x: Any) -> Any:
    return x if np.ndim(x) == 0 else x[:, None]


def _divide(term: Term, args: list[Any]) -> Any:
    a, b = args
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
