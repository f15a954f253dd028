"""Equations between sums of vectors are used in whatever way they are turned."""

import pytest

pytest.importorskip("clarabel")

from plproof import (
    Function,
    ProofError,
    Reals,
    Space,
    Theorem,
    Vectors,
    eq,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.language.terms import subterms
from plproof.proof.facts import opened
from plproof.proof.script import Proof
from plproof.search.claims.offered import known_facts
from plproof.search.finding.worst import worst_case
from plproof.search.statements.premises import gather, left_over

E = Space("E")
f, g, s = Function("f", E), Function("g", E), Function("s", E, E)
y, z, xs, x0, x1 = Vectors("y z x* x0 x1", E)
a, b = Reals("a b")
#: near the limit of these inequalities at these constants floats say that it is beyond
MU, L = rational(1, 7), rational(1, 5)
smooth = forall(
    [y, z],
    f(y)
    >= f(z)
    + ip(grad(f, z), y - z)
    + MU / 2 * sq(y - z)
    + sq(grad(f, y) - grad(f, z) - MU * (y - z)) / (2 * (L - MU)),
)
convex = forall([y, z], g(y) >= g(z) + ip(s(z), y - z))
step = eq(x1, x0 - 5 * (grad(f, x0) + s(x1)))
OPTIMAL = {
    "sum": eq(grad(f, xs) + s(xs), 0),
    "turned": eq(-grad(f, xs), s(xs)),
    "scaled": eq(0, 2 * s(xs) + 2 * grad(f, xs)),
    "solved": eq(s(xs), -grad(f, xs)),
}


def contraction(optimal, rate):
    given = dict(smooth=smooth, convex=convex, optimal=optimal, method=step)
    return Theorem("proximal gradient", given=given, claim=sq(x1 - xs) <= rate * sq(x0 - xs))


@pytest.mark.parametrize("optimal", OPTIMAL.values(), ids=OPTIMAL)
def test_the_proximal_gradient_step_contracts(optimal):
    assert contraction(optimal, (1 - MU / L) ** 2).find_proof().derive()


def test_a_function_attains_it_with_a_point_that_is_given_by_itself():
    case = worst_case(contraction(OPTIMAL["sum"], (1 - MU / L) ** 2))
    assert case is not None and case.violation == 0 < case.right
    assert [str(function) for function in case.functions.values()] == ["1/14·x²", "0"]


def test_no_better_than_it_does():
    with pytest.raises(ProofError, match=r"the claim is false: f.x. = 1/14·x²"):
        contraction(OPTIMAL["sum"], (1 - MU / L) ** 2 - rational(1, 10**6)).find_proof()


@pytest.mark.parametrize(
    ("equation", "solved"),
    [
        (eq(x0 - a * s(x1), x1), True),
        (eq((x0 - x1) / a, s(x1)), True),
        (eq(a * (x1 - x0) / b + s(x1) + grad(f, x1), 0), True),
        (eq(x0 - (a - b) * s(x1), x1), True),  # a − b may be 0, but x₀ is given then
        (eq((a - b) * s(x1), s(x0) - x0 - x1 - grad(f, x0) * a), True),
        (eq((a - b) * s(x1) + (a - b) * grad(f, x1), 0), False),  # it may say nothing
    ],
)
def test_what_an_equation_gives_takes_no_division_by_what_may_be_0(equation, solved):
    given = dict(a=a > 0, b=b > 0, given=equation, convex=convex)
    goal = sq(x1) <= sq(x0)
    p = Proof("these", given, goal)
    premises, equations, _ = gather(p, goal, known_facts(p, (), goal), [x0, x1])
    assert bool(equations) == solved != bool(left_over(p))
    for fact in equations:  # the kernel made them, and they give what is in them nowhere else
        left, right = opened(fact.thm).conclusion.args
        assert left not in set(subterms(right))
    assert any(fact.claim.op == "eq" for fact in premises) != solved
