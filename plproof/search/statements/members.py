"""Sequences and their members, x_k: what terms of a statement they are."""

from __future__ import annotations

from plproof.language.sorts import NAT
from plproof.language.terms import Term, subterms


def is_sequence(v: Term) -> bool:
    """Say whether a term is a function of natural numbers.

    >>> from plproof import Function, Natural, Sequence, Space
    >>> E, k = Space("E"), Natural("k")
    >>> f, x = Function("f", E), Sequence("x", E)
    >>> is_sequence(x), is_sequence(f)
    (True, False)
    """
    return v.sort.kind == "Fun" and v.sort.parts[0] == NAT


def is_sequence_of_points(v: Term) -> bool:
    """Say whether a term is a sequence of vectors."""
    return is_sequence(v) and v.sort.parts[1].kind == "Vec"


def is_member(t: Term) -> bool:
    """Say whether a term is a member of a sequence, as x_k, or x_{i+1} with a bound i.

    >>> from plproof import Function, Natural, Sequence, Space
    >>> E, k = Space("E"), Natural("k")
    >>> f, x = Function("f", E), Sequence("x", E)
    >>> is_member(x[k]), is_member(f(x[k]))
    (True, False)
    """
    return t.op == "app" and t.args[1].sort == NAT


def members_of(t: Term) -> list[Term]:
    """Return the members of sequences that a term speaks of."""
    return [s for s in subterms(t) if is_member(s)]


def by_number(t: Term) -> bool:
    """Say whether a term is a member of a sequence at a number, as x₀."""
    return is_member(t) and t.args[1].op == "num"


def is_point(t: Term) -> bool:
    """Say whether a term is a member of a sequence of points, at an index that is no bound one."""
    return is_member(t) and t.sort.kind == "Vec" and not t.loose
