"""A term is a graph: a few steps can say 2^30 of something, and the kernel must answer soon.

What is the same thing many times over is gone through once; what is not is refused by a limit.  A
hang is seen by the time limit of the suite.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from plproof.kernel.combine import combine
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume, conjunction, convert, generalise, instantiate, reflexive
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
    ip,
    ker,
    mapsto,
    member,
    rational,
    sqrt,
)
from plproof.language import terms as terms_module
from plproof.language.terms import make

a, b = Reals("a b")
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


# ---------------------------------------------------------------- very many terms
@pytest.fixture
def room_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be few terms besides those that there are, so that too many are made soon."""
    gc.collect()
    monkeypatch.setattr(terms_module, "MAX_TERMS", len(terms_module._links) + 5_000)
    monkeypatch.setattr(terms_module, "LEAST_ROOM", 2_500)


@pytest.mark.usefixtures("room_for_few")
def test_a_theorem_that_doubles_with_three_steps_is_refused() -> None:
    th = reflexive(term=a + b)
    with pytest.raises(KernelError, match="terms at once"):
        for n in range(60):
            other = instantiate(generalise(th, variable=a), value=a + Reals(f"z{n},")[0])
            th = conjunction(th, other)
    assert n < 25
    del th, other
    assert reflexive(term=a * b + n), "there is room again"


@pytest.mark.usefixtures("room_for_few")
def test_a_long_definition_or_function_is_not_written_out_at_very_many_values() -> None:
    def long(t: Term) -> Term:
        return doubled(lambda s: sqrt(-s), t, 100)

    for f, rule in ((Definition("D", [a], long(a)), convert), (mapsto(a, long(a)), combine)):
        total = make("add", tuple(f(a + n) for n in range(200)))
        with pytest.raises(KernelError, match="terms at once"):
            if rule is convert:
                convert(assume(proposition=total >= 0), target=a >= 0)
            else:
                combine(goal=eq(total, 0), summands=[])


# ---------------------------------------------------------------- polynomials
def powers_of(t: Term, count: int) -> list[Term]:
    """Return 1, t, t², …, so many of them."""
    found = [rational(1)]
    for _ in range(count - 1):
        found.append(found[-1] * t)
    return found


def test_products_of_many_vectors_with_long_coefficients_are_refused_soon() -> None:
    names = Vectors(" ".join(f"v{n}" for n in range(140)), E)
    p = make("add", tuple(powers_of(a, 140)))
    u = make("add", tuple(p * v for v in names))
    started = time.process_time()
    with pytest.raises(KernelError, match="too large"):
        combine(goal=eq(ip(u, u), 0), summands=[])
    with pytest.raises(KernelError, match="too large"):
        combine(goal=eq((p * p) * u, u), summands=[])
    assert time.process_time() - started < 4


def test_a_denominator_is_multiplied_out_once_for_each_power() -> None:
    below, long = a + 1, make("add", tuple(powers_of(a, 700)))
    known = assume(proposition=below > 0)
    started = time.process_time()
    with pytest.raises(KernelError, match="differ"):
        combine(known, goal=eq(long + (1 / below) ** 200, 0), summands=[], nonzero=[0])
    assert time.process_time() - started < 5
