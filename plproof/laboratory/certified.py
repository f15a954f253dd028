"""Suspected violations, checked again in ball arithmetic and exact rationals.

Every number of a case is taken at face value and the run of the method is the exact one.  The
precision of arb is doubled until all signs are certain; equality is decided in rationals.  The
verdict is ``VIOLATED`` only if every hypothesis certainly holds, membership in classes of functions
by their certified constants, and the conclusion certainly fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

import numpy as np

from plproof.laboratory.cases import Case
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.exact_quadratics import holds_everywhere
from plproof.laboratory.families import ConstantFunction, Family, LeastSquares, Quadratic
from plproof.laboratory.models import Plan
from plproof.laboratory.precise import Field, Number, Undecided, family_at
from plproof.language.printing import show
from plproof.language.sorts import NAT
from plproof.language.terms import Term
from plproof.theory.functions import PL, Convex, Differentiable, Minimiser, Smooth, StronglyConvex
from plproof.theory.methods import GradientDescent

VIOLATED = "violated (certified)"
NOT_DECIDED = "not decided"

PRECISIONS: tuple[int | None, ...] = (64, 128, None, 256, 512, 1024, 2048, 4096)
"""Bits of arb, in this order; None: exact rationals, which alone decide equality."""

Point: TypeAlias = list[Number]
Value: TypeAlias = Union[Number, int, Point, Family, "_Sequence", "_Function"]


@dataclass(frozen=True)
class Verdict:
    """What a re-check says: ``VIOLATED``, ``NOT_DECIDED``, or "" when there is no violation.

    ``how``: the arithmetic that decided, or what stood in the way.
    """

    kind: str
    how: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}" if self.kind else "no violation"


def recheck(case: Case, precisions: Sequence[int | None] = PRECISIONS) -> Verdict:
    """Decide whether a case of one row, with the numbers in it, is a violation."""
    why = ""
    for bits in precisions:
        with Field(bits) as field:
            try:
                judge = _Judge(case, field)
                given = [(g, judge.truth(g)) for g in case.given]
                if any(holds is False for _, holds in given):
                    return Verdict("", repr(field))
                unknown = [g for g, holds in given if holds is None]
                fails = judge.truth(case.conclusion)
            except (NotEvaluated, NotImplementedError) as error:
                return Verdict(NOT_DECIDED, str(error))
            except Undecided as error:
                why = str(error)
                continue
            if fails:
                return Verdict("", repr(field))
            if fails is False and not unknown:
                return Verdict(VIOLATED, repr(field))
            named = [show(g) for g in unknown] or [show(case.conclusion)]
            why = f"{named[0]} is not certain"
    return Verdict(NOT_DECIDED, why)


class _Sequence:
    """A sequence: the exact run of gradient descent, or points that are given."""

    def __init__(self, judge: _Judge, points: list[Any], descent: Term | None) -> None:
        self.judge, self.points, self.descent = judge, points, descent

    def at(self, index: int) -> Any:
        """Return the member with an index; Undecided beyond the given ones."""
        while index >= len(self.points):
            if self.descent is None:
                raise Undecided("a member of a sequence that is not given")
            f, _, eta = self.descent.args
            last = self.points[-1]
            gradient = self.judge.function(f, last)[1]
            step = self.judge.value(eta)
            self.points.append([x - step * g for x, g in zip(last, gradient, strict=True)])
        return self.points[index]


class _Function:
    """A function term with the values around it."""

    def __init__(self, term: Term, scope: tuple[Value, ...]) -> None:
        self.term, self.scope = term, scope


class _Judge:
    """Values of terms and truth of propositions for one case in one field."""

    def __init__(self, case: Case, field: Field) -> None:
        self.case, self.field = case, field
        self.plan: Plan = case.plan()
        a = case.assignment
        self.values: dict[Term, Value] = dict(a.families)
        for v, x in a.numbers.items():
            self.values[v] = int(x[0]) if v.sort == NAT else field.number(x[0])
        self.values |= {v: list(field.array(x[0])) for v, x in a.points.items()}
        for v, x in a.starts.items():
            self.values[v] = _Sequence(self, [list(field.array(x[0]))], self.plan.descents[v])
        for v, x in a.paths.items():
            rows = [field.array(row[0]) for row in x]
            members = [list(row) if np.ndim(row) else row.item() for row in rows]
            self.values[v] = _Sequence(self, members, None)
        self._known: dict[tuple[Term, tuple[int, ...]], tuple[Value, tuple[Value, ...]]] = {}
        self._at: dict[tuple[int, int], tuple[Any, Any, tuple[Number, Point]]] = {}
        todo = dict(self.plan.definitions)
        for _ in range(len(todo)):
            for v in list(todo):
                try:
                    self.values[v] = self.value(todo[v][0])
                    del todo[v]
                except NotEvaluated:
                    continue

    # ------------------------------------------------------------ terms
    def value(self, term: Term, scope: tuple[Value, ...] = ()) -> Any:
        """Return the value of a term; NotEvaluated for those that are not known here."""
        loose = scope[len(scope) - term.loose :] if term.loose else ()
        key = (term, tuple(map(id, loose)))
        if key not in self._known:
            self._known[key] = (self._compute(term, scope), loose)  # keeps the ids alive
        return self._known[key][0]

    def function(self, f: Term, point: Point, scope: tuple[Value, ...] = ()) -> Any:
        """Return value and gradient of a function at a point."""
        family = self.value(f, scope)
        if not isinstance(family, Family):
            raise NotEvaluated(f"{f} is not a function of the catalogue")
        key = (id(family), id(point))
        if key not in self._at:
            self._at[key] = (family, point, family_at(family, self.field, point))
        return self._at[key][2]

    def _compute(self, term: Term, scope: tuple[Value, ...]) -> Value:
        op, args = term.op, term.args
        if op == "var":
            if term not in self.values:
                raise NotEvaluated(f"{term} has no value in a certified re-check")
            return self.values[term]
        if op == "bound":
            return scope[len(scope) - 1 - term.data]
        if op == "num":
            if term.sort.kind == "Vec":
                size = self.case.assignment.dimensions[term.sort.spaces[0]]
                return [self.field.number(0) for _ in range(size)]
            return int(term.data) if term.sort == NAT else self.field.number(term.data)
        if op == "lam":
            return _Function(term, scope)
        if op == "def":
            return self.value(term.data.unfold(args), scope)  # type: ignore[no-any-return]
        if op in ("app", "grad"):
            return self._applied(term, scope)
        if op not in _OPERATIONS:
            raise NotEvaluated(f"a certified re-check does not know {op!r}, in {term}")
        return _OPERATIONS[op](self.field, [self.value(arg, scope) for arg in args])

    def _applied(self, term: Term, scope: tuple[Value, ...]) -> Any:
        function, argument = self.value(term.args[0], scope), self.value(term.args[1], scope)
        if isinstance(function, _Sequence):
            return function.at(argument)
        if isinstance(function, _Function) and term.op == "app":
            return self.value(function.term.args[0], (*function.scope, argument))
        return self.function(term.args[0], argument, scope)[term.op == "grad"]

    # ------------------------------------------------------------ propositions
    def truth(self, p: Term, scope: tuple[Value, ...] = ()) -> bool | None:
        """Return whether a proposition certainly holds, certainly fails, or neither (None)."""
        op, args = p.op, p.args
        if op in ("le", "lt", "ge", "gt", "eq"):
            return self._compared(p, scope)
        if op == "false":
            return False
        if op in ("and", "or"):
            parts = [self.truth(arg, scope) for arg in args]
            decisive = op == "or"
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        if op == "imp":
            given = self.truth(args[0], scope)
            if given is False:
                return True
            then = self.truth(args[1], scope)
            return then if given or then else None
        if op == "def":
            known = self._by_constants(p) if not p.loose else None
            return True if known else self.truth(p.data.unfold(args), scope)
        if op == "all" and not p.loose:
            if self._holds_everywhere(p):
                return True
            return False if self._fails_somewhere(p) else None
        return None

    def _compared(self, p: Term, scope: tuple[Value, ...]) -> bool | None:
        left, right = (self.value(arg, scope) for arg in p.args)
        try:
            if p.op == "eq":
                if isinstance(left, (Family, _Function, _Sequence)):
                    return True if left is right else None
                pairs = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
                return all(a == b for a, b in pairs)
            small, large = (left, right) if p.op in ("le", "lt") else (right, left)
            return bool(small <= large if p.op in ("le", "ge") else small < large)
        except Undecided:
            return None

    def _holds_everywhere(self, p: Term) -> bool:
        """Say whether a "for all vectors" is proved, where all functions are quadratic."""
        a = self.case.assignment
        quadratic = (Quadratic, LeastSquares, ConstantFunction)
        if not all(isinstance(f, quadratic) for f in a.families.values()):
            return False
        return holds_everywhere(p, dict(a.dimensions), self.field, self.value)

    def _fails_somewhere(self, p: Term) -> bool:
        """Say whether a "for all" fails where the rounded evaluation has its least slack."""
        body, scope = p, []
        for _, value in self.case.model().instance(p, 0):
            x = np.asarray(value.value)[0]
            scope.append(
                list(self.field.array(x))
                if np.ndim(x)
                else int(x)
                if body.data.sort == NAT
                else self.field.number(float(x))
            )
            body = body.args[0]
        return bool(scope) and self.truth(body, tuple(scope)) is False

    def _by_constants(self, p: Term) -> bool:
        """Say whether a class of functions has the function by its certified constants."""
        if p.data == GradientDescent:
            sequence = self.values.get(p.args[1])
            return isinstance(sequence, _Sequence) and sequence.descent == p
        if p.data not in (Differentiable, Convex, Minimiser, Smooth, StronglyConvex, PL):
            return False
        family = self.values.get(p.args[0])
        if not isinstance(family, Family):
            return False
        constants = family.constants
        if p.data == Differentiable:
            return True
        if p.data == Convex:
            return bool(constants.convex[0])
        try:
            if p.data == Minimiser:
                return self._minimises(family, p.args[1])
            number = self.value(p.args[1])
            if p.data == Smooth:
                return bool(number >= float(constants.smooth[0]))
            if p.data == StronglyConvex:
                return bool(number <= float(constants.strongly_convex[0]))
            if np.isfinite(constants.pl[0]) and not number <= float(constants.pl[0]):
                return False
            return self._minimises(family, p.args[2]) or bool(number >= 0)
        except Undecided:
            return False

    def _minimises(self, family: Family, point: Term) -> bool:
        home = family.constants.minimiser[0].tolist()
        if family.constants.constant[0]:
            return True
        return all(a == b for a, b in zip(self.value(point), home, strict=True))


def _total_quotient(field: Field, a: Number, b: Number) -> Number:
    return field.number(0) if b.sign() == 0 else a / b


def _divide(field: Field, args: list[Any]) -> Any:
    a, b = args
    if isinstance(a, list):
        return [_total_quotient(field, x, b) for x in a]
    return _total_quotient(field, a, b)


def _add(field: Field, args: list[Any]) -> Any:
    total = args[0]
    for arg in args[1:]:
        if isinstance(total, list):
            total = [x + y for x, y in zip(total, arg, strict=True)]
        else:
            total = total + arg
    return total


def _inner(field: Field, args: list[Any]) -> Any:
    u, v = args
    total = field.number(0)
    for x, y in zip(u, v, strict=True):
        total = total + (x**2 if u is v else x * y)
    return total


_OPERATIONS: dict[str, Any] = {
    "add": _add,
    "neg": lambda field, args: [-x for x in args[0]] if isinstance(args[0], list) else -args[0],
    "mul": lambda field, args: args[0] * args[1],
    "div": _divide,
    "pow": lambda field, args: args[0] ** args[1],
    "sqrt": lambda field, args: args[0].sqrt(),
    "real": lambda field, args: field.number(args[0]),
    "smul": lambda field, args: [args[0] * x for x in args[1]],
    "ip": _inner,
}
