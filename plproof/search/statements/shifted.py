"""Claims for every N about x_{N+c}: those about x_M for M ≥ c, with M − c for N.

[untrusted: the kernel checks what comes back]

The search for all numbers of steps reads claims about the last point x_M, and the induction of a
rate those with q^M; what they find of M = N + c is what a claim about x_{N+c} says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from plproof.language.binding import bind, fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import forall, implies
from plproof.language.terms import Term, as_real, free_variables, make, number, rebuild
from plproof.proof.facts import Fact
from plproof.proof.script import Proof
from plproof.search.statements.any_step import members_at, offset


@dataclass(frozen=True)
class Shifted:
    """A claim ∀N. P about members x_{N+c}, … with c ≥ 1: ``by`` is c, ``inner`` is P at ``count``.

    ``plain`` says for all M what P says of N = M − c, and ``goal`` says so for M ≥ c, or where the
    claim has a condition itself, as N ≥ 1, under that.
    """

    count: Term
    by: int
    inner: Term
    plain: Term
    goal: Term

    def proved(self, p: Proof, general: Fact) -> Fact:
        """Prove the claim inside a proof from that for all M, or all M ≥ c."""
        last = self.count + self.by
        with p.fix(self.count):
            if self.inner.op == "imp":
                with p.suppose(self.inner.args[0]) as given:
                    condition = open_binder(general.claim, last).args[0]
                    p.have(condition, by=[given], name=f"{condition}")
                    p.have(self.inner.args[1], by=[general(last)], name=f"at {last}")
            else:
                if self.goal != self.plain and general.claim == self.goal:
                    p.have(last >= self.by, name=f"{last >= self.by}")
                p.have(self.inner, by=[general(last)], name=f"at {last}")
        assert p.last is not None
        return p.last

    def value(self, found: Term, large: Term, count: Term) -> Term:
        """Return a number that depends on M, which is ``large``, in the claim's own N."""
        return _tidied(substitute(found, {large: count + self.by}), count)


#: proves the claim about x_M that a claim is, for all M or for M ≥ c, or returns None
Way: TypeAlias = Callable[[Proof, Shifted], Fact | None]


def shifted(goal: Term, others: Sequence[Term] = ()) -> Shifted | None:
    """Return a claim ∀N. P about members x_{N+c}, …, c ≥ 1, as one about x_M; None for another.

    None also where N − c would be an exponent; ``others`` are kept apart.
    """
    if goal.op != "all" or goal.data.sort != NAT:
        return None
    count = fresh_variable(goal.data.name, NAT, [goal, *others])
    inner = open_binder(goal, count)
    places = [offset(m.args[1], count) for m in members_at(inner, count)]
    known = [place for place in places if place is not None]
    conditional = inner.op == "imp" and free_variables(inner.args[0]) == (count,)
    if (inner.args[1] if conditional else inner).op not in ("le", "ge"):
        return None
    if not known or len(known) != len(places) or min(known) < 1:
        return None
    by = min(known)
    large = fresh_variable("M", NAT, [goal, *others])
    try:
        moved = _tidied(rebuild(inner, _Moved(count, large, by)), large)
    except _NoForm:
        return None
    if count in free_variables(moved):
        return None
    plain = bind("all", large, moved)
    goal = plain if conditional else forall(large, implies(large >= by, moved))
    return Shifted(count, by, inner, plain, goal)


def by_shift(p: Proof, goal: Term, way: Way) -> Fact | None:
    """Prove a claim about x_{N+c} from that about x_M, or return None.

    The way is told the claim for M ≥ c, and that for all M; what it does not find leaves nothing
    behind.
    """
    moved = shifted(goal, [fact.claim for fact in p.hypotheses()])
    if moved is None:
        return None
    general = way(p, moved)
    return None if general is None else moved.proved(p, general)


class _NoForm(Exception):
    """Where N − c is an exponent, or N is used in a way that is not read."""


class _Moved:
    """What rewrites a claim about N as one about M = N + c."""

    def __init__(self, count: Term, large: Term, by: int) -> None:
        self._count, self._large, self._by = count, large, by

    def __call__(self, t: Term, depth: int) -> Term | None:
        """Return what a part of the claim is of M, None where only parts of it are of N."""
        if t.op == "real":
            return self._real(t.args[0]) if self._speaks(t) else None
        if t.op in ("app", "pow") and t.args[1].sort == NAT and self._speaks(t.args[1]):
            return make(t.op, (rebuild(t.args[0], self), self._natural(t.args[1])))
        if t.sort == NAT and self._speaks(t):
            raise _NoForm
        return None

    def _speaks(self, t: Term) -> bool:
        return self._count in free_variables(t)

    def _natural(self, t: Term) -> Term:
        """Return a·N + b as a·M + (b − a·c)."""
        line = linear(t, self._count)
        if line is None or line[1] < line[0] * self._by:
            raise _NoForm
        a, rest = line[0], line[1] - line[0] * self._by
        times = self._large if a == 1 else a * self._large
        return times + rest if rest else times

    def _real(self, t: Term) -> Term:
        line = linear(t, self._count)
        if line is not None:
            return _line(line[0], self._large, line[1] - line[0] * self._by)
        if t.op in ("add", "mul"):
            first, *rest = map(self._real, t.args)
            for part in rest:
                first = first + part if t.op == "add" else first * part
            return first
        if t.op == "pow" and not self._speaks(t.args[1]):
            return self._real(t.args[0]) ** t.args[1]
        if self._speaks(t):
            raise _NoForm
        return as_real(t)


def linear(t: Term, v: Term) -> tuple[int, int] | None:
    """Return a and b of a number that is written as a·v + b, whole numbers; None for another."""
    if t == v:
        return 1, 0
    if t.op == "num":
        return (0, int(t.data)) if t.data == int(t.data) else None
    if t.op == "real":
        return linear(t.args[0], v)
    if t.op == "neg":
        line = linear(t.args[0], v)
        return None if line is None else (-line[0], -line[1])
    if t.op not in ("add", "mul"):
        return None
    a, b = (0, 0) if t.op == "add" else (0, 1)
    for part in (linear(arg, v) for arg in t.args):
        if part is None or (t.op == "mul" and a and part[0]):
            return None
        if t.op == "add":
            a, b = a + part[0], b + part[1]
        else:
            a, b = a * part[1] + b * part[0], b * part[1]
    return a, b


def _line(a: int, v: Term, b: int) -> Term:
    if a == 0:
        return number(b)
    times = as_real(v) if a == 1 else a * as_real(v)
    return times if b == 0 else times + b if b > 0 else times - (-b)


def _tidied(t: Term, v: Term) -> Term:
    """Return a number with sums that are linear in v written so: 4·N + 6 for 4·(N + 1) + 2."""

    def written(s: Term, depth: int) -> Term | None:
        line = linear(s, v) if s.op == "add" and s.sort == REAL else None
        return None if line is None else _line(line[0], v, line[1])

    return rebuild(t, written)
