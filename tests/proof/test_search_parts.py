"""The parts of the search: signs are never wrong, linear programs are exact, sympy agrees."""

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.kernel.combine import Summand, combine
from plproof.kernel.rules import assume
from plproof.language import Function, Natural, Reals, Space, Vectors, eq, ip, ne, norm, sq
from plproof.language.terms import FALSE, Term, number
from plproof.proof import second_opinion
from plproof.proof.linear import nonnegative_solution
from plproof.proof.signs import Signs

a, b, c = Reals("a b c")
small = st.integers(-3, 3)
values = st.fractions(-4, 4, max_denominator=4)


def value(t: Term, at: dict) -> Fraction:
    """Evaluate a rational term exactly; 1/0 = 0."""
    args = [value(arg, at) for arg in t.args]
    if t.op == "num":
        return t.data
    if t.op == "var":
        return at[t]
    if t.op == "add":
        return sum(args)
    if t.op == "neg":
        return -args[0]
    if t.op == "mul":
        return args[0] * args[1]
    if t.op == "pow":
        return args[0] ** int(args[1])
    assert t.op == "div", t.op
    return args[0] / args[1] if args[1] else Fraction(0)


polynomials = st.tuples(small, small, small, small, small).map(
    lambda n: n[0] + n[1] * a + n[2] * b + n[3] * a * b + n[4] * a**2
)
facts = st.lists(
    st.tuples(small, small, small, st.booleans()).map(
        lambda n: (n[0] + n[1] * a + n[2] * b > 0) if n[3] else (n[0] + n[1] * a + n[2] * b >= 0)
    ),
    max_size=3,
)


@given(polynomials, polynomials, facts, st.booleans(), st.lists(st.tuples(values, values)))
def test_a_sign_that_is_proved_holds_wherever_the_facts_do(top, bottom, known, strict, points):
    term = top / bottom
    thm = Signs([assume(proposition=p) for p in known]).prove(term, strict)
    if thm is None:
        return
    for x, y in points:
        at = {a: x, b: y}
        sides = [(value(p.args[0], at), value(p.args[1], at), p.op) for p in known]
        if all(left > right if op == "gt" else left >= right for left, right, op in sides):
            found = value(term, at)
            assert found > 0 if strict else found >= 0, f"{thm} fails at {at}"


@pytest.mark.parametrize(
    ("term", "strict", "known"),
    [
        (1 - a / b, False, [b > 0, a <= b]),
        (1 / a, True, [a > 0]),
        ((a - b) ** 2 + c, False, [c >= 0]),
        (a * b - a * c, False, [a >= 0, b >= c]),
        (2 * a**2 - 2 * a * b + b**2, False, []),
    ],
    ids=str,
)
def test_signs_that_papers_use_are_found(term, strict, known):
    assert Signs([assume(proposition=p) for p in known]).prove(term, strict) is not None


matrices = st.integers(1, 4).flatmap(
    lambda rows: st.tuples(
        st.lists(st.lists(small, min_size=rows, max_size=rows), min_size=1, max_size=5),
        st.lists(small, min_size=rows, max_size=rows),
    )
)


@given(matrices)
def test_a_linear_program_is_solved_exactly_or_has_no_solution(problem):
    optimize = pytest.importorskip("scipy.optimize")
    columns, target = problem
    exact = [[Fraction(v) for v in column] for column in columns]
    found = nonnegative_solution(exact, [Fraction(v) for v in target])
    if found is not None:
        assert all(w >= 0 for w in found)
        for row, wanted in enumerate(target):
            assert sum(w * col[row] for w, col in zip(found, exact, strict=True)) == wanted
        return
    matrix = [list(row) for row in zip(*columns, strict=True)]
    result = optimize.linprog([0] * len(columns), A_eq=matrix, b_eq=target)
    assert result.status == 2, f"{columns} {target}: scipy finds {result.x}"


E = Space("E")
u, v = Vectors("u v", E)
f = Function("f", E)
k = Natural("k")
ONE = Fraction(1)


def step(goal, summands, premises=(), nonzero=()):
    return combine(
        *(assume(proposition=p) for p in premises), goal=goal, summands=summands, nonzero=nonzero
    )


STEPS = {
    "a sum of premises": step(a <= c, [Summand(ONE, (0,)), Summand(ONE, (1,))], [a <= b, b <= c]),
    "a square of vectors": step(2 * ip(u, v) <= sq(u) + sq(v), [Summand(ONE, (), (u - v,))]),
    "a division": step(a * (b / a) <= c, [Summand(ONE, (1,))], [a > 0, b <= c], [0]),
    "a denominator that is a sum": step((a + b) * (c / (a + b)) <= c, [], [ne(a + b, 0)], [0]),
    "a symbolic power": step(a ** (k + 1) >= 0, [Summand(ONE, (0, 1))], [a >= 0, a**k >= 0]),
    "function values at equal points": step(f(u + v - u) <= f(v), []),
    "an equation of vectors": step(
        eq(u, 2 * v), [Summand(ONE, (0,), (), number(2))], [eq(u / 2, v)]
    ),
    "a norm": step(norm(-u) <= norm(u), []),
    "a contradiction": step(FALSE, [Summand(ONE, (0,)), Summand(ONE, (1,))], [a < b, b < a]),
}


@pytest.mark.parametrize("name", STEPS)
def test_sympy_confirms_what_the_kernel_accepts(name):
    assert second_opinion.recheck_all([STEPS[name]]) == 1


@pytest.mark.parametrize("name", [n for n, s in STEPS.items() if s.data["summands"]])
def test_sympy_rejects_a_certificate_that_is_off_by_a_billionth(name):
    s = STEPS[name]
    first, *rest = s.data["summands"]
    off = dataclasses.replace(first, coefficient=first.coefficient + Fraction(1, 10**9))
    conclusions = [p.conclusion for p in s.premises]
    assert not second_opinion.holds(s.data["goal"], conclusions, [off, *rest], s.data["nonzero"])


def test_sympy_does_not_cancel_what_may_be_zero():
    s = STEPS["a division"]
    conclusions = [p.conclusion for p in s.premises]
    assert not second_opinion.holds(s.data["goal"], conclusions, s.data["summands"], ())
    assert not second_opinion.holds(eq(a / a, 1), [], [], ())
    assert not second_opinion.holds(eq(ip(u, v) ** 2, sq(u) * sq(v)), [], [], ())
