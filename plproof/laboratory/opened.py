"""Claims "for all x, y: if A then B" whose A no sample meets: A becomes a hypothesis to be met.

Of random x and y it is never true that y is where a step from x leads.  As hypotheses, such
conditions are what points are chosen by, and the statement says the same.
"""

from __future__ import annotations

from plproof.laboratory.certify import conjuncts
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, REAL
from plproof.language.statement import Statement
from plproof.language.terms import Term, subterms


def opened(statement: Statement) -> Statement:
    """Return the statement with the conditions of its claim as hypotheses, where it gains by it.

    That is where a condition is an equation between vectors or has a quantifier.  Other claims
    stay as they are: then many values are tried for every function.
    """
    claim, given, avoid = statement.claim, list[Term](), list(statement.variables())
    found, reached = claim, 0
    while found.op in ("all", "imp"):
        if found.op == "imp":
            if found.args[1].op == "false":
                break
            given += conjuncts(found.args[0])
            found = found.args[1]
            if any(_is_rare(p) for p in given[reached:]):
                claim, reached = found, len(given)
            continue
        if found.data.sort not in (REAL, NAT) and found.data.sort.kind != "Vec":
            break
        v = fresh_variable(found.data.name, found.data.sort, avoid)
        avoid.append(v)
        found = open_binder(found, v)
    if not reached:
        return statement
    names = {name for name, _ in statement.hypotheses}
    more: list[tuple[str, Term]] = []
    for p in given[:reached]:
        number = 1
        while f"condition_{number}" in names:
            number += 1
        names.add(f"condition_{number}")
        more.append((f"condition_{number}", p))
    return Statement((*statement.hypotheses, *more), claim)


def _is_rare(p: Term) -> bool:
    """Say whether a random point hardly ever satisfies a condition."""
    return any(
        t.op in ("all", "ex") or (t.op == "eq" and t.args[0].sort.kind == "Vec")
        for part in conjuncts(unfold_all(p))
        for t in subterms(part)
    )


__all__ = ["opened"]
