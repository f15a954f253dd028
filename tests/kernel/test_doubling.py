"""A term is a graph: a few steps can say 2^30 of something, and the kernel must answer soon.

What is the same thing many times over is gone through once; what is not is refused by a limit.  A
hang is seen by the time limit of the suite.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from plproof.kernel.combine import combine
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume, convert
from plproof.language import (
    Definition,
    LinearMap,
    Reals,
    Space,
    Subspace,
    Term,
    Vectors,
    cap,
    dim,
    eq,
    ker,
    mapsto,
    member,
    rational,
)

(a,) = Reals("a")
E = Space("E")


def doubled(step: Callable[[Term], Term], first: Term, height: int = 30) -> Term:
    """Return what so many steps make of the first term."""
    for _ in range(height):
        first = step(first)
    return first


def doubling_definition(body: Callable[[Any, Term], Term], first: Term, height: int = 30) -> Any:
    """Return a definition of a definition of … of something about a, each made with the last."""
    found = Definition("D", [a], first)
    for number_ in range(height):
        found = Definition(f"D{number_}", [a], body(found, a))
    return found


def unequal_in_time(left: Term) -> None:
    """Say that left = left + 1 is refused."""
    with pytest.raises(KernelError):
        combine(goal=eq(left, left + 1), summands=[])


def test_dimensions_of_intersections_that_double_are_told_apart_soon() -> None:
    def woven(other: Term) -> Term:
        return doubled(lambda s: cap(cap(s, other), cap(other, s)), Subspace("M", E))

    left, right = woven(Subspace("N", E)), woven(ker(LinearMap("A", E, E)))
    same = doubled(lambda s: cap(s, s), left)
    assert combine(goal=eq(dim(same) + 1, 1 + dim(same)), summands=[]).conclusion.op == "eq"
    with pytest.raises(KernelError, match="differ"):
        combine(goal=eq(dim(left), dim(right)), summands=[])


def test_membership_in_intersections_that_double_is_written_out_soon() -> None:
    x = Vectors("x", E)[0]
    kernel = ker(LinearMap("A", E, E))
    left = member(x, doubled(lambda s: cap(cap(s, kernel), cap(kernel, s)), kernel))
    with pytest.raises(KernelError, match="convert"):
        convert(assume(proposition=left), target=a >= 1)


def test_functions_and_definitions_that_double_are_refused_soon() -> None:
    g = doubled(lambda h: mapsto(a, h(h(a))), mapsto(a, a + 1))
    unequal_in_time(g(a))
    unequal_in_time(doubling_definition(lambda D, t: D(D(t)), a + 1)(a))
    both = doubling_definition(lambda D, t: D(t + 1) & D(2 * t), a >= 1)(a)
    with pytest.raises(KernelError, match="definitions"):
        convert(assume(proposition=both), target=a >= 1)


def test_fractions_with_many_denominators_are_not_added_up() -> None:
    parts = [rational(Fraction(1, 10**3900 + i)) for i in range(200)]
    unequal_in_time(sum(parts[1:], parts[0]))
    unequal_in_time(sum((p * a**i for i, p in enumerate(parts)), a) ** 2)
