"""What hypotheses say, one by one: for which natural numbers, and under what conditions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.language.binding import fresh_variable, open_binder, substitute
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, number

Atom: TypeAlias = tuple[Term, Term | None, tuple[Term, ...]]
"""Something that is said, the natural number for all values of which, and under what conditions."""


@lru_cache(maxsize=1024)
def fails(guard: Term, index: Term, k: int) -> bool:
    """Say whether a condition on a natural number certainly fails for one value of it."""
    closed = substitute(guard, {index: number(k, NAT)})
    if free_variables(closed):
        return False
    try:
        return bool(Model(1, {}, {}).truth(closed)[1][0] < 0)
    except NotEvaluated:
        return False


def atoms_of(
    p: Term,
    index: Term | None,
    used: list[Term],
    indices: list[Term],
    guards: tuple[Term, ...] = (),
) -> Iterator[Atom]:
    """Yield what a hypothesis says, with the natural number for all values of which it says it.

    What is said under a condition on numbers is read as said without: a run for which it holds
    always satisfies the hypothesis.  All hypotheses have the same number, the first of ``indices``.
    """
    if p.op == "and":
        for arg in p.args:
            yield from atoms_of(arg, index, used, indices, guards)
    elif p.op == "all" and p.data.sort == NAT and index is None:
        k = indices[0] if indices else fresh_variable(p.data.name, NAT, used)
        if not indices:
            used.append(k)
            indices.append(k)
        yield from atoms_of(open_binder(p, k), k, used, indices)
    elif p.op == "imp" and all(v.sort in (NAT, REAL) for v in free_variables(p.args[0])):
        yield from atoms_of(p.args[1], index, used, indices, (*guards, p.args[0]))
    else:
        yield p, index, guards


def is_line(atom: Atom) -> bool:
    """Say whether something is said to be on a line: “there is γ with y = x − γ∇f(x)”."""
    return atom[0].op == "ex" and atom[0].data.sort == REAL and atom[0].args[0].op == "eq"


__all__ = ["Atom", "atoms_of", "fails", "is_line"]
