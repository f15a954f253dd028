"""Runs of any method in ball arithmetic: what a statement's terms certainly are along one run.

A member of a sequence is what its rule says of the members before it.  Where a rule takes a
minimiser, the objective is shown to be convex and the minimiser enclosed between two places where
its derivative has opposite signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from plproof.laboratory.cases import Case
from plproof.laboratory.certified import Judge
from plproof.laboratory.evaluate import NotEvaluated
from plproof.laboratory.families import Family
from plproof.laboratory.models import Assignment
from plproof.laboratory.precise import Field, Number, Undecided
from plproof.laboratory.precise_terms import PreciseTerms
from plproof.laboratory.precise_terms import Sequence as Run
from plproof.laboratory.ratios import up_to
from plproof.laboratory.recursions import Method, Rule
from plproof.laboratory.rounding import Floats
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT
from plproof.language.terms import FALSE, Term, free_variables, make, number

PRECISIONS = (64, 128, 256, 512, 1024)
"""Bits of arb, tried in this order."""

_LONGEST = 200  # evaluations of a derivative on the way to a minimiser


class CertifiedRun:
    """One row of an assignment, its runs included, in one field of balls.

    Arguments: ``assignment`` of one row without runs: functions, numbers and points; ``method``;
    ``starts``, the free members of sequences, (1, d) or (1,), by variable and number;
    ``definitions``, equations that give numbers.
    """

    def __init__(
        self,
        assignment: Assignment,
        method: Method,
        starts: Mapping[tuple[Term, int], Floats],
        field: Field,
        definitions: Sequence[Term] = (),
    ) -> None:
        self.field, self.method = field, method
        self.judge = Judge(Case(tuple(definitions), (), FALSE, assignment), field)
        self.terms: PreciseTerms = self.judge
        for target in dict.fromkeys([*method.rules, *(v for v, _ in starts)]):
            if target.sort.kind == "Fun":
                known = {
                    i: list(field.array(x[0])) if x.ndim > 1 else field.number(float(x[0]))
                    for (v, i), x in starts.items()
                    if v == target
                }
                self.terms.values[target] = _Members(self, target, known)
        todo = [v for v in method.rules if v.sort.kind == "Vec"]
        while todo:
            left = [v for v in todo if not self._settle(v)]
            if len(left) == len(todo):
                raise NotEvaluated(f"no hypothesis says what {left[0]} is")
            todo = left

    def _settle(self, point: Term) -> bool:
        rule = self.method.rule(point)
        assert rule is not None
        needs = [t for t in (rule.place, rule.objective) if t is not None]
        if any(
            v in self.method.rules and v not in self.terms.values for v in free_variables(needs)
        ):
            return False
        self.terms.values[point] = self.placed(rule, 0)
        return True

    def placed(self, rule: Rule, index: int) -> Any:
        """Return the member of a sequence that a rule gives, or the point."""
        values = {} if rule.index is None else {rule.index: number(index - rule.offset, NAT)}
        place = substitute(rule.place, values)
        if rule.chosen is None:
            return self.terms.value(place)
        assert rule.objective is not None
        best = self._minimiser(rule.chosen, substitute(rule.objective, values))
        own = make(
            "var", (), f"{rule.chosen.data} of {rule.target.data}[{index}]", rule.chosen.sort
        )
        self.terms.values[own] = [best] if own.sort.kind == "Vec" else best
        return self.terms.value(substitute(place, {rule.chosen: own}))

    # ------------------------------------------------------------ hypotheses and ratios
    def holds(self, p: Term) -> bool:
        """Say whether a proposition certainly holds along the run."""
        if p.op == "all" and p.data.sort == NAT:
            return self._holds_up_to(p)
        try:
            return self.judge.truth(p) is True
        except (Undecided, NotEvaluated, NotImplementedError):
            return False

    def _holds_up_to(self, p: Term) -> bool:
        """Say whether “for all k ≤ N” holds, by trying each."""
        k = fresh_variable(p.data.name, NAT, free_variables(p))
        body = open_binder(p, k)
        last = up_to(body.args[0], k) if body.op == "imp" else None
        if last is None:
            return False
        try:
            numbers = range(self.terms.value(last) + 1)
        except (Undecided, NotEvaluated, NotImplementedError):
            return False
        return all(self.holds(open_binder(p, number(i, NAT)).args[1]) for i in numbers)

    # ------------------------------------------------------------ minimisers
    def _minimiser(self, chosen: Term, objective: Term) -> Number:
        dimensions = self.terms.case.assignment.dimensions
        if chosen.sort.kind == "Vec" and dimensions[chosen.sort.spaces[0]] != 1:
            raise NotEvaluated("minimisers are enclosed on lines only")
        if not _Curvature(self.terms, chosen).convex(objective):
            raise NotEvaluated(f"{objective} is not known to be convex")
        along = _Along(self.terms, chosen)
        middle = self._root(along, objective)
        width = self.field.raw(Fraction(1, 2 ** (3 * (self.field.bits or 64) // 4)))
        width = width * (1 + abs(middle))
        for _ in range(40):
            low, high = (Number(self.field, middle + s * width) for s in (-1, 1))
            left, right = (along.slope(objective, x).value for x in (low, high))
            if left < 0 and right > 0:
                return Number(self.field, low.value.union(high.value))
            width = width * 4
            if width > 1:
                break
        raise Undecided("a minimiser cannot be enclosed")

    def _root(self, along: _Along, objective: Term) -> Any:
        """Return about where a rising derivative vanishes; exact numbers, nothing certain."""

        def slope(x: Any) -> Any:
            return along.slope(objective, Number(self.field, x)).value.mid()

        left = right = self.field.raw(0)
        start = slope(left)
        if start == 0:
            return left
        step, low, high = self.field.raw(1), start, start
        for _ in range(60):
            if start > 0:
                left, low = left - step, slope(left - step)
                if low <= 0:
                    break
                right, high = left, low
            else:
                right, high = right + step, slope(right + step)
                if high >= 0:
                    break
                left, low = right, high
            step = step * 2
        small = self.field.raw(Fraction(1, 2 ** (self.field.bits or 64)))
        for turn in range(_LONGEST):
            if low == 0 or high == 0 or abs(right - left) < small * (1 + abs(left)):
                break
            # false position, every third time halving: it ends for slopes of any kind
            share = self.field.raw(Fraction(1, 2)) if turn % 3 == 2 else low / (low - high)
            middle = (left + (right - left) * share).mid()
            if not (middle > left and middle < right):
                middle = ((left + right) / 2).mid()
            there = slope(middle)
            if there <= 0:
                left, low = middle, there
            if there >= 0:
                right, high = middle, there
        return left if low == 0 else right if high == 0 else ((left + right) / 2).mid()


class _Members(Run):
    """A sequence whose members come from a rule."""

    def __init__(self, run: CertifiedRun, target: Term, known: dict[int, Any]) -> None:
        super().__init__(run.terms, [], None)
        self.run, self.target, self.known = run, target, known
        self._open: set[int] = set()

    def at(self, index: int) -> Any:
        for i in range(index + 1):  # in order: no long run is followed backwards
            if i not in self.known and i not in self._open:
                self._enter(i)
        if index not in self.known:
            raise NotEvaluated(f"{self.target}[{index}] is said in terms of itself")
        return self.known[index]

    def _enter(self, i: int) -> None:
        rule = self.run.method.rule(self.target, i)
        if rule is None:
            raise NotEvaluated(f"no hypothesis says what {self.target}[{i}] is")
        self._open.add(i)
        try:
            self.known[i] = self.run.placed(rule, i)
        finally:
            self._open.discard(i)


class _Along:
    """Derivatives of terms in one variable, a real or the coordinate of a point on a line."""

    def __init__(self, terms: PreciseTerms, chosen: Term) -> None:
        self.terms, self.chosen = terms, chosen

    def slope(self, term: Term, at: Number) -> Number:
        """Return the derivative of a real term where the variable is ``at``."""
        found: Number | None = self._pair(term, at)[1]
        return self.terms.field.number(0) if found is None else found

    def _pair(self, term: Term, at: Number) -> tuple[Any, Any]:
        if term == self.chosen:
            one = self.terms.field.number(1)
            return ([at], [one]) if term.sort.kind == "Vec" else (at, one)
        if self.chosen not in free_variables(term):
            return self.terms.value(term), None
        op = term.op
        if (beyond := _opened(term)) is not None:
            return self._pair(beyond, at)
        if op == "app":
            point, moved = self._pair(term.args[1], at)
            value, gradient = self.terms.function(term.args[0], point)
            return value, _dot(gradient, moved)
        if op not in ("add", "neg", "mul", "smul", "div", "ip"):
            raise NotEvaluated(f"no derivative of {term}")
        pairs: list[tuple[Any, Any]] = [self._pair(arg, at) for arg in term.args]
        if op == "add":
            return _sum([p[0] for p in pairs]), _sum([p[1] for p in pairs if p[1] is not None])
        a, da = pairs[0]
        if op == "neg":
            return _times(-1, a), _times(-1, da)
        b, db = pairs[1]
        if op == "div":
            if db is not None:
                raise NotEvaluated(f"no derivative of {term}")
            return _times(1 / b, a), None if da is None else _times(1 / b, da)
        if op == "ip":
            parts = [_dot(x, y) for x, y in ((a, db), (da, b)) if x is not None and y is not None]
            return _dot(a, b), _sum(parts)
        parts = [_times(x, y) for x, y in ((a, db), (da, b)) if x is not None and y is not None]
        return _times(a, b), _sum(parts)


def _opened(t: Term) -> Term | None:
    """Return a value of an explicit function written out, None for other terms."""
    if t.op == "def":
        opened: Term = t.data.unfold(t.args)
        return opened
    if t.op != "app" or t.args[0].op not in ("lam", "def"):
        return None
    f = t.args[0].data.unfold(t.args[0].args) if t.args[0].op == "def" else t.args[0]
    return open_binder(f, t.args[1]) if f.op == "lam" else None


def _times(c: Any, x: Any) -> Any:
    if isinstance(c, list):
        c, x = x, c
    return [c * y for y in x] if isinstance(x, list) else c * x


def _sum(parts: Sequence[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        if isinstance(total, list):
            total = [x + y for x, y in zip(total, part, strict=True)]
        else:
            total = total + part
    return total


def _dot(u: Sequence[Number], v: Sequence[Number]) -> Any:
    return _sum([x * y for x, y in zip(u, v, strict=True)])


class _Curvature:
    """Which terms are certainly affine, or convex, in a variable."""

    def __init__(self, terms: PreciseTerms, chosen: Term) -> None:
        self.terms, self.chosen = terms, chosen

    def constant(self, t: Term) -> bool:
        return self.chosen not in free_variables(t)

    def affine(self, t: Term) -> bool:
        if t == self.chosen or self.constant(t):
            return True
        if t.op in ("add", "neg"):
            return all(self.affine(arg) for arg in t.args)
        if t.op in ("mul", "smul", "ip"):
            a, b = t.args
            return (self.constant(a) and self.affine(b)) or (self.affine(a) and self.constant(b))
        return t.op == "div" and self.affine(t.args[0]) and self.constant(t.args[1])

    def convex(self, t: Term) -> bool:
        if self.affine(t):
            return True
        if t.op == "add":
            return all(self.convex(arg) for arg in t.args)
        if (beyond := _opened(t)) is not None:
            return self.convex(beyond)
        if t.op == "app":
            family = self.terms.value(t.args[0])
            inside = isinstance(family, Family) and bool(family.constants.convex[0])
            return inside and self.affine(t.args[1])
        if t.op == "ip":
            return t.args[0] == t.args[1] and self.affine(t.args[0])
        if t.op in ("mul", "div"):
            for part, factor in self._factors(t):
                if self.constant(factor) and self.convex(part):
                    return bool(self.terms.value(factor) > 0)
        return False

    def _factors(self, t: Term) -> Iterator[tuple[Term, Term]]:
        yield t.args[0], t.args[1]
        if t.op == "mul":
            yield t.args[1], t.args[0]


__all__ = ["PRECISIONS", "CertifiedRun"]
