"""Squares of norms: ‖v‖², written as norm(v)**2 or norm(v) * norm(v), is read as ⟨v, v⟩.

[untrusted: every step is made by rules of the kernel]

To the kernel ‖v‖ is a root, and its square a power of that; the inner product is what a
semidefinite program knows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from plproof.kernel import rules
from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.propositions import at_variables
from plproof.language.sorts import NAT
from plproof.language.syntax import eq, sq
from plproof.language.terms import Term, as_real, number, rebuild, subterms
from plproof.proof.facts import FOUND, Fact, opened
from plproof.proof.script import Proof

_TWO = number(2, NAT)


def with_inner_products(claim: Term) -> Term:
    """Return a claim with ⟨v, v⟩ for every square of a norm ‖v‖, under quantifiers too.

    >>> from plproof import Space, Vectors, norm
    >>> x, y = Vectors("x y", Space("E"))
    >>> with_inner_products(norm(x) ** 2 <= norm(y)) == (sq(x) <= norm(y))
    True
    """
    while True:
        plain = rebuild(claim, lambda t, _: _product(t))
        if plain == claim:
            return claim
        claim = plain


def proved_with(p: Proof, goal: Term, search: Callable[[Term], Fact]) -> Fact:
    """Return the goal, proved by a search of what it says with inner products for squares of norms.

    Raises what the search raises.
    """
    plain = with_inner_products(goal)
    avoid = [fact.claim for fact in p.hypotheses()]
    inner, fixed = at_variables(goal, avoid)
    if plain == goal or _plain(inner) != with_inner_products(inner):  # some are bound further in
        return search(goal)
    fact = search(plain)
    if not fixed:
        return p.have(goal, by=[p.fact(_turned(fact.thm, inner), FOUND)])
    with p.fix(*fixed):
        p.have(inner, by=[p.fact(_turned(fact(*fixed).thm, inner), FOUND)])
    assert p.last is not None
    return p.last


@lru_cache(maxsize=256)
def known_with_inner_products(thm: Thm) -> Thm | None:
    """Return what a theorem says with inner products for squares of norms, None if it has none."""
    inner, fixed = at_variables(thm.conclusion, list(thm.hypotheses), unfolding=True)
    target = _plain(inner)
    if target == inner:
        return None
    for v in fixed:
        thm = rules.instantiate(opened(thm), value=v)
    thm = _turned(opened(thm), target)
    for v in reversed(fixed):
        thm = rules.generalise(thm, variable=v)
    return thm


def _turned(thm: Thm, target: Term) -> Thm:
    """Return the target from a theorem that differs from it in how squares of norms are written."""
    for equation, claim in _steps(thm.conclusion):
        thm = rules.rewrite(equation, thm, target=claim)
    steps = _steps(target)
    before = [target, *(claim for _, claim in steps)]
    for (equation, _), claim in reversed(list(zip(steps, before, strict=False))):
        thm = rules.rewrite(equation, thm, target=claim)
    return thm


def _steps(claim: Term) -> list[tuple[Thm, Term]]:
    """Return equations ‖v‖² = ⟨v, v⟩ and what is left of a claim once each is used, in turn."""
    found: list[tuple[Thm, Term]] = []
    while True:
        squares = (t for t in subterms(claim) if not t.loose and _squared(t) is not None)
        square = next(squares, None)
        if square is None:
            return found
        equation = _equation(square)
        claim = replace(claim, *equation.conclusion.args)
        found.append((equation, claim))


def _plain(claim: Term) -> Term:
    """Return a claim with ⟨v, v⟩ for the squares of norms of vectors that are not bound in it."""
    steps = _steps(claim)
    return steps[-1][1] if steps else claim


def _squared(t: Term) -> tuple[Term | None, Term] | None:
    """Return c and v where a term is c·‖v‖², c None for ‖v‖², None where it is neither."""
    if t.op == "pow":
        v = of_norm(t.args[0])
        return None if v is None or t.args[1] != _TWO else (None, v)
    if t.op != "mul" or len(t.args) != 2:
        return None
    first, second = t.args
    v = of_norm(second)
    if v is not None and first == second:
        return None, v
    if v is not None and first.op == "mul" and first.args[-1] == second and len(first.args) == 2:
        return first.args[0], v
    return None


def of_norm(t: Term) -> Term | None:
    """Return v where a term is ‖v‖."""
    if t.op != "sqrt" or t.args[0].op != "ip" or len(set(t.args[0].args)) > 1:
        return None
    v: Term = t.args[0].args[0]
    return v


def _product(t: Term) -> Term | None:
    """Return what a square of a norm is as an inner product, None for another term."""
    found = _squared(t)
    if found is None:
        return None
    c, v = found
    return sq(v) if c is None else as_real(c) * sq(v)


@lru_cache(maxsize=256)
def _equation(t: Term) -> Thm:
    """Return c·‖v‖² = c·⟨v, v⟩, the left side as it is written in ``t``."""
    found, product = _squared(t), _product(t)
    assert found is not None and product is not None
    c, v = found
    claim = eq(t, product)
    p = Proof("squares of norms", {}, claim)
    square = p.norm(v)[1]
    return p.quiet(claim, [square if c is None else as_real(c) * square]).thm
