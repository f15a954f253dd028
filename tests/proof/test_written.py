"""``gram`` written out: the same theorem by ``combine``, confirmed or contradicted by sympy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from plproof.kernel.gram import Use, gram
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import (
    Definition,
    Function,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.proof.second_opinion import Disagreement, recheck, recheck_all
from plproof.proof.written import written_out

E = Space("E")
f = Function("f", E)
u, v, x0, x1, xs = Vectors("u v x0 x1 x*", E)
ONE = Fraction(1)
bound = forall([u, v], f(u) >= f(v) + ip(grad(f, v), u - v) + sq(grad(f, u) - grad(f, v)) / 2)
given = [bound, eq(grad(f, xs), E.zero), eq(x1, x0 - grad(f, x0))]
goal = f(x1) - f(xs) <= sq(x0 - xs) / 6
half = Fraction(1, 2)
uses = (Use(half, 0, (x0, x1)), Use(half, 0, (xs, x0)), Use(half, 0, (xs, x1)))


def one_step() -> Thm:
    return gram(*(assume(proposition=h) for h in given), goal=goal, uses=uses)


def altered(**data: Any) -> Thm:
    """Return the step with other data, as a kernel that is wrong would make it."""
    step, new = one_step(), object.__new__(Thm)
    fields: Mapping[str, Any] = {name: getattr(step, name) for name in Thm.__slots__}
    fields = {**fields, "data": MappingProxyType({**step.data, **data})}
    fields["conclusion"] = data.get("goal", step.conclusion)
    for name, value in fields.items():
        object.__setattr__(new, name, value)
    return new


def test_a_step_is_written_out_with_all_that_is_in_it() -> None:
    written = written_out(one_step())
    assert written.rule == "combine" and written.conclusion == goal
    assert written.hypotheses == tuple(given)
    first, second, third, *rest = written.data["summands"]
    assert [s.coefficient for s in (first, second, third)] == [half] * 3
    shown = [written.premises[s.premises[0]].conclusion for s in (first, second, third)]
    assert [p.args[0] for p in shown] == [f(x0), f(xs), f(xs)]
    squares = [s for s in rest if s.squares]
    equations = [written.premises[s.premises[0]].conclusion for s in rest if s.premises]
    assert squares and all(s.coefficient > 0 and not s.premises for s in squares)
    assert equations == given[1:], "each equation with its multiplier"
    recheck(written)


def test_a_definition_of_an_inequality_is_written_out_too() -> None:
    smooth = Definition("SmoothConvex", [f], bound)
    premises = [assume(proposition=h) for h in (smooth(f), *given[1:])]
    written = written_out(gram(*premises, goal=goal, uses=uses))
    assert written.conclusion == goal and smooth(f) in written.hypotheses
    recheck(written)


def test_what_is_not_needed_is_left_out() -> None:
    other = assume(proposition=eq(u, v))
    written = written_out(gram(other, goal=0 <= sq(x0 - x1) + rational(1, 7), uses=[]))
    assert [s.coefficient for s in written.data["summands"]] == [ONE, Fraction(1, 7)]
    assert recheck_all([written]) == 1


TINY = Fraction(1, 10**9)
left, right = goal.args
ALTERED: dict[str, dict[str, Any]] = {
    "a weight": {"uses": (replace(uses[0], weight=half + TINY), *uses[1:])},
    "its sign": {"uses": (replace(uses[0], weight=-half), *uses[1:])},
    "values": {"uses": (replace(uses[0], values=(x1, x0)), *uses[1:])},
    "a use left out": {"uses": uses[1:]},
    "another premise": {"uses": (replace(uses[0], premise=1), *uses[1:])},
    "no values": {"uses": (replace(uses[0], values=()), *uses[1:])},
    "a constant less": {"goal": left <= right - rational(TINY)},
    "a rate too good": {"goal": left <= (1 - rational(TINY)) * right},
    "the other way round": {"goal": left >= right},
    "strictly": {"goal": left < right},
    "an equation": {"goal": eq(left, right)},
}


@pytest.mark.parametrize("what", ALTERED)
def test_sympy_contradicts_a_step_that_is_altered(what: str) -> None:
    with pytest.raises(Disagreement):
        recheck_all([altered(**ALTERED[what])])


def test_a_step_is_confirmed_once_and_counted_each_time() -> None:
    seen: set[object] = set()
    assert recheck_all([one_step(), one_step()], seen) == 2
    assert len(seen) == 1 and recheck_all([one_step()], seen) == 1
    with pytest.raises(Disagreement):
        recheck_all([altered(uses=uses[1:])], seen)
