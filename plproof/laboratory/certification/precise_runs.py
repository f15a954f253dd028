"""Exact runs of any method, for one case in one field: what its rules say, in balls or rationals.

What a rule says of a minimiser or of a solution is found by Newton's method and then enclosed, in
any dimension: where the gradient G of the objective rises by at least m > 0 everywhere, a point v
is at most ‖G(v)‖/m away from the only zero, and a real number lies between two where G has opposite
signs.  In rationals only a zero of G itself will do, which one step reaches where G is affine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from plproof.laboratory.arithmetic.roots import root
from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.certification.precise import Field, Number, Undecided
from plproof.laboratory.families import Family
from plproof.laboratory.meaning.evaluate import NotEvaluated
from plproof.laboratory.meaning.values import LONGEST_CHAIN
from plproof.laboratory.modelling.recursions import Member, Method, Rule
from plproof.laboratory.modelling.stationarity import Interval, Rise, gradient
from plproof.language.binding import bind, substitute
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, number

_STEPS = 60
_HALVINGS = 20
_DIGITS = 20  # binary digits that a step of Newton's method with a rounded matrix gains at least
_WIDENINGS = 40
_WIDTH = Fraction(1, 2**24)
_NEAR = 2.0**-30  # a field this much shorter than at the start is close to its zero


class PreciseRuns:
    """The members of sequences, the points and the numbers that a method gives.

    Arguments: ``terms`` with the ``values`` of everything that no rule gives, ``value(term,
    scope)``, their ``field``, and the ``dimension`` of a space by name; ``members``, the free
    members of sequences, (1, d) or (1,); ``numbers``, reals that equations determine, with their
    terms.  What the rules give is put among the ``values`` of the terms.
    """

    def __init__(
        self,
        terms: Any,
        method: Method,
        members: Mapping[Member, Floats],
        numbers: Mapping[Term, Term],
    ) -> None:
        self.terms, self.method, self.numbers = terms, method, numbers
        self.field: Field = terms.field
        self.chain = 0  # members that wait for others
        self._moving = {*method.rules, *(v for v, _ in members)}
        for target in dict.fromkeys([*method.rules, *(v for v, _ in members)]):
            if target.sort.kind == "Fun":
                known = {i: self._start(x) for (v, i), x in members.items() if v == target}
                terms.values[target] = Members(self, target, known)
        todo = [v for v in (*method.rules, *numbers) if v.sort.kind != "Fun"]
        while todo:
            ready = [v for v in todo if not set(todo) & {*self._needs(v)}]
            if not ready:
                raise NotEvaluated(f"{todo[0]} is said in terms of itself")
            for v in ready:
                rule = method.rule(v)
                terms.values[v] = terms.value(numbers[v]) if rule is None else self.placed(rule, 0)
                todo.remove(v)

    def _start(self, x: Floats) -> Any:
        """Return a free member, taken at face value."""
        return list(self.field.array(x[0])) if x.ndim > 1 else self.field.number(float(x[0]))

    def _needs(self, v: Term) -> tuple[Term, ...]:
        """Return the points and numbers that have to be known for a variable, through sequences."""
        found: set[Term] = set()
        todo: list[Term] = [v]
        while todo:
            u = todo.pop()
            terms = [self.numbers[u]] if u in self.numbers else []
            rules = self.method.rules.get(u, ())
            terms += [t for r in rules for t in (r.place, r.objective) if t is not None]
            for w in free_variables(terms):
                if w not in found and (w in self.method.rules or w in self.numbers):
                    found.add(w)
                    if w.sort.kind == "Fun":
                        todo.append(w)
        return tuple(found)

    def placed(self, rule: Rule, index: int) -> Any:
        """Return the member of a sequence that a rule gives, or the point or number."""
        at = {} if rule.index is None else {rule.index: number(index - rule.offset, NAT)}
        place = substitute(rule.place, at)
        if rule.chosen is None:
            return self.terms.value(place)
        assert rule.objective is not None
        best = self._minimiser(rule, substitute(rule.objective, at))
        return self.terms.value(bind("lam", rule.chosen, place).args[0], (best,))

    def sound(self, p: Term) -> bool:
        """Say whether a hypothesis certainly holds that rules are read from: of every k."""
        return all(
            rule.chosen is None
            or (self._divides(rule) and (rule.index is None or self._lasts(rule)))
            for rule in self.method.said[p]
        )

    def _divides(self, rule: Rule) -> bool:
        """Say whether the divisors of a rule certainly are not 0, for all k."""
        moving = self._moving | {rule.index}
        return all(
            not (rule.index is not None and moving & {*free_variables(t)})
            and self.terms.value(t).sign() != 0
            for t in rule.divisors
        )

    def _lasts(self, rule: Rule) -> bool:
        assert rule.chosen is not None and rule.objective is not None
        moving = self._moving | {rule.index}

        def bounds(t: Term) -> Interval:
            if moving & {*free_variables(t)}:
                return np.full(1, -np.inf), np.full(1, np.inf)
            return self._bounds(t)

        slope = self._gradient(rule, rule.objective)
        found = Rise(rule.chosen, bounds, self._functions(rule), per_length=True).of(slope)
        return found is not None and bool(found[0][0] > 0)

    # ------------------------------------------------------------ minimisers
    def _gradient(self, rule: Rule, energy: Term) -> Term:
        assert rule.chosen is not None
        found = gradient(energy, rule.chosen)
        if found is None:
            raise NotEvaluated(f"the laboratory does not minimise {show(energy)}")
        return found

    def _functions(self, rule: Rule) -> Callable[[Term], Interval]:
        def bounds(f: Term) -> Interval:
            family = self.terms.value(f)
            if not isinstance(family, Family):
                raise NotEvaluated(f"{f} is not a function of the catalogue")
            if rule.critical and not family.differentiable:
                return np.full(1, -np.inf), np.full(1, np.inf)
            return family.constants.strongly_convex, family.constants.smooth

        return bounds

    def _bounds(self, t: Term) -> Interval:
        value = self.terms.value(t).value
        if self.field.exact:
            near = float(Fraction(int(value.p), int(value.q)))
            low = high = near
        else:
            low, high = float(value.lower()), float(value.upper())
        return np.full(1, np.nextafter(low, -np.inf)), np.full(1, np.nextafter(high, np.inf))

    def _minimiser(self, rule: Rule, energy: Term) -> Any:
        chosen = rule.chosen
        assert chosen is not None
        slope = self._gradient(rule, energy)
        found = Rise(chosen, self._bounds, self._functions(rule)).of(slope)
        low = -np.inf if found is None else float(found[0][0])
        if not (low >= 0 or (rule.critical and chosen.sort == REAL)):
            raise Undecided(f"{show(energy)} is not known to be convex")
        body = bind("lam", chosen, slope).args[0]
        vector = chosen.sort.kind == "Vec"

        def at(x: list[Number]) -> list[Number]:
            there = self.terms.value(body, (x,) if vector else (x[0],))
            return list(there) if vector else [there]

        size = self.terms.dimension(chosen.sort.spaces[0]) if vector else 1
        best = self._zero(at, self._home(chosen) if vector else [self.field.number(0)], size)
        enclosed = self._enclosed(at, best, low)
        return enclosed if vector else enclosed[0]

    def _home(self, chosen: Term) -> list[Number]:
        """Return a minimiser of a function on the space of a point."""
        for f, family in self.terms.values.items():
            if isinstance(family, Family) and f.sort.parts[0] == chosen.sort:
                return list(self.field.array(family.constants.minimiser[0]))
        return [self.field.number(0)] * self.terms.dimension(chosen.sort.spaces[0])

    def _middle(self, x: Sequence[Number]) -> list[Number]:
        if self.field.exact:
            return list(x)
        return [Number(self.field, entry.value.mid()) for entry in x]

    def _zero(self, at: Callable[[list[Number]], list[Number]], x: list[Number], size: int) -> Any:
        """Return about where a rising field is 0: Newton's method with halved steps."""
        g = self._middle(at(x))
        far = _length(g)
        for turn in range(_STEPS + (self.field.bits or 0) // _DIGITS):
            if all(entry.value == 0 for entry in g):
                break
            step = self._step(at, x, g, size)
            scale = Fraction(1)
            for _ in range(_HALVINGS):
                tried = self._rounded([a - s * scale for a, s in zip(x, step, strict=True)], turn)
                there = self._middle(at(tried))
                if _less(there, g):
                    break
                scale /= 2
            else:
                if size > 1 or _length(g) <= _NEAR * far:
                    break
                tried = [self.field.number(self._root(at))]
                there = self._middle(at(tried))
                if not _less(there, g):
                    break
            x, g = tried, there
        return x

    def _root(self, at: Callable[[list[Number]], list[Number]]) -> float:
        """Return about where a rising field of a number is 0, also where it is flat in between."""

        def slope(t: Floats) -> Floats:
            return np.array([float_of(at([self.field.number(float(t[0]))])[0])])

        return float(root(slope, 1)[0])

    def _rounded(self, x: list[Number], turn: int) -> list[Number]:
        """Return short numbers nearby; exact ones at every third turn, which end where G = 0."""
        if not self.field.exact:
            return self._middle(x)
        return x if turn % 3 == 2 else [self.field.number(float_of(entry)) for entry in x]

    def _step(
        self, at: Callable[[list[Number]], list[Number]], x: list[Number], g: list[Number], n: int
    ) -> list[Number]:
        width = _WIDTH
        columns = []
        for i in range(n):
            ends = []
            for sign in (1, -1):
                moved = [entry + sign * width * (i == j) for j, entry in enumerate(x)]
                ends.append(self._middle(at(self._middle(moved))))
            columns.append([(a - b) / (2 * width) for a, b in zip(*ends, strict=True)])
        matrix = [[columns[j][i] for j in range(n)] for i in range(n)]
        return self._solved(matrix, g)

    def _solved(self, matrix: list[list[Number]], right: list[Number]) -> list[Number]:
        """Return the solution of a system by elimination, of middles; 0 where it is singular."""
        n = len(right)
        rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
        for i in range(n):
            pivot = max(range(i, n), key=lambda r: abs(float_of(rows[r][i])))
            rows[i], rows[pivot] = rows[pivot], rows[i]
            if rows[i][i].value == 0:
                return [self.field.number(0)] * n
            for r in range(n):
                if r != i:
                    factor = self._middle([rows[r][i] / rows[i][i]])[0]
                    rows[r] = self._middle(
                        [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
                    )
        return self._middle([rows[i][n] / rows[i][i] for i in range(n)])

    def _enclosed(
        self, at: Callable[[list[Number]], list[Number]], x: list[Number], low: float
    ) -> list[Number]:
        g = at(x)
        if all(entry.value == 0 for entry in g):
            return x
        if self.field.exact:
            raise Undecided("a minimiser that is not rational, or not found")
        if low > 0:
            square = sum((entry**2 for entry in g), self.field.number(0))
            radius = (square.sqrt() / self.field.number(low)).value.upper()
            ball = self.field.raw(0).union(radius).union(-radius)
            return [Number(self.field, entry.value + ball) for entry in x]
        if len(x) == 1:
            width = self.field.raw(Fraction(1, 2 ** (3 * (self.field.bits or 64) // 4)))
            width = width * (1 + abs(x[0].value))
            for _ in range(_WIDENINGS):
                ends = [Number(self.field, x[0].value + s * width) for s in (-1, 1)]
                left, right = (at([end])[0].value for end in ends)
                if left < 0 and right > 0:
                    return [Number(self.field, ends[0].value.union(ends[1].value))]
                width = width * 4
                if width > 1:
                    break
        raise Undecided("a minimiser cannot be enclosed")


class Members:
    """A sequence whose members come from rules."""

    descent = None

    def __init__(self, runs: PreciseRuns, target: Term, known: dict[int, Any]) -> None:
        self.runs, self.target, self.known = runs, target, known
        self._open: set[int] = set()

    def at(self, index: int) -> Any:
        """Return the member with an index."""
        for i in range(index + 1):  # in order: no long run is followed backwards
            if i not in self.known and i not in self._open:
                self._enter(i)
        if index not in self.known:
            raise NotEvaluated(f"{self.target}[{index}] is said in terms of itself")
        return self.known[index]

    def _enter(self, i: int) -> None:
        rule = self.runs.method.rule(self.target, i)
        if rule is None:
            raise NotEvaluated(f"no hypothesis says what {self.target}[{i}] is")
        if self.runs.chain > LONGEST_CHAIN:
            raise NotEvaluated(f"{self.target}[{i}] is said in terms of ever more members")
        self._open.add(i)
        self.runs.chain += 1
        try:
            self.known[i] = self.runs.placed(rule, i)
        finally:
            self._open.discard(i)
            self.runs.chain -= 1


def float_of(x: Number) -> float:
    """Return about the value of a number."""
    if x.field.exact:
        return float(Fraction(int(x.value.p), int(x.value.q)))
    return float(x.value.mid())


def _length(x: list[Number]) -> float:
    return max(abs(float_of(entry)) for entry in x)


def _less(a: list[Number], b: list[Number]) -> bool:
    """Say whether a vector is shorter than another, in middles."""
    left, right = (sum(abs(entry.value) for entry in v) for v in (a, b))
    return bool(left < right)


__all__ = ["Members", "PreciseRuns"]
