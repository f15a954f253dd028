"""The second engine of algebra: sympy's polynomial rings re-check every identity of a proof.

[untrusted, and shares nothing with the kernel's normal form: a disagreement stops a run]

Scalars are fractions of polynomials over ℚ in one generator for each atom.  A denominator is
cancelled only when each of its irreducible factors divides something a theorem says is non-zero;
any other inverse is a generator of its own, since functions are total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import QQ
from sympy.polys.rings import ring

from plproof.kernel.thm import Thm
from plproof.language.binding import open_binder
from plproof.language.definitions import unfold_all
from plproof.language.terms import FALSE, Term, subterms

_FIRST_SIZE = 24


class Disagreement(Exception):
    """sympy does not confirm an identity the kernel accepted."""


class _TooManyAtoms(Exception):
    """The ring has too few generators; a larger one is tried."""


def recheck_all(steps: Iterable[Thm], confirmed: set[object] | None = None) -> int:
    """Re-check every ``combine`` among the steps; return how many there were.

    ``confirmed`` remembers identities from call to call, for theorems that share steps.  Raises
    Disagreement at the first identity that sympy does not confirm.
    """
    count = 0
    seen = set() if confirmed is None else confirmed
    for step in steps:
        if step.rule != "combine":
            continue
        count += 1
        conclusions = tuple(p.conclusion for p in step.premises)
        identity = (conclusions, *(step.data.get(k) for k in ("goal", "summands", "nonzero")))
        if identity not in seen:
            recheck(step)
            seen.add(identity)
    return count


def recheck(step: Thm) -> None:
    """Re-check the identity of a ``combine`` step; raise Disagreement when it does not hold."""
    data = step.data
    conclusions = [p.conclusion for p in step.premises]
    if not holds(data["goal"], conclusions, data["summands"], data.get("nonzero", ())):
        raise Disagreement(f"{data['goal']} is not the sum its certificate says")


def holds(
    goal: Term, premises: Sequence[Term], summands: Sequence[Any], nonzero: Sequence[int]
) -> bool:
    """Say whether the slack of the goal is the sum of the summands, identically.

    ``premises`` are the conclusions of the premises, ``summands`` carry coefficient, premises,
    squares and multiplier, ``nonzero`` numbers premises that say a term is not zero.
    """
    size = _FIRST_SIZE
    while True:
        try:
            return _Algebra(size).identical(goal, premises, summands, nonzero)
        except _TooManyAtoms:
            size *= 2


def _sides(proposition: Term) -> tuple[str, Term, Term]:
    """Return (relation, smaller side, larger side); "ne" for the negation of an equation."""
    p = proposition
    while p.op == "def":
        p = p.data.unfold(p.args)
    if p.op == "imp" and p.args[1] == FALSE:
        _, left, right = _sides(p.args[0])
        return "ne", left, right
    left, right = p.args
    if p.op in ("ge", "gt"):
        return {"ge": "le", "gt": "lt"}[p.op], right, left
    return p.op, left, right


class _Algebra:
    """Fractions of polynomials and combinations of vectors, over one ring."""

    def __init__(self, size: int) -> None:
        self._ring, *self._generators = ring([f"a{i}" for i in range(size)], QQ)
        self._atoms: dict[object, int] = {}
        self._memo: dict[Term, Any] = {}
        self._nonzero: list[Any] = []

    def identical(
        self, goal: Term, premises: Sequence[Term], summands: Sequence[Any], nonzero: Sequence[int]
    ) -> bool:
        for number in nonzero:
            _, left, right = _sides(premises[number])
            top, _ = self._minus(self._value(right), self._value(left))
            self._nonzero += [factor for factor, _ in top.factor_list()[1]]
            self._memo.clear()
        relation, left, right = ("false", FALSE, FALSE) if goal == FALSE else _sides(goal)
        if relation == "false":
            total: Any = self._number(0)
        else:
            total = self._minus(self._value(right), self._value(left))
        for s in summands:
            total = self._minus(total, self._summand(s, premises))
        if isinstance(total, dict):
            return all(not top for top, _ in total.values())
        return not total[0]

    def _summand(self, s: Any, premises: Sequence[Term]) -> Any:
        product: Any = self._number(QQ(s.coefficient.numerator, s.coefficient.denominator))
        multiplier = None if s.multiplier is None else self._value(s.multiplier)
        for number in s.premises:
            relation, left, right = _sides(premises[number])
            slack = self._minus(self._value(right), self._value(left))
            if relation == "ne":
                slack = self._times(slack, slack)
            if isinstance(slack, dict) and isinstance(multiplier, dict):
                slack, multiplier = self._inner(slack, multiplier), None
            product = self._times(product, slack)
        for t in s.squares:
            value = self._value(t)
            square = self._inner if isinstance(value, dict) else self._times
            product = self._times(product, square(value, value))
        return product if multiplier is None else self._times(product, multiplier)

    # ---- fractions (numerator, denominator) and vectors {atom: fraction}
    def _number(self, value: Any) -> Any:
        return self._ring(value), self._ring(1)

    def _reduced(self, top: Any, bottom: Any) -> Any:
        if not top or not bottom.is_ground:
            top, bottom = top.cancel(bottom)
        leading = bottom.LC
        return top.quo_ground(leading), bottom.quo_ground(leading)

    def _plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, dict) or isinstance(b, dict):
            left = a if isinstance(a, dict) else {}
            right = b if isinstance(b, dict) else {}
            zero = self._number(0)
            keys = dict.fromkeys([*left, *right])
            return {k: self._plus(left.get(k, zero), right.get(k, zero)) for k in keys}
        if a[1] == b[1]:
            return self._reduced(a[0] + b[0], a[1])
        return self._reduced(a[0] * b[1] + b[0] * a[1], a[1] * b[1])

    def _times(self, a: Any, b: Any) -> Any:
        if isinstance(b, dict):
            return {k: self._times(a, v) for k, v in b.items()}
        if isinstance(a, dict):
            return self._times(b, a)
        return self._reduced(a[0] * b[0], a[1] * b[1])

    def _minus(self, a: Any, b: Any) -> Any:
        return self._plus(a, self._times(self._number(-1), b))

    def _inner(self, u: dict[int, Any], v: dict[int, Any]) -> Any:
        total = self._number(0)
        for i, a in u.items():
            for j, b in v.items():
                entry = self._atom(("inner", min(i, j), max(i, j)))
                total = self._plus(total, self._times(entry, self._times(a, b)))
        return total

    def _inverse(self, a: Any) -> Any:
        top, bottom = a
        if not top:
            return self._number(0)
        if all(factor in self._nonzero for factor, _ in top.factor_list()[1]):
            return self._reduced(bottom, top)
        leading = top.LC
        opaque = self._atom(("inverse", top.quo_ground(leading), bottom))
        return self._times(opaque, self._number(1 / leading))

    # ---- atoms and terms
    def _index(self, key: object) -> int:
        number = self._atoms.setdefault(key, len(self._atoms))
        if number >= len(self._generators):
            raise _TooManyAtoms
        return number

    def _atom(self, key: object) -> Any:
        return self._generators[self._index(key)], self._ring(1)

    def _key(self, t: Term) -> object:
        if t.sort.kind == "Fun":
            return (self._key(t.args[0]), self._key(t.args[1])) if t.op == "app" else t
        value = self._value(t)
        if isinstance(value, dict):
            return tuple(sorted(((i, *v) for i, v in value.items() if v[0]), key=lambda e: e[0]))
        return value

    def _value(self, root: Term) -> Any:
        if root not in self._memo:
            for t in subterms(unfold_all(root)):
                if not t.loose and t.sort.kind in ("Real", "Nat", "Vec") and t not in self._memo:
                    self._memo[t] = self._computed(t)
            self._memo[root] = self._memo[unfold_all(root)]
        return self._memo[root]

    def _computed(self, t: Term) -> Any:
        op, args = t.op, t.args
        if op == "num":
            if t.sort.kind == "Vec":
                return {}
            return self._number(QQ(t.data.numerator, t.data.denominator))
        if op == "add":
            total = self._value(args[0])
            for arg in args[1:]:
                total = self._plus(total, self._value(arg))
            return total
        if op == "neg":
            return self._times(self._number(-1), self._value(args[0]))
        if op in ("mul", "smul"):
            return self._times(self._value(args[0]), self._value(args[1]))
        if op == "div":
            return self._times(self._inverse(self._value(args[1])), self._value(args[0]))
        if op == "real":
            return self._value(args[0])
        if op == "ip":
            return self._inner(self._value(args[0]), self._value(args[1]))
        if op == "sqrt":
            return self._atom(("root", self._key(args[0])))
        if op == "pow":
            return self._power(self._value(args[0]), self._value(args[1])[0])
        if op == "app" and args[0].op == "lam":
            return self._value(open_binder(args[0], args[1]))
        key = ("var", t) if op == "var" else (op, self._key(args[0]), self._key(args[1]))
        if t.sort.kind == "Vec":
            return {self._index(key): self._number(1)}
        return self._atom(key)

    def _power(self, base: Any, exponent: Any) -> Any:
        total = self._number(1)
        for monomial, c in exponent.terms():
            factor = self._atom(("power", base, monomial)) if any(monomial) else base
            for _ in range(int(c)):
                total = self._times(total, factor)
        return total
