"""Claims with an unknown: a real variable whose best value is to be found, as a rate.

A stored proof proves the claim with a value in the unknown's place; that value is read off by
comparison with the claim as it is stated, so that everything else must agree.  In a claim for every
natural number N the value may be a function of N: a rate after N steps.
"""

from __future__ import annotations

from collections.abc import Sequence

from plproof.language.binding import bind, fresh_variable, open_binder, substitute
from plproof.language.printing import show
from plproof.language.sorts import NAT, REAL, LanguageError
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables
from plproof.proof.arguments import described


def check_unknown(statement: Statement, unknown: Term) -> Term:
    """Return the unknown of a statement.

    Raises LanguageError unless it is a real variable of the claim that no hypothesis speaks of.
    """
    if isinstance(unknown, str):
        raise LanguageError(
            f"unknown= takes the variable itself and not its name: write unknown={unknown}, where "
            f'{unknown} = Real("{unknown}") is the one that the claim is written with'
        )
    if not isinstance(unknown, Term) or unknown.op != "var" or unknown.sort != REAL:
        said = f"unknown= names a real variable of the claim, not {described(unknown)}"
        raise LanguageError(said)
    if unknown not in free_variables(statement.claim):
        raise LanguageError(f"the claim does not speak of {unknown}, which is to be found")
    for name, hypothesis in statement.hypotheses:
        if unknown in free_variables(hypothesis):
            raise LanguageError(f"{unknown} is to be found and no hypothesis may use it: {name}")
    return unknown


def number_of(claim: Term) -> Term | None:
    """Return a variable N for a claim ∀N. P about every natural number; None for another."""
    if claim.op != "all" or claim.data.sort != NAT:
        return None
    return fresh_variable(claim.data.name, NAT, [claim])


def with_value(statement: Statement, unknown: Term, value: Term) -> Statement:
    """Return the statement with a value in place of the unknown, which may speak of the N of
    :func:`number_of`.

    Raises LanguageError when the value speaks of anything else that the statement does not.
    """
    claim, count = statement.claim, number_of(statement.claim)
    known = [v for v in statement.variables() if v != unknown]
    strange = [v for v in free_variables(value) if v not in known and v != count]
    if strange or value.loose:
        raise LanguageError(f"the value of {unknown} speaks of {strange[0] if strange else value}")
    if count is None or count not in free_variables(value):
        return Statement(statement.hypotheses, substitute(claim, {unknown: value}))
    if count in known:
        raise LanguageError(f"{count} in the value of {unknown} may be that of a hypothesis")
    inner = substitute(open_binder(claim, count), {unknown: value})
    return Statement(statement.hypotheses, bind("all", count, inner))


def titled(title: str, unknown: Term, value: Term, remark: str = "") -> str:
    """Return a theorem's title with what was found, and a remark about that in brackets."""
    found = f"{title}: {show(unknown)} = {show(value)}"
    return f"{found} ({remark})" if remark else found


def value_in(claim: Term, unknown: Term, completed: Term) -> Term | None:
    """Return what stands in a completed claim where the claim has the unknown, or None.

    None says that the two differ in more than that; what is returned is a guess until the
    statement with it has been compared.
    """
    count = number_of(claim)
    if count is not None and number_of(completed) is not None:
        claim, completed = (open_binder(t, count) for t in (claim, completed))
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
