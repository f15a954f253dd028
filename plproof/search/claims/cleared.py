"""Bounds on parameters with their denominators multiplied out: γ ≤ 2/(μ + L) says γ·(μ + L) ≤ 2.

[untrusted: each is proved before it is used]

The searches prove signs by products of what is known about the parameters; a quotient in a bound
hides the polynomial that they need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, make, number
from plproof.proof.errors import ProofError
from plproof.proof.script import Proof
from plproof.search.statements.parameters import about_numbers

_T = TypeVar("_T")
_ONE = number(1)
_COMPARISONS = ("le", "lt", "ge", "gt")


def with_cleared_bounds(p: Proof, search: Callable[[], _T]) -> _T:
    """Return what a search finds, if need be with the bounds on parameters multiplied out.

    Raises the ProofError of the search as it is without them.
    """
    try:
        return search()
    except ProofError as error:
        if not clear_bounds(p):
            raise
        try:
            return search()
        except ProofError:
            raise error from None


def clear_bounds(p: Proof) -> int:
    """Add the bounds that are multiplied out as steps; return how many there are."""
    count = 0
    for bound in about_numbers(p.hypotheses()):
        claim = _multiplied_out(bound.claim)
        if claim is None:
            continue
        try:
            p.have(claim, by=bound)
            count += 1
        except ProofError:  # the sign of a denominator is not known
            continue
    return count


def _multiplied_out(bound: Term) -> Term | None:
    """Return what a comparison says if the denominators of its sides are positive, None if there
    are none.
    """
    if bound.op not in _COMPARISONS or bound.args[0].sort != REAL:
        return None
    (left, below), (right, under) = map(_quotient, bound.args)
    if below is None and under is None:
        return None
    return make(bound.op, (_times(left, under), _times(right, below)))


def _quotient(side: Term) -> tuple[Term, Term | None]:
    """Return the numerator and the denominator of a side, None for a denominator of numbers."""
    if side.op == "div" and free_variables(side.args[1]):
        return side.args[0], side.args[1]
    return side, None


def _times(side: Term, factor: Term | None) -> Term:
    if factor is None:
        return side
    return factor if side == _ONE else side * factor
