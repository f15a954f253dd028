"""Values of terms in a form that autograd differentiates: plain floats, no error bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp
from autograd.tracer import getval, isbox

from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.modelling.stationarity import gradient
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables, make, number


@dataclass(frozen=True)
class Smoothly:
    """A batch of functions (S,) as autograd sees them: value and gradient at points (S, d).

    Of maps between spaces the value is (S, n) and the ``gradient`` the derivative (S, n, d).
    """

    value: Callable[[Any], Any]
    gradient: Callable[[Any], Any]

    @classmethod
    def of(cls, value: Callable[[Any], Any]) -> Smoothly:
        """Return the functions with the gradient that autograd finds, itself differentiable."""

        def gradient(points: Any) -> Any:
            vjp, found = make_vjp(value, points)
            return vjp(anp.ones(np.shape(found)))

        return cls(value, gradient)


def unboxed(x: Any) -> Any:
    """Return the plain numbers of what autograd traces."""
    while isbox(x):
        x = getval(x)
    return x


class Opened:
    """Terms taken apart, kept for those that are evaluated again and again."""

    def __init__(self) -> None:
        self._uses: dict[Term, frozenset[Term]] = {}
        self._bodies: dict[Term, tuple[Term, Term]] = {}
        self._plain: dict[Term, Term] = {}
        self._slopes: dict[tuple[Term, Term], Term | None] = {}

    def uses(self, term: Term) -> frozenset[Term]:
        """Return the free variables of a term."""
        if term not in self._uses:
            self._uses[term] = frozenset(free_variables(term))
        return self._uses[term]

    def body(self, f: Term) -> tuple[Term, Term]:
        """Return a variable and the body of a function term or quantifier at it."""
        if f not in self._bodies:
            v = fresh_variable(f.data.name, f.data.sort, free_variables(f))
            self._bodies[f] = v, open_binder(f, v)
        return self._bodies[f]

    def unfolded(self, term: Term) -> Term:
        """Return what a definition stands for."""
        if term not in self._plain:
            self._plain[term] = term.data.unfold(term.args)
        return self._plain[term]

    def slope(self, objective: Term, chosen: Term) -> Term | None:
        """Return the gradient of a real term in a variable, None where no rule gives it."""
        if (objective, chosen) not in self._slopes:
            self._slopes[objective, chosen] = gradient(objective, chosen)
        return self._slopes[objective, chosen]


class Run(Protocol):
    """What a frame asks for what is no operation of the language."""

    @property
    def rows(self) -> int:
        """The number S of rows."""

    @property
    def functions(self) -> Mapping[Term, Smoothly]:
        """The functions and maps that variables stand for."""

    def member(self, target: Term, number: int) -> Any:
        """Return a member of a sequence, or a point (number 0)."""

    @property
    def opened(self) -> Opened:
        """Where terms taken apart are kept."""

    def dimension(self, space: str) -> int:
        """Return the dimension of a space."""


class Frame:
    """Values for variables, and those of terms in them: (S,), (S, d), (S, r, c), or one for all.

    Arguments: ``run``, for everything else; ``values`` by variable; ``outer``, the frame that has
    the values of all other variables.
    """

    def __init__(self, run: Run, values: Mapping[Term, Any], outer: Frame | None = None) -> None:
        self._run, self._values, self._outer = run, values, outer
        self._known: dict[Term, Any] = {}

    def with_values(self, values: Mapping[Term, Any]) -> Frame:
        """Return a frame with more values."""
        return Frame(self._run, values, self)

    def value(self, term: Term) -> Any:
        """Return the value of a term; NotEvaluated for those that have none here."""
        if term not in self._known:
            outer = self._outer
            if outer is None or not self._run.opened.uses(term).isdisjoint(self._values):
                self._known[term] = self._compute(term)
            else:
                self._known[term] = outer.value(term)
        return self._known[term]

    def _compute(self, term: Term) -> Any:
        op, args = term.op, term.args
        if op == "var":
            return self._variable(term)
        if op in ("num", "basis"):
            return self._constant(term)
        if op == "def":
            return self.value(self._run.opened.unfolded(term))
        if op == "app":
            return self._applied(term)
        if op in ("grad", "jac"):
            f = self._function(args[0])
            if f.op == "lam":
                return self._derivative(f, self._wide(self.value(args[1])), op)
            known = self._run.functions.get(f)
            if known is None:
                raise NotEvaluated(f"{f} is not a function to search over")
            return known.gradient(self.value(args[1]))
        if op == "sum":
            return self._sum(term)
        if op not in _OPERATIONS:
            raise NotEvaluated(f"the search does not follow {term}")
        return _OPERATIONS[op](term, [self.value(arg) for arg in args])

    def _variable(self, v: Term) -> Any:
        if v in self._values:
            return self._values[v]
        if self._outer is not None:
            return self._outer.value(v)
        if v.sort.kind in ("Vec", "Real"):
            return self._run.member(v, 0)
        raise NotEvaluated(f"the search has no value for {v}")

    def _constant(self, term: Term) -> Any:
        if term.op == "basis":
            return np.eye(self._run.dimension(term.sort.spaces[0]))[term.data - 1][None]
        kind = term.sort.kind
        if kind == "Vec":
            return np.zeros((1, self._run.dimension(term.sort.spaces[0])))
        if kind == "Lin":
            columns, rows = (self._run.dimension(space) for space in term.sort.spaces)
            return np.eye(rows)[None] if term.data else np.zeros((1, rows, columns))
        return int(term.data) if term.sort == NAT else float(term.data)

    def _function(self, f: Term) -> Term:
        while f.op == "def":
            f = self._run.opened.unfolded(f)
        return f

    def _applied(self, term: Term) -> Any:
        f, at = self._function(term.args[0]), term.args[1]
        if f.op == "lam":
            v, body = self._run.opened.body(f)
            return self.with_values({v: self.value(at)}).value(body)
        if f.op == "app":  # an entry of a table
            rows = self.value(f.args[0])
            return rows[int(self.value(f.args[1])), int(self.value(at))]
        if f.op == "var" and f.sort.parts[0] == NAT:
            return self._run.member(f, int(self.value(at)))
        known = self._run.functions.get(f)
        if known is None:
            raise NotEvaluated(f"{f} is not a function to search over")
        return known.value(self.value(at))

    def _sum(self, term: Term) -> Any:
        function, count = term.args[0], int(self.value(term.args[1]))
        if not count:
            return self.value(number(0, term.sort))
        if function.op == "lam":
            i, body = self._run.opened.body(function)
            return _add(term, [self.with_values({i: n}).value(body) for n in range(count)])
        each = [make("app", (function, number(n, NAT))) for n in range(count)]
        return _add(term, [self.value(t) for t in each])

    def _wide(self, point: Any) -> Any:
        return point + np.zeros((self._run.rows, np.shape(point)[-1]))

    def _derivative(self, f: Term, at: Any, op: str) -> Any:
        """Return the gradient (S, d) or the derivative (S, n, d) of an explicit function."""
        v, body = self._run.opened.body(f)

        def value(points: Any) -> Any:
            found = self.with_values({v: points}).value(body)
            nothing = 0.0 * anp.sum(points, axis=-1)
            return found + (nothing if op == "grad" else nothing[:, None])

        vjp, found = make_vjp(value, at)
        if op == "grad":
            return vjp(anp.ones(np.shape(found)))
        rows = [vjp(np.broadcast_to(unit, np.shape(found))) for unit in np.eye(np.shape(found)[1])]
        return anp.stack(rows, axis=1)


def _column(x: Any, kind: str) -> Any:
    if np.ndim(x) == 0:
        return x
    return x[:, None] if kind == "Vec" else x[:, None, None] if kind == "Lin" else x


def _divide(term: Term, args: list[Any]) -> Any:
    a, b = args
    if np.ndim(b) == 0 and b == 0:
        return 0.0 * a  # t/0 = 0
    return a / _column(b, term.sort.kind)


def _add(term: Term, args: list[Any]) -> Any:
    total = args[0]
    for arg in args[1:]:
        total = total + arg
    return total


def _root(term: Term, args: list[Any]) -> Any:
    return anp.sqrt(anp.maximum(args[0], 1e-300))  # total, with a derivative everywhere


_OPERATIONS: Mapping[str, Callable[[Term, list[Any]], Any]] = {
    "add": _add,
    "neg": lambda term, args: -args[0],
    "mul": lambda term, args: args[0] * args[1],
    "div": _divide,
    "pow": lambda term, args: args[0] ** args[1],
    "sqrt": _root,
    "sin": lambda term, args: anp.sin(args[0]),
    "cos": lambda term, args: anp.cos(args[0]),
    "real": lambda term, args: args[0],
    "smul": lambda term, args: _column(args[0], term.sort.kind) * args[1],
    "ip": lambda term, args: anp.sum(args[0] * args[1], axis=-1),
    "lapp": lambda term, args: anp.matmul(args[0], args[1][..., None])[..., 0],
    "comp": lambda term, args: anp.matmul(args[0], args[1]),
    "adj": lambda term, args: anp.swapaxes(args[0], -1, -2),
}
