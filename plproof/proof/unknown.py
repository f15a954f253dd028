"""Claims with an unknown: a real variable whose best value is to be found, as a rate.

A stored proof proves the claim with a value in the unknown's place; that value is read off by
comparison with the claim as it is stated, so that everything else must agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from plproof.language.binding import substitute
from plproof.language.printing import show
from plproof.language.sorts import REAL, LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables


def check_unknown(statement: Statement, unknown: Term) -> Term:
    """Return the unknown of a statement.

    Raises LanguageError unless it is a real variable of the claim that no hypothesis speaks of.
    """
    if not isinstance(unknown, Term) or unknown.op != "var" or unknown.sort != REAL:
        raise LanguageError(f"unknown= names a real variable of the claim, not {unknown}")
    if unknown not in free_variables(statement.claim):
        raise LanguageError(f"the claim does not speak of {unknown}, which is to be found")
    for name, hypothesis in statement.hypotheses:
        if unknown in free_variables(hypothesis):
            raise LanguageError(f"{unknown} is to be found and no hypothesis may use it: {name}")
    return unknown


def with_value(statement: Statement, unknown: Term, value: Term) -> Statement:
    """Return the statement with a value in place of the unknown.

    Raises LanguageError when the value speaks of anything the statement does not.
    """
    known = [v for v in statement.variables() if v != unknown]
    strange = [v for v in free_variables(value) if v not in known]
    if strange or value.loose:
        raise LanguageError(f"the value of {unknown} speaks of {strange[0] if strange else value}")
    return Statement(statement.hypotheses, substitute(statement.claim, {unknown: value}))


def titled(title: str, unknown: Term, value: Term) -> str:
    """Return a theorem's title with what was found."""
    return f"{title}: {show(unknown)} = {show(value)}"


def value_in(claim: Term, unknown: Term, completed: Term) -> Term | None:
    """Return what stands in a completed claim where the claim has the unknown, or None.

    None says that the two differ in more than that; what is returned is a guess until the
    statement with it has been compared.
    """
    waiting: list[tuple[Term, Term]] = [(claim, completed)]
    done: set[tuple[int, int]] = set()
    while waiting:
        stated, other = waiting.pop()
        if stated == unknown:
            return other
        if (id(stated), id(other)) in done:
            continue
        done.add((id(stated), id(other)))
        pairs: Sequence[tuple[Term, Term]] = list(zip(stated.args, other.args, strict=False))
        waiting += [pair for pair in reversed(pairs) if pair[0] != pair[1]]
    return None
