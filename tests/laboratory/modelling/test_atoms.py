"""Methods with a restart: what is said of one member beside what is said for all k."""

import pytest

from plproof.laboratory.modelling.models import Plan
from plproof.language import (
    Function,
    Natural,
    Real,
    Sequence,
    Space,
    Vectors,
    eq,
    forall,
    grad,
    implies,
    ne,
    sq,
)
from plproof.theory.functions import Minimiser, Smooth
from plproof.theory.methods import GradientDescent
from tests.laboratory.one_batch import one_batch

E = Space("E")
f, x, L, k = Function("f", E), Sequence("x", E), Real("L"), Natural("k")
xs, z = Vectors("x* z", E)
smooth = {"L_pos": L > 0, "smooth": Smooth(f, L), "minimum": Minimiser(f, xs)}
step = eq(x[k + 1], x[k] - grad(f, x[k]) / L)
descent, arrives = GradientDescent(f, x, 1 / L), eq(x[2], xs)
jumps = {"jump": eq(x[2], z), "gd": forall(k, implies(ne(k, 1), step))}
lower = f(x[3]) <= f(z) - sq(grad(f, z)) / (2 * L)


def drawn(given, claim):
    return one_batch({**smooth, **given}, claim)


@pytest.mark.parametrize(
    "given",
    [
        {"gd": descent, "arrives": arrives},
        {"arrives": arrives, "gd": descent},
        {"gd": forall(k, step), "arrives": arrives},
    ],
)
def test_a_member_that_is_set_beside_a_descent_is_a_condition_on_the_descent(given):
    """Only descents that arrive count, whatever comes first, and of those nothing false is said."""
    found = drawn(given, f(x[1]) <= f(x[0]))
    assert 0 < found.checks < 32 and not found.failing
    assert drawn(given, f(x[2]) < f(xs)).certified


def test_where_the_method_leaves_a_member_out_it_is_set():
    """From z on the run goes on; before it nothing ties z to the run, which a false claim shows."""
    found = drawn(jumps, lower)
    assert found.checks > 32 and not found.failing
    for wrong in (f(x[2]) <= f(x[1]), f(x[3]) <= f(z) - sq(grad(f, z)) / L):
        assert drawn(jumps, wrong).certified


@pytest.mark.parametrize("guard", [ne(k, 1), k >= 2, k > 1, 5 <= k])
def test_the_rule_for_all_k_spares_what_its_guard_excludes(guard):
    given = [eq(x[2], z), forall(k, implies(guard, step))]
    method = Plan.of([*smooth.values(), *given], (lower,)).method
    assert method.rule(x, 2).place == z and not method.rest[3:]
    general = method.rule(x, 7)
    assert general.index is not None and general.spares(2) and not general.spares(7)


@pytest.mark.parametrize("guard", [k <= 1, ne(k, 2), k >= 1])
def test_a_guard_that_does_not_exclude_the_member_leaves_no_room_for_another_rule(guard):
    given = [arrives, forall(k, implies(guard, step))]
    method = Plan.of([*smooth.values(), *given], (lower,)).method
    assert method.rule(x, 2).index is not None and arrives in method.rest
