"""Norms squared: ‖u‖ ≤ c·‖v‖ as ‖u‖² ≤ c²·‖v‖², which is affine in inner products.

What a semidefinite program can use of a class that is stated with norms, as "g is L-Lipschitz", or
with lower bounds of them, as the error bound μ·‖x − x*‖ ≤ ‖∇f(x)‖, where 0 ≤ μ is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from plproof.kernel.rules import discharge, generalise, modus_ponens
from plproof.kernel.thm import Thm
from plproof.language.propositions import at_variables
from plproof.language.syntax import norm, sq
from plproof.language.terms import Term, as_real, number, subterms
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, Product, opened, parts_of
from plproof.proof.script import Proof
from plproof.search.statements.norm_squares import (
    known_with_inner_products,
    of_norm,
    with_inner_products,
)
from plproof.search.statements.parameters import about_numbers, is_number
from plproof.theory.functions import Smooth


def squared(p: Proof) -> list[Fact]:
    """Return the hypotheses with norms, for all points or at some, with squares in their place.

    Of the class ``Smooth`` theorems say more, and they are offered.
    """
    found = []
    for fact in p.hypotheses():
        if _is_smooth(fact.claim):
            continue
        for place, part in enumerate(parts_of(fact.thm)):
            claim = opened(part).conclusion
            thm = known_with_inner_products(part)
            if thm is None and _from_above(claim):
                thm = _squared(fact.claim, place)
            elif thm is None and has_squares(claim):
                thm = _squared_from_below(p, fact.claim, claim, place)
            if thm is not None:
                found.append(p.fact(thm, fact.label))
    return found


def has_squares(claim: Term) -> bool:
    """Say whether a claim is ‖u‖ ≤ c·‖v‖, ‖u‖ ≤ c, or one of ‖u‖ ≥ …, perhaps for all points."""
    return _from_above(claim) or _least(_inner(claim)) is not None


def _from_above(claim: Term) -> bool:
    return _sides(_inner(claim)) is not None


def _inner(claim: Term) -> Term:
    return at_variables(claim, kind="Vec", unfolding=True)[0]


def is_squared(fact: Fact) -> bool:
    """Say whether something is said with inner products of a hypothesis, by :func:`squared`."""
    parts = map(opened, parts_of(fact.thm))
    return not _is_smooth(fact.claim) and any(
        has_squares(c) or with_inner_products(c) != c for c in (part.conclusion for part in parts)
    )


@dataclass(frozen=True)
class Lengths:
    """A goal ‖u‖ ≤ c·‖v‖, or ‖u‖ ≤ c without ``v``; ``goal`` is ‖u‖² ≤ c²·‖v‖²."""

    u: Term
    bound: Term
    c: Term
    v: Term | None
    goal: Term

    def with_square(self, c: Term) -> Term:
        """Return ‖u‖² ≤ c·‖v‖²."""
        return sq(self.u) <= (c if self.v is None else c * sq(self.v))

    def proved(self, p: Proof, squares: Fact) -> Fact:
        """Return the goal from that with squares; ProofError where 0 ≤ c is not known."""
        by: list[Any] = [squares, p.norm(self.u)[1]]
        if self.v is not None:
            by += [_square(self.c) * p.norm(self.v)[1], self.c**2 * p.norm(self.v)[1]]
            p.have(self.c * norm(self.v) >= 0, by=[p.have(self.c >= 0) * p.norm(self.v)[0]])
        return p.compare_squares(norm(self.u), self.bound, by=by)


def lengths(goal: Term) -> Lengths | None:
    """Return what a goal says of lengths, None where it does not."""
    sides = _sides(goal)
    if sides is None or goal.op not in ("le", "ge"):
        return None
    u, bound, _, v = sides
    c = bound if v is None else _factor(bound, norm(v))
    assert c is not None
    c = number(1) if v is not None and c == norm(v) else as_real(c)
    whole = _square(c)
    return Lengths(u, bound, c, v, sq(u) <= (whole if v is None else whole * sq(v)))


def _square(c: Term) -> Term:
    """Return c², without the root where c is one of a number."""
    return as_real(c.args[0]) if c.op == "sqrt" and c.args[0].op == "num" else c**2


def _is_smooth(claim: Term) -> bool:
    return claim.op == "def" and claim.data == Smooth


def _sides(claim: Term) -> tuple[Term, Term, Term, Term | None] | None:
    """Return u, the bound of ‖u‖, its square, and v where the bound is c·‖v‖, else a number c."""
    if claim.op not in ("le", "ge", "lt", "gt"):
        return None
    left, right = claim.args if claim.op in ("le", "lt") else claim.args[::-1]
    u = of_norm(left)
    if u is None:
        return None
    inside = [t for t in subterms(right) if of_norm(t) is not None]
    if not inside:
        return (u, right, as_real(right) ** 2, None) if is_number(right) else None
    v = of_norm(inside[0])
    factor = _factor(right, inside[0])
    if len(set(inside)) > 1 or v is None or factor is None:
        return None
    return u, right, sq(v) if factor == inside[0] else as_real(factor) ** 2 * sq(v), v


def _least(claim: Term) -> tuple[Term, Term, Term, Term | None] | None:
    """Return u, the lower bound of ‖u‖, c, and v where it is c·‖v‖, c a number."""
    if claim.op not in ("le", "ge", "lt", "gt"):
        return None
    small, large = claim.args if claim.op in ("le", "lt") else claim.args[::-1]
    u = of_norm(large)
    inside = {t for t in subterms(small) if of_norm(t) is not None}
    if u is None or len(inside) > 1:
        return None
    if not inside:
        return (u, small, as_real(small), None) if is_number(small) else None
    (length,) = inside
    c = _factor(small, length)
    if c is None or c == length or not is_number(c):
        return None
    return u, small, as_real(c), of_norm(length)


def _factor(bound: Term, length: Term) -> Term | None:
    """Return c where a bound is c·‖v‖, the bound itself where it is ‖v‖, or None."""
    if bound == length:
        return bound
    if bound.op == "div" and length not in set(subterms(bound.args[1])):
        inner = _factor(bound.args[0], length)
        if inner is None:
            return None
        return (1 if inner == length else as_real(inner)) / as_real(bound.args[1])
    if bound.op == "mul" and len(bound.args) == 2:
        for c, rest in (bound.args, bound.args[::-1]):
            if rest == length and length not in set(subterms(c)):
                return c
    return None


@lru_cache(maxsize=64)
def _squared(whole: Term, place: int) -> Thm | None:
    """Return what a part of a hypothesis says with squares, from the hypothesis."""
    p = Proof("squares", {"whole": whole}, whole)
    part = p.fact(opened(list(parts_of(p.whole.thm))[place]), "whole")
    inner, fixed = at_variables(part.claim, [whole], kind="Vec", unfolding=True)
    sides = _sides(inner)
    assert sides is not None
    u, bound, square, v = sides
    length = norm(u)
    nonnegative, equal = p.norm(u)
    try:
        here = part(*fixed) if fixed else part
        by: list[Fact | Product] = [here * nonnegative, equal]
        if v is not None:
            same = p.norm(v)[1]
            by.append(same if square == sq(v) else square.args[0] * same)
        thm = p.have(sq(u) <= square, by=by, squares=[bound - length]).thm
        return _for_all(fixed, thm)
    except ProofError:
        return None


def _for_all(fixed: Sequence[Term], thm: Thm) -> Thm:
    for v in reversed(fixed):
        thm = generalise(thm, variable=v)
    return thm


def _squared_from_below(p: Proof, whole: Term, claim: Term, place: int) -> Thm | None:
    """Return what a part of a hypothesis says with squares, where 0 ≤ c is known in a proof."""
    sides = _least(_inner(claim))
    assert sides is not None
    sign = sides[2] >= 0
    try:
        known = p.quiet(sign, about_numbers(p.hypotheses())).thm
    except ProofError:
        return None
    thm = _lower(whole, place)
    return None if thm is None else modus_ponens(discharge(thm, hypothesis=sign), known)


@lru_cache(maxsize=64)
def _lower(whole: Term, place: int) -> Thm | None:
    """Return c²·‖v‖² ≤ ‖u‖² from c·‖v‖ ≤ ‖u‖, a part of a hypothesis, and c ≥ 0."""
    claim = opened(list(parts_of(Proof("squares", {"whole": whole}, whole).whole.thm))[place])
    inner, fixed = at_variables(claim.conclusion, [whole], kind="Vec", unfolding=True)
    sides = _least(inner)
    assert sides is not None
    u, bound, c, v = sides
    given = {"whole": whole, "sign": c >= 0}
    strict = inner.op in ("lt", "gt")
    square = c**2 if v is None else c**2 * sq(v)
    goal = square < sq(u) if strict else square <= sq(u)
    p = Proof("squares", given, goal)
    part = p.fact(opened(list(parts_of(p.whole.thm))[place]), "whole")
    nonnegative, equal = p.norm(u)
    try:
        here = part(*fixed) if fixed else part
        by: list[Any] = [equal]
        low = p.sign
        if v is not None:
            low = p.have(bound >= 0, by=[p.sign * p.norm(v)[0]])
            by.append(c**2 * p.norm(v)[1])
        total = norm(u) + as_real(bound)
        both = p.have(total > 0 if strict else total >= 0, by=[nonnegative, low, here])
        thm = p.have(goal, by=[here * both, *by]).thm
        return _for_all(fixed, thm)
    except ProofError:
        return None
