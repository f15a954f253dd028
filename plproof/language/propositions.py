"""How propositions are put together: conjunctions, quantifiers that are bounded or to be opened.

[trusted where an oracle reads a statement with it; the kernel does not use it]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plproof.language.binding import fresh_variable, open_binder
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables


def conjuncts(p: Term, unfolding: bool = False) -> Iterator[Term]:
    """Yield the parts of a conjunction, from left to right; of another proposition, itself.

    With ``unfolding`` what a definition stands for is meant, of a part too.
    """
    todo = [p]
    while todo:
        p = todo.pop()
        while unfolding and p.op == "def":
            p = p.data.unfold(p.args)
        if p.op == "and":
            todo += reversed(p.args)
        else:
            yield p


def conclusions(p: Term) -> Iterator[Term]:
    """Yield what is said under conjunctions, definitions and conditions, which are given away."""
    for part in conjuncts(p, unfolding=True):
        if part.op == "imp":
            yield from conclusions(part.args[1])
        else:
            yield part


def at_variables(
    p: Term, avoid: Iterable[Term] = (), *, kind: str = "", unfolding: bool = False
) -> tuple[Term, list[Term]]:
    """Return P(x, y) for ∀x y. P(x, y) at new variables, and those.

    Arguments: ``avoid``, terms whose variables are others; ``kind``, of the sorts of variables, ""
    for any; with ``unfolding`` also behind the definitions that are met on the way in.
    """
    taken = [p, *avoid]
    found: list[Term] = []
    while p.op == "all" and (not kind or p.data.sort.kind == kind):
        v = fresh_variable(p.data.name, p.data.sort, [*taken, *found])
        p = open_binder(p, v)
        found.append(v)
        while unfolding and p.op == "def":
            p = p.data.unfold(p.args)
    return p, found


def at_most(bound: Term, i: Term) -> Term | None:
    """Return n where a proposition says i ≤ n for a natural number i, None elsewhere."""
    if bound.op not in ("le", "ge"):
        return None
    small, large = bound.args if bound.op == "le" else bound.args[::-1]
    small, large = (t.args[0] if t.op == "real" else t for t in (small, large))
    fits = small == i and large.sort == NAT and i not in free_variables(large)
    return large if fits else None


def up_to(p: Term) -> tuple[Term, Term, Term] | None:
    """Return k, n and P(k) of “for all k ≤ n: P(k)”, None for another proposition."""
    if p.op != "all" or p.data.sort != NAT:
        return None
    k = fresh_variable(p.data.name, NAT, [p])
    body = open_binder(p, k)
    last = at_most(body.args[0], k) if body.op == "imp" else None
    return None if last is None else (k, last, body.args[1])
