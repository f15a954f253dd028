"""What holds of free sequences for all k, although only finitely many members are given.

A sequence of which the members 0..K are given may go on as one likes.  Where hypotheses speak of it
by its members alone, as γ_{k+1} ≤ γ_k ≤ 1/L, it stays at its last member, and the instances for
k ≤ K say everything.  Where they bound each member by itself, as 0 < γ_k ≤ 2/(k + 1), there is a
next member whenever the bounds leave room for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from plproof.laboratory.meaning.readings import norm_of
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conjuncts
from plproof.language.sorts import NAT
from plproof.language.terms import FALSE, Term, free_variables, make, number, rebuild, subterms

Rows: TypeAlias = Any
"""Rows (B,) on which something certainly holds, or one answer."""

_COMPARISONS = ("le", "lt", "ge", "gt")


@dataclass(frozen=True)
class ForAllMembers:
    """A proposition “for all k, ``body``” about members of the free sequences ``about``."""

    index: Term
    body: Term
    about: frozenset[Term]

    def at(self, i: int, last: int) -> Term:
        """Return the instance for k = i, where the members after ``last`` are all equal to it."""

        def written(t: Term, _: int) -> Term | None:
            offset = offset_in(t, self.index) if t.op == "app" and t.args[0] in self.about else None
            if offset is not None:
                return t.args[0][number(min(i + offset, last), NAT)]
            return number(i, NAT) if t == self.index else None

        return rebuild(self.body, written)

    def steady(self, last: int) -> bool:
        """Say whether k stands in indices of the sequences alone, and beside numbers below it."""

        def without(t: Term, _: int) -> Term | None:
            if t.op == "app" and t.args[0] in self.about and offset_in(t, self.index) is not None:
                return make("var", (), "member!", t.sort)
            if t.op in (*_COMPARISONS, "eq") and t.args[0].sort == NAT:
                numbers = [a.data for a in t.args if a.op == "num"]
                counted = [a for a in t.args if self.index in free_variables(a)]
                plain = [a for a in counted if a == self.index]
                if len(numbers) == 1 and plain and numbers[0] < last:
                    return FALSE
            return None

        return self.index not in free_variables(rebuild(self.body, without))


def offset_in(t: Term, index: Term) -> int | None:
    """Return j where a term is the member k + j of a sequence, k the ``index``."""
    at = t.args[1]
    if at == index:
        return 0
    if at.op != "add" or at.args.count(index) != 1:
        return None
    rest = [a for a in at.args if a != index]
    return sum(int(a.data) for a in rest) if all(a.op == "num" for a in rest) else None


def for_all_members(p: Term, free: Iterable[Term]) -> ForAllMembers | None:
    """Read “for all k, …” about free sequences; None for anything else."""
    about = frozenset(free) & {*free_variables(p)}
    if p.op != "all" or p.data.sort != NAT or not about:
        return None
    k = fresh_variable(p.data.name, NAT, free_variables(p))
    body = open_binder(p, k)
    counted = any(t.op in ("all", "ex", "lam") and t.data.sort == NAT for t in subterms(body))
    return None if counted else ForAllMembers(k, body, about)


def lasting(
    parts: Sequence[Term],
    free: Iterable[Term],
    last: int,
    holds: Callable[[Term], Rows],
    signed: Callable[[Term, bool], Rows],
) -> dict[Term, Rows]:
    """Return those hypotheses that finitely many instances decide, with where they hold.

    Arguments: ``parts``, all hypotheses; ``free``, the sequences of which members 0..``last`` are
    given and the others are not; ``holds`` says where a proposition certainly holds; ``signed``
    (t, strict) where a number certainly is at least 0, or above it.  The sequences go on in one way
    that makes all of the returned hypotheses hold together.
    """
    free = frozenset(free)
    said: dict[Term, list[Term]] = {}
    for p in parts:
        if free & {*free_variables(p)}:
            said[p] = list(conjuncts(unfold_all(p)))
    read = {c: for_all_members(c, free) for found in said.values() for c in found}
    every = {c: r for c, r in read.items() if r is not None}
    moving = {v for r in every.values() if not r.steady(last) for v in r.about}
    decided: dict[Term, Rows] = {}
    for c, r in every.items():
        if not r.about & moving:
            decided[c] = _all(holds(r.at(i, last)) for i in range(last + 1))
    for v in moving:
        own = [(c, r) for c, r in every.items() if v in r.about]
        bounds = [_bounds(r, v) for _, r in own]
        if any(b is None for b in bounds):
            continue
        goes_on = _room([b for found in bounds for b in found or ()], signed)
        for c, r in own:
            decided[c] = goes_on & _all(holds(r.at(i, last)) for i in range(last + 1))
    return {
        p: _all(decided[c] if c in decided else holds(c) for c in found)
        for p, found in said.items()
        if any(c in decided for c in found)
        and all(c in decided or c.op not in ("all", "ex") for c in found)
    }


def _all(rows: Iterable[Rows]) -> Rows:
    found: Rows = True
    for one in rows:
        found = found & one
        if not (found if isinstance(found, bool) else found.any()):
            break
    return found


@dataclass(frozen=True)
class _Bound:
    """A bound of γ_k, or of the length or the square of a vector, by a term in k alone."""

    term: Term
    index: Term
    above: bool
    strict: bool
    vector: bool


def _bounds(said: ForAllMembers, v: Term) -> list[_Bound] | None:
    """Return the bounds that are said of each member by itself; None where more is said."""
    member, found = v[said.index], []
    if said.about != {v}:
        return None
    todo = [said.body]
    while todo:
        p = todo.pop()
        if p.op in ("and", "imp"):
            todo += p.args if p.op == "and" else p.args[1:]
            continue
        if p.op not in _COMPARISONS:
            return None
        small, large = p.args if p.op in ("le", "lt") else p.args[::-1]
        strict, vector = p.op in ("lt", "gt"), v.sort.parts[1].kind == "Vec"
        for side, other, above in ((small, large, True), (large, small, False)):
            square = side.args[0] if side.op == "ip" and side.args[0] == side.args[1] else None
            alone = member in (norm_of(side), square) if vector else side == member
            if alone and v not in free_variables(other) and not (vector and not above):
                found.append(_Bound(other, said.index, above, strict, vector))
                break
        else:
            return None
    return found


def _room(bounds: Sequence[_Bound], signed: Callable[[Term, bool], Rows]) -> Rows:
    """Say where for every k there is a number, or a vector, within the bounds."""
    lower, upper = ([b for b in bounds if b.above is above] for above in (False, True))
    found: Rows = True
    for high in upper:
        if high.vector:  # 0 is such a vector
            found = found & _positive(high.term, high.index, high.strict, signed)
        for low in lower:  # 0 is between them, or a number next to it
            below = make("neg", (low.term,))
            strict = low.strict or high.strict
            found = found & _positive(below, low.index, False, signed)
            found = found & _positive(high.term, high.index, strict, signed)
    return found


def _positive(t: Term, k: Term, strict: bool, signed: Callable[[Term, bool], Rows]) -> Rows:
    """Say where a term in k certainly is at least 0, or above it, for all k."""
    op, args = t.op, t.args
    if k not in free_variables(t):
        return signed(t, strict)
    if t.sort == NAT or op == "real":
        inside = args[0] if op == "real" else t
        parts = inside.args if inside.op == "add" else (inside,)
        return not strict or any(a.op == "num" and a.data > 0 for a in parts)
    if op == "add":
        each = _all(_positive(a, k, False, signed) for a in args)
        some: Rows = not strict
        for a in args:
            some = some | _positive(a, k, strict, signed)
        return each & some
    if op in ("mul", "div"):
        by = strict or op == "div"
        return _positive(args[0], k, strict, signed) & _positive(args[1], k, by, signed)
    if op == "pow":
        return _positive(args[0], k, strict, signed)
    if op == "sqrt":
        return True if not strict else _positive(args[0], k, True, signed)
    if op == "neg" and args[0].op == "neg":
        return _positive(args[0].args[0], k, strict, signed)
    return False


__all__ = ["ForAllMembers", "for_all_members", "lasting", "offset_in"]
